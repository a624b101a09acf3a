"""What is kept no longer than the register says, once an owner has confirmed for how long that is.

Nightly, in batches: each is a transaction of its own that also notes how far the night has come and what it erased, so
that a night that was cut off goes on where it was, and one that did not take place is caught up by the next.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, Max, Min, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from booking.intake.history import with_those_beside
from booking.models import STANDING, Appointment, Case, CaseEvent, Clearance, Client, Intake, RetentionRun
from booking.people.erasing import delete, empty_value, erase_client, forget
from booking.people.periods import years_of
from booking.people.register import BOOKS, HEALTH, REGISTER, UNBOOKED, Erased, Keep, Table, tables
from booking.people.scrubbing import scrub
from booking.people.subject import Subject, find_nobodys, find_subject
from booking.scheduling.appointments import SYSTEM, Refused
from services.models import ClinicPolicy
from services.sealed import opened

logger = logging.getLogger(__name__)

PEOPLE_AT_ONCE = 20
ROWS_AT_ONCE = 1_000
LONGEST_RUN_SECONDS = 30.0
NOT_DONE = "not done"  # in the counts: people whose rows could not be erased; the log says why

# What a batch has erased, and the key after which the next one goes on: None at the end.
Batch = tuple[Counter[str], int | None]


def forget_by_night(*, night: datetime, now: datetime, clock: Callable[[], float] = time.monotonic) -> bool:
    """Erase what is over at `now`, as the work of `night` (both UTC); returns whether all of it is done.

    Does nothing before the first night after an owner has confirmed the periods. Stops after half a minute; the next
    call goes on.
    """
    policy = ClinicPolicy.current()
    if policy.keep_confirmed_at is None or policy.keep_confirmed_at > night:
        return True
    begun = clock()
    run, _is_new = RetentionRun.objects.get_or_create(night_at=night, defaults={"started_at": now})
    if run.finished_at is not None:
        return True
    while not (run := _one_batch(run, policy=policy, now=now)).finished_at:
        if clock() - begun > LONGEST_RUN_SECONDS:
            return False
    erased = ", ".join(f"{model} {count}" for model, count in sorted(run.counts.items()))
    logger.info("personal data that was over has been erased: %s", erased or "nothing")
    scrub()
    return True


def years_before(moment: datetime, years: int) -> datetime:
    """The same day and time `years` earlier; 29 February becomes the 28th."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def next_due(keep: Keep, *, policy: ClinicPolicy) -> date | None:
    """The day (UTC) after which the oldest of what is kept for `keep` is over; None where there is none or no period."""
    years = years_of(keep, policy=policy)
    if years is None:
        return None
    found = [(_oldest(keep), years)]
    if keep is BOOKS:
        # The name stays with the health answers.
        longer = max(years, policy.keep_health_years)
        found = [(_last_contact(has_health=False), years), (_last_contact(has_health=True), longer)]
    return min((years_before(oldest, -count).date() for oldest, count in found if oldest), default=None)


def _one_batch(run: RetentionRun, *, policy: ClinicPolicy, now: datetime) -> RetentionRun:
    with transaction.atomic():
        run = RetentionRun.objects.select_for_update().get(pk=run.pk)
        step, after = run.reached.get("step", 0), run.reached.get("after", 0)
        if run.finished_at is not None:
            return run
        counts, last = STEPS[step](after, policy, now)
        run.counts = dict(Counter(run.counts) + counts)
        run.reached = {"step": step, "after": last} if last is not None else {"step": step + 1, "after": 0}
        if run.reached["step"] == len(STEPS):
            run.finished_at = now
        run.save()
    return run


def _people(after: int, policy: ClinicPolicy, now: datetime) -> Batch:
    """Who has not been here for so long that neither the books nor their health answers are needed any more."""
    over = {keep: years_before(now, int(getattr(policy, keep.years))) for keep in (HEALTH, BOOKS)}
    found = list(_by_last_contact().filter(last__lt=max(over.values()), pk__gt=after).order_by("pk")[:PEOPLE_AT_ONCE])
    counts: Counter[str] = Counter()
    for client in found:
        try:
            with transaction.atomic():
                counts += _let_go(client, is_over={keep: client.last < over[keep] for keep in over}, now=now)
        except Refused:
            pass  # somebody booked meanwhile
        except Exception:
            # One row that can't be judged must not hold up the others.
            logger.exception("a person's data could not be erased after its time")
            counts[NOT_DONE] += 1
    return counts, found[-1].pk if len(found) == PEOPLE_AT_ONCE else None


def _let_go(client: Client, *, is_over: dict[Keep, bool], now: datetime) -> Counter[str]:
    subject = find_subject(client)
    has_health = _has_health(subject)
    if is_over[BOOKS] and (is_over[HEALTH] or not has_health):
        return erase_client(client=client, by=SYSTEM, now=now)
    return forget(subject, now=now, only=[HEALTH]) if is_over[HEALTH] and has_health else Counter()


def _has_health(subject: Subject) -> bool:
    """Whether any row or field is there that is kept as long as health answers are."""
    for table in tables():
        names = [one.name for one in table if one.keep is HEALTH and one.erased is not Erased.KEPT]
        rows = subject.rows(table)
        if names and (rows.exists() if table.is_deleted else any(any(row) for row in rows.values_list(*names))):
            return True
    return False


def _nobodys(after: int, policy: ClinicPolicy, now: datetime) -> Batch:
    """Safety checks that led to no visit, each with those that the same visitor gave before and after it."""
    cutoff = years_before(now, policy.keep_mails_years)
    visited = Appointment.objects.filter(intake=OuterRef("pk")).exclude(client=None)
    old = Intake.objects.filter(client=None, created_at__lt=cutoff, pk__gt=after)
    found = list(old.exclude(Exists(visited)).order_by("pk").values_list("pk", flat=True)[:PEOPLE_AT_ONCE])
    counts: Counter[str] = Counter()
    for pk in found:
        chain = with_those_beside([pk])
        if not _belongs_to_somebody(chain) and _is_quiet(chain, since=cutoff, today=now.date()):
            counts += forget(find_nobodys(chain), now=now)
    return counts, found[-1] if len(found) == PEOPLE_AT_ONCE else None


def _belongs_to_somebody(chain: set[int]) -> bool:
    around = Intake.objects.filter(Q(pk__in=chain) | Q(later__in=chain) | Q(previous__in=chain))
    return (
        around.exclude(client=None).exists()
        or Appointment.objects.filter(intake__in=chain).exclude(client=None).exists()
        or Case.objects.filter(intake__in=chain).exclude(client=None, appointment__client=None).exists()
    )


def _is_quiet(chain: set[int], *, since: datetime, today: date) -> bool:
    """Whether nothing has happened about these answers since then, and no letter lets somebody book on them."""
    newest = Intake.objects.filter(pk__in=chain).aggregate(at=Max("created_at"))["at"]
    told = CaseEvent.objects.filter(case__intake__in=chain, at__gte=since)
    letters = Clearance.objects.filter(intake__in=chain, voided_at=None, valid_until__gte=today)
    # An intake that went with another one of its chain is gone already.
    return newest is not None and newest < since and not told.exists() and not letters.exists()


def _step_for(table: Table) -> Callable[[int, ClinicPolicy, datetime], Batch]:
    def step(after: int, policy: ClinicPolicy, now: datetime) -> Batch:
        """Rows that count for themselves, from `since` on: deleted, or emptied where the row is kept for another reason."""
        keep = _keep_of_rows(table)
        cutoff = years_before(now, int(getattr(policy, keep.years)))
        names = [one.name for one in table if one.keep is keep]
        rows = _dated(table).filter(**{f"{table.since}__lt": cutoff}, pk__gt=after).order_by("pk")
        keys = list(rows.values_list("pk", flat=True)[:ROWS_AT_ONCE])
        due = rows.model._default_manager.filter(pk__in=keys)
        with opened(rows.model._meta.db_table):
            count = delete(due) if table.keep is keep else _empty(due, names)
        return Counter({table.model: count} if count else {}), keys[-1] if len(keys) == ROWS_AT_ONCE else None

    return step


def _keep_of_rows(table: Table) -> Keep:
    """What `since` counts for: the whole row, or those fields of it that have a period of their own."""
    return table.keep if table.keep.years else next(one.keep for one in table if one.keep and one.keep.years)


def _dated(table: Table) -> "QuerySet[Model]":
    rows: QuerySet[Model] = apps.get_model(table.model)._default_manager.filter(**table.settled)
    return rows


def _empty(rows: "QuerySet[Model]", names: list[str]) -> int:
    """Looked at row by row: what is encrypted can't be compared in the database."""
    blanks = {name: empty_value(rows.model, name) for name in names}
    filled = [key for key, *values in rows.values_list("pk", *names) if values != list(blanks.values())]
    return rows.filter(pk__in=filled).update(**blanks) if filled else 0


STEPS: tuple[Callable[[int, ClinicPolicy, datetime], Batch], ...] = (
    _people,
    _nobodys,
    *(_step_for(table) for table in REGISTER if table.since),
)


def _by_last_contact() -> "QuerySet[Any]":
    """Clients with `last`: the end of their last visit, or the last safety check or case, whichever came later."""

    def newest(rows: "QuerySet[Any]", name: str) -> Coalesce:
        mine = rows.filter(client=OuterRef("pk")).order_by().values("client").annotate(newest=Max(name))
        return Coalesce(Subquery(mine.values("newest")), "created_at")

    last = Greatest(
        newest(Appointment.objects.all(), "ends_at"),
        newest(Intake.objects.all(), "created_at"),
        newest(Case.objects.all(), "opened_at"),
    )
    return Client.objects.filter(STANDING).annotate(last=last)


def _oldest(keep: Keep) -> datetime | None:
    if keep is HEALTH:
        return _last_contact(has_health=True)
    if keep is UNBOOKED:
        return _first(Intake.objects.filter(client=None, appointments=None).aggregate(at=Min("created_at")))
    dated = [table for table in REGISTER if table.since and table.keep is keep]
    found = [_first(_dated(table).aggregate(at=Min(table.since))) for table in dated]
    return min((one for one in found if one), default=None)


def _last_contact(*, has_health: bool) -> datetime | None:
    """Of whoever has been away for longest, among those with a safety check or case, or without."""
    told = Exists(Intake.objects.filter(client=OuterRef("pk"))) | Exists(Case.objects.filter(client=OuterRef("pk")))
    return _first(_by_last_contact().filter(told if has_health else ~told).aggregate(at=Min("last")))


def _first(row: dict[str, datetime | None]) -> datetime | None:
    return row["at"]
