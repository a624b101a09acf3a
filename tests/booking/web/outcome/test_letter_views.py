from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client as Browser
from django.urls import reverse

from booking.intake.referral_letter import Letter, as_pdf
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

    assert "About Niamh Byrne" in page
    assert "Do you have any of these at the moment? <strong>Losing weight without trying</strong>" in page
    assert "<strong>40 years</strong>" in page
    # The finding is what the rules counted; the rest of the same list is shared only by choice.
    for unshared in ("Feeling ill", "Blood thinners", "A remark.", "should be checked by a doctor"):
        assert unshared not in page


def test_what_else_was_said_can_be_shared_down_to_the_rest_of_a_list(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    chosen = make(browser, "Make the letter", name="Niamh", shared=["signs_now", "doctor_review"]).content.decode()

    assert "<strong>Feeling ill or having night sweats, or something others could catch" in chosen
    assert "Has a doctor looked at what you told us here, since it began or last changed? <strong>No</strong>" in chosen
    assert "Blood thinners" not in chosen


def test_nothing_is_chosen_beforehand_and_a_name_is_needed(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    first = browser.get(LETTER).content.decode()
    answer = make(browser, "Make the letter", shared=["age_years"])

    assert "checked" not in first
    assert "Write the name of the person who goes to the doctor." in answer.content.decode()


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


@pytest.mark.once
@pytest.mark.parametrize(
    "name",
    [
        "Siobhán Ní Bhriain",
        "Жанна Иванова",
        "Γιώργος",
        "محمد العربي",
        "שרה כהן",
        "प्रिया शर्मा",
        "สมชาย",
        "王小明 たなか 김민수",
    ],
)
def test_a_name_in_any_script_can_be_written(name: str, caplog: pytest.LogCaptureFixture) -> None:
    letter = Letter(
        clinic="Clinic",
        address="1 Street",
        phone="1",
        day="Today",
        name=name,
        case="K7FQ2D",
        found=(),
        shared=(),
        treatments=(),
    )

    assert as_pdf(letter).startswith(b"%PDF-")
    # The writer warns of every character that no font of ours has.
    assert [record.getMessage() for record in caplog.records if "missing" in record.getMessage()] == []
