"""The gate as a truth table: what is known about a person, at each door, for each hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from booking.cases import clearances
from booking.cases.clearances import Letter
from booking.intake.decisions import current_decision
from booking.intake.findings import Findings
from booking.intake.gate import AtTheDoor, Door, GateRefused, last_valid_day, pass_gate
from booking.models import Case, Decision, Intake
from booking.rules import rulebook
from tests.cast import CAREFUL, DOCTOR_FIRST, EMERGENCY, NOW, TODAY, WITH_A_NOTE, make_intake, make_treatment

pytestmark = pytest.mark.django_db

PERMISSION = {
    "conditions": ["cancer"],
    "cancer_status": "active",
    "doctor_review": "not_seen",
    "medications": ["anticoagulants"],
}
READY = AtTheDoor(asked_again=True, acknowledged=True)
LETTER = Letter(
    written_by="Dr Farrell",
    written_date=TODAY,
    allowed_treatments=("swedish", "deep_tissue"),
    valid_until=TODAY + timedelta(days=30),
    avoid=("left arm",),
)


def ask(intake: Intake | None, *, door: Door = Door.BOOK, by_staff: bool = False, **fields: Any) -> str:
    """The conditions of the passage, or "refused"."""
    wanted: dict[str, Any] = {"treatment": make_treatment(), "on_date": TODAY, "now": NOW, "done": READY} | fields
    try:
        return ", ".join(pass_gate(door=door, intake=intake, by_staff=by_staff, **wanted).conditions) or "open"
    except GateRefused:
        return "refused"


def clear(intake: Intake, letter: Letter = LETTER) -> None:
    case = Case.objects.get(intake=intake)
    clearances.record_clearance(case=case, letter=letter, by=User.objects.create(username="owner"), now=NOW)


@pytest.mark.parametrize(
    ("door", "client", "staff"),
    [
        (Door.KEEP, "refused", "form_missing"),
        (Door.BOOK, "refused", "form_missing"),
        (Door.MOVE, "refused", "form_missing"),
        (Door.ARRIVE, "refused", "form_missing"),
        (Door.TREAT, "refused", "refused"),
    ],
)
def test_without_a_form(door: Door, client: str, staff: str) -> None:
    assert (ask(None, door=door), ask(None, door=door, by_staff=True)) == (client, staff)


@pytest.mark.parametrize("door", list(Door))
@pytest.mark.parametrize("by_staff", [False, True])
@pytest.mark.parametrize(
    ("answers", "answer"),
    [
        ({}, "open"),
        ({"heart_detail": ["high_blood_pressure"]}, "open"),
        (WITH_A_NOTE, "doctor_note"),
        ({"other_concern": "A remark."}, "note_to_read"),
        (DOCTOR_FIRST, "refused"),
        (EMERGENCY, "refused"),
        ({"age_years": 16, "guardian_consent": False}, "refused"),
    ],
)
def test_with_a_form(door: Door, by_staff: bool, answers: dict[str, Any], answer: str) -> None:
    assert ask(make_intake(answers=answers), door=door, by_staff=by_staff) == answer


def test_what_excludes_every_treatment_excludes_one_that_the_clinic_added_too() -> None:
    intake = make_intake(answers={"age_years": 16, "guardian_consent": False})

    assert ask(intake, treatment=make_treatment(key="hot_stone")) == "refused"
    assert ask(make_intake(), treatment=make_treatment(key="hot_stone")) == "open"


@pytest.mark.parametrize("door", [door for door in Door if door is not Door.ARRIVE])
@pytest.mark.parametrize(
    ("like", "answers", "answer"),
    [
        ("deep_tissue", CAREFUL, "refused"),
        ("trigger_point", CAREFUL, "refused"),
        ("swedish", CAREFUL, "open"),
        ("deep_tissue", {}, "open"),
    ],
)
def test_what_the_clinic_adds_is_refused_with_the_one_that_it_is_like(
    door: Door, like: str, answers: dict[str, Any], answer: str
) -> None:
    sports_massage = make_treatment(key="sports_massage", like=like)

    assert ask(make_intake(answers=answers), treatment=sports_massage, door=door) == answer


def test_a_letter_allows_what_is_like_a_treatment_that_it_names_and_never_against_a_caution() -> None:
    waiting, careful = make_intake(answers=DOCTOR_FIRST), make_intake(answers=PERMISSION)
    clear(waiting)
    clearances.record_clearance(case=Case.objects.get(intake=careful), letter=LETTER, by=User.objects.get(), now=NOW)

    def told(intake: Intake) -> list[str]:
        likes = ("deep_tissue", "swedish", "myofascial_release")
        return [ask(intake, treatment=make_treatment(key=f"own_{like}", like=like)) for like in likes]

    assert told(waiting) == ["open", "open", "refused"]
    assert told(careful) == ["refused", "open", "refused"]


@pytest.mark.parametrize(
    ("no_heat", "uses_heat", "answer"), [(True, True, "refused"), (True, False, "open"), (False, True, "open")]
)
def test_what_uses_heat_is_refused_where_warmth_is_not_safe(no_heat: bool, uses_heat: bool, answer: str) -> None:
    intake = make_intake()
    decision = current_decision(intake=intake, now=NOW)
    decision.findings |= {"no_heat": no_heat}
    decision.save()

    hot_stones = make_treatment(key="hot_stones", like="swedish", uses_heat=uses_heat)

    assert ask(intake, treatment=hot_stones) == answer


def test_a_treatment_that_the_answers_exclude_is_refused_and_another_is_not() -> None:
    intake = make_intake(answers=CAREFUL)

    assert ask(intake, treatment=make_treatment(key="deep_tissue")) == "refused"
    assert ask(intake, treatment=make_treatment(key="swedish")) == "open"


@pytest.mark.parametrize(
    ("answers", "done", "answer"),
    [
        ({}, AtTheDoor(asked_again=True), "open"),
        ({}, AtTheDoor(acknowledged=True), "refused"),
        (CAREFUL, AtTheDoor(asked_again=True), "refused"),
        (CAREFUL, AtTheDoor(asked_again=True, acknowledged=True), "open"),
        (DOCTOR_FIRST, AtTheDoor(asked_again=True, acknowledged=True, override="The client insists."), "refused"),
        (EMERGENCY, AtTheDoor(asked_again=True, acknowledged=True, override="The client insists."), "refused"),
    ],
)
def test_before_a_treatment_the_questions_were_asked_again_and_the_limits_read(
    answers: dict[str, Any], done: AtTheDoor, answer: str
) -> None:
    assert ask(make_intake(answers=answers), door=Door.TREAT, by_staff=True, done=done) == answer


def test_only_a_missing_form_can_be_overridden_and_only_by_staff_with_a_reason() -> None:
    override = AtTheDoor(override="Known for years.")

    assert ask(None, door=Door.TREAT, by_staff=True, done=override) == "form_missing"
    assert ask(None, door=Door.TREAT, by_staff=True, done=AtTheDoor(override="  ")) == "refused"
    assert ask(None, door=Door.TREAT, by_staff=False, done=override) == "refused"


def test_a_form_holds_to_the_last_day_of_its_ninety() -> None:
    intake = make_intake()

    assert ask(intake, on_date=TODAY + timedelta(days=90)) == "open"
    assert ask(intake, on_date=TODAY + timedelta(days=91)) == "refused"


def test_a_letter_opens_the_gate_within_its_limits_and_those_of_the_answers() -> None:
    intake = make_intake(answers=PERMISSION)
    assert ask(intake) == "refused"

    clear(intake)

    passage = pass_gate(
        door=Door.BOOK, intake=intake, treatment=make_treatment(), on_date=TODAY, by_staff=False, now=NOW
    )
    assert (passage.conditions, passage.avoid) == ((), ("treated areas", "left arm"))
    # The letter allows deep tissue, but blood thinners still exclude it; it does not speak of myofascial release.
    assert ask(intake, treatment=make_treatment(key="deep_tissue")) == "refused"
    assert ask(intake, treatment=make_treatment(key="myofascial_release")) == "refused"


def test_a_letter_is_for_one_form_and_void_with_any_newer_answers() -> None:
    intake = make_intake(answers=PERMISSION)
    clear(intake)
    other_person = make_intake(answers=PERMISSION)
    assert (ask(intake), ask(other_person)) == ("open", "refused")

    make_intake(answers=PERMISSION, previous=intake)

    assert ask(intake) == "refused"


def test_a_letter_runs_out() -> None:
    intake = make_intake(answers=PERMISSION)
    clear(intake)

    assert ask(intake, on_date=LETTER.valid_until) == "open"
    assert ask(intake, on_date=LETTER.valid_until + timedelta(days=1)) == "refused"


def test_a_voided_letter_opens_nothing() -> None:
    intake = make_intake(answers=PERMISSION)
    clear(intake)
    clearances.void_clearance(clearance=intake.clearances.get(), by=User.objects.get(), now=NOW)

    assert ask(intake) == "refused"


def test_a_rule_that_fails_lets_nobody_through_and_opens_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(rulebook.load_rulebook(), version="broken", named=())
    monkeypatch.setattr("booking.intake.decisions.load_rulebook", lambda: broken)

    intake = make_intake()

    decision = intake.decisions.get()
    assert decision.level == ""
    assert "ca-pregnancy" in Findings.of(decision).failed
    assert [ask(intake, door=door, by_staff=True) for door in Door] == ["refused"] * 5
    assert Case.objects.get(intake=intake).kind == Case.Kind.UNEVALUATED


def test_a_changed_rulebook_decides_again_and_keeps_the_old_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    intake = make_intake(answers=CAREFUL)
    loosened = replace(rulebook.load_rulebook(), version="loosened", rules=())
    assert ask(intake, treatment=make_treatment(key="deep_tissue")) == "refused"

    monkeypatch.setattr("booking.intake.decisions.load_rulebook", lambda: loosened)

    assert ask(intake, treatment=make_treatment(key="deep_tissue")) == "open"
    levels = Decision.objects.filter(intake=intake).order_by("id").values_list("rulebook_version", "level")
    assert list(levels) == [(rulebook.load_rulebook().version, "CAUTION"), ("loosened", "CLEAR")]


@pytest.mark.parametrize(
    ("before", "after", "age", "answer"),
    [
        (DOCTOR_FIRST, {}, timedelta(minutes=5), "corrected_answers"),
        (EMERGENCY, {}, timedelta(minutes=5), "corrected_answers"),
        (CAREFUL, {}, timedelta(minutes=5), "corrected_answers"),
        (CAREFUL, {}, timedelta(days=30), "open"),  # a later form, not a correction
        (DOCTOR_FIRST, {}, timedelta(days=30), "corrected_answers"),  # nobody has ever looked at it
        ({}, CAREFUL, timedelta(minutes=5), "open"),
    ],
)
def test_a_correction_that_lowers_the_outcome_is_looked_at(
    before: dict[str, Any], after: dict[str, Any], age: timedelta, answer: str
) -> None:
    earlier = make_intake(answers=before, now=NOW - age)

    assert ask(make_intake(answers=after, previous=earlier)) == answer


def test_two_corrections_do_not_wash_a_warning_away() -> None:
    first = make_intake(answers=EMERGENCY)
    second = make_intake(previous=first)

    assert ask(make_intake(previous=second)) == "corrected_answers"


def test_the_last_day_is_that_of_the_form_or_of_the_letter() -> None:
    permission = make_intake(answers=PERMISSION)
    clear(permission)

    assert last_valid_day(make_intake().decisions.first()) == TODAY + timedelta(days=90)
    assert last_valid_day(permission.decisions.first()) == LETTER.valid_until
    assert last_valid_day(None) is None
