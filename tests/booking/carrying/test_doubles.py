"""Who in a list may be somebody else of it, or of the clinic. On both engines."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.carrying.doubles import Choice, Double, find_doubles
from booking.carrying.people import Person
from booking.models import Client
from tests.cast import EMAIL, NOW, make_client

pytestmark = pytest.mark.django_db


def test_doubles_are_found_by_name_with_email_number_or_birth_date() -> None:
    niamh = make_client()
    sean = Client.objects.create(name="Seán Ó Briain", phone="+353 85 555 0199", created_at=NOW)
    born = Client.objects.create(name="Ann Daly", birth_date="1980-12-31", created_at=NOW)
    Client.objects.create(name="Gone Girl", email="gone@example.ie", created_at=NOW, erased_at=NOW)
    people = [
        Person(2, "BYRNE NIAMH", EMAIL.upper()),
        Person(3, "Niamh Kelly", EMAIL),
        Person(4, "Cian Byrne", EMAIL),
        Person(5, "Sean O Briain", phone="085 555 0199"),
        Person(6, "Ann Daly", birth_date="1980-12-31"),
        Person(7, "Ann Daly", birth_date="1990-01-01"),
        Person(8, "Niamh Byrne", "another@example.ie"),
        Person(9, "Gone Girl", "gone@example.ie"),
        Person(10, "Eve", "eve@example.ie"),
        Person(11, "Eve", "EVE@example.ie"),
    ]

    assert find_doubles(people, country="IE") == [
        Double(2, niamh.pk, None, True),
        Double(3, niamh.pk, None, False),
        Double(5, sean.pk, None, True),
        Double(6, born.pk, None, True),
        Double(8, niamh.pk, None, False),
        Double(11, None, 10, True),
    ]


def test_what_is_usual_is_to_fill_in_where_name_and_contact_agree() -> None:
    assert [Double(2, 1, None, likely).usual for likely in (True, False)] == [Choice.FILL, Choice.NEW]


def test_statements_do_not_grow_with_the_list() -> None:
    def count(size: int) -> int:
        people = [Person(at, f"Person {at}", f"p{at}@example.ie", f"085 555 {at:04}") for at in range(size)]
        with CaptureQueriesContext(connection) as statements:
            find_doubles(people, country="IE")
        return len(statements)

    make_client()

    assert count(5) == count(400) == 3
