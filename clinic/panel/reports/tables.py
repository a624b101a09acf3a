"""The reports that count visits and people: missed, by state, lead time, called off, who comes back, safety checks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.models import AppointmentEvent, JourneyEnd, State
from booking.reports.journeys import read_ends
from booking.reports.leads import LEADS, read_leads
from booking.reports.outcomes import FEWEST, Month, read_outcomes, total
from booking.reports.people import read_people_by_therapist
from booking.reports.periods import Week
from booking.reports.visits import CalledOff, Scope
from booking.rules.levels import Level
from clinic.panel.reports.asked import Asked
from clinic.panel.reports.charts import FULL, HATCHED, Column, draw_columns
from clinic.panel.reports.numbers import Numbers
from clinic.panel.reports.page import (
    Report,
    format_short,
    lines_of,
    percent,
)
from clinic.panel.reports.weekly import ends
from services.catalogue import home_zone
from services.facts import current
from services.models import Therapist


def missed_report(numbers: Numbers, weeks: Sequence[Week]) -> Report:
    missed: Counter[date] = Counter()
    late: Counter[date] = Counter()
    for one in numbers.sums:
        if one.state is State.NO_SHOW:
            missed[one.monday] += one.count
    for off in numbers.called_off:
        if off.is_late:
            late[off.monday] += off.count
    columns = [Column(((missed[week.monday], FULL), (late[week.monday], HATCHED))) for week in weeks]
    chart = draw_columns(
        columns,
        title="",
        about="",
        name=_("No-shows and late cancels by week: %(missed)s and %(late)s")
        % {"missed": missed.total(), "late": late.total()},
        ends=ends(weeks),
        are_counts=True,
    )
    return Report(
        "missed",
        _("No-shows and late cancels"),
        _(
            "Late: cancelled once the free time had ended, unless the clinic had asked for another time. The share is of "
            "visits that were done, missed or cancelled late."
        ),
        (_("Week of"), _("No-show"), _("Late cancel")),
        tuple((format_short(week.monday), str(missed[week.monday]), str(late[week.monday])) for week in weeks),
        charts=(chart,),
        is_broad=True,
        legend=((FULL, _("No-show")), (HATCHED, _("Late cancel"))),
    )


def states_report(numbers: Numbers) -> Report:
    words = {state: str(state.label).capitalize() for state in State} | {State.COMPLETED: _("Done")}
    counts = [(words[state], numbers.count(state)) for state in State if numbers.count(state)]
    return Report(
        "states",
        _("Visits by state"),
        _("Every visit on these days, as it stands now."),
        (_("State"), _("Visits")),
        tuple((words, str(count)) for words, count in counts),
        lines=lines_of((words, count, str(count)) for words, count in counts),
    )


def leads_report(scope: Scope) -> Report:
    words = dict(
        zip(
            LEADS,
            (_("Same day"), _("1 to 2 days"), _("3 to 6 days"), _("1 to 2 weeks"), _("Over 2 weeks")),
            strict=True,
        )
    )
    counts = [(words[lead.days], lead.count) for lead in read_leads(scope)]
    return Report(
        "lead",
        _("Booked how long before"),
        _("Days from the booking to the visit, of visits that were not called off."),
        (_("Before the visit"), _("Visits")),
        tuple((name, str(count)) for name, count in counts),
        lines=lines_of((name, count, str(count)) for name, count in counts),
    )


def called_off_report(numbers: Numbers) -> Report:
    counts: Counter[str] = Counter()
    for one in numbers.called_off:
        counts[_how(one)] += one.count
    ordered = counts.most_common()
    return Report(
        "cancelled",
        _("How visits were called off"),
        _("By who called them off. What somebody wrote as a reason is not counted, and not shown here."),
        (_("How"), _("Visits")),
        tuple((words, str(count)) for words, count in ordered),
        lines=lines_of((words, count, str(count)) for words, count in ordered),
    )


def _how(one: CalledOff) -> str:
    if one.verb == "cancel":
        by_client = one.actor == AppointmentEvent.Actor.CLIENT
        if one.is_late:
            return _("By the client, late") if by_client else _("By the clinic, late")
        return _("By the client, in time") if by_client else _("By the clinic, in time")
    words = {
        "decline": _("Request declined"),
        "run out": _("Request ran out"),
        "undo booking": _("Booking undone"),
        "refuse": _("Not treated at the door"),
    }
    return words.get(one.verb, one.verb)


def people_report(scope: Scope) -> Report:
    names = current().names(Therapist)
    found = sorted(read_people_by_therapist(scope).items(), key=lambda one: names.get(one[0], ""))
    told = [(names.get(pk, ""), people) for pk, people in found]
    few = _("too few to say")
    return Report(
        "people",
        _("Who comes back to whom"),
        _(
            "People whose visit was done. New: none was done before, with this therapist or another. Booked again: with "
            "the same therapist, within six weeks of the first visit in this period; counted once those are over."
        ),
        (_("Therapist"), _("People"), _("New"), _("Returning"), _("Booked again, %"), _("of people")),
        tuple(
            (
                name,
                str(people.seen),
                str(people.new),
                str(people.seen - people.new),
                few if people.settled < FEWEST else f"{people.back / people.settled * 100:.0f}",
                few if people.settled < FEWEST else str(people.settled),
            )
            for name, people in told
        ),
        is_broad=True,
        lines=lines_of(
            (name, people.back / people.settled, percent(people.back / people.settled))
            for name, people in told
            if people.settled >= FEWEST
        ),
        not_drawn=_("For fewer than five people the six weeks are over: too few to say."),
    )


def outcomes_report(asked: Asked) -> Report:
    months = read_outcomes(asked.period, zone=home_zone(), today=asked.today)
    words: Mapping[str, str] = {
        Level.CLEAR.value: _("Clear"),
        Level.CAUTION.value: _("Careful"),
        Level.PHYSICIAN.value: _("Physician first"),
        Level.EMERGENCY.value: _("Emergency"),
        "": _("A person had to look"),
    }
    report = Report(
        "safety",
        _("What the safety check said"),
        _(
            "People by calendar month, once the month is over, at all places. Fewer than five are too few to say, nobody "
            "included. There is no total, and the picture adds up only what is said of each month."
        ),
        (_("Outcome"),),
        (),
    )
    return _by_month(report, months, words)


def ends_report(asked: Asked) -> Report:
    words = {str(value): str(label).capitalize() for value, label in JourneyEnd.Where.choices}
    report = Report(
        "ends",
        _("Where online bookings stop"),
        _(
            "How far visitors came who began to book online, by the month in which they began, once it is over. Fewer "
            "than five are too few to say, nobody included."
        ),
        (_("Ended"),),
        (),
    )
    return _by_month(report, read_ends(asked.period, today=asked.today), words)


def _by_month(report: Report, months: Sequence[Month], words: Mapping[str, str]) -> Report:
    few, told = _("too few to say"), total(months)
    return replace(
        report,
        is_broad=True,
        columns=(*report.columns, *(date_format(month.first, "M Y") for month in months)),
        rows=tuple((words[one], *(_told(month.people[one], few) for month in months)) for one in told),
        lines=lines_of((words[one], count or 0, _told(count, few)) for one, count in told.items()),
    )


def _told(count: int | None, few: str) -> str:
    return few if count is None else str(count)
