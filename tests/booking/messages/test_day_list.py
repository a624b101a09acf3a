from datetime import timedelta

import pytest

from booking.messages.day_list import visits_of_day
from booking.models import State
from tests.booking.messages.factories import make_location, make_visit
from tests.cast import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_a_day_has_what_takes_place_there_in_the_order_of_time() -> None:
    late, early = make_visit(starts_at=NOW + timedelta(hours=6)), make_visit(starts_at=NOW + timedelta(hours=2))
    make_visit(starts_at=NOW, state=State.CANCELLED)
    make_visit(starts_at=NOW + timedelta(days=1))
    make_visit(starts_at=NOW, zone="Asia/Tokyo")

    assert list(visits_of_day(location=make_location(), day=TODAY)) == [early, late]


def test_a_day_begins_and_ends_by_the_clock_of_the_place() -> None:
    """Tokyo is nine hours ahead: its Tuesday begins on Monday at 15:00 UTC."""
    midnight = NOW.replace(hour=15)
    visits = [make_visit(starts_at=midnight + timedelta(minutes=minutes), zone="Asia/Tokyo") for minutes in (-5, 0)]
    tokyo = make_location(zone="Asia/Tokyo")

    days = [list(visits_of_day(location=tokyo, day=TODAY + timedelta(days=number))) for number in (0, 1)]

    assert days == [[visits[0]], [visits[1]]]
