"""A list comes in by the panel: looked at, brought in, taken back; and it is its owner's alone until then."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Client
from tests.cast import Clinic, sign_in
from tests.pages import Page, read, send

pytestmark = pytest.mark.django_db
CARRY = "panel:set_up_carry"


def look(browser: Browser, content: bytes) -> Page:
    page = read(browser.get(reverse(CARRY)))
    answer = send(browser, page, "Look at this list", {"file": SimpleUploadedFile("clients.csv", content)})
    return read(browser.get(reverse(CARRY)) if answer.status_code == 302 else answer)


def test_a_list_is_looked_at_brought_in_and_taken_back(owner: Browser, clinic: Clinic) -> None:
    looked = look(owner, b"Name,Email\nAnn,ann@example.ie\nBob,abc\n")
    before = Client.objects.count()

    send(owner, looked, "Bring this list in")
    brought = read(owner.get(reverse(CARRY)))
    names = list(Client.objects.values_list("name", flat=True))
    taking_back = next(words for form in brought.posts for words in form.words if words.startswith("Take back"))
    send(owner, brought, taking_back)

    assert ("2 new people." in looked.html, "Line 3: “abc” is no email address. It is left out." in looked.html) == (
        True,
        True,
    )
    assert (before, names, Client.objects.count()) == (0, ["Ann", "Bob"], 0)
    assert "Deleted: 2." in owner.get(reverse(CARRY)).content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty"), (b"Who,Where\nAnn,Here\n", "No column is called Name"), (bytes(range(32)) * 9, "no text")],
)
def test_what_is_no_list_is_refused_with_a_sentence(
    owner: Browser, clinic: Clinic, content: bytes, sentence: str
) -> None:
    page = look(owner, content)

    assert (page.status, sentence in page.html, Client.objects.count()) == (422, True, 0)


def test_a_list_is_shown_to_whoever_chose_it_and_applied_by_nobody_else(owner: Browser, clinic: Clinic) -> None:
    looked = look(owner, b"Name\nPLANTEDNAME\n")
    other = sign_in("owner", clinic, name="other")

    answer = send(other, looked, "Bring this list in")

    assert (answer.status_code, "PLANTEDNAME" in other.get(reverse(CARRY)).content.decode()) == (404, False)
