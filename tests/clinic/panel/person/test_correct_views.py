"""Correcting a record in the panel: what the trail says, and two who do so at once."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Client
from clinic.models import AuditEntry
from tests.cast import EMAIL, NAME, Clinic, make_client, sign_in
from tests.pages import read, send

pytestmark = pytest.mark.django_db


def stored() -> tuple[str, str, str, str]:
    row: tuple[str, str, str, str] = Client.objects.values_list("name", "email", "phone", "birth_date").get()
    return row


def test_the_later_of_two_editors_sees_the_others_change_and_loses_nothing(clinic: Clinic) -> None:
    person = make_client()
    path = reverse("panel:person_edit", args=[person.public_id])
    tom, ana = sign_in("reception", name="tom"), sign_in("reception", name="ana")
    pages = [read(browser.get(path)) for browser in (tom, ana)]
    send(tom, pages[0], "Save", {"email": "nk@example.com"})

    told = read(send(ana, pages[1], "Save", {"name": "Niamh Kelly"}))

    assert (told.status, stored()) == (409, (NAME, "nk@example.com", "", ""))
    assert "tom has changed this record after you had opened it (email)." in told.html
    fields = {one.name: one.value for one in told.posts[-1].fields}
    assert (fields["name"], fields["email"]) == ("Niamh Kelly", "nk@example.com")
    send(ana, told, "Save", {})
    assert stored() == ("Niamh Kelly", "nk@example.com", "", "")
    lines = AuditEntry.objects.filter(verb="correct").order_by("pk")
    assert list(lines.values_list("by__username", "fields")) == [("tom", ["email"]), ("ana", ["name"])]


def test_a_birth_date_opens_on_request_and_the_record_tells_a_band(clinic: Clinic, reception: Browser) -> None:
    person = make_client()
    path = reverse("panel:person_birth_date", args=[person.public_id])

    send(reception, read(reception.get(path)), "Save", {"birth_date": "1980-05-17"})

    record = reception.get(reverse("panel:person", args=[person.public_id])).content.decode()
    assert (stored()[3], "40 to 49" in record, "1980" in record) == ("1980-05-17", True, False)
    assert "1980-05-17" in reception.get(path).content.decode()
    assert ["date of birth"] in AuditEntry.objects.filter(verb="view").values_list("fields", flat=True)
    assert "1980" not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("day", ["1880-01-01", "2027-01-01", "soon"])
def test_a_birth_date_that_can_not_be_is_refused(clinic: Clinic, reception: Browser, day: str) -> None:
    person = make_client()

    page = read(reception.get(reverse("panel:person_birth_date", args=[person.public_id])))

    assert send(reception, page, "Save", {"birth_date": day}).status_code == 422
    assert stored() == (NAME, EMAIL, "", "")
