"""From answers to a decision that is on record, and what becomes of it when somebody answers again."""

import pytest

from booking.intake import decisions, drafts
from booking.intake.decisions import IncompleteAnswers, current_decision
from booking.models import Case, Intake
from booking.rules.levels import Level
from tests.booking.intake.test_drafts import CONSENT, answer
from tests.cast import NOW, RELAXING, make_client, make_intake, soon

pytestmark = pytest.mark.django_db


def test_deciding_moves_the_answers_from_the_draft_into_an_intake_with_the_consent() -> None:
    draft = answer(drafts.start_draft(now=NOW), RELAXING)

    decision = decisions.decide(draft=draft, now=soon(3))

    draft.refresh_from_db()
    intake = Intake.objects.get()
    assert (draft.answers, draft.intake, decision.intake, decision.level) == (None, intake, intake, Level.CLEAR)
    assert (intake.answers, intake.consented_at, intake.created_at) == (RELAXING, NOW, soon(3))
    assert (intake.schema_version, intake.consent_text_version) == ("2.0.0", "2")


def test_deciding_twice_is_deciding_once() -> None:
    draft = answer(drafts.start_draft(now=NOW), RELAXING)

    first = decisions.decide(draft=draft, now=soon(3))

    assert decisions.decide(draft=draft, now=soon(4)) == first
    assert Intake.objects.count() == 1


def test_incomplete_answers_have_no_outcome() -> None:
    draft = answer(drafts.start_draft(now=NOW), {key: RELAXING[key] for key in RELAXING if key != "signs_now"})

    with pytest.raises(IncompleteAnswers) as refusal:
        decisions.decide(draft=draft, now=NOW)

    assert [error.key for error in refusal.value.errors] == ["signs_now"]
    assert not Intake.objects.exists()


def test_an_emergency_sign_stops_the_journey_halfway() -> None:
    draft = answer(drafts.start_draft(now=NOW), CONSENT | {"emergency_symptoms": ["breathless_or_blood"]})

    decision = decisions.stop_at_emergency(draft=draft, now=NOW)

    assert decision is not None
    assert (decision.level, decision.intake.is_complete) == (Level.EMERGENCY, False)
    assert list(Case.objects.values_list("kind", "state")) == [("emergency", "closed")]  # no contact: only counted


def test_without_a_sign_the_journey_goes_on() -> None:
    draft = answer(drafts.start_draft(now=NOW), CONSENT | {"emergency_symptoms": ["none"]})

    assert decisions.stop_at_emergency(draft=draft, now=NOW) is None
    assert not Intake.objects.exists()


def test_without_consent_nothing_is_stored_as_an_intake() -> None:
    draft = answer(drafts.start_draft(now=NOW), {"emergency_symptoms": ["breathless_or_blood"]})

    assert decisions.stop_at_emergency(draft=draft, now=NOW) is None
    assert not Intake.objects.exists()


def test_correcting_an_answer_keeps_both_versions() -> None:
    draft = answer(drafts.start_draft(now=NOW), RELAXING | {"emergency_symptoms": ["fainting_collapse"]})
    first = decisions.decide(draft=draft, now=NOW).intake

    corrected = answer(draft, {"emergency_symptoms": ["none"]})
    second = decisions.decide(draft=corrected, now=soon(2)).intake

    assert (second.previous, second.answers) == (first, RELAXING)
    assert first.answers["emergency_symptoms"] == ["fainting_collapse"]


def test_what_was_said_on_another_device_meanwhile_counts() -> None:
    client = make_client()
    here = answer(drafts.start_draft(now=NOW, client=client), RELAXING)
    there = answer(drafts.start_draft(now=NOW, client=client), RELAXING | {"emergency_symptoms": ["fainting_collapse"]})
    warned = decisions.decide(draft=there, now=soon(1)).intake

    intake = decisions.decide(draft=here, now=soon(2)).intake

    assert intake.previous == warned
    assert decisions.is_lowering_correction(intake=intake, decision=intake.decisions.get(), now=soon(2))


def test_the_current_decision_is_made_once() -> None:
    intake = make_intake()

    assert current_decision(intake=intake, now=NOW) == current_decision(intake=intake, now=NOW)
    assert intake.decisions.count() == 1
