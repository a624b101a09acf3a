"""From the counted numbers to the page, for whoever may see which of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from booking.reports.hours_used import by_room
from booking.reports.visits import Scope
from clinic.panel.door.rights import Member, Reach, Right, may
from clinic.panel.reports.asked import Asked
from clinic.panel.reports.numbers import Numbers, tiles_of
from clinic.panel.reports.page import (
    Report,
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
    numbers, before = Numbers(scope), Numbers(replace(scope, period=asked.period.before()))
    return ReportsPage(
        buttons=buttons_of(asked),
        first=asked.period.first,
        last=asked.period.last,
        span=format_dates(asked.period.first, asked.period.last),
        before=format_dates(asked.period.before().first, asked.period.before().last),
        query=query_of(asked),
        places=places_of(asked, locations),
        tiles=tuple(tiles_of(numbers, before, scope, sees_income=may(member, Right.SEE_INCOME))),
        reports=tuple(make() for make in _reports(member, asked, numbers).values()),
        is_own=scope.therapist_id is not None,
    )


def load_report(
    *, member: Member, asked: Asked, locations: Sequence[Location], now: datetime, key: str
) -> Report | None:
    """One of them by itself, without counting for the others; None where there is none that `member` may see."""
    make = _reports(member, asked, Numbers(_scope(member, asked, locations, now))).get(key)
    return make() if make else None


def _reports(member: Member, asked: Asked, numbers: Numbers) -> Mapping[str, Callable[[], Report]]:
    """Those that `member` may see by their keys, in the page's order."""
    scope, weeks = numbers.scope, asked.period.weeks(today=asked.today)
    is_own, sees_income = scope.therapist_id is not None, may(member, Right.SEE_INCOME)
    found: dict[str, Callable[[], Report]] = {"hours": lambda: hours_report(numbers, weeks, scope)}
    if sees_income:
        found["income"] = lambda: income_report(numbers, weeks, scope)
    found["missed"] = lambda: missed_report(numbers, weeks)
    if not is_own:
        found["rooms"] = lambda: rooms_report(by_room(numbers.sums, numbers.shifts), weeks, scope)
    found |= {
        "states": lambda: states_report(numbers),
        "lead": lambda: leads_report(scope),
        "cancelled": lambda: called_off_report(numbers),
        "people": lambda: people_report(scope),
    }
    if sees_income:
        found |= {"safety": lambda: outcomes_report(asked), "ends": lambda: ends_report(asked)}
    return found


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
