"""What a length costs on a day: before, on and after each change, and where it is not offered."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services import prices
from services.facts import current
from services.models import Price, TreatmentLength
from tests.services.places import make_treatment

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2027, 1, 1), date(2027, 7, 1), date(2028, 2, 29)
DAY = timedelta(days=1)


@pytest.fixture
def length() -> TreatmentLength:
    found = make_treatment(minutes=(60,)).lengths.get()
    for day, amount in ((SECOND, None), (FIRST, "88.50"), (THIRD, "90")):
        Price.objects.create(length=found, first_date=day, amount=amount and Decimal(amount))
    return found


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date.min, "60"),
        (FIRST - DAY, "60"),
        (FIRST, "88.50"),
        (FIRST + DAY, "88.50"),
        (SECOND - DAY, "88.50"),
        (SECOND, None),
        (THIRD - DAY, None),
        (THIRD, "90"),
        (date.max, "90"),
    ],
)
def test_the_price_of_a_day_is_the_one_with_the_latest_first_day_not_after_it(
    length: TreatmentLength, day: date, amount: str | None
) -> None:
    assert prices.price_on(current(), length_id=length.pk, day=day) == (amount and Decimal(amount))


def test_where_it_is_not_offered_the_next_price_is_known_with_its_day(length: TreatmentLength) -> None:
    seen = [prices.price_from(current(), length_id=length.pk, day=day) for day in (FIRST, SECOND, THIRD)]

    assert seen == [(Decimal("88.50"), FIRST), (Decimal(90), THIRD), (Decimal(90), THIRD)]


def test_after_its_last_price_it_is_not_offered_any_more(length: TreatmentLength) -> None:
    Price.objects.filter(first_date=THIRD).delete()

    assert prices.price_from(current(), length_id=length.pk, day=SECOND) is None


def test_what_is_off_the_list_has_no_price_on_any_day(length: TreatmentLength) -> None:
    TreatmentLength.objects.update(is_active=False)

    assert [prices.price_on(current(), length_id=length.pk, day=day) for day in (date.min, FIRST, THIRD)] == [None] * 3


def test_days_without_a_price_are_those_of_a_length_on_the_list(length: TreatmentLength) -> None:
    days = [SECOND - DAY, SECOND, THIRD - DAY, THIRD]

    def without(minutes: int) -> frozenset[date]:
        return prices.days_without(current(), treatment_id=length.treatment_id, minutes=minutes, days=days)

    assert without(60) == {SECOND, THIRD - DAY}
    assert without(45) == frozenset()
    TreatmentLength.objects.update(is_active=False)
    assert without(60) == frozenset()
