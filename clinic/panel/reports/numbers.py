"""The counted numbers of one period, and the tiles that are made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from booking.models import State
from booking.reports.hours_used import ByWeek, by_therapist, read_shifts, whole
from booking.reports.people import People, read_people
from booking.reports.shifts import Shifts
from booking.reports.visits import COUNTED, CalledOff, Scope, Sum, read_called_off, read_sums
from booking.wording.prices import format_price
from clinic.panel.reports.page import (
    Tile,
    hours,
    percent,
    rate,
)
from services.catalogue import home_country


@dataclass(frozen=True)
class Numbers:
    """What tiles and reports are made of, of one period. Each is counted when it is first asked for: a file needs few."""

    scope: Scope

    @cached_property
    def sums(self) -> Sequence[Sum]:
        return read_sums(self.scope)

    @cached_property
    def called_off(self) -> Sequence[CalledOff]:
        return read_called_off(self.scope)

    @cached_property
    def people(self) -> People:
        return read_people(self.scope)

    @cached_property
    def shifts(self) -> Mapping[int, Shifts]:
        return read_shifts(self.scope)

    @cached_property
    def used(self) -> ByWeek:
        return by_therapist(self.sums, self.shifts, therapist_id=self.scope.therapist_id)

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


def tiles_of(numbers: Numbers, before: Numbers, scope: Scope, *, sees_income: bool) -> list[Tile]:
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
                price(numbers.income(State.COMPLETED), scope),
                _("%(amount)s booked") % {"amount": price(numbers.income(*COUNTED), scope)},
                said % {"number": price(before.income(State.COMPLETED), scope)},
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
            _("%(part)s of %(whole)s visits") % {"part": f"{numbers.missed:,}", "whole": f"{numbers.due:,}"},
            said % {"number": rate(before.missed, before.due)},
        ),
        Tile(
            _("Booked again in 6 weeks"),
            percent(people.back / people.settled if people.settled else None),
            _("%(part)s of %(whole)s people") % {"part": f"{people.back:,}", "whole": f"{people.settled:,}"}
            if people.settled or not people.seen
            else _("the six weeks are not over yet"),
            said % {"number": percent(earlier.back / earlier.settled if earlier.settled else None)},
        ),
        Tile(
            _("New clients"),
            f"{people.new:,}",
            _("%(count)s of them have booked again") % {"count": f"{people.new_back:,}"},
            said % {"number": f"{earlier.new:,}"},
        ),
    ]


def price(amount: Decimal, scope: Scope) -> str:
    """Whole units: nobody reads the cents of a month."""
    return format_price(amount.quantize(Decimal(1)), scope.currency, country=home_country())
