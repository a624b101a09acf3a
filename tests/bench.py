"""Measures what grows with a clinic, on both engines: `python -m tests.bench`. Writes docs/benchmark.md.

Times are medians (for mails, of which each is another one, the mean), and what counts is how they grow: each row is compared with the first one of its group. Nothing
fails for being slow; the run fails where a larger clinic needs more statements for the same work.
"""

import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from booking.intake.stops import is_stopped
from tests import environment
from tests.environment import ENGINES, ROOT

if TYPE_CHECKING:
    from booking.models import Draft
    from booking.scheduling.availability import StartOnOffer
    from booking.scheduling.search import Wish

PAGE = ROOT / "docs" / "benchmark.md"
SIZES = [(therapists, history) for therapists in (3, 20, 30) for history in (10, 200)]
SMALLEST, FEW_DAYS, LARGEST = (3, 10), (30, 10), (30, 200)
RUNS = 15
LISTED_DAYS = (1, 30)
MAILS = (100, 1000)
ENGINE_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
STARTS, BOARD, KEEP, BOOK, SEND = (
    "Listing the starts on offer",
    "The page of the day board",
    "Keeping a start",
    "Booking the start that was kept",
    "Sending due mails, for each mail",
)
# Each mail is handed off in a commit of its own, on purpose; batches make the figure for each mail uneven.
MAY_DIFFER = {SEND}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured thing. `seconds` is the median; `statements` are those of one run."""

    group: str
    size: str
    seconds: float
    statements: float


def main() -> int:
    began = time.monotonic()
    results = {engine: measure_engine(engine) for engine in ENGINES}
    text = as_markdown(results)
    print(text)
    PAGE.write_text(text, encoding="utf-8")
    print(f"Written to {PAGE.relative_to(ROOT)} after {time.monotonic() - began:.0f} s.")
    faults = [fault for engine, rows in results.items() for fault in find_growth(engine, rows)]
    print("".join(f"{fault}\n" for fault in faults), end="", file=sys.stderr)
    return 1 if faults else 0


def measure_engine(engine: str) -> list[Row]:
    """In a process of its own, one engine after the other, so that none slows the other down."""
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder:
        result = Path(folder) / "rows.json"
        subprocess.run(
            [sys.executable, "-m", "tests.bench", str(result)],
            env=os.environ | {"TEST_ENGINE": engine},
            stdin=subprocess.DEVNULL,
            check=True,
        )
        return [Row(**row) for row in json.loads(result.read_text())]


def find_growth(engine: str, rows: Sequence[Row]) -> list[str]:
    """A sentence for each group in which the number of statements depends on the size."""
    faults = []
    for group, members in by_group(rows).items():
        counts = {row.size: row.statements for row in members}
        if group not in MAY_DIFFER and len(set(counts.values())) > 1:
            faults.append(f"{ENGINE_NAMES[engine]}: {group}: the number of statements depends on the size: {counts}")
    return faults


def by_group(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return groups


def as_markdown(results: dict[str, list[Row]]) -> str:
    """A table for each group: how many times as long as its first row, statements, and milliseconds."""
    head = (
        "# How it grows\n\n"
        f"Written by `make bench` on Python {platform.python_version()} with {os.cpu_count()} cores. The first number "
        "is how many times as long a row takes as the first row of its table; that carries over to other machines. "
        f"Milliseconds are medians of {RUNS} runs on this one (mails: the mean) and do not. Statements are those sent "
        "to the database; the run fails where they grow with the clinic.\n"
    )
    grouped = [by_group(rows) for rows in results.values()]
    return head + "".join(_table(group, [groups[group] for groups in grouped], list(results)) for group in grouped[0])


def _table(group: str, columns: Sequence[Sequence[Row]], engines: Sequence[str]) -> str:
    names = [f"{ENGINE_NAMES[engine]} | statements | ms" for engine in engines]
    lines = [f"\n## {group}\n", f"| | {' | '.join(names)} |", f"| --- |{' ---: |' * 3 * len(engines)}"]
    for rows in zip(*columns, strict=True):
        cells = [_cells(row, first=column[0]) for row, column in zip(rows, columns, strict=True)]
        lines.append(f"| {rows[0].size} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cells(row: Row, *, first: Row) -> str:
    return f"× {row.seconds / first.seconds:.1f} | {row.statements:g} | {row.seconds * 1000:.1f}"


# --- In the process of one engine ------------------------------------------------------------------------------------


def measure_here(result: Path) -> None:
    """Sets Django up for the engine that TEST_ENGINE names, measures, and leaves the rows in `result`."""
    environment.prepare()
    import django

    django.setup()
    rows: list[Row] = []
    with migrated_database():
        for therapists, history in SIZES:
            with seeded_copy(therapists=therapists, history_days=history):
                rows += measure_size(therapists=therapists, history_days=history)
    result.write_text(json.dumps([asdict(row) for row in rows]))


@contextmanager
def migrated_database() -> Iterator[None]:
    """An empty one, to be copied for each size."""
    from django.db import connection

    if connection.vendor == "sqlite":
        # A file, as in real life.
        connection.settings_dict["TEST"]["NAME"] = str(Path(os.environ["DATA_DIR"]) / "bench.sqlite3")
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    yield
    connection.creation.destroy_test_db(before, verbosity=0)


@contextmanager
def seeded_copy(*, therapists: int, history_days: int) -> Iterator[None]:
    """A scratch database with a large clinic; the connection leads there until the block ends."""
    from django.core.management import call_command
    from django.db import connection

    suffix = f"{therapists}_{history_days}"
    empty = connection.settings_dict
    connection.close()  # SQLite writes its log into the file, PostgreSQL copies only what nobody uses
    connection.creation.clone_test_db(suffix=suffix, verbosity=0, autoclobber=True)
    connection.close()
    connection.settings_dict = connection.creation.get_test_db_clone_settings(suffix)
    call_command("seed_scale", therapists=therapists, history_days=history_days, stdout=io.StringIO())
    with connection.cursor() as cursor:
        # What a database in use has done by itself, and would else do while we measure.
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    yield
    connection.close()
    connection.settings_dict = empty
    connection.creation.destroy_test_db(suffix=suffix, verbosity=0)


def measure_size(*, therapists: int, history_days: int) -> Iterator[Row]:
    size = (therapists, history_days)
    if history_days == SMALLEST[1] and therapists in (SMALLEST[0], LARGEST[0]):
        yield from measure_starts(therapists)
    yield measure_board(f"{therapists} therapists, {history_days} days of history")
    if size in (SMALLEST, LARGEST):
        yield from measure_booking(f"{therapists} therapists, {history_days} days of history")
    if size == FEW_DAYS:
        yield from measure_mails()


def measure_starts(therapists: int) -> Iterator[Row]:
    from django.utils import timezone

    from booking.scheduling.search import Search
    from booking.scheduling.starts import list_starts

    wish, now = make_wish(), timezone.now()
    for days in LISTED_DAYS:
        yield measure(
            STARTS,
            f"{therapists} therapists, {days} {'day' if days == 1 else 'days'}",
            partial(list_starts, search=Search(wish, now), first_date=working_day(), days=days),
        )


def measure_board(size: str) -> Row:
    from django.contrib.auth.models import User
    from django.test import Client

    from clinic.models import StaffProfile

    user = User.objects.create_user("reception")
    StaffProfile.objects.create(user=user, role=StaffProfile.Role.RECEPTION)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/panel/?date={working_day().isoformat()}"
    assert client.get(address).status_code == 200
    return measure(BOARD, size, lambda: client.get(address))


def measure_booking(size: str) -> Iterator[Row]:
    """Each run keeps and books another start, on another day, for another visitor."""
    from django.utils import timezone

    from booking.scheduling import appointments
    from booking.scheduling.appointments import Details

    wish, now = make_wish(), timezone.now()
    details = Details(name="Niamh Kelly", booker_name="Niamh Kelly", booker_email="niamh@clients.example")
    # One to warm up and one to count the statements, beside those that are timed.
    visits = list(enumerate(one_start_a_day(wish, count=RUNS + 2)))
    drafts = [make_draft(wish) for _ in visits]

    def keep(number: int, start: "StartOnOffer") -> None:
        appointments.keep_start(
            draft=drafts[number],
            starts_at=start.starts_at,
            therapist_id=start.therapist_id,
            address=f"192.0.2.{number}",
            now=now,
        )

    def book(number: int, _start: "StartOnOffer") -> None:
        appointments.book(draft=drafts[number], details=details, key=f"{number:032}", now=now)

    for group, step in ((KEEP, keep), (BOOK, book)):
        steps = [partial(step, number, start) for number, start in reversed(visits)]
        yield measure(group, size, partial(take_one, steps))


def take_one(steps: "list[partial[None]]") -> None:
    steps.pop()()


def measure_mails() -> Iterator[Row]:
    """To a mail server that is only a list, so that what is measured is ours."""
    from django.core import mail
    from django.test import override_settings

    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        for count in MAILS:
            queue_mails(count)
            mail.outbox = []
            began = time.perf_counter()
            send_all()
            each = (time.perf_counter() - began) / count
            assert len(mail.outbox) == count, f"{len(mail.outbox)} of {count} mails were sent"
            queue_mails(count)
            statements = count_statements(send_all) / count
            yield Row(group=SEND, size=f"{count} mails", seconds=each, statements=round(statements, 1))


def queue_mails(count: int) -> None:
    """A confirmation each for so many visits ahead."""
    from django.utils import timezone

    from booking.messages import outbox
    from booking.models import Appointment, Message, State

    now = timezone.now()
    Message.objects.all().delete()
    for visit in Appointment.objects.filter(state=State.BOOKED, starts_at__gt=now).order_by("-pk")[:count]:
        visit.booker_email = visit.client.email if visit.client else ""
        visit.save(update_fields=["booker_email"])
        outbox.announce(appointment=visit, kind=Message.Kind.BOOKED, now=now)
    Message.objects.filter(kind=Message.Kind.REMINDER).delete()


def send_all() -> None:
    from booking.messages import outbox
    from booking.messages.clock import read_database_clock

    for _ in outbox.each_sweep(ask_gate=is_stopped, clock=read_database_clock):
        pass


def measure(group: str, size: str, action: Callable[[], object]) -> Row:
    """The median of some runs, after one to warm up; statements are counted in one more, which is not timed."""
    action()
    statements = count_statements(action)
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return Row(group=group, size=size, seconds=statistics.median(times), statements=statements)


def count_statements(action: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def make_wish() -> "Wish":
    from booking.scheduling.search import Wish
    from services.models import Location, Treatment

    return Wish(treatment=Treatment.objects.get(key="swedish"), minutes=60, location=Location.objects.get())


def make_draft(wish: "Wish") -> "Draft":
    """A visitor who has chosen and has nothing to report."""
    from django.utils import timezone

    from booking.intake.drafts import LIFETIME
    from booking.models import Draft
    from tests.cast import make_intake

    now = timezone.now()
    return Draft.objects.create(
        treatment=wish.treatment,
        minutes=wish.minutes,
        location=wish.location,
        intake=make_intake(now=now),
        consented_at=now,
        created_at=now,
        expires_at=now + LIFETIME,
    )


def one_start_a_day(wish: "Wish", *, count: int) -> list["StartOnOffer"]:
    from django.utils import timezone

    from booking.scheduling.search import Search
    from booking.scheduling.starts import list_starts

    firsts: dict[date, Any] = {}
    for start in list_starts(search=Search(wish, timezone.now()), first_date=working_day(), days=30):
        firsts.setdefault(start.starts_at.astimezone(wish.zone).date(), start)
    return list(firsts.values())[:count]


def working_day() -> date:
    """A Tuesday within the week that begins in two days: full of visits, and past the notice."""
    from django.utils import timezone

    ahead = timezone.now().date() + timedelta(days=2)
    return ahead + timedelta(days=(1 - ahead.weekday()) % 7)


if __name__ == "__main__":
    if sys.argv[1:]:
        measure_here(Path(sys.argv[1]))
    else:
        sys.exit(main())
