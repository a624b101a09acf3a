import pytest

from booking.wording.times import Wall
from clinic.panel.home import home_phone, home_wall
from services.models import Location
from tests.cast import make_clinic

pytestmark = pytest.mark.django_db


def test_what_belongs_to_no_place_has_the_clock_of_the_first_that_is_open() -> None:
    without = home_wall()
    dublin = make_clinic().location
    Location.objects.create(name="Second", address="2", phone="2", time_zone="America/New_York")
    first = home_wall()

    Location.objects.filter(pk=dublin.pk).update(is_active=False)

    assert [wall.zone.key for wall in (without, first, home_wall())] == ["UTC", "Europe/Dublin", "America/New_York"]
    assert first == Wall.of_place(dublin)


def test_a_number_is_written_as_people_at_home_do_and_none_stays_none() -> None:
    make_clinic()

    assert [home_phone(text) for text in ("+35315550142", "")] == ["(01) 555 0142", ""]
