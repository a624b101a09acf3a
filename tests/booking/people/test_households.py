import pytest
from django.db import transaction

from booking.models import Client
from booking.people.households import add_to_household, leave_household, members_of
from tests.cast import Clinic, make_client

pytestmark = pytest.mark.django_db


def names(person: Client) -> list[str]:
    person.refresh_from_db()
    return [one.name for one in members_of(person)]


def test_people_are_added_and_leave_and_nobody_stays_alone(clinic: Clinic) -> None:
    fatima, sami, noor = (make_client(name) for name in ("Fatima", "Sami", "Noor"))
    with transaction.atomic():
        add_to_household(client=fatima, other=sami)
        add_to_household(client=sami, other=noor)
    assert [names(one) for one in (fatima, sami, noor)] == [["Noor", "Sami"], ["Fatima", "Noor"], ["Fatima", "Sami"]]

    with transaction.atomic():
        leave_household(client=sami)
        assert [names(one) for one in (fatima, sami, noor)] == [["Noor"], [], ["Fatima"]]
        leave_household(client=noor)

    assert set(Client.objects.values_list("household", flat=True)) == {""}
