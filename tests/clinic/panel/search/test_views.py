"""The box in the head of every page: who is found, what is shown to whom, and where a press leads."""

import re
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Client
from tests.cast import NOW, Clinic, book, make_client, sign_in
from tests.pages import Page, press, read

pytestmark = pytest.mark.django_db


def look_for(browser: Browser, words: str) -> Page:
    page = read(browser.get(reverse("panel:people")))
    return press(browser, page, next(form for form in page.posts if "words" in form.names), answers={"words": words})


def words_on(page: Page) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", page.html).split())


def found(page: Page) -> list[str]:
    """The ids of who was found, in their order."""
    return [part.partition('"')[0] for part in page.html.split('data-person="')[1:]]


def test_reception_finds_a_person_by_each_contact_with_their_next_visit(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00", name="Niamh Byrne", email="niamh@example.com")
    person = visit.client
    assert person is not None
    person.phone = "087 123 4567"
    person.save()

    pages = [look_for(reception, words) for words in ("byrne niam", "+353 87 1234", "niamh@example.com", "Niahm")]

    assert [found(page) for page in pages] == [[person.public_id]] * 4
    for page in pages:
        assert "Next: Monday 23 November, 14:00, Therapist 1. 1 visit" in words_on(page)
    assert ["spelled nearly so" in words_on(page) for page in pages] == [False, False, False, True]
    assert reverse("panel:person", args=[person.public_id]) in pages[0].html


def test_nobody_found_says_so_and_what_to_do(reception: Browser, clinic: Clinic) -> None:
    page = look_for(reception, "finn")

    assert (found(page), "Nobody called finn. Add a new person, or look by phone." in words_on(page)) == (
        [],
        True,
    )


def test_a_reference_opens_its_visit_for_whoever_may_see_it(clinic: Clinic) -> None:
    own, other = book(clinic, "10:00"), book(clinic, "12:00", name="Cian Walsh", therapist=1)
    therapist = sign_in("therapist", clinic)

    answers = [
        browser.post(reverse("panel:people"), {"words": f" {visit.reference.lower()}"}).headers.get("Location")
        for browser, visit in ((therapist, own), (therapist, other), (sign_in("reception", clinic), other))
    ]

    assert answers == [
        reverse("panel:visit", args=[own.reference]),
        None,
        reverse("panel:visit", args=[other.reference]),
    ]


def test_a_therapist_finds_their_own_people_without_contacts(clinic: Clinic) -> None:
    visit = book(clinic, "10:00", name="Niamh Byrne", email="niamh@example.com")
    book(clinic, "12:00", name="Niamh Walsh", therapist=1)
    assert visit.client is not None
    Client.objects.filter(pk=visit.client.pk).update(phone="087 123 4567")
    therapist = sign_in("therapist", clinic)

    pages = [look_for(therapist, words) for words in ("niamh", "0871234567", "niamh@example.com")]

    assert [found(page) for page in pages] == [[visit.client.public_id], [], []]
    assert not [mark for mark in ("087", "niamh@", "panel/book") if mark in pages[0].html]


def test_the_box_gets_the_answer_alone(reception: Browser, clinic: Clinic) -> None:
    person = make_client()

    answer = reception.post(reverse("panel:people"), {"words": "niamh"}, headers={"X-Search": "1"})
    visit = book(clinic, "10:00", name="Cian Walsh")
    gone = reception.post(reverse("panel:people"), {"words": visit.reference}, headers={"X-Search": "1"})

    html = answer.content.decode()
    assert (person.public_id in html, "<main" in html) == (True, False)
    assert (gone.content, gone.headers["X-Go"]) == (b"", reverse("panel:visit", args=[visit.reference]))


def statements(browser: Browser, words: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.post(reverse("panel:people"), {"words": words}, headers={"X-Search": "1"})
    return len(asked)


@pytest.mark.both_engines
def test_a_search_asks_the_same_for_two_people_and_two_thousand(reception: Browser, clinic: Clinic) -> None:
    """Answered from an index: what is read grows with what fits, not with everybody."""
    make_people(2)
    few = [statements(reception, words) for words in QUESTIONS]
    make_people(2_000)

    many = [statements(reception, words) for words in QUESTIONS]

    # Who was shown a moment ago is not recorded again; so the first question alone writes to the trail.
    assert few[0] == max(few) <= STATEMENTS
    assert max(many) <= STATEMENTS


STATEMENTS = 11
QUESTIONS: Sequence[str] = ("anna kern 0", "kren", "087 555 0000", "0000", "anna0@example.com")


def make_people(count: int) -> None:
    start = Client.objects.count()
    Client.objects.bulk_create(
        Client(
            name=f"{('Anna', 'Berta', 'Cleo', 'Dora')[number % 4]} {('Kern', 'Moor', 'Tal')[number % 3]} {number}",
            email=f"anna{number}@example.com",
            phone=f"087 555 {number:04}",
            created_at=NOW,
        )
        for number in range(start, start + count)
    )
