"""Lists from a file: uploaded, looked at, applied as one and undone as one.

How visits are looked at and applied is in `booking.carrying.visits`; the rest is the same for both.

Nothing is written about anybody before it is applied; until then the file is kept encrypted for a day. Applying is one
transaction, so that a program that is killed leaves all or nothing. What takes long, reading, comparing and working
out by what people are found, is done before it begins.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.carrying import columns as people_columns
from booking.carrying import files, visit_columns
from booking.carrying.columns import KNOWN, Column
from booking.carrying.doubles import find_doubles
from booking.carrying.files import Sheet
from booking.carrying.people import Person, read_people
from booking.carrying.plan import Outcome, Plan, settle, unite
from booking.models import Bringing, Brought, Client, DeskLine
from booking.models.bringing import pack, unpack
from booking.models.client import AT_ONCE, expected_keys, pack_keys, unpack_keys
from services import catalogue
from services.refusals import Refusal

CACHE_KIB = 64 * 1024
KEPT = timedelta(days=1)
UNDO_WITHIN = timedelta(days=7)
FILLED_IN = ("email", "phone", "birth_date")

# By the kind of list: its headings, how they are told, and whether these columns are enough.
_KNOWN = {Bringing.Kind.PEOPLE: KNOWN, Bringing.Kind.VISITS: visit_columns.KNOWN}
_RECOGNISE = {Bringing.Kind.PEOPLE: people_columns.recognise, Bringing.Kind.VISITS: visit_columns.recognise}
_IS_ENOUGH = {Bringing.Kind.PEOPLE: people_columns.is_enough, Bringing.Kind.VISITS: visit_columns.is_enough}


class BringRefused(Refusal):
    """This step is not possible with this file any more, or not yet."""


class OutOfDate(BringRefused):
    """The records have changed since the file was compared with them: it has to be looked at again."""


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: its name and what is in it."""

    name: str
    content: bytes


def upload(*, file: Upload, kind: str = Bringing.Kind.PEOPLE, by: User, now: datetime) -> Bringing:
    """Keep the file for a day and recognise its columns. One that the same user had waiting gives way. Raises Unreadable."""
    text = files.read_text(file.content)
    sheet = files.read_sheet(text, known=_KNOWN[Bringing.Kind(kind)])
    with transaction.atomic():
        waiting_for(by, kind=kind, now=now).delete()
        return Bringing.objects.create(
            kind=kind,
            user=by,
            file_name=file.name[-200:],
            text=pack(text),
            columns=list(_RECOGNISE[Bringing.Kind(kind)](sheet.header)),
            uploaded_at=now,
            kept_until=now + KEPT,
        )


def waiting_for(user: User, *, kind: str, now: datetime) -> "QuerySet[Bringing]":
    """What this user has uploaded and neither applied nor given up: one at most."""
    return Bringing.objects.filter(user=user, kind=kind, applied_at=None, kept_until__gt=now)


def read_again(bringing: Bringing) -> Sheet:
    """The table, for whoever has to say what its columns are."""
    return files.read_sheet(unpack(bringing.text), known=_KNOWN[Bringing.Kind(bringing.kind)])


def is_mapped(bringing: Bringing) -> bool:
    return _IS_ENOUGH[Bringing.Kind(bringing.kind)]([Column(one) for one in bringing.columns])


def look(bringing: Bringing, *, columns: Sequence[Column] | None = None, today: date) -> Plan:
    """Read the file by its columns, compare it with who is known, and keep what was found. `columns`: as mapped by hand.

    Raises BringRefused where no column is said to have names.
    """
    if columns is not None:
        bringing.columns = list(columns)
    if not is_mapped(bringing):
        raise BringRefused(_("No column has the names. Say which one has, or which two: first name and last name."))
    plan = make_plan(read_again(bringing), [Column(one) for one in bringing.columns], today=today)
    bringing.plan, bringing.choices = plan.pack(), {}
    bringing.save(update_fields=["columns", "plan", "choices"])
    return plan


def make_plan(sheet: Sheet, columns: Sequence[Column], *, today: date) -> Plan:
    """What the table says, compared with who is known. Reads only."""
    country = catalogue.home_country()
    newest = Client.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    read = read_people(sheet, columns, country=country, today=today)
    doubles = find_doubles(read.people, country=country)
    return Plan(people=read.people, doubles=tuple(doubles), wrong=read.wrong, said=read.said, known_to=newest)


def choose(bringing: Bringing, *, choices: Mapping[str, str]) -> None:
    """Keep what was said about some of the lines, besides what was said before."""
    bringing.choices = bringing.choices | dict(choices)
    bringing.save(update_fields=["choices"])


def give_up(bringing: Bringing) -> None:
    """The file is deleted; nothing else was ever written. Raises BringRefused where it was brought in before."""
    deleted, _counts = Bringing.objects.filter(pk=bringing.pk, applied_at=None).delete()
    if not deleted and Bringing.objects.filter(pk=bringing.pk).exists():
        raise BringRefused(_("This list was brought in already. You can take it back below."))


def apply(bringing: Bringing, *, now: datetime) -> Bringing:
    """Write everybody in one transaction; a second press finds that it is done. Raises BringRefused."""
    plan = Plan.unpack(bringing.plan)
    outcome = settle(plan, bringing.choices)
    made = [_make(person, now) for person, _lines in outcome.new]
    country = catalogue.home_country()
    keys = [pack_keys(expected_keys(client, country=country)) for client in made]
    with room_for_much(), transaction.atomic():
        row = lock_waiting(bringing)
        if row.applied_at is not None:
            return row
        if _is_out_of_date(plan, country):
            raise OutOfDate(
                _("Somebody in this list has come into your records meanwhile. Nothing was written; look at it again.")
            )
        filled = _fill_in(row, outcome.filled, now=now)
        _create(row, outcome, made, keys, now=now)
        row.counts = {
            "new": len(outcome.new),
            "filled": filled,
            "skipped": len(outcome.skipped) + len(outcome.filled) - filled,
        }
        close(row, now=now)
    return row


def _is_out_of_date(plan: Plan, country: str) -> bool:
    """Whether somebody has come since who may be in it. Nobody has, mostly, and others wait for the lock meanwhile."""
    if not Client.objects.filter(pk__gt=plan.known_to).exists():
        return False
    return any(one.client_id for one in find_doubles(plan.people, country=country, known_since=plan.known_to))


def hold(kind: str) -> None:
    """Lock all lists that wait, in one order: of two with the same people the second has to find those of the first."""
    list(Bringing.objects.select_for_update().filter(kind=kind, applied_at=None).order_by("pk").values_list("pk"))


def lock_waiting(bringing: Bringing) -> Bringing:
    """The row as it is now, locked. Raises BringRefused where it is not what was looked at any more."""
    hold(bringing.kind)
    row = Bringing.objects.select_for_update().filter(pk=bringing.pk).first()
    if row is None:
        raise BringRefused(_("This file was given up meanwhile, or its day is over. Choose it again."))
    if row.undone_at is not None:
        raise BringRefused(_("This list was taken back meanwhile. Choose it again to bring it in again."))
    read = (bringing.choices, bringing.columns, bringing.plan)
    if row.applied_at is None and (row.choices, row.columns, row.plan) != read:
        raise BringRefused(_("Something else was chosen meanwhile. Nothing was written; look at it again."))
    return row


def close(row: Bringing, *, now: datetime) -> None:
    """It is applied: what was read goes, and what undoing needs stays for a week."""
    row.applied_at, row.kept_until = now, now + UNDO_WITHIN
    row.text, row.plan, row.choices = "", "", {}
    row.save()


@contextmanager
def room_for_much() -> Iterator[None]:
    """SQLite's few pages in memory are for short transactions: with more of them a long one takes a third of the time."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {usual}")


def _make(person: Person, now: datetime) -> Client:
    return Client(
        name=person.name, email=person.email, phone=person.phone, birth_date=person.birth_date, created_at=now
    )


def _create(
    row: Bringing,
    outcome: Outcome,
    made: Sequence[Client],
    keys: Sequence[bytes],
    *,
    now: datetime,
) -> None:
    """In handfuls, so that a long list needs no more memory than a short one."""
    for at in _steps(len(made)):
        handful, lines = made[at : at + AT_ONCE], outcome.new[at : at + AT_ONCE]
        Client.objects.bulk_create(handful, keys=[unpack_keys(one) for one in keys[at : at + AT_ONCE]])
        Brought.objects.bulk_create(
            Brought(bringing=row, line=person.line, client=client, is_new=True)
            for client, (person, _lines) in zip(handful, lines, strict=True)
        )
        _write_lines(row, {client.pk: person for client, (person, _) in zip(handful, lines, strict=True)}, now=now)


def _fill_in(row: Bringing, wanted: Mapping[int, Sequence[Person]], *, now: datetime) -> int:
    """Write what is empty in the records that are known; returns in how many there was something. They stay as they are otherwise."""
    count = 0
    numbers = sorted(wanted)
    for at in _steps(len(numbers)):
        chunk = numbers[at : at + AT_ONCE]
        clients = {one.pk: one for one in Client.objects.select_for_update().filter(pk__in=chunk).order_by("pk")}
        brought: list[Brought] = []
        changed: list[Client] = []
        for pk in chunk:
            client, person = clients.get(pk), unite(list(wanted[pk]))
            if client is None or client.erased_at is not None or client.merged_into_id is not None:
                raise OutOfDate(
                    _(
                        "The record for line %(line)s was merged or erased meanwhile. Nothing was written; look at it again."
                    )
                    % {"line": person.line}
                )
            names = [name for name in FILLED_IN if getattr(person, name) and not getattr(client, name)]
            if not names and not person.lines:
                continue
            for name in names:
                setattr(client, name, getattr(person, name))
            if names:
                client.version += 1
                changed.append(client)
            brought.append(Brought(bringing=row, line=person.line, client=client, filled=names, version=client.version))
        Client.objects.bulk_update(changed, [*FILLED_IN, "version"])
        Brought.objects.bulk_create(brought)
        _write_lines(
            row, {one.client_id: unite(list(wanted[one.client_id])) for one in brought if one.client_id}, now=now
        )
        count += len(brought)
    return count


def _write_lines(row: Bringing, people: Mapping[int, Person], *, now: datetime) -> None:
    DeskLine.objects.bulk_create(
        DeskLine(client_id=pk, text=text, written_at=now, written_by_id=row.user_id)
        for pk, person in people.items()
        for text in person.lines
    )


def _steps(length: int) -> Iterator[int]:
    return iter(range(0, length, AT_ONCE))


def prune(*, now: datetime) -> int:
    """Files whose day is over, and what undoing needed once it is too late for that; returns how many."""
    _deleted, counts = Bringing.objects.filter(kept_until__lte=now).delete()
    return int(counts.get(Bringing._meta.label, 0))


def undoable(*, kind: str, now: datetime) -> "QuerySet[Bringing]":
    """What was applied and can still be undone, the newest first."""
    rows = Bringing.objects.filter(kind=kind, kept_until__gt=now, undone_at=None).exclude(applied_at=None)
    return rows.select_related("user").order_by("-applied_at", "-pk")
