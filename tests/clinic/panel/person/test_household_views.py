import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.people.households import members_of
from tests.cast import Clinic, make_client
from tests.pages import read, send

pytestmark = pytest.mark.django_db


def test_somebody_is_found_added_and_taken_out(clinic: Clinic, reception: Browser) -> None:
    fatima, sami = make_client("Fatima Haddad"), make_client("Sami Haddad")
    path = reverse("panel:person_household", args=[fatima.public_id])

    found = read(send(reception, read(reception.get(path)), "Find", {"words": "sami"}))
    send(reception, found, "Add: Sami Haddad")

    fatima.refresh_from_db()
    assert list(members_of(fatima)) == [sami]
    send(reception, read(reception.get(path)), "Take Fatima Haddad out")
    fatima.refresh_from_db()
    assert list(members_of(fatima)) == []
