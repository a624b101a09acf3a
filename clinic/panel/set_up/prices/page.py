"""How the price table is drawn, and what saving it does to visits that are booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.scheduling.price_change import KeptPrice, keep_prices
from booking.wording.lists import join_words
from booking.wording.prices import format_price
from booking.wording.times import format_day
from clinic.panel.set_up.prices.online import NewTreatment, describe_new
from clinic.panel.set_up.prices.typed import FURTHEST, Table
from services import catalogue
from services.facts import current
from services.models import ClinicPolicy, Therapist, Treatment
from services.price_list import Cell, later_prices, prices_on

SHOWN = 3
# The next price of a box, and from when.
Later = Mapping[Cell, tuple[date, Decimal | None]]


@dataclass(frozen=True)
class Box:
    """One length of one treatment. `name` is of the field, `was` what it cost when the page was drawn."""

    name: str
    label: str
    minutes: int
    value: str
    was: str
    note: str = ""
    error: str = ""
    is_changed: bool = False
    has_focus: bool = False


@dataclass(frozen=True)
class Row:
    """`off` says that it is not online. `focus`: the button that was pressed to move it, "up" or "down"."""

    key: str
    treatment_id: int
    name: str
    mark: str
    url: str
    turnover: int
    pressure: str
    given_by: str
    is_stored_online: bool
    is_online: bool
    off: str
    boxes: tuple[Box, ...]
    is_first: bool
    is_last: bool
    focus: str = ""


@dataclass(frozen=True)
class Question:
    """Before you save. `seen` is what the counts were; what is pressed then must find the same."""

    lead: str
    kept: str
    visits: tuple[tuple[str, str], ...]
    taken_off: str
    button: str
    seen: str


@dataclass(frozen=True)
class PricesPage:
    day: date
    today: date
    last_day: date
    minutes: tuple[int, ...]
    columns: str
    rows: tuple[Row, ...]
    is_confirmed: bool
    problems: tuple[str, ...]
    typed_length: str
    new: tuple[NewTreatment, ...]
    question: Question | None = None


def draw(table: Table, *, question: Question | None = None, moved: tuple[int, int] = (0, 0)) -> PricesPage:
    """`moved`: the treatment that has changed its place, and by how many."""
    treatments, later = current().all_of(Treatment), later_prices(day=table.day)
    new = describe_new(treatments)
    confirmed = ClinicPolicy.current().prices_confirmed_at is not None
    return PricesPage(
        day=table.day,
        today=table.today,
        last_day=table.today + FURTHEST,
        minutes=table.columns,
        columns=" ".join(map(str, table.columns)),
        rows=tuple(
            _row(table, one, later, number=number, last=len(treatments) - 1, moved=moved)
            for number, one in enumerate(treatments)
        ),
        is_confirmed=confirmed,
        problems=tuple(table.problems),
        typed_length=table.added if table.problems else "",
        new=new,
        question=question,
    )


def ask(table: Table) -> Question:
    """What saving does to the list and to visits that are booked."""
    kept = keep_prices(cells={one.cell for one in table.changes}, first_date=table.day)
    names = current().names(Treatment)
    gone = [
        _("%(name)s %(count)s min") % {"name": names[one.treatment_id], "count": one.minutes}
        for one in table.changes
        if one.amount is None
    ]
    count = len(table.changes)
    parts = {"count": count, "day": _day(table)}
    lead = ngettext("%(count)s price changes %(day)s.", "%(count)s prices change %(day)s.", count) % parts
    return Question(
        lead=lead,
        kept=_say_kept(kept),
        visits=tuple((one.reference, f"{format_day(one.day)}, {_amount(one.price)}") for one in kept),
        taken_off=_("From then on nobody can book %(what)s. Booked visits stay.") % {"what": join_words(gone)}
        if gone
        else "",
        button=ngettext("Save %(count)s price", "Save %(count)s prices", count) % parts,
        seen=" ".join(
            [f"{one.treatment_id}-{one.minutes}:{one.amount}" for one in table.changes]
            + [str(table.day), *(one.reference for one in kept)]
        ),
    )


def say_saved(table: Table) -> str:
    count = len(table.changes)
    if not count:
        return _("Saved: these are your prices.")
    words = ngettext("%(count)s price starts %(day)s.", "%(count)s prices start %(day)s.", count)
    return words % {"count": count, "day": _day(table)}


def say_meanwhile(cells: Sequence[Cell], *, day: date) -> str:
    """Which prices somebody else has changed since the page was drawn, and to what."""
    stored, names = prices_on(day=day), current().names(Treatment)
    told = [
        _("%(name)s %(count)s min: %(price)s")
        % {
            "name": names.get(treatment_id, ""),
            "count": minutes,
            "price": _amount(stored[treatment_id, minutes]) if (treatment_id, minutes) in stored else _("not offered"),
        }
        for treatment_id, minutes in cells
    ]
    return _(
        "Somebody has changed this since you opened the page: %(what)s. Nothing was saved, and what you typed is still "
        "here. Look at it again, and save."
    ) % {"what": join_words(told)}


def _row(table: Table, treatment: Treatment, later: Later, *, number: int, last: int, moved: tuple[int, int]) -> Row:
    givers = [one.name for one in current().all_of(Therapist, is_active=True)]
    able = [
        one.first_name
        for one in current().all_of(Therapist, is_active=True)
        if treatment.pk in current().skills.get(one.pk, ())
    ]
    is_known = treatment.key in Treatment.Kind.values
    return Row(
        key=treatment.key,
        treatment_id=treatment.pk,
        name=treatment.name,
        mark=treatment.key if is_known else "other",
        url=reverse("panel:set_up_treatment", args=[treatment.pk]),
        turnover=catalogue.turnover(treatment, minutes=0) // timedelta(minutes=1),
        pressure=treatment.get_firmness_display().capitalize(),
        given_by=(_("Everybody") if len(able) == len(givers) > 1 else join_words(able)) or _("Nobody yet"),
        is_stored_online=treatment.is_active,
        is_online=table.online.get(treatment.pk, treatment.is_active),
        off=_("No") if is_known else _("Not yet"),
        boxes=tuple(_box(table, treatment, minutes, later, is_first=number == 0) for minutes in table.columns),
        is_first=number == 0,
        is_last=number == last,
        focus=_focus(moved[1], number=number, last=last) if moved[0] == treatment.pk else "",
    )


def _focus(by: int, *, number: int, last: int) -> str:
    """The same button again, or the other one where it can go no further."""
    if number == (0 if by < 0 else last):
        by = -by
    return "up" if by < 0 else "down"


def _box(table: Table, treatment: Treatment, minutes: int, later: Later, *, is_first: bool) -> Box:
    cell = (treatment.pk, minutes)
    stored = table.stored.get(cell)
    changed = {one.cell for one in table.changes} | set(table.errors)
    notes = []
    if cell in changed and stored is not None:
        notes.append(_("was %(price)s") % {"price": _amount(stored)})
    if cell in later:
        day, amount = later[cell]
        price = _("not offered") if amount is None else _amount(amount)
        notes.append(_("%(price)s from %(day)s") % {"price": price, "day": format_day(day, with_year=True)})
    return Box(
        name=f"{treatment.pk}-{minutes}",
        label=_("%(name)s, %(count)s minutes") % {"name": treatment.name, "count": minutes},
        minutes=minutes,
        value=table.typed[cell] if cell in changed else _amount(stored) if stored is not None else "",
        was=f"{stored:.2f}" if stored is not None else "",
        note=", ".join(notes),
        error=table.errors.get(cell, ""),
        is_changed=cell in changed,
        has_focus=is_first and table.added == str(minutes),
    )


def _say_kept(kept: Sequence[KeptPrice]) -> str:
    if not kept:
        return _("No booked visit is touched.")
    prices = join_words([_amount(one.price) for one in kept[:SHOWN]])
    words = ngettext(
        "The visit already booked from that day on keeps its price: %(prices)s.",
        "The %(count)s visits already booked from that day on keep their prices: %(prices)s."
        if len(kept) <= SHOWN
        else "The %(count)s visits already booked from that day on keep their prices: %(prices)s and so on.",
        len(kept),
    )
    return words % {"count": len(kept), "prices": prices}


def _day(table: Table) -> str:
    """ "today", or "on Friday 1 January 2027"."""
    if table.day == table.today:
        return _("today")
    return _("on %(day)s") % {"day": format_day(table.day, with_year=True)}


def _amount(amount: Decimal) -> str:
    return format_price(amount, ClinicPolicy.current().currency, country=catalogue.home_country())


def page_url(day: date, today: date) -> str:
    """The page as it is for that day."""
    address = reverse("panel:set_up_prices")
    return address if day == today else f"{address}?day={day.isoformat()}"
