"""The reports by week: hours of people and of rooms, and income."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from booking.models import State
from booking.reports.hours_used import ByWeek, Used, of_each, of_weeks
from booking.reports.periods import Week
from booking.reports.visits import COUNTED, Scope
from clinic.panel.reports.charts import FULL, HATCHED, OUTLINED, Chart, Column, draw_columns
from clinic.panel.reports.numbers import Numbers, price
from clinic.panel.reports.page import (
    Report,
    Rows,
    Table,
    format_short,
    lines_of,
    percent,
    plain,
)
from services.facts import current
from services.models import Room, Therapist

# So many therapists get a picture each; of more there is one of all together.
PICTURED = 8
# A longer table of weeks is told in short on the page, and whole in its file.
MOST_CELLS = 400


def hours_report(numbers: Numbers, weeks: Sequence[Week], scope: Scope) -> Report:
    names = current().names(Therapist)
    each = of_each(numbers.used)
    ids = sorted(each)
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
        _used_rows(names, numbers.used, weeks, each),
        charts=tuple(charts),
        legend=_week_legend(weeks),
        is_open=True,
        is_wide=True,
        in_short=_in_short(_("Therapist"), names, weeks, each, _("On shift, hours")),
    )


def rooms_report(used: ByWeek, weeks: Sequence[Week], scope: Scope) -> Report:
    names = current().names(Room)
    each = of_each(used)
    return Report(
        "rooms",
        _("Hours used, by room and week"),
        _("The same minutes of treatment, of the hours in which anybody is on shift at the place. In percent."),
        _week_columns(_("Room"), weeks, _("Open, hours")),
        _used_rows(names, used, weeks, each),
        lines=lines_of((names.get(pk, ""), each[pk].share or 0, percent(each[pk].share)) for pk in sorted(each)),
        in_short=_in_short(_("Room"), names, weeks, each, _("Open, hours")),
    )


def _week_columns(head: str, weeks: Sequence[Week], tail: str) -> tuple[str, ...]:
    return (head, *(format_short(week.monday) for week in weeks), tail)


def _used_rows(names: Mapping[int, str], used: ByWeek, weeks: Sequence[Week], each: Mapping[int, Used]) -> Rows:
    return tuple(
        (
            names.get(pk, ""),
            *(_in_percent(used.get((week.monday, pk), Used()).share) for week in weeks),
            f"{each[pk].on_shift / 60:.0f}",
        )
        for pk in sorted(each)
    )


def _in_short(
    head: str, names: Mapping[int, str], weeks: Sequence[Week], each: Mapping[int, Used], tail: str
) -> Table | None:
    """One column for all weeks, where there are more cells than anybody reads on a page."""
    if len(weeks) * len(each) <= MOST_CELLS:
        return None
    return Table(
        (head, _("All weeks, %"), tail),
        tuple((names.get(pk, ""), _in_percent(each[pk].share), f"{each[pk].on_shift / 60:.0f}") for pk in sorted(each)),
    )


def _in_percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f}"


def _used_chart(name: str, used: ByWeek, weeks: Sequence[Week], *, pk: int | None) -> Chart:
    by_week = of_weeks(used) if pk is None else {monday: one for (monday, of), one in used.items() if of == pk}
    shares = [by_week.get(week.monday, Used()).share or 0 for week in weeks]
    average = percent(sum(by_week.values(), Used()).share)
    columns = [
        Column(((share * 100, FULL if week.is_whole else HATCHED),)) for share, week in zip(shares, weeks, strict=True)
    ]
    return draw_columns(
        columns,
        title=name,
        about=_("%(share)s on average") % {"share": average},
        name=_("%(name)s: %(share)s of the hours on shift were booked, by week") % {"name": name, "share": average},
        ends=ends(weeks),
        top=100,
    )


def ends(weeks: Sequence[Week]) -> tuple[str, str]:
    last = format_short(weeks[-1].monday) if len(weeks) > 1 else ""
    return format_short(weeks[0].monday), last


def _week_legend(weeks: Sequence[Week]) -> tuple[tuple[str, str], ...]:
    found = [(FULL, _("Whole week"))] if any(week.is_whole for week in weeks) else []
    if not all(week.is_whole for week in weeks):
        found.append((HATCHED, _("Unfinished week")))
    return tuple(found)


def income_report(numbers: Numbers, weeks: Sequence[Week], scope: Scope) -> Report:
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
            "booked": price(sum(booked.values(), Decimal()), scope),
            "done": price(sum(done.values(), Decimal()), scope),
        },
        ends=ends(weeks),
        say=lambda amount: price(Decimal(amount), scope),
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
        is_broad=True,
    )
