"""A list comes in by the panel: looked at, brought in, taken back; and it is its owner's alone until then."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Bringing, Client
from tests.cast import NOW, Clinic, sign_in
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


def test_a_list_of_megabytes_is_looked_at_and_waits_in_no_file(
    owner: Browser, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file under a name the names of all clients would lie on the disk for anybody to read."""
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", None)
    remarks = "x" * 1_000

    looked = look(owner, "\n".join(["Name,Notes", *(f"Ann {at},{remarks}" for at in range(3_000))]).encode())

    too_long = look(owner, b"Name\n" + b"x" * 9_000_000)

    assert ("3,000 new people." in looked.html, looked.status) == (True, 200)
    assert ("A list can be up to 8 MB." in too_long.html, too_long.status) == (True, 413)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty"), (bytes(range(32)) * 9, "no text")],
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


def test_columns_that_nobody_knows_are_named_by_hand(owner: Browser, clinic: Clinic) -> None:
    looked = look(owner, b"Who,Where\nAnn,ann@example.ie\n")

    refused = send(owner, looked, "Read it like this")
    send(owner, looked, "Read it like this", {"column-0": "name", "column-1": "email"})
    send(owner, read(owner.get(reverse(CARRY))), "Bring this list in")

    assert "Bring this list in" not in looked.html
    assert (refused.status_code, "No column has the names." in refused.content.decode()) == (422, True)
    assert list(Client.objects.values_list("name", "email")) == [("Ann", "ann@example.ie")]


@pytest.mark.parametrize(("choice", "people"), [("fill", 1), ("skip", 1), ("new", 2)])
def test_who_may_be_somebody_known_becomes_what_is_chosen(
    owner: Browser, clinic: Clinic, choice: str, people: int
) -> None:
    known = Client.objects.create(name="Ann Byrne", email="ann@example.ie", created_at=NOW)
    looked = look(owner, b"Name,Email,Phone\nAnn Byrne,ann@example.ie,01 555 0142\n")

    send(owner, looked, "Bring this list in", {"line-2": choice})

    known.refresh_from_db()
    assert (Client.objects.count(), bool(known.phone)) == (people, choice == "fill")


def test_a_list_that_is_given_up_is_gone_and_nothing_was_written(owner: Browser, clinic: Clinic) -> None:
    looked = look(owner, b"Name\nAnn\n")

    send(owner, looked, "Delete this list")

    assert (Client.objects.count(), Bringing.objects.count()) == (0, 0)


def test_a_tab_that_shows_something_else_brings_nothing_in(owner: Browser, clinic: Clinic) -> None:
    stale = look(owner, b"Name,Second\nAnn,Zed\n")
    send(owner, stale, "Read it like this", {"column-0": "", "column-1": "name"})

    send(owner, stale, "Bring this list in")
    remapped = owner.get(reverse(CARRY)).content.decode()
    look(owner, b"Name\nBob\n")
    replaced = send(owner, stale, "Bring this list in")

    assert ("Something else was chosen meanwhile." in remapped, Client.objects.count()) == (True, 0)
    assert (replaced.status_code, "This list is not here any more." in replaced.content.decode()) == (404, True)


def test_a_list_is_looked_at_again_by_itself_when_somebody_in_it_came_meanwhile(owner: Browser, clinic: Clinic) -> None:
    looked = look(owner, b"Name,Email,Shoe size\nAnn Byrne,ann@example.ie,38\n")
    Client.objects.create(name="Ann Byrne", email="ann@example.ie", created_at=NOW)

    send(owner, looked, "Bring this list in")
    again = owner.get(reverse(CARRY)).content.decode()

    assert ("Columns that come in: Name, Email. 1 other is left out." in looked.html, Client.objects.count()) == (
        True,
        1,
    )
    assert ("come into your records meanwhile" in again, "Line 2 may be somebody you know." in again) == (True, True)
