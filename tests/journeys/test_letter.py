from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client as Browser
from django.urls import reverse

from booking.intake.letter import Letter, as_pdf
from booking.models import Draft
from booking.web.journey import SESSION_KEY
from tests.factories import NOW, make_clinic, make_draft

pytestmark = pytest.mark.django_db

PHYSICIAN = {"general_symptoms": ["unexplained_weight_loss"], "medications": ["statins"], "other_concern": "A remark."}
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


def test_the_letter_shows_what_was_chosen_and_nothing_else(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    page = browser.post(LETTER, {"name": "Niamh Byrne", "shared": ["general_symptoms"]}).content.decode()

    assert "About Niamh Byrne" in page
    assert "Weight loss without a reason should be checked by a doctor." in page
    assert "Weight loss you cannot explain" in page
    assert "Statins" not in page
    assert "A remark." not in page


def test_nothing_is_chosen_beforehand_and_a_name_is_needed(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    first = browser.get(LETTER).content.decode()
    answer = browser.post(LETTER, {"shared": ["general_symptoms"]})

    assert "checked" not in first
    assert "Write the name of the person it is about." in answer.content.decode()


def test_the_letter_is_a_file_too_and_is_stored_nowhere(browser: Browser) -> None:
    draft = sit_down(browser, PHYSICIAN)

    answer = browser.post(LETTER, {"name": "Niamh Byrne", "shared": ["general_symptoms"], "as": "pdf"})

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    draft.refresh_from_db()
    assert draft.typed is None


def test_an_answer_that_was_not_given_cannot_be_put_on_the_letter(browser: Browser) -> None:
    sit_down(browser, PHYSICIAN)

    page = browser.post(LETTER, {"name": "Niamh", "shared": ["leg_symptoms"]}).content.decode()

    assert "Choose from the answers on this page." in page


@pytest.mark.parametrize("answers", [{}, {"emergency_symptoms": ["coughing_blood"]}])
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
        clinic="Clinic", address="1 Street", phone="1", day="Today", name=name, reasons=(), shared=(), treatments=()
    )

    assert as_pdf(letter).startswith(b"%PDF-")
    # The writer warns of every character that no font of ours has.
    assert [record.getMessage() for record in caplog.records if "missing" in record.getMessage()] == []
