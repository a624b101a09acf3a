"""Answers that were said aloud: decided like a client's own, with the agreement in the name of who said them."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from booking.intake.decisions import IncompleteAnswers
from booking.intake.gate import GateRefused
from booking.models import Appointment, Case, Draft, Intake, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By, NotAllowed
from tests.cast import EMAIL, RELAXING, Clinic, at, book, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def reception() -> By:
    return By("staff", User.objects.create_user("reception"))


@pytest.fixture
def visit(clinic: Clinic, reception: By) -> Appointment:
    return book(clinic, "14:00", with_form=False, email=EMAIL, by=reception)


def read_out(visit: Appointment, by: By, **answers: Any) -> str:
    said = {key: value for key, value in (RELAXING | answers).items() if value is not None}
    decision = appointments.read_out(appointment=visit, answers=said, said_by="Niamh Byrne", by=by, now=soon(5))
    visit.refresh_from_db()
    return decision.level


def test_clear_answers_settle_the_missing_form_and_the_visit_can_be_confirmed(
    visit: Appointment, reception: By
) -> None:
    level = read_out(visit, reception)

    intake, event = Intake.objects.get(), visit.events.last()
    assert event is not None
    assert (level, visit.intake, intake.client) == ("CLEAR", intake, visit.client)
    assert (intake.consent_text_version, intake.consent_name, intake.consented_at) == (
        "2 read out",
        "Niamh Byrne",
        soon(5),
    )
    assert (event.verb, event.by) == ("read out", reception.user)
    assert not visit.conditions.filter(settled_at=None).exists()
    assert not Draft.objects.exists()
    confirmed = appointments.change_state(appointment=visit, target=State.BOOKED, by=reception, now=soon(6))
    assert confirmed.state == State.BOOKED


def test_a_physician_opens_a_case_and_the_visit_goes_no_further(visit: Appointment, reception: By) -> None:
    level = read_out(visit, reception, signs_now=["unexplained_weight_loss"])

    assert level == "PHYSICIAN"
    assert Case.objects.filter(kind="physician", intake=visit.intake, contact_name="Niamh Byrne").count() == 1
    with pytest.raises(GateRefused):
        appointments.change_state(appointment=visit, target=State.ARRIVED, by=reception, now=at("13:00"))


def test_an_emergency_sign_ends_the_questions_at_once(visit: Appointment, reception: By) -> None:
    level = read_out(visit, reception, emergency_symptoms=["chest_pain_pressure"], body=None)

    assert (level, Intake.objects.get().is_complete) == ("EMERGENCY", False)
    assert Case.objects.filter(kind="emergency", intake=visit.intake).count() == 1


def test_answers_on_the_way_keep_nothing(visit: Appointment, reception: By) -> None:
    with pytest.raises(IncompleteAnswers) as missing:
        read_out(visit, reception, body=None)

    assert [error.key for error in missing.value.errors] == ["body"]
    assert (Intake.objects.count(), Draft.objects.count(), visit.events.count()) == (0, 0, 1)


@pytest.mark.parametrize("answers", [{}, {"emergency_symptoms": ["chest_pain_pressure"]}])
def test_without_the_agreement_nothing_is_kept(answers: dict[str, Any], visit: Appointment, reception: By) -> None:
    with pytest.raises(IncompleteAnswers):
        read_out(visit, reception, consent=None, **answers)

    assert (Intake.objects.count(), Draft.objects.count(), visit.events.count()) == (0, 0, 1)


def test_a_lower_result_after_a_physicians_is_a_correction_to_compare(visit: Appointment, reception: By) -> None:
    read_out(visit, reception, signs_now=["unexplained_weight_loss"])

    level = read_out(visit, reception)

    assert level == "CLEAR"
    assert list(visit.conditions.filter(settled_at=None).values_list("kind", flat=True)) == ["corrected_answers"]


def test_a_treatment_that_has_begun_is_not_asked_about(visit: Appointment, reception: By) -> None:
    Appointment.objects.filter(pk=visit.pk).update(state=State.IN_TREATMENT)

    with pytest.raises(NotAllowed):
        read_out(visit, reception)

    assert not Intake.objects.exists()
