"""What a length of a treatment costs on a day, and whether it is offered then.

The price of a day is the one with the latest first day not after it; before all of those, the length's own. A length
without a price on a day is not offered on it. The day is that of the visit, where it takes place.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from services.facts import Facts
from services.models import Price, TreatmentLength

# By first day, the earliest first; what holds from the beginning has `date.min`. No amount: not offered.
Steps = tuple[tuple[date, Decimal | None], ...]


def price_on(facts: Facts, *, length_id: int, day: date) -> Decimal | None:
    """None where it is not offered on that day, or is not on the list at all."""
    steps = _steps(facts).get(length_id, ())
    number = bisect_right(steps, day, key=lambda step: step[0])
    return steps[number - 1][1] if number else None


def price_from(facts: Facts, *, length_id: int, day: date) -> tuple[Decimal, date] | None:
    """The price on the day with that day; where it is not offered then, the first price after it and from when it holds.

    None where it is not offered on that day or later.
    """
    if (amount := price_on(facts, length_id=length_id, day=day)) is not None:
        return amount, day
    later = (step for step in _steps(facts).get(length_id, ()) if step[0] > day)
    return next(((amount, first_date) for first_date, amount in later if amount is not None), None)


def days_without(facts: Facts, *, treatment_id: int, minutes: int, days: Iterable[date]) -> frozenset[date]:
    """On which of the days a length that is on the list is not offered.

    None of them for what is not on the list: whoever looks for times has asked the catalogue for that.
    """
    length_id = _dated(facts).get((treatment_id, minutes))
    if length_id is None:
        return frozenset()
    return frozenset(day for day in days if price_on(facts, length_id=length_id, day=day) is None)


def _steps(facts: Facts) -> dict[int, Steps]:
    """By the id of the length, for those on the list."""
    found: dict[int, Steps] | None = facts.memo.get(Steps)
    if found is None:
        rows: dict[int, list[tuple[date, Decimal | None]]] = {
            length.pk: [(date.min, length.price)] for length in facts.all_of(TreatmentLength, is_active=True)
        }
        for price in facts.all_of(Price):
            if price.length_id in rows:
                rows[price.length_id].append((price.first_date, price.amount))
        found = facts.memo[Steps] = {pk: tuple(sorted(steps, key=lambda step: step[0])) for pk, steps in rows.items()}
    return found


def _dated(facts: Facts) -> dict[tuple[int, int], int]:
    """The ids of the lengths that are on the list and not offered on every day, by treatment and minutes."""
    found: dict[tuple[int, int], int] | None = facts.memo.get(days_without)
    if found is None:
        dated = {pk for pk, steps in _steps(facts).items() if any(amount is None for _day, amount in steps)}
        listed = facts.all_of(TreatmentLength, is_active=True)
        found = {(one.treatment_id, one.minutes): one.pk for one in listed if one.pk in dated}
        facts.memo[days_without] = found
    return found
