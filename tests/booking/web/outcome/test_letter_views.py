import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Draft
from booking.web.journey import SESSION_KEY
from tests.cast import NOW, make_clinic, make_draft
from tests.pages import read, send

pytestmark = pytest.mark.django_db

PHYSICIAN = {
    "signs_now": ["unexplained_weight_loss", "unwell_or_catching"],
    "medications": ["anticoagulants"],
    "other_concern": "A remark.",
    "doctor_review": "not_seen",
}
LETTER = reverse("booking:letter")


@pytest.fixture
def browser(time_machine: Any) -> Browser:
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    return Browser()


def sit_down(browser: Browser, answers: dict[str, Any]) -> Draft:
    """A visitor whose safety check is done."""
    draft = make_draft(clinic=make_clinic(), answers=answers)
    session = browser.session
    assert isinstance(session, SessionStore)
    session[SESSION_KEY] = draft.pk
    session.save()
    return draft


def make(browser: Browser, words: str, **answers: Any) -> Any:
    """Fill the form of the letter in and press one of its buttons."""
    return send(browser, read(browser.get(LETTER)), words, answers)


def test_the_letter_shows_what_was_chosen_and_nothing_else(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    page = make(browser, "Make the letter", name="Niamh Byrne", shared=["age_years"]).content.decode()

    assert "Re: Niamh Byrne<br>" in page
    assert "At the moment: <strong>Losing weight without trying</strong>" in page
    assert "<dt>Age</dt><dd>40 years</dd>" in page
    # The finding is what the rules counted; the rest of the same list is shared only by choice.
    for unshared in ("Feeling ill", "Blood thinners", "A remark.", "should be checked by a doctor"):
        assert unshared not in page


def test_what_else_was_said_can_be_shared_down_to_the_rest_of_a_list(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    chosen = make(browser, "Make the letter", name="Niamh", shared=["signs_now", "doctor_review"]).content.decode()

    assert "<dd>Feeling ill or having night sweats, or something others could catch" in chosen
    assert "<dt>Seen by a doctor for this</dt><dd>No</dd>" in chosen
    assert "Blood thinners" not in chosen


def test_nothing_is_chosen_beforehand_and_a_name_is_needed(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    first = browser.get(LETTER).content.decode()
    answer = make(browser, "Make the letter", shared=["age_years"])

    assert "checked" not in first
    assert "Write the name for the letter." in answer.content.decode()


def test_the_letter_is_a_file_too_and_is_stored_nowhere(browser: Browser) -> None:
    draft = sit_down(browser, PHYSICIAN)

    letter = make(browser, "Make the letter", name="Niamh Byrne", shared=["age_years"])

    answer = send(browser, read(letter), "Save as PDF")

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    draft.refresh_from_db()
    assert draft.typed is None


def test_an_answer_that_was_not_given_cannot_be_put_on_the_letter(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    page = browser.post(LETTER, {"name": "Niamh", "shared": ["body"]}).content.decode()

    assert "Choose from the answers on this page." in page


@pytest.mark.parametrize("answers", [{}, {"emergency_symptoms": ["breathless_or_blood"]}])
def test_only_a_result_for_a_physician_has_a_letter(browser: Browser, answers: dict[str, Any]) -> None:
    sit_down(browser, answers)

    answer = browser.get(LETTER)

    assert (answer.status_code, answer["Location"]) == (302, reverse("booking:outcome"))


def test_the_date_of_birth_is_optional_and_stands_in_the_letter_and_on_the_slip(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    with_it = make(browser, "Make the letter", name="Niamh Byrne", born="1988-03-14").content.decode()
    without = make(browser, "Make the letter", name="Niamh Byrne").content.decode()

    assert with_it.count("Niamh Byrne, born 14 March 1988") == 2
    assert ", born" not in without


@pytest.mark.parametrize(
    ("born", "told"),
    [
        ("2030-01-01", "Write the year of birth in full, like 1988."),
        ("2026-12-24", "This day is still to come. Correct the date of birth."),
        ("0088-03-14", "Write the year of birth in full, like 1988."),
        ("nonsense", "Write the day, the month and the year, like 14/03/1988."),
    ],
)
def test_a_date_of_birth_that_cannot_be_is_refused_in_words(browser: Browser, born: str, told: str) -> None:
    sit_down(browser, PHYSICIAN)

    page = make(browser, "Make the letter", name="Niamh", born=born).content.decode()

    assert told in page
    assert 'value="Niamh"' in page


def test_select_all_and_clear_tick_all_or_none_and_keep_what_was_typed(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    everything = read(make(browser, "Select all", name="Niamh", born="1988-03-14"))
    nothing = read(send(browser, everything, "Clear", {}))

    boxes = [one.is_on for one in everything.posts[0].fields if one.name == "shared"]
    assert len(boxes) > 5
    assert all(boxes)
    assert not any(one.is_on for one in nothing.posts[0].fields if one.name == "shared")
    for page in (everything, nothing):
        typed = {one.name: one.value for one in page.posts[0].fields if one.name in ("name", "born")}
        assert typed == {"name": "Niamh", "born": "1988-03-14"}
        assert "Error:" not in page.title


def test_enter_in_a_field_makes_the_letter_and_ticks_nothing(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    page = browser.get(LETTER).content.decode()

    # A browser presses the first submit button of the form.
    first = re.search(r"<button type=\"submit\"([^>]*)>\s*([^<]*?)\s*</button>", page[page.index('name="name"') :])
    assert first is not None
    assert (first[2], "name=" in first[1]) == ("Make the letter", False)


def test_a_name_that_no_font_has_is_on_the_page_and_the_file_says_so(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)
    letter = make(browser, "Make the letter", name="ნინო")

    answer = send(browser, read(letter), "Save as PDF")

    assert "ნინო" in letter.content.decode()
    assert answer["Content-Type"].startswith("text/html")
    assert "Print this page instead: it can." in answer.content.decode()
