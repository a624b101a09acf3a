"""What was typed into the price table, and what it changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from booking.wording.prices import NotAPrice, read_price
from services import catalogue
from services.facts import current
from services.models import ClinicPolicy, Treatment
from services.price_list import Cell, PriceChange, prices_on

LONGEST, STEP = 480, 5
FURTHEST = timedelta(days=730)
_CELL = re.compile(r"price-([0-9]{1,9})-([0-9]{1,3})")
_ONLINE = re.compile(r"was-online-([0-9]{1,9})")


@dataclass
class Table:
    """What was sent, or what is stored where nothing was. `changes` are boxes that say something else than was drawn.

    `is_another_day`: the page was drawn for another one than is chosen now. `added`: the length that was typed, as it
    was. `online`: the ticks that are not as they were drawn, by treatment.
    """

    day: date
    today: date
    columns: tuple[int, ...]
    stored: Mapping[Cell, Decimal]
    is_another_day: bool = False
    added: str = ""
    online: dict[int, bool] = field(default_factory=dict)
    typed: dict[Cell, str] = field(default_factory=dict)
    errors: dict[Cell, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    changes: list[PriceChange] = field(default_factory=list)

    @property
    def meanwhile(self) -> list[Cell]:
        """What somebody else has given another price to since the page was drawn, and that is typed over here."""
        return [one.cell for one in self.changes if self.stored.get(one.cell) not in (one.was, one.amount)]


def read_table(sent: Mapping[str, str], *, now: datetime) -> Table:
    """`sent` as the page draws it; empty for the first look. Days are those of the first place."""
    today = catalogue.home_day(now)
    problems: list[str] = []
    day = _read_day(sent.get("day", ""), today, problems)
    stored = prices_on(day=day)
    columns = {minutes for _treatment, minutes in stored} | set(_numbers(sent.get("columns", "")))
    # Typed and sent by another button, or by Enter, it is meant to be added all the same.
    added = sent.get("minutes", "").strip()
    if added or "add_length" in sent:
        columns |= _added(added, columns, problems)
    is_another_day = sent.get("drawn", "") not in ("", day.isoformat())
    table = Table(day, today, tuple(sorted(columns)) or (60,), stored, is_another_day, added, problems=problems)
    for name, text in sent.items():
        if found := _CELL.fullmatch(name):
            _read_box(table, (int(found[1]), int(found[2])), text, sent.get(f"was-{found[1]}-{found[2]}", ""))
        elif found := _ONLINE.fullmatch(name):
            _read_tick(table, int(found[1]), was=text == "on", now=f"online-{found[1]}" in sent)
    return table


def _read_box(table: Table, cell: Cell, text: str, was: str) -> None:
    policy, country = ClinicPolicy.current(), catalogue.home_country()
    if not current().has(Treatment, pk=cell[0]) or cell[1] not in table.columns:
        return
    table.typed[cell] = text
    before = Decimal(was) if re.fullmatch(r"[0-9]{1,7}\.[0-9]{2}", was) else None
    try:
        amount = read_price(text, policy.currency, country=country)
    except NotAPrice as fault:
        table.errors[cell] = str(fault)
        return
    if amount != before:
        # Drawn for another day, what it was says nothing about this one: the page that asks is drawn for this one.
        was_then = table.stored.get(cell) if table.is_another_day else before
        table.changes.append(PriceChange(*cell, was=was_then, amount=amount))


def _read_tick(table: Table, treatment_id: int, *, was: bool, now: bool) -> None:
    """Who ticks what somebody else has ticked meanwhile changes nothing."""
    stored = {one.pk: one.is_active for one in current().all_of(Treatment)}
    if was != now != stored.get(treatment_id, now):
        table.online[treatment_id] = now


def _read_day(text: str, today: date, problems: list[str]) -> date:
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        problems.append(_("Choose the day from which prices change, like 2027-01-01."))
        return today
    if not today <= day <= today + FURTHEST:
        problems.append(_("Prices change from today on, or from a later day within two years."))
        return today
    return day


def _added(text: str, columns: set[int], problems: list[str]) -> set[int]:
    minutes = int(text) if re.fullmatch(r"[0-9]{1,3}", text) else 0
    if minutes % STEP or not STEP <= minutes <= LONGEST:
        problems.append(_("A length is 5 to 480 minutes, in steps of five."))
        return set()
    if minutes in columns:
        problems.append(_("%(count)s minutes are in the table already.") % {"count": minutes})
    return {minutes}


def _numbers(text: str) -> list[int]:
    found = [int(one) for one in text.split()[:100] if re.fullmatch(r"[0-9]{1,3}", one)]
    return [one for one in found if one % STEP == 0 and STEP <= one <= LONGEST]
