"""When therapists work, in bulk; and the only writer of hours, time off, skills and who works here.

Every writer locks the same rows as a booking does, so that no start is booked while its hours go away. A refusal is a
RotaRefused with a sentence. Which visits a change strands is a question for the floor above: each writer is handed a
`Review` and puts it last, in the transaction of the change.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from services.blanks import is_blank
from services.cells import Span, subtract
from services.countries import format_clock
from services.facts import Facts, current
from services.hours import Week, WeeklySpan, local_day, open_intervals, spans_meet
from services.intervals import Interval
from services.locks import lock_parents
from services.models import Location, Therapist, TimeOff, Treatment, WorkingHours
from services.refusals import Refusal
from services.statements import read_rows

FIRST_YEAR, LAST_YEAR = 2000, 2100
REASON_LENGTH = 100
# More than that is a day off.
LONGEST_BLOCK = timedelta(hours=6)

_ABSENCES = """
SELECT therapist_id, cell(starts_at), cell(ends_at) FROM services_timeoff
WHERE ends_at > %(start)s AND starts_at < %(end)s
  AND (location_id = %(location)s OR therapist_id IN (%(therapists)s))
"""


class Review(Protocol):
    """Looks at the visits of these therapists and at these places once a change is written, before it is committed.

    May raise, and then nothing is changed.
    """

    def __call__(self, *, therapist_ids: Collection[int] = (), location_ids: Collection[int] = ()) -> None: ...


class RotaRefused(Refusal):
    """Nothing was written. The text is a sentence for a person."""


class HoursRefused(RotaRefused):
    """These working hours are not possible."""


class TimeOffRefused(RotaRefused):
    """This time off or closure is not possible."""


class ZoneRefused(RotaRefused):
    """A location's time zone is not one that this machine knows."""


# --- Reading ---------------------------------------------------------------------------------------------------------


def open_hours(
    *, therapist_ids: Iterable[int], location: Location, first_date: date, days: int
) -> dict[int, list[Interval]]:
    """When each therapist is at `location` on `days` (one or more) local dates: hours minus time off and closures.

    UTC, rising, disjoint; with every id that was asked for. One statement, for the absences, however many therapists
    and days. Raises ZoneRefused.
    """
    ids = list(dict.fromkeys(therapist_ids))
    zone = zone_of(location=location)
    last_date = first_date + timedelta(days=days - 1)
    window = Interval(local_day(date=first_date, zone=zone).start, local_day(date=last_date, zone=zone).end)
    hours = current().hours
    absences = _load_absences(ids, location, window)
    return {
        pk: open_intervals(
            spans=hours.get((pk, location.pk), ()),
            absences=absences[pk] + absences[None],
            zone=zone,
            first_date=first_date,
            days=days,
        )
        for pk in ids
    }


def open_cells(
    *, therapist_ids: Iterable[int], location: Location, first_date: date, days: int
) -> dict[int, tuple[Span, ...]]:
    """The same as `open_hours`, in cells since the epoch: what the hours come to is remembered with the facts."""
    ids = list(dict.fromkeys(therapist_ids))
    zone = zone_of(location=location)
    last_date = first_date + timedelta(days=days - 1)
    window = Interval(local_day(date=first_date, zone=zone).start, local_day(date=last_date, zone=zone).end)
    absences = _load_absent_cells(ids, location, window)
    facts, dates = current(), [first_date + timedelta(days=number) for number in range(days)]
    opened = {pk: _week(facts, pk, location.pk, zone).open_cells(days=dates) for pk in ids}
    if not absences:
        return opened
    return {pk: subtract(spans, [*absences[pk], *absences[None]]) for pk, spans in opened.items()}


def hours_on(*, location: Location, days: Collection[tuple[int, date]]) -> dict[tuple[int, date], list[Interval]]:
    """When somebody works at `location`, whoever is away, for each therapist's id and local date in `days`.

    UTC, rising, disjoint. Raises ZoneRefused.
    """
    if not days:
        return {}
    zone, hours = zone_of(location=location), current().hours
    return {
        (pk, day): open_intervals(
            spans=hours.get((pk, location.pk), ()), absences=(), zone=zone, first_date=day, days=1
        )
        for pk, day in days
    }


def absences_in(
    *, therapist_ids: Iterable[int], location: Location, window: Interval
) -> dict[int | None, list[Interval]]:
    """Time off that meets `window`, by therapist; the closures of `location` under None. One statement."""
    return _load_absences(list(therapist_ids), location, window)


def zone_of(*, location: Location) -> ZoneInfo:
    """Raises ZoneRefused where the location's zone is unknown here."""
    try:
        return location.zone
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneRefused(
            _("“%(zone)s”, the time zone of %(location)s, is not one that this machine knows.")
            % {"zone": location.time_zone, "location": location.name}
        ) from error


def home_of(*, therapist: Therapist) -> Location | None:
    """The first location at which the therapist has hours, else the first there is. Time off is typed in its zone."""
    facts = current()
    places = facts.all_of(Location)
    return next((place for place in places if (therapist.pk, place.pk) in facts.hours), next(iter(places), None))


def span_of(*, hours: WorkingHours) -> WeeklySpan:
    return WeeklySpan(hours.weekday, hours.opens, hours.closes, hours.first_date, hours.last_date)


def check_hours(
    *, therapist: Therapist, location: Location, spans: Sequence[WeeklySpan], leaving_out: WorkingHours | None = None
) -> None:
    """Raise HoursRefused unless the spans can be added to the hours the therapist has (but for `leaving_out`)."""
    zone_of(location=location)
    country = location.country
    for span in spans:
        _check_span(span)
    for a, b in combinations(spans, 2):
        if spans_meet(a, b):
            raise HoursRefused(
                _("Two spans on %(weekday)s overlap: %(first)s and %(second)s.")
                % {"weekday": _weekday(a), "first": _times(a, country), "second": _times(b, country)}
            )
    others = WorkingHours.objects.filter(therapist=therapist).select_related("location")
    if leaving_out is not None:
        others = others.exclude(pk=leaving_out.pk)
    for row in others:
        _check_meeting(therapist, row, spans)


def check_time_off(*, starts_at: datetime, ends_at: datetime, reason: str = "") -> None:
    """Raise TimeOffRefused unless this can be written as time off or a closure, ValueError for times without a zone."""
    if starts_at.utcoffset() is None or ends_at.utcoffset() is None:
        raise ValueError("time off runs between instants, not wall-clock times")
    if not FIRST_YEAR <= min(starts_at.year, ends_at.year) <= max(starts_at.year, ends_at.year) <= LAST_YEAR:
        raise TimeOffRefused(wrong_year())
    first, last = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if not (_is_on_mark(first.time()) and _is_on_mark(last.time())):
        raise TimeOffRefused(_("Use times in steps of five minutes."))
    if last <= first:
        raise TimeOffRefused(_("Time off ends after it begins."))
    if len(reason) > REASON_LENGTH:
        raise TimeOffRefused(_("Write the reason in at most %(count)s characters.") % {"count": REASON_LENGTH})


def wrong_year() -> str:
    return _("Choose a date between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}


# --- Working hours ---------------------------------------------------------------------------------------------------


def set_working_hours(
    *,
    therapist: Therapist,
    location: Location,
    spans: Iterable[WeeklySpan],
    from_date: date | None = None,
    review: Review,
) -> list[WorkingHours]:
    """Replace the therapist's week at `location` from `from_date` on (None: from ever). No spans: no hours any more.

    What was valid before that date stays. A span may begin later or end by dates of its own. Raises HoursRefused.
    """
    return set_week(therapist=therapist, spans_at={location: spans}, from_date=from_date, review=review)


@transaction.atomic
def set_week(
    *,
    therapist: Therapist,
    spans_at: Mapping[Location, Iterable[WeeklySpan]],
    from_date: date | None = None,
    until_date: date | None = None,
    review: Review,
) -> list[WorkingHours]:
    """Replace the week at each of these places from `from_date` to `until_date`, both included (None: without end).

    What was valid before and after stays, and so do hours at other places. Raises HoursRefused.
    """
    places = sorted(spans_at, key=lambda place: place.pk)
    lock_parents(therapist_ids=[therapist.pk], location_ids=[place.pk for place in places])
    for day in (from_date, until_date):
        if day is not None:
            _check_year(day)
    if from_date is not None and until_date is not None and until_date < from_date:
        raise HoursRefused(_("The last day is not before the first."))
    for place in places:
        _end_hours(therapist, place, from_date, until_date)
    made: list[WorkingHours] = []
    for place in places:
        week = [_within(span, from_date, until_date) for span in spans_at[place]]
        check_hours(therapist=therapist, location=place, spans=week)
        made += WorkingHours.objects.bulk_create(
            [WorkingHours(therapist=therapist, location=place, **_columns(span)) for span in week]
        )
    review(therapist_ids=[therapist.pk])
    return made


@transaction.atomic
def add_hours(*, therapist: Therapist, location: Location, span: WeeklySpan, review: Review) -> WorkingHours:
    """Add one span to what the therapist has. Raises HoursRefused."""
    lock_parents(therapist_ids=[therapist.pk], location_ids=[location.pk])
    check_hours(therapist=therapist, location=location, spans=[span])
    made = WorkingHours.objects.create(therapist=therapist, location=location, **_columns(span))
    review(therapist_ids=[therapist.pk])
    return made


@transaction.atomic
def change_hours(*, hours: WorkingHours, span: WeeklySpan, review: Review) -> WorkingHours:
    """Change when, not who or where. Raises HoursRefused, also where the row is gone."""
    lock_parents(therapist_ids=[hours.therapist_id], location_ids=[hours.location_id])
    check_hours(therapist=hours.therapist, location=hours.location, spans=[span], leaving_out=hours)
    if not WorkingHours.objects.filter(pk=hours.pk).update(**_columns(span)):
        raise HoursRefused(_("These hours were removed in the meantime."))
    hours.refresh_from_db()
    review(therapist_ids=[hours.therapist_id])
    return hours


@transaction.atomic
def remove_hours(*, hours: WorkingHours, review: Review) -> None:
    """Harmless where the row is already gone."""
    lock_parents(therapist_ids=[hours.therapist_id], location_ids=[hours.location_id])
    WorkingHours.objects.filter(pk=hours.pk).delete()
    review(therapist_ids=[hours.therapist_id])


# --- Time off and closures -------------------------------------------------------------------------------------------


@transaction.atomic
def add_time_off(
    *, therapist: Therapist, starts_at: datetime, ends_at: datetime, reason: str = "", review: Review
) -> TimeOff:
    """The therapist is away, at every location. Raises TimeOffRefused."""
    lock_parents(therapist_ids=[therapist.pk])
    check_time_off(starts_at=starts_at, ends_at=ends_at, reason=reason)
    made = TimeOff.objects.create(therapist=therapist, starts_at=starts_at, ends_at=ends_at, reason=reason)
    review(therapist_ids=[therapist.pk])
    return made


def add_block(*, therapist: Therapist, starts_at: datetime, ends_at: datetime, word: str, review: Review) -> TimeOff:
    """Some time of one day in which the therapist takes nobody: lunch, a meeting. It needs a word.

    The same row, under the same locks, as time off. Raises TimeOffRefused.
    """
    if is_blank(word):
        raise TimeOffRefused(_("Write a word for it, like “Lunch”."))
    if ends_at - starts_at > LONGEST_BLOCK:
        raise TimeOffRefused(_("A block is part of one day. Enter longer times as time off."))
    return add_time_off(therapist=therapist, starts_at=starts_at, ends_at=ends_at, reason=word, review=review)


def is_block(time_off: TimeOff) -> bool:
    """Whether it is no more than a block: part of a day of one therapist."""
    return time_off.therapist_id is not None and time_off.ends_at - time_off.starts_at <= LONGEST_BLOCK


@transaction.atomic
def add_closure(
    *, location: Location, starts_at: datetime, ends_at: datetime, reason: str = "", review: Review
) -> TimeOff:
    """The location is closed, for everybody. Raises TimeOffRefused."""
    lock_parents(location_ids=[location.pk])
    check_time_off(starts_at=starts_at, ends_at=ends_at, reason=reason)
    made = TimeOff.objects.create(location=location, starts_at=starts_at, ends_at=ends_at, reason=reason)
    review(location_ids=[location.pk])
    return made


@transaction.atomic
def change_time_off(
    *, time_off: TimeOff, starts_at: datetime, ends_at: datetime, reason: str = "", review: Review
) -> TimeOff:
    """Change when and why, not whose. Raises TimeOffRefused, also where the row is gone."""
    lock_parents(**_owner(time_off))
    check_time_off(starts_at=starts_at, ends_at=ends_at, reason=reason)
    if not TimeOff.objects.filter(pk=time_off.pk).update(starts_at=starts_at, ends_at=ends_at, reason=reason):
        raise TimeOffRefused(_("This time off was removed in the meantime."))
    time_off.refresh_from_db()
    review(**_owner(time_off))
    return time_off


@transaction.atomic
def remove_time_off(*, time_off: TimeOff, review: Review) -> None:
    """Time off or a closure. Harmless where the row is already gone."""
    lock_parents(**_owner(time_off))
    TimeOff.objects.filter(pk=time_off.pk).delete()
    review(**_owner(time_off))


# --- Therapists ------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_therapist(*, therapist: Therapist, is_active: bool, treatments: Iterable[Treatment], review: Review) -> None:
    """Whether the therapist works here (hours and visits stay in any case), and gives these treatments and no others."""
    lock_parents(therapist_ids=[therapist.pk])
    Therapist.objects.filter(pk=therapist.pk).update(is_active=is_active)
    therapist.is_active = is_active
    therapist.treatments.set(treatments)
    review(therapist_ids=[therapist.pk])


# --- Parts -----------------------------------------------------------------------------------------------------------


def _load_absences(ids: Sequence[int], location: Location, window: Interval) -> dict[int | None, list[Interval]]:
    """By therapist; the location's closures under None."""
    rows = TimeOff.objects.filter(
        Q(therapist__in=ids) | Q(location=location), ends_at__gt=window.start, starts_at__lt=window.end
    )
    absences: dict[int | None, list[Interval]] = defaultdict(list)
    for therapist_id, starts_at, ends_at in rows.order_by().values_list("therapist_id", "starts_at", "ends_at"):
        absences[therapist_id].append(Interval(starts_at, ends_at))
    return absences


def _week(facts: Facts, therapist_id: int, location_id: int, zone: ZoneInfo) -> Week:
    key = (Week, therapist_id, location_id, zone)
    found: Week | None = facts.memo.get(key)
    if found is None:
        found = facts.memo[key] = Week(facts.hours.get((therapist_id, location_id), ()), zone)
    return found


def _load_absent_cells(ids: Sequence[int], location: Location, window: Interval) -> dict[int | None, list[Span]]:
    """As `_load_absences`, in cells since the epoch."""
    absences: dict[int | None, list[Span]] = defaultdict(list)
    asked = {"start": window.start, "end": window.end, "location": location.pk, "therapists": list(ids)}
    for therapist_id, first, last in read_rows(_ABSENCES, asked):
        absences[therapist_id].append((first, last))
    return absences


def _columns(span: WeeklySpan) -> dict[str, object]:
    return {
        "weekday": span.weekday,
        "opens": span.opens,
        "closes": span.closes,
        "first_date": span.first_date,
        "last_date": span.last_date,
    }


def _within(span: WeeklySpan, from_date: date | None, until_date: date | None) -> WeeklySpan:
    """The span without what lies outside of these dates."""
    firsts = [day for day in (span.first_date, from_date) if day is not None]
    lasts = [day for day in (span.last_date, until_date) if day is not None]
    return replace(span, first_date=max(firsts, default=None), last_date=min(lasts, default=None))


def _end_hours(therapist: Therapist, location: Location, from_date: date | None, until_date: date | None) -> None:
    """Take these dates out of every span; what is left on either side of them stays."""
    rows = WorkingHours.objects.filter(therapist=therapist, location=location)
    if from_date is not None:
        rows = rows.filter(Q(last_date=None) | Q(last_date__gte=from_date))
    if until_date is not None:
        rows = rows.filter(Q(first_date=None) | Q(first_date__lte=until_date))
    for row in rows:
        if until_date is not None and (row.last_date is None or row.last_date > until_date):
            later = replace(span_of(hours=row), first_date=until_date + timedelta(days=1))
            WorkingHours.objects.create(therapist=therapist, location=location, **_columns(later))
        if from_date is not None and (row.first_date is None or row.first_date < from_date):
            WorkingHours.objects.filter(pk=row.pk).update(last_date=from_date - timedelta(days=1))
        else:
            row.delete()


def _check_span(span: WeeklySpan) -> None:
    if not 1 <= span.weekday <= 7:
        raise HoursRefused(_("Choose a weekday."))
    if not (_is_on_mark(span.opens) and _is_on_mark(span.closes)):
        raise HoursRefused(_("Use times in steps of five minutes."))
    if span.closes <= span.opens:
        raise HoursRefused(_("Hours end after they begin, on the same day."))
    for day in (span.first_date, span.last_date):
        if day is not None:
            _check_year(day)
    if span.first_date is not None and span.last_date is not None and span.last_date < span.first_date:
        raise HoursRefused(_("The last day is not before the first."))


def _check_meeting(therapist: Therapist, row: WorkingHours, spans: Sequence[WeeklySpan]) -> None:
    taken = span_of(hours=row)
    if any(spans_meet(taken, span) for span in spans):
        raise HoursRefused(
            _("%(therapist)s already has hours at %(location)s on %(weekday)s, %(times)s.")
            % {
                "therapist": therapist.name,
                "location": row.location.name,
                "weekday": _weekday(taken),
                "times": _times(taken, row.location.country),
            }
        )


def _check_year(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise HoursRefused(wrong_year())


def _is_on_mark(moment: time) -> bool:
    return moment.minute % 5 == 0 and moment.second == 0 and moment.microsecond == 0


def _weekday(span: WeeklySpan) -> str:
    return str(WorkingHours.Weekday(span.weekday).label)


def _times(span: WeeklySpan, country: str) -> str:
    return f"{format_clock(span.opens, country=country)}–{format_clock(span.closes, country=country)}"


def _owner(time_off: TimeOff) -> dict[str, list[int]]:
    """Whose it is: one therapist, or one place."""
    return {
        "therapist_ids": [] if time_off.therapist_id is None else [time_off.therapist_id],
        "location_ids": [] if time_off.location_id is None else [time_off.location_id],
    }
