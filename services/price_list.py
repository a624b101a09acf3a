"""The only writer of prices and of the order of the list, under the locks that every booking takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from services import prices
from services.facts import current
from services.locks import lock_parents
from services.models import ClinicPolicy, Location, Price, Treatment, TreatmentLength
from services.refusals import Refusal

Cell = tuple[int, int]


@dataclass(frozen=True)
class PriceChange:
    """What a length of a treatment (by id) costs from the day on, and what it cost on that day when it was looked at.

    No amount: not offered.
    """

    treatment_id: int
    minutes: int
    was: Decimal | None
    amount: Decimal | None

    @property
    def cell(self) -> Cell:
        return self.treatment_id, self.minutes


class PricesChangedMeanwhile(Refusal):
    """Somebody else has given other prices to `cells`, treatment and minutes, since they were looked at."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        super().__init__("prices were changed meanwhile")
        self.cells = tuple(cells)


def prices_on(*, day: date) -> dict[Cell, Decimal]:
    """What is offered on that day, with its price; treatments that are off the list included."""
    facts = current()
    found = {
        (one.treatment_id, one.minutes): prices.price_on(facts, length_id=one.pk, day=day)
        for one in facts.all_of(TreatmentLength, is_active=True)
    }
    return {cell: amount for cell, amount in found.items() if amount is not None}


def later_prices(*, day: date) -> dict[Cell, tuple[date, Decimal | None]]:
    """The first price after that day, where one is set."""
    facts = current()
    cells = {one.pk: (one.treatment_id, one.minutes) for one in facts.all_of(TreatmentLength, is_active=True)}
    found: dict[Cell, tuple[date, Decimal | None]] = {}
    for price in facts.all_of(Price):
        if price.first_date > day and price.length_id in cells:
            found.setdefault(cells[price.length_id], (price.first_date, price.amount))
    return found


@transaction.atomic
def change_prices(*, changes: Sequence[PriceChange], first_date: date, now: datetime) -> None:
    """Set these prices from `first_date` on, until the next one that is set already; the list counts as looked at.

    Visits that are booked keep theirs. Raises PricesChangedMeanwhile; then nothing is written.
    """
    lock_parents(location_ids=Location.objects.values_list("pk", flat=True))
    stored = prices_on(day=first_date)
    if elsewhere := [one.cell for one in changes if stored.get(one.cell) not in (one.was, one.amount)]:
        raise PricesChangedMeanwhile(elsewhere)
    for change in changes:
        _set(change, first_date)
    confirm_prices(now=now)


def confirm_prices(*, now: datetime) -> None:
    """Somebody has looked at the list and found it right. `now` in UTC."""
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"prices_confirmed_at": now})


@transaction.atomic
def move_treatment(*, treatment_id: int, by: int) -> None:
    """So many places down on every list, up where `by` is negative; no further than the first or the last."""
    lock_parents(location_ids=Location.objects.values_list("pk", flat=True))
    order = list(Treatment.objects.order_by("order", "id").values_list("pk", flat=True))
    if treatment_id in order:
        place = order.index(treatment_id)
        order.insert(max(0, place + by), order.pop(place))
    for number, pk in enumerate(order, start=1):
        Treatment.objects.filter(pk=pk).exclude(order=number).update(order=number)


def _set(change: PriceChange, first_date: date) -> None:
    length, is_new = TreatmentLength.objects.get_or_create(treatment_id=change.treatment_id, minutes=change.minutes)
    if not is_new and not length.is_active:
        # It was not offered until now, whatever it cost before.
        length.prices.all().delete()
        length.price, length.is_active = None, True
        length.save()
    Price.objects.update_or_create(length=length, first_date=first_date, defaults={"amount": change.amount})
