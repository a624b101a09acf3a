import pytest
from django.http import QueryDict

from clinic.panel.desk.gap import begin_with, read_gap
from services.models import Location
from tests.cast import TODAY, make_client, make_clinic


@pytest.mark.parametrize(
    ("sent", "gap"),
    [
        (
            "location=1&therapist=2&start=2026-11-23T15:30%2B00:00&day=2026-11-23",
            {"location": "1", "therapist": "2", "start": "2026-11-23T15:30:00+00:00", "day": "2026-11-23"},
        ),
        ("location=x&therapist=%D9%A3&start=tomorrow&day=monday", {}),
        ("location=1234567890", {}),
        ("start=2026-11-23T15:30", {}),
        ("start=0001-01-01T00:00%2B00:00&day=9999-12-31", {}),
    ],
)
def test_what_can_be_no_part_of_a_gap_is_left_out(sent: str, gap: dict[str, str]) -> None:
    assert read_gap(QueryDict(sent)) == gap


@pytest.mark.django_db
def test_the_form_begins_with_the_gap_by_the_clock_of_its_place_and_with_the_person() -> None:
    dublin, kolkata = make_clinic().location, make_clinic(zone="Asia/Kolkata").location
    places, person = [dublin, kolkata], make_client()
    gap = {"location": str(kolkata.pk), "therapist": "2", "start": "2026-11-23T15:30:00+00:00"}

    assert begin_with(gap, person, places) == {
        "location": kolkata.pk,
        "therapist": "2",
        "day": TODAY,
        "time": "21:00",
        "client_id": person.public_id,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
    }


def test_without_a_gap_the_form_begins_with_the_first_place() -> None:
    places = [Location(pk=7, time_zone="Europe/Dublin"), Location(pk=8, time_zone="Asia/Kolkata")]

    assert begin_with({"location": "9"}, None, places) == {"location": 7, "therapist": None}
