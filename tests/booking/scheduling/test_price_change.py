"""Which booked visits keep their price, by the day of the place."""

from datetime import timedelta

import pytest

from booking.scheduling.price_change import keep_prices
from tests.cast import TODAY, at, book, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def test_visits_from_midnight_of_the_place_on_keep_their_price() -> None:
    clinic = make_clinic(zone="Pacific/Auckland", opens="00:00", closes="23:00")
    book(clinic, at("08:30"))  # 21:30 there
    after, later = book(clinic, at("11:00")), book(clinic, at("20:00"))
    cell, tomorrow = (clinic.treatment.pk, 60), TODAY + timedelta(days=1)

    kept = keep_prices(cells={cell, (clinic.treatment.pk, 90)}, first_date=tomorrow)

    assert [(one.reference, one.day, one.price) for one in kept] == [
        (after.reference, tomorrow, 60),
        (later.reference, tomorrow, 60),
    ]
    assert keep_prices(cells={(clinic.treatment.pk, 90)}, first_date=tomorrow) == []
    assert keep_prices(cells=(), first_date=tomorrow) == []
