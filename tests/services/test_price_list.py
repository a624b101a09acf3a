"""Prices from a day on are written as they were looked at, or not at all."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.models import ClinicPolicy, Location, Price, Treatment, TreatmentLength
from services.price_list import (
    PriceChange,
    PricesChangedMeanwhile,
    change_prices,
    later_prices,
    move_treatment,
    prices_on,
)
from tests.cast import NOW
from tests.services.places import make_location, make_treatment

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

TODAY, NEW_YEAR = date(2026, 11, 23), date(2027, 1, 1)


@pytest.fixture
def treatment() -> Treatment:
    Treatment.objects.all().delete()
    Location.objects.all().delete()
    make_location()
    return make_treatment(minutes=(60, 90))


def listed(treatment: Treatment, day: date) -> dict[int, int]:
    return {minutes: int(amount) for (pk, minutes), amount in prices_on(day=day).items() if pk == treatment.pk}


def change(treatment: Treatment, minutes: int, was: int | None, amount: int | None, *, day: date = NEW_YEAR) -> None:
    """One price."""
    before, after = (None if one is None else Decimal(one) for one in (was, amount))
    change_prices(changes=[PriceChange(treatment.pk, minutes, before, after)], first_date=day, now=NOW)


def test_prices_change_on_their_day_and_the_past_stays(treatment: Treatment) -> None:
    change(treatment, 60, 60, 66)
    change(treatment, 90, 90, None)
    change(treatment, 45, None, 50)

    assert [listed(treatment, day) for day in (TODAY, NEW_YEAR - timedelta(days=1), NEW_YEAR)] == [
        {60: 60, 90: 90},
        {60: 60, 90: 90},
        {60: 66, 45: 50},
    ]
    assert later_prices(day=TODAY) == {
        (treatment.pk, 60): (NEW_YEAR, 66),
        (treatment.pk, 90): (NEW_YEAR, None),
        (treatment.pk, 45): (NEW_YEAR, 50),
    }
    assert ClinicPolicy.current().prices_confirmed_at == NOW


def test_a_second_price_of_one_day_takes_the_place_of_the_first(treatment: Treatment) -> None:
    change(treatment, 60, 60, 66)
    change(treatment, 60, 66, 67)

    assert list(Price.objects.values_list("first_date", "amount")) == [(NEW_YEAR, 67)]


def test_what_was_off_the_list_is_offered_from_its_day_on_only(treatment: Treatment) -> None:
    TreatmentLength.objects.filter(minutes=60).update(is_active=False)
    change(treatment, 60, None, 66)

    assert (listed(treatment, TODAY), listed(treatment, NEW_YEAR)) == ({90: 90}, {60: 66, 90: 90})


def test_of_two_who_change_one_price_the_later_is_refused_and_nothing_of_theirs_is_written(
    treatment: Treatment,
) -> None:
    change(treatment, 60, 60, 66)
    both = [
        PriceChange(treatment.pk, 60, was=Decimal(60), amount=Decimal(70)),
        PriceChange(treatment.pk, 90, was=Decimal(90), amount=Decimal(99)),
    ]

    with pytest.raises(PricesChangedMeanwhile) as refused:
        change_prices(changes=both, first_date=NEW_YEAR, now=NOW)

    assert refused.value.cells == ((treatment.pk, 60),)
    assert listed(treatment, NEW_YEAR) == {60: 66, 90: 90}
    change(treatment, 60, 60, 66)  # the same is no quarrel


def test_the_order_changes_by_so_many_places(treatment: Treatment) -> None:
    others = [make_treatment(key) for key in ("second", "third")]

    def moved(one: Treatment, *, by: int) -> list[str]:
        move_treatment(treatment_id=one.pk, by=by)
        return list(Treatment.objects.values_list("key", flat=True))

    assert moved(others[1], by=-1) == ["hot_stones", "third", "second"]
    assert moved(others[1], by=-1) == ["third", "hot_stones", "second"]
    assert moved(others[1], by=-1) == ["third", "hot_stones", "second"]
    assert moved(treatment, by=1) == ["third", "second", "hot_stones"]
    assert moved(treatment, by=9) == ["third", "second", "hot_stones"]
    assert moved(treatment, by=-2) == ["hot_stones", "third", "second"]
