"""From the counted numbers to the page, for whoever may see which of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.models import AppointmentEvent, State
from booking.reports.hours_used import ByWeek, Used, by_room, by_therapist, read_shifts, whole
from booking.reports.leads import LEADS, read_leads
from booking.reports.outcomes import FEWEST, OUTCOMES, read_outcomes, total
from booking.reports.people import People, read_people, read_people_by_therapist
from booking.reports.periods import Week
from booking.reports.visits import COUNTED, CalledOff, Scope, Sum, read_called_off, read_sums
from booking.rules.levels import Level
from booking.wording.prices import format_price
from clinic.panel.door.rights import Member, Reach, Right, may
from clinic.panel.reports.asked import Asked
from clinic.panel.reports.charts import FULL, HATCHED, OUTLINED, Chart, Column, draw_columns
from clinic.panel.reports.page import (
    Report,
    ReportsPage,
    Tile,
    buttons_of,
    format_dates,
    format_short,
    hours,
    lines_of,
    percent,
    places_of,
    plain,
    query_of,
    rate,
)
from services.catalogue import home_country, home_zone
from services.facts import current
from services.models import ClinicPolicy, Location, Room, Therapist

# So many therapists get a picture each; of more there is one of all together.
PICTURED = 8


@dataclass(frozen=True)
class Numbers:
    """What the tiles are made of, of one period."""

    sums: Sequence[Sum]
    called_off: Sequence[CalledOff]
    people: People
    used: ByWeek

    def count(self, *states: State) -> int:
        return sum(one.count for one in self.sums if one.state in states)

    def income(self, *states: State) -> Decimal:
        return sum((one.price for one in self.sums if one.state in states), Decimal())

    @property
    def late(self) -> int:
        return sum(one.count for one in self.called_off if one.is_late)

    @property
    def missed(self) -> int:
        return self.count(State.NO_SHOW) + self.late

    @property
    def due(self) -> int:
        return self.count(State.COMPLETED) + self.missed


def load_reports(*, member: Member, asked: Asked, locations: Sequence[Location], now: datetime) -> ReportsPage:
    """A fixed number of statements, whatever the size of the clinic and of the period."""
    scope = _scope(member, asked, locations, now)
    numbers, shifts = _read(scope)
    before, _shifts = _read(replace(scope, period=asked.period.before()))
    weeks = asked.period.weeks(today=asked.today)
    is_own = scope.therapist_id is not None
    sees_income = may(member, Right.SEE_INCOME)
    reports = [_hours_report(numbers, weeks, scope)]
    if not is_own:
        reports.append(_rooms_report(by_room(numbers.sums, shifts), weeks, scope))
    if sees_income:
        reports.append(_income_report(numbers, weeks, scope))
    reports += [_missed_report(numbers, weeks), _states_report(numbers), _leads_report(scope)]
    reports += [_called_off_report(numbers), _people_report(scope)]
    if sees_income:
        reports.append(_outcomes_report(asked))
    return ReportsPage(
        buttons=buttons_of(asked),
        first=asked.period.first,
        last=asked.period.last,
        span=format_dates(asked.period.first, asked.period.last),
        before=format_dates(asked.period.before().first, asked.period.before().last),
        query=query_of(asked),
        places=places_of(asked, locations),
        tiles=tuple(_tiles(numbers, before, scope, sees_income=sees_income)),
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


def _tiles(numbers: Numbers, before: Numbers, scope: Scope, *, sees_income: bool) -> list[Tile]:
    used, then = whole(numbers.used), whole(before.used)
    people, earlier = numbers.people, before.people
    said = _("before: %(number)s")
    tiles = [
        Tile(
            _("Hours used"),
            percent(used.share),
            _("%(booked)s of %(shift)s hours on shift") % {"booked": hours(used.booked), "shift": hours(used.on_shift)},
            said % {"number": percent(then.share)},
        )
    ]
    if sees_income:
        tiles.append(
            Tile(
                _("Income done"),
                _price(numbers.income(State.COMPLETED), scope),
                _("%(amount)s booked") % {"amount": _price(numbers.income(*COUNTED), scope)},
                said % {"number": _price(before.income(State.COMPLETED), scope)},
            )
        )
    else:
        tiles.append(
            Tile(
                _("Visits done"),
                str(numbers.count(State.COMPLETED)),
                _("of %(count)s booked") % {"count": numbers.count(*COUNTED)},
                said % {"number": before.count(State.COMPLETED)},
            )
        )
    return [
        *tiles,
        Tile(
            _("No-shows, late cancels"),
            rate(numbers.missed, numbers.due),
            _("%(part)s of %(whole)s visits") % {"part": numbers.missed, "whole": numbers.due},
            said % {"number": rate(before.missed, before.due)},
        ),
        Tile(
            _("Booked again in 6 weeks"),
            percent(people.back / people.settled if people.settled else None),
            _("%(part)s of %(whole)s people") % {"part": people.back, "whole": people.settled},
            said % {"number": percent(earlier.back / earlier.settled if earlier.settled else None)},
        ),
        Tile(
            _("New clients"),
            str(people.new),
            _("%(count)s of them booked again") % {"count": people.new_back},
            said % {"number": earlier.new},
        ),
    ]


def _hours_report(numbers: Numbers, weeks: Sequence[Week], scope: Scope) -> Report:
    names = current().names(Therapist)
    ids = sorted({pk for _monday, pk in numbers.used})
    charts = []
    if 1 < len(ids) <= PICTURED or len(ids) == 1:
        charts = [_used_chart(names.get(pk, ""), numbers.used, weeks, pk=pk) for pk in ids]
    elif ids:
        charts = [_used_chart(_("Everybody"), numbers.used, weeks, pk=None)]
    return Report(
        "hours",
        _("Hours used, by therapist and week"),
        _(
            "Minutes of treatment that are booked or done, no-shows included and turnover not, of working hours less "
            "time off and closures. In percent."
        ),
        _week_columns(_("Therapist"), weeks, _("On shift, hours")),
        tuple(_used_row(names.get(pk, ""), numbers.used, weeks, pk) for pk in ids),
        charts=tuple(charts),
        legend=_week_legend(weeks),
        is_open=True,
        is_wide=True,
    )


def _rooms_report(used: ByWeek, weeks: Sequence[Week], scope: Scope) -> Report:
    names = current().names(Room)
    ids = sorted({pk for _monday, pk in used})
    return Report(
        "rooms",
        _("Hours used, by room and week"),
        _("The same minutes of treatment, of the hours in which anybody is on shift at the place. In percent."),
        _week_columns(_("Room"), weeks, _("Open, hours")),
        tuple(_used_row(names.get(pk, ""), used, weeks, pk) for pk in ids),
        lines=lines_of(
            (names.get(pk, ""), whole(used, pk=pk).share or 0, percent(whole(used, pk=pk).share)) for pk in ids
        ),
    )


def _week_columns(head: str, weeks: Sequence[Week], tail: str) -> tuple[str, ...]:
    return (head, *(format_short(week.monday) for week in weeks), tail)


def _used_row(name: str, used: ByWeek, weeks: Sequence[Week], pk: int) -> tuple[str, ...]:
    cells = [used.get((week.monday, pk), Used()).share for week in weeks]
    shares = ("–" if share is None else f"{share * 100:.0f}" for share in cells)
    return (name, *shares, f"{whole(used, pk=pk).on_shift / 60:.0f}")


def _used_chart(name: str, used: ByWeek, weeks: Sequence[Week], *, pk: int | None) -> Chart:
    shares = [whole(used, mondays=[week.monday], pk=pk).share or 0 for week in weeks]
    average = percent(whole(used, pk=pk).share)
    columns = [
        Column(((share * 100, FULL if week.is_whole else HATCHED),)) for share, week in zip(shares, weeks, strict=True)
    ]
    return draw_columns(
        columns,
        title=name,
        about=_("%(share)s on average") % {"share": average},
        name=_("%(name)s: %(share)s of the hours on shift were booked, by week") % {"name": name, "share": average},
        ends=_ends(weeks),
        top=100,
    )


def _ends(weeks: Sequence[Week]) -> tuple[str, str]:
    last = format_short(weeks[-1].monday) if len(weeks) > 1 else ""
    return format_short(weeks[0].monday), last


def _week_legend(weeks: Sequence[Week]) -> tuple[tuple[str, str], ...]:
    found = [(FULL, _("Whole week"))] if any(week.is_whole for week in weeks) else []
    if not all(week.is_whole for week in weeks):
        found.append((HATCHED, _("Unfinished week")))
    return tuple(found)


def _income_report(numbers: Numbers, weeks: Sequence[Week], scope: Scope) -> Report:
    booked: dict[date, Decimal] = defaultdict(Decimal)
    done: dict[date, Decimal] = defaultdict(Decimal)
    for one in numbers.sums:
        if one.state in COUNTED:
            booked[one.monday] += one.price
        if one.state is State.COMPLETED:
            done[one.monday] += one.price
    others = sum(one.in_other_currency for one in numbers.sums if one.state in COUNTED)
    rule = _(
        "Prices as they were agreed for each visit. Booked: all visits but those called off. Done: those that took place."
    )
    if others:
        rule += " " + _("%(count)s visits in another currency are left out.") % {"count": others}
    columns = [
        Column(((float(booked[week.monday]), OUTLINED), (float(done[week.monday]), FULL if week.is_whole else HATCHED)))
        for week in weeks
    ]
    chart = draw_columns(
        columns,
        title="",
        about="",
        name=_("Income by week: %(booked)s booked, %(done)s done")
        % {
            "booked": _price(sum(booked.values(), Decimal()), scope),
            "done": _price(sum(done.values(), Decimal()), scope),
        },
        ends=_ends(weeks),
        width=560,
    )
    legend = ((OUTLINED, _("Booked")), (FULL, _("Done")), *(one for one in _week_legend(weeks) if one[0] == HATCHED))
    return Report(
        "income",
        _("Income"),
        rule,
        (
            _("Week of"),
            _("Booked, %(currency)s") % {"currency": scope.currency},
            _("Done, %(currency)s") % {"currency": scope.currency},
        ),
        tuple((format_short(week.monday), plain(booked[week.monday]), plain(done[week.monday])) for week in weeks),
        charts=(chart,),
        legend=legend,
    )


def _missed_report(numbers: Numbers, weeks: Sequence[Week]) -> Report:
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
        ends=_ends(weeks),
        top=2,
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
        legend=((FULL, _("No-show")), (HATCHED, _("Late cancel"))),
    )


def _states_report(numbers: Numbers) -> Report:
    counts = [(str(state.label).capitalize(), numbers.count(state)) for state in State if numbers.count(state)]
    return Report(
        "states",
        _("Visits by state"),
        _("Every visit on these days, as it stands now."),
        (_("State"), _("Visits")),
        tuple((words, str(count)) for words, count in counts),
        lines=lines_of((words, count, str(count)) for words, count in counts),
    )


def _leads_report(scope: Scope) -> Report:
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


def _called_off_report(numbers: Numbers) -> Report:
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


def _people_report(scope: Scope) -> Report:
    names = current().names(Therapist)
    found = sorted(read_people_by_therapist(scope).items(), key=lambda one: names.get(one[0], ""))
    told = [(names.get(pk, ""), people) for pk, people in found]
    few = _("too few to say")
    return Report(
        "people",
        _("Who comes back to whom"),
        _(
            "People whose visit was done. New: none was done before, with this therapist or another. Booked again: with "
            "the same therapist, within six weeks; counted once six weeks are over or they have."
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
        lines=lines_of(
            (name, people.back / people.settled, percent(people.back / people.settled))
            for name, people in told
            if people.settled >= FEWEST
        ),
    )


def _outcomes_report(asked: Asked) -> Report:
    months = read_outcomes(asked.period, zone=home_zone(), today=asked.today)
    words: Mapping[str, str] = {
        Level.CLEAR.value: _("Clear"),
        Level.CAUTION.value: _("Careful"),
        Level.PHYSICIAN.value: _("Physician first"),
        Level.EMERGENCY.value: _("Emergency"),
        "": _("A person had to look"),
    }
    few = _("too few to say")
    told = total(months)
    return Report(
        "safety",
        _("What the safety check said"),
        _(
            "People by calendar month, once the month is over, at all places. Fewer than five are too few to say, nobody "
            "included. There is no total, and the picture adds up only what is said of each month."
        ),
        (_("Outcome"), *(date_format(month.first, "M Y") for month in months)),
        tuple((words[level], *(_told(month.people[level], few) for month in months)) for level in OUTCOMES),
        lines=lines_of((words[level], told[level] or 0, _told(told[level], few)) for level in OUTCOMES),
    )


def _told(count: int | None, few: str) -> str:
    return few if count is None else str(count)


def _price(amount: Decimal, scope: Scope) -> str:
    """Whole units: nobody reads the cents of a month."""
    return format_price(amount.quantize(Decimal(1)), scope.currency, country=home_country())
