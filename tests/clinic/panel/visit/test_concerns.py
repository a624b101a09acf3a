"""What a client writes in the safety check: who reads it, who settles it, and where it stands."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, State
from services.models import ClinicPolicy
from tests.cast import Clinic, book, make_client, sign_in
from tests.pages import Page, find_form, press, read, submit

pytestmark = pytest.mark.django_db

CONCERN = "My left hand goes numb at night"
BLANKS = ["", "   ", "\u00a0", "\u200b", "\u2800\u3164", "\u2060\ufe0f"]
SETTLE = "Settled : Read the client's remark"


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    person = make_client()
    return book(clinic, "14:00", name=person.name, client=person, answers={"other_concern": CONCERN})


def open_visit(browser: Browser, visit: Appointment) -> Page:
    return read(browser.get(reverse("panel:visit", args=[visit.reference])))


def test_what_the_desk_books_is_booked_with_the_concern_open_on_it(visit: Appointment) -> None:
    assert (visit.state, visit.deadline_at) == (State.BOOKED, None)
    assert list(visit.conditions.values_list("kind", "settled_at")) == [("note_to_read", None)]


@pytest.mark.parametrize("role", ["owner", "therapist", "reception"])
def test_who_may_read_a_concern_settles_it_with_words_and_it_stays_to_be_seen(
    role: str, clinic: Clinic, visit: Appointment
) -> None:
    ClinicPolicy.objects.update(reception_reads_concerns=True)
    browser = sign_in(role, clinic)

    page = press(browser, open_visit(browser, visit), SETTLE, answers={"remark": "Asked: only in winter"})

    condition = visit.conditions.get()
    assert condition.settled_by is not None
    assert (page.status, condition.remark, condition.settled_by.username) == (200, "Asked: only in winter", role)
    careful = page.html[page.html.index("Be careful about") : page.html.index(">Who<")]
    assert (CONCERN in careful, "Asked: only in winter" in careful, "Nothing reported" in page.html) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("blank", BLANKS)
def test_a_concern_is_not_settled_with_what_nobody_can_see(blank: str, clinic: Clinic, visit: Appointment) -> None:
    browser = sign_in("owner", clinic)

    page = press(browser, open_visit(browser, visit), SETTLE, answers={"remark": blank})

    assert (page.status, visit.conditions.get().settled_at) == (422, None)
    assert "Write what you found out, or what to be careful about." in page.html


def test_who_may_not_read_a_concern_sees_who_can_and_has_no_button(clinic: Clinic, visit: Appointment) -> None:
    sign_in("owner", clinic)
    sign_in("therapist", clinic)
    sign_in("therapist", clinic, number=1)

    page = open_visit(sign_in("reception", clinic), visit)

    assert CONCERN not in page.html
    assert "Can read and settle this: Therapist 1 (treats), owner." in page.html
    assert "Nothing reported" not in page.html
    assert [words for form in page.forms for words in form.words if words.startswith("Settled")] == []


@pytest.mark.parametrize("number", [0, 1])
def test_a_press_that_was_not_drawn_settles_nothing(number: int, clinic: Clinic, visit: Appointment) -> None:
    """Reception without the setting, and the therapist of another visit."""
    drawer = sign_in("owner", clinic)
    page = open_visit(drawer, visit)
    form, button = find_form(page, SETTLE)
    stranger = sign_in("reception", clinic) if number == 0 else sign_in("therapist", clinic, number=1)

    answer = submit(stranger, page, form, button, {"kind": "note_to_read", "remark": "read"})

    assert (answer.status_code, visit.conditions.get().settled_at) == ([403, 404][number], None)


def test_nothing_reported_stands_where_nothing_was(clinic: Clinic) -> None:
    """The control: the words are there for a visit with nothing on it."""
    person = make_client()
    plain = book(clinic, "10:00", name=person.name, client=person)

    assert "Nothing reported." in open_visit(sign_in("owner", clinic), plain).html
