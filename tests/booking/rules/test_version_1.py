"""Answers to version 1 over the change: mapped where they are looked at, and what was decided of them never lowered."""

import importlib
import random
from collections import Counter
from typing import Any

import pytest
from django.apps import apps

from booking.intake.decisions import IncompleteAnswers, current_decision, decide_again
from booking.intake.findings import Findings
from booking.intake.gate import find_clearance
from booking.models import Case, Clearance, Decision, Intake
from booking.rules.levels import Level
from booking.rules.questionnaire import load_questionnaire
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import triage
from booking.rules.version_1 import SUCCESSORS, answers_to_start_from, map_answers
from tests.booking.rules.random_answers import random_answers
from tests.cast import NOW, TODAY, make_client, soon

FIRST, TODAYS = load_rulebook("1.0.0"), load_rulebook()
RELAXING: dict[str, Any] = {
    "age_years": 40,
    "pregnancy": "not_pregnant_or_na",
    "complaint_type": "relaxation_only",
    "emergency_symptoms": ["none"],
    "nerve_symptoms": ["none"],
    "general_symptoms": ["none"],
    "leg_symptoms": ["none"],
    "conditions": ["none"],
    "medications": ["none"],
    "recent_events": ["none"],
    "skin_local": ["none"],
    "doctor_review": "not_seen",
    "factors": ["none"],
    "consent_health_data": True,
    "consent_not_diagnosis": True,
}
PAIN = RELAXING | {
    "complaint_type": "pain",
    "sites": ["calf", "chest"],
    "onset": "sudden_after_impact",
    "injury_mechanism": "fall_standing",
    "immediate_severe_pain": False,
    "duration_hours": 336,
    "pattern": "constant",
    "severity": 4,
    "pain_quality": ["dull_ache"],
    "pain_spread": ["none"],
    "movement_limit": "some",
    "massage_response": "worse",
    "sessions_count": 2,
}
WITH_A_NOTE = {"doctor_review": "cleared"}


def old_intake(answers: dict[str, Any], *, level: Level | None = None, **fields: Any) -> Intake:
    """A form of version 1 with its decision, as the version of then has stored it."""
    outcome = triage(answers, FIRST)
    intake = Intake.objects.create(
        answers=answers,
        schema_version="1.0.0",
        consent_text_version="1",
        consented_at=NOW,
        created_at=NOW,
        **fields,
    )
    Decision.objects.create(
        intake=intake,
        rulebook_version=FIRST.version,
        level=level.name if level else outcome.level.name if outcome.level else "",
        conditions=list(outcome.conditions),
        findings=old_findings(outcome),
        decided_at=NOW,
        valid_until=TODAY.replace(year=2027),
    )
    return intake


def old_findings(outcome: Any) -> dict[str, Any]:
    """What the earlier software stored, taken through the migration."""
    caution = [key for rule in outcome.fired if rule.level is Level.CAUTION for key in rule.excluded]
    sentences = {
        "reasons": [
            {
                "rule": rule.id,
                "level": rule.level.name,
                "urgency": rule.urgency,
                "client": rule.client,
                "staff": rule.staff,
                "behind": outcome.behind[rule.id],
            }
            for rule in outcome.fired
        ],
        "excluded": list(outcome.excluded),
        "excluded_by_caution": list(dict.fromkeys(caution)),
        "avoid": list(outcome.avoid),
        "failed": [],
    }
    migration = importlib.import_module("booking.migrations.0012_decisions_store_ids_and_keys")
    stored: dict[str, Any] = migration.as_ids(sentences)
    return stored


# --- The table


@pytest.mark.parametrize(
    ("changes", "mapped"),
    [
        ({}, {"duration": "up_to_2_weeks", "severity": "moderate", "pattern": "most_days"}),
        ({}, {"sites": ["legs", "chest_abdomen"], "onset": "impact", "injury_force": "low"}),
        ({}, {"background": ["massage_did_not_help"], "massage_result": "worse_more"}),
        ({"injury_mechanism": "vehicle_collision"}, {"injury_force": "high"}),
        ({"duration_hours": 504}, {"duration": "up_to_3_weeks"}),
        ({"duration_hours": 505}, {"duration": "up_to_3_months"}),
        ({"duration_hours": 4393}, {"duration": "over_6_months"}),
        ({"severity": 9}, {"severity": "very_severe"}),
        ({"severity": 0}, {"severity": "mild"}),
        ({"pain_quality": ["hard_knot", "burning_electric"]}, {"pain_signs": ["sharp_or_intense"]}),
        ({"pain_quality": ["hard_knot"]}, {"feel": ["hard_knot", "hard_to_move"], "pain_signs": ["none"]}),
        ({"pain_spread": ["down_both_legs"]}, {"emergency_symptoms": ["both_legs"], "pain_signs": ["none"]}),
        ({"pregnancy": "second_or_third_trimester", "pregnancy_warning_signs": False},
         {"conditions": ["pregnancy"], "pregnancy_stage": "later"}),
        ({"conditions": ["cancer_active", "cancer_past", "pcos"]},
         {"conditions": ["cancer", "hormones"], "cancer_status": "active", "hormone_detail": ["pcos_or_menopause"]}),
        ({"nerve_symptoms": ["numbness", "foot_drop_or_dropping"], "nerve_course": "stable"},
         {"signs_now": ["numb_tingling", "clumsy_unsteady"], "nerve_course": "stable"}),
        ({"general_symptoms": ["unrelenting_night_pain", "contagious_illness"]},
         {"signs_now": ["unwell_or_catching"], "pain_signs": ["wakes_at_night"]}),
        ({"leg_symptoms": ["constant_calf_pain", "varicose_veins"], "recent_events": ["long_immobility_4w"]},
         {"signs_now": ["constant_calf_pain"], "recent_immobility": True, "body": ["wound_bruise_veins"]}),
        ({"recent_events": ["heart_attack_or_stroke_6m"]}, {"conditions": ["heart"], "heart_detail": ["heart_event_6m"]}),
        ({"doctor_review": "advised_against"}, {"conditions": ["told_no_massage"], "doctor_review": "seen"}),
        ({"factors": ["weak_back_muscles"]},
         {"conditions": ["back"], "back_detail": ["weak_back_muscles"], "factors": ["none"]}),
        ({"medications": ["statins", "anticoagulants"], "med_related": "no"},
         {"medications": ["anticoagulants"], "background": ["massage_did_not_help", "statins"], "med_related": "no"}),
    ],
)  # fmt: skip
def test_every_answer_has_its_place(changes: dict[str, Any], mapped: dict[str, Any]) -> None:
    told = map_answers(PAIN | changes)

    assert {key: told.get(key) for key in mapped} == mapped


def test_what_belongs_to_a_complaint_is_not_told_of_who_came_to_relax() -> None:
    answers = RELAXING | {"medications": ["statins"], "general_symptoms": ["unrelenting_night_pain"]}

    assert map_answers(answers) == {
        "consent": True,
        "age_years": 40,
        "complaint_type": "relaxation_only",
        "emergency_symptoms": ["none"],
        "signs_now": ["none"],
        "conditions": ["none"],
        "medications": ["none"],
        "body": ["none"],
        "factors": ["none"],
    }


def test_partial_answers_stay_partial_and_unknown_ones_are_left_out() -> None:
    assert map_answers({"age_years": 40, "onset": "somehow", "conditions": ["none"]}) == {
        "age_years": 40,
        "conditions": ["none"],
    }


def test_a_form_to_start_from_has_no_agreement_and_no_signs() -> None:
    started = answers_to_start_from(PAIN, version="1.0.0")

    assert {"consent", "emergency_symptoms", "signs_now"} & set(started) == set()
    assert started["duration"] == "up_to_2_weeks"


def test_rules_that_have_another_name_are_known_on_both_sides() -> None:
    gone = set(FIRST.by_id) - set(TODAYS.by_id)

    assert (set(SUCCESSORS), set(SUCCESSORS.values()) <= set(TODAYS.by_id)) == (gone, True)


# --- Falls


def falls(*, clients: int, seed: int) -> Counter[tuple[str, str, tuple[str, ...]]]:
    chance, found = random.Random(seed), Counter[tuple[str, str, tuple[str, ...]]]()
    for _ in range(clients):
        answers = random_answers(chance, FIRST.questionnaire, calm=chance.choice((0.6, 0.9)))
        before, after = triage(answers, FIRST), triage(map_answers(answers), TODAYS)
        assert before.level is not None
        assert after.level is not None, (answers, after.errors)
        if after.level < before.level:
            deciding = tuple(sorted(rule.id for rule in before.fired if rule.level is before.level))
            found[before.level.name, after.level.name, deciding] += 1
    return found


NOTE_ONLY = {("CAUTION", "CLEAR", ("ca-cleared-by-doctor",))}


def test_a_mapped_form_is_complete_and_falls_only_where_a_note_had_nothing_to_lift() -> None:
    assert set(falls(clients=1000, seed=1)) <= NOTE_ONLY


@pytest.mark.prove
def test_of_two_hundred_thousand_forms_none_falls_but_for_a_note_that_had_nothing_to_lift() -> None:
    assert set(falls(clients=200_000, seed=2)) == NOTE_ONLY


# --- Decisions over the change


@pytest.mark.django_db
def test_a_form_of_version_1_is_mapped_into_a_new_decision_and_its_answers_stay() -> None:
    intake = old_intake(PAIN | {"conditions": ["osteoporosis"]})

    decision = current_decision(intake=intake, now=soon(5))

    assert (decision.rulebook_version, decision.mapped_from) == (TODAYS.version, "1.0.0")
    assert intake.decisions.count() == 2
    intake.refresh_from_db()
    assert (intake.answers["conditions"], intake.schema_version) == (["osteoporosis"], "1.0.0")
    reasons = {reason.rule: reason for reason in Findings.of(decision).reasons}
    assert reasons["ca-osteoporosis"].client == "With thin bones, we do not use strong pressure."
    assert reasons["ca-osteoporosis"].behind == {"joint_detail": ["osteoporosis"]}


@pytest.mark.django_db
def test_the_old_decision_is_read_in_the_words_of_its_own_file() -> None:
    intake = old_intake(RELAXING | {"pregnancy": "possibly", "pregnancy_warning_signs": False})

    findings = Findings.of(intake.decisions.get())

    assert "legs (deep pressure)" in findings.avoid
    assert findings.reasons[0].client == FIRST.by_id["ca-pregnancy"].client
    assert findings.reasons[0].version == "1.0.0"
    assert FIRST.by_id["ca-pregnancy"].client not in str(intake.decisions.get().findings)


@pytest.mark.django_db
def test_what_would_come_back_by_mapping_stays() -> None:
    """A note that had nothing to lift: version 2 does not ask for it, and the hold of then stays."""
    intake = old_intake(RELAXING | WITH_A_NOTE)

    decision = current_decision(intake=intake, now=soon(5))

    findings = Findings.of(decision)
    assert (decision.level, decision.conditions) == (Level.CAUTION.name, ["doctor_note"])
    assert findings.excluded == findings.excluded_by_caution == ("deep_tissue",)
    assert [(reason.rule, reason.version) for reason in findings.reasons] == [("ca-cleared-by-doctor", "1.0.0")]
    assert findings.reasons[0].client == FIRST.by_id["ca-cleared-by-doctor"].client


@pytest.mark.django_db
def test_what_version_1_had_not_seen_counts_and_opens_a_case() -> None:
    """Bad pain of days that comes rarely could be booked in version 1."""
    answers = PAIN | {"severity": 8, "pattern": "occasional", "sites": ["arms"], "massage_response": "helped"}
    intake = old_intake(answers, client=make_client())
    before = intake.decisions.get().level

    decision = current_decision(intake=intake, now=soon(5))

    assert (before, decision.level) == ("CAUTION", "PHYSICIAN")
    assert Case.objects.get(intake=intake).kind == Case.Kind.PHYSICIAN


@pytest.mark.django_db
def test_without_a_level_it_stays_without_one() -> None:
    intake = old_intake(RELAXING)
    intake.decisions.update(level="")

    assert current_decision(intake=intake, now=soon(5)).level == ""


@pytest.mark.django_db
def test_an_emergency_that_stopped_the_questions_stays_one() -> None:
    intake = old_intake(RELAXING | {"emergency_symptoms": ["coughing_blood"]}, is_complete=False)
    Intake.objects.filter(pk=intake.pk).update(answers={"emergency_symptoms": ["coughing_blood"]})
    intake.refresh_from_db()

    assert current_decision(intake=intake, now=soon(5)).level == "EMERGENCY"


def letter_for(intake: Intake) -> Clearance:
    from django.contrib.auth.models import User

    case = Case.objects.create(kind=Case.Kind.PHYSICIAN, intake=intake, opened_at=NOW, state=Case.State.CLEARED)
    return Clearance.objects.create(
        case=case,
        intake=intake,
        written_by="Dr Farrell",
        written_date=TODAY,
        allowed_treatments=["swedish"],
        limits={"avoid": [], "note": ""},
        valid_until=TODAY.replace(year=2027),
        recorded_by=User.objects.create_user("ann"),
        recorded_at=soon(1),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "is_cleared"),
    [
        # The physician knew of it.
        ({"general_symptoms": ["unexplained_weight_loss"]}, True),
        # Found since, and a letter lifts it.
        ({"conditions": ["cancer_active"], "severity": 8, "pattern": "occasional"}, True),
        # Found since, and no letter lifts it: a headache after a knock with dizziness at 60.
        (
            {
                "age_years": 60,
                "sites": ["neck"],
                "head_symptoms": ["headache_after_neck_injury", "visual_disturbance"],
            },
            False,
        ),
    ],
)
def test_a_letter_stays_unless_a_reason_is_found_that_no_letter_lifts(
    answers: dict[str, Any], is_cleared: bool
) -> None:
    intake = old_intake(PAIN | {"sites": ["arms"]} | answers)
    assert intake.decisions.get().level == "PHYSICIAN"
    letter = letter_for(intake)

    current_decision(intake=intake, now=soon(5))

    assert find_clearance(intake=intake, on_date=TODAY) == (letter if is_cleared else None)
    # Staff have a case that is open again only where the letter does not count any more.
    assert Case.objects.filter(intake=intake).count() == (1 if is_cleared else 2)


@pytest.mark.django_db
def test_asked_again_at_the_door_a_mapped_form_keeps_what_it_had_said() -> None:
    intake = old_intake(RELAXING | WITH_A_NOTE)
    same = {"emergency_symptoms": ["none"], "signs_now": ["none"]}

    unchanged = decide_again(intake=intake, answers=same, now=soon(5))
    changed = decide_again(intake=intake, answers=same | {"signs_now": ["fever_or_chills"]}, now=soon(6))

    assert unchanged.intake == intake
    assert (changed.intake.previous, changed.intake.schema_version) == (intake, load_questionnaire().version)
    assert set(changed.conditions) == {"postpone_48h_after_fever", "doctor_note"}
    assert "deep_tissue" in Findings.of(changed).excluded


@pytest.mark.django_db
def test_a_doctor_s_word_of_before_does_not_cover_a_new_sign() -> None:
    intake = old_intake(PAIN | {"sites": ["arms"], "severity": 8} | WITH_A_NOTE)
    signs = {"emergency_symptoms": ["none"], "signs_now": ["numb_tingling"], "nerve_course": "stable"}

    with pytest.raises(IncompleteAnswers) as missing:
        decide_again(intake=intake, answers=signs, now=soon(5))
    decision = decide_again(intake=intake, answers=signs | {"doctor_review": "not_seen"}, now=soon(5))

    assert [error.key for error in missing.value.errors] == ["doctor_review"]
    assert decision.level == "PHYSICIAN"


@pytest.mark.django_db
def test_the_migration_leaves_no_sentence_and_loses_no_answer() -> None:
    intake = old_intake(PAIN | {"conditions": ["osteoporosis"]})
    stored = intake.decisions.get()
    outcome = triage(intake.answers, FIRST)
    sentences = {
        **{key: stored.findings[key] for key in ("excluded", "excluded_by_caution", "failed")},
        "avoid": list(outcome.avoid),
        "reasons": [one | {"client": "A sentence.", "staff": "A note."} for one in stored.findings["rules"]],
    }
    Decision.objects.filter(pk=stored.pk).update(findings=sentences)
    migration = importlib.import_module("booking.migrations.0012_decisions_store_ids_and_keys")

    migration.store_ids(apps, None)

    assert Decision.objects.get(pk=stored.pk).findings == stored.findings
    assert [reason.behind for reason in Findings.of(Decision.objects.get(pk=stored.pk)).reasons] == [
        outcome.behind[rule.id] for rule in outcome.fired
    ]
