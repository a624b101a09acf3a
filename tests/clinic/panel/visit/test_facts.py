import pytest

from booking.scheduling import appointments
from clinic.panel.visit.facts import Contacts, EarlierVisit, HistoryLine, contacts_of, list_earlier, list_history
from tests.cast import EMAIL, NOW, STAFF, Clinic, book, make_client, make_clinic, soon

pytestmark = pytest.mark.django_db


def test_contacts_are_the_bookers_with_the_number_as_people_there_write_it(clinic: Clinic) -> None:
    visit = book(clinic, email=EMAIL, phone="+35315550199")

    assert contacts_of(visit) == Contacts(phone="(01) 555 0199", email=EMAIL, booked_by="Niamh Byrne")


def test_earlier_visits_are_the_five_before_this_one_with_the_latest_first(clinic: Clinic) -> None:
    person = make_client()
    visits = [book(clinic, "10:00", days=days, client=person) for days in range(1, 8)]
    book(clinic, "12:00", days=1)  # somebody else

    found = list_earlier(visits[5])

    assert [one.day.split()[1] for one in found] == ["28", "27", "26", "25", "24"]
    assert found[0] == EarlierVisit("Saturday 28 November 2026", "Swedish", "Therapist 1", "booked")


def test_of_somebody_unknown_there_are_no_earlier_visits(clinic: Clinic) -> None:
    visit = book(clinic)
    visit.client = None

    assert list_earlier(visit) == ()


def test_what_has_happened_is_told_by_the_clock_of_the_place() -> None:
    visit = book(make_clinic(zone="Asia/Kolkata"), NOW)
    appointments.cancel(appointment=visit, by=STAFF, reason="Called", now=soon(-5))

    booked, cancelled = list_history(visit)

    assert (booked.who, booked.reason) == ("staff", "")
    assert cancelled == HistoryLine("Monday 23 November, 1:25 pm", "cancelled it", "staff", "Called")
