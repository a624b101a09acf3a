"""From the counted numbers to the page, for whoever may see which of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from booking.reports.hours_used import by_room, by_therapist, read_shifts
from booking.reports.people import read_people
from booking.reports.visits import Scope, read_called_off, read_sums
from clinic.panel.door.rights import Member, Reach, Right, may
from clinic.panel.reports.asked import Asked
from clinic.panel.reports.numbers import Numbers, tiles_of
from clinic.panel.reports.page import (
    ReportsPage,
    buttons_of,
    format_dates,
    places_of,
    query_of,
)
from clinic.panel.reports.tables import (
    called_off_report,
    ends_report,
    leads_report,
    missed_report,
    outcomes_report,
    people_report,
    states_report,
)
from clinic.panel.reports.weekly import hours_report, income_report, rooms_report
from services.models import ClinicPolicy, Location


def load_reports(*, member: Member, asked: Asked, locations: Sequence[Location], now: datetime) -> ReportsPage:
    """A fixed number of statements, whatever the size of the clinic and of the period."""
    scope = _scope(member, asked, locations, now)
    numbers, shifts = _read(scope)
    before, _shifts = _read(replace(scope, period=asked.period.before()))
    weeks = asked.period.weeks(today=asked.today)
    is_own = scope.therapist_id is not None
    sees_income = may(member, Right.SEE_INCOME)
    reports = [hours_report(numbers, weeks, scope)]
    if not is_own:
        reports.append(rooms_report(by_room(numbers.sums, shifts), weeks, scope))
    if sees_income:
        reports.append(income_report(numbers, weeks, scope))
    reports += [missed_report(numbers, weeks), states_report(numbers), leads_report(scope)]
    reports += [called_off_report(numbers), people_report(scope)]
    if sees_income:
        reports += [outcomes_report(asked), ends_report(asked)]
    return ReportsPage(
        buttons=buttons_of(asked),
        first=asked.period.first,
        last=asked.period.last,
        span=format_dates(asked.period.first, asked.period.last),
        before=format_dates(asked.period.before().first, asked.period.before().last),
        query=query_of(asked),
        places=places_of(asked, locations),
        tiles=tuple(tiles_of(numbers, before, scope, sees_income=sees_income)),
        reports=tuple(reports),
        is_own=is_own,
    )


def _scope(member: Member, asked: Asked, locations: Sequence[Location], now: datetime) -> Scope:
    policy = ClinicPolicy.current()
    places = [asked.location] if asked.location else locations
    is_own = member.reach(Right.SEE_NUMBERS) is Reach.OWN
    return Scope(
        period=asked.period,
        location_ids=tuple(one.pk for one in places),
        currency=policy.currency,
        late_hours=policy.free_cancelling_hours,
        now=now,
        therapist_id=(member.therapist_id or 0) if is_own else None,
    )


def _read(scope: Scope) -> tuple[Numbers, dict[int, dict[date, dict[int, int]]]]:
    sums, shifts = read_sums(scope), read_shifts(scope)
    used = by_therapist(sums, shifts, therapist_id=scope.therapist_id)
    people = read_people(scope)
    return Numbers(sums, read_called_off(scope), people, used), shifts
