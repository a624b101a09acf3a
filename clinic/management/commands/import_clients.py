from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from booking.carrying import bringing, files
from booking.carrying.bringing import Upload
from booking.carrying.columns import Column, is_enough, recognise, system_of
from booking.carrying.people import say_wrong
from booking.carrying.plan import Plan, settle
from booking.carrying.said import say_counts, say_double
from clinic.models import StaffProfile
from clinic.record.audit import on_record
from services.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Brings people from a CSV of another system or a spreadsheet. Without --apply it only says what it would do. "
        "Who may be somebody you know is filled in where a contact agrees too, else new; what is wrong is said by line. "
        "Under Import and export in the panel the columns can be named by hand, each double chosen, and a list taken back."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help="the CSV, or a .zip with it alone")
        parser.add_argument("--apply", action="store_true", help="write it, in one transaction")
        parser.add_argument("--by", default="", help="who brings them, by their name to sign in; else the first owner")
        parser.add_argument(
            "--notes", default="", metavar="HEADING", help="a column that becomes lines about the person, encrypted"
        )

    def handle(self, *args: Any, file: Path, apply: bool, by: str, notes: str, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.") from error
        try:
            self._bring(Upload(file.name, content), apply=apply, by=by, notes=notes)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _bring(self, upload: Upload, *, apply: bool, by: str, notes: str) -> None:
        now = timezone.now()
        sheet = files.read_sheet(files.read_text(upload.content))
        columns = list(recognise(sheet.header))
        if notes:
            if notes not in sheet.header:
                raise CommandError(f"No column is called {notes}. There are: {', '.join(sheet.header)}.")
            columns[sheet.header.index(notes)] = Column.NOTES
        if not is_enough(columns):
            raise CommandError(
                f"No column is called like a name. There are: {', '.join(sheet.header)}. Say under Import and export in the panel what they are."
            )
        if not apply:
            plan = bringing.make_plan(sheet, columns, today=now.date())
            self._say(plan, system_of(sheet.header))
            self.stdout.write("Nothing was written. Add --apply to bring them in.")
            return
        user = _user(by)
        kept = bringing.upload(file=upload, by=user, now=now)
        self._say(bringing.look(kept, columns=columns, today=now.date()), system_of(sheet.header))
        with on_record(by=user, verb="bring", object_type="people", object_id=kept.pk, now=now):
            kept = bringing.apply(kept, now=now)
        self.stdout.write("Done: " + " ".join(say_counts(kept.counts)))

    def _say(self, plan: Plan, system: str) -> None:
        for line in _report(plan, system):
            self.stdout.write(line)


def _report(plan: Plan, system: str) -> Iterator[str]:
    if system:
        yield f"Read as an export of {system}."
    yield from plan.said
    yield from (say_wrong(line, words) for line, words in plan.wrong)
    yield from (say_double(one) for one in plan.doubles)
    outcome = settle(plan, {})
    filled, skipped = len(outcome.filled), len(outcome.skipped)
    yield " ".join(say_counts({"new": len(outcome.new), "filled": filled, "skipped": skipped}))


def _user(name: str) -> User:
    """Who brings them. A person is named in the trail, and on the lines that come along."""
    owners = User.objects.filter(is_active=True, staff_profile__role=StaffProfile.Role.OWNER).order_by("pk")
    user = owners.filter(username=name).first() if name else owners.first()
    if user is None:
        raise CommandError(
            f"{name} is no owner here." if name else "There is no owner yet. Make one first: manage.py make_owner NAME."
        )
    return user
