"""New answers for a visit that is there: whatever a person said last holds back what it should, until staff settle it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from booking.cases import clearances, follow_up
from booking.cases.clearances import Letter
from booking.intake import drafts
from booking.intake.decisions import IncompleteAnswers, decide, stop_at_emergency
from booking.intake.gate import GateRefused
from booking.models import Appointment, Case, Client, Decision, Draft, Intake, State
from booking.rules import rulebook
from booking.rules.levels import Level
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, By, NotAllowed
from tests.cast import (
    CAREFUL,
    DOCTOR_FIRST,
    EMERGENCY,
    NOW,
    RELAXING,
    TODAY,
    Clinic,
    at,
    book,
    book_online,
    make_client,
    make_draft,
    make_treatment,
    soon,
)

pytestmark = pytest.mark.django_db

CONTAGIOUS = {"signs_now": ["unwell_or_catching"], "doctor_review": "not_seen"}
NO_SIGNS = {key: RELAXING[key] for key in ("emergency_symptoms", "signs_now")}
ARRIVING = at("13:50")


@pytest.fixture
def staff() -> By:
    return By("staff", User.objects.create_user("reception"))


def answer(
    client: Client | None,
    answers: dict[str, Any],
    *,
    now: datetime,
    last: Intake | None = None,
    previous: Draft | None = None,
) -> tuple[Draft, Decision]:
    """The journey of a client who answers everything, up to the outcome."""
    draft = drafts.start_draft(now=now, client=client, last_intake=last, previous=previous)
    said = RELAXING | answers
    draft = drafts.save_answers(draft=draft, keys=said.keys(), answers=said, now=now)
    decision = stop_at_emergency(draft=draft, now=now) or decide(draft=draft, now=now)
    draft.refresh_from_db()
    return draft, decision


def renew(visit: Appointment, answers: dict[str, Any], *, now: datetime) -> Decision:
    """The client fills the health form of the visit in anew."""
    _, decision = answer(visit.client, answers, now=now, last=visit.intake)
    return appointments.replace_form(appointment=visit, intake=decision.intake, by=CLIENT, now=now)


def choose(draft: Draft, clinic: Clinic) -> Draft:
    drafts.choose_treatment(draft=draft, treatment=clinic.treatment, minutes=60, location=clinic.location)
    return Draft.objects.get(pk=draft.pk)


def ask(visit: Appointment, answers: dict[str, Any], staff: By, *, now: datetime = ARRIVING) -> Decision:
    return appointments.ask_again(appointment=visit, answers=NO_SIGNS | answers, by=staff, now=now)


def record_letter(case: Case, staff: By, *treatments: str) -> None:
    assert staff.user is not None
    clearances.record_clearance(
        case=case,
        letter=Letter(
            written_by="Dr Kelly",
            written_date=TODAY,
            allowed_treatments=treatments or ("swedish",),
            valid_until=TODAY + timedelta(days=30),
        ),
        by=staff.user,
        now=soon(20),
    )


def treat(visit: Appointment, staff: By, *, now: datetime = ARRIVING, **done: Any) -> State:
    """As far as it goes: arrived, then in treatment."""
    for target in (State.ARRIVED, State.IN_TREATMENT):
        visit = appointments.change_state(
            appointment=visit, target=target, by=staff, now=now, acknowledged=True, **done
        )
    return State(visit.state)


def is_stopped(visit: Appointment, staff: By, **more: Any) -> bool:
    """Refused in words before the treatment, and still not in treatment."""
    with pytest.raises((NotAllowed, GateRefused)):
        treat(visit, staff, **more)
    visit.refresh_from_db()
    return visit.state != State.IN_TREATMENT


def open_conditions(visit: Appointment) -> set[str]:
    return set(visit.conditions.filter(settled_at=None).values_list("kind", flat=True))


def test_a_visit_of_somebody_well_is_treated(clinic: Clinic, staff: By) -> None:
    assert treat(book_online(clinic, "14:00"), staff) == State.IN_TREATMENT


def test_what_comes_up_at_arrival_is_settled_first(clinic: Clinic, staff: By) -> None:
    visit = book_online(clinic, "14:00")
    appointments.change_state(appointment=visit, target=State.ARRIVED, by=staff, now=ARRIVING)

    decision = ask(visit, CONTAGIOUS, staff)

    assert decision.level == Level.CAUTION
    assert open_conditions(visit) == set(decision.conditions) != set()
    assert is_stopped(visit, staff)
    for kind in decision.conditions:
        appointments.settle_condition(appointment=visit, kind=kind, by=staff, now=ARRIVING)
    assert treat(visit, staff) == State.IN_TREATMENT


def test_an_emergency_sign_that_is_taken_back_at_arrival_is_looked_at(clinic: Clinic, staff: By) -> None:
    visit = book_online(clinic, "14:00")
    ask(visit, EMERGENCY, staff)
    ask(visit, {}, staff)

    assert open_conditions(visit) == {"corrected_answers"}
    assert is_stopped(visit, staff)


def test_what_was_settled_for_other_answers_is_open_again(clinic: Clinic, staff: By) -> None:
    visit = book_online(clinic, "14:00", answers={"other_concern": "I like it warm"})
    appointments.settle_condition(appointment=visit, kind="note_to_read", by=staff, now=soon(1), remark="read")

    renew(visit, {"other_concern": "I like it warm"}, now=soon(2))
    assert open_conditions(visit) == set()
    renew(visit, {"other_concern": "My left arm has gone blue"}, now=soon(3))

    assert open_conditions(visit) == {"note_to_read"}
    assert is_stopped(visit, staff)


def test_each_correction_is_looked_at(clinic: Clinic, staff: By) -> None:
    visit = book_online(clinic, "14:00")
    for minutes in (5, 15):
        renew(visit, DOCTOR_FIRST, now=soon(minutes))
        renew(visit, {}, now=soon(minutes + 1))
        assert open_conditions(visit) == {"corrected_answers"}
        appointments.settle_condition(appointment=visit, kind="corrected_answers", by=staff, now=soon(minutes + 2))


def test_a_remark_waits_also_behind_a_physicians_letter(clinic: Clinic, staff: By) -> None:
    visit = book_online(clinic, "14:00")
    decision = renew(visit, DOCTOR_FIRST | {"other_concern": "left arm blue"}, now=soon(5))
    record_letter(Case.objects.get(intake=decision.intake), staff)

    assert "note_to_read" in open_conditions(visit)
    assert is_stopped(visit, staff)


def test_a_changed_rulebook_asks_at_the_door(clinic: Clinic, staff: By, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = book_online(clinic, "14:00", answers=CAREFUL)
    book_of_today = rulebook.load_rulebook()
    stricter = tuple(
        replace(rule, hold="staff_call") if rule.level is Level.CAUTION else rule for rule in book_of_today.rules
    )
    changed = replace(book_of_today, version="v2", rules=stricter)
    monkeypatch.setattr("booking.intake.decisions.load_rulebook", lambda: changed)

    assert is_stopped(visit, staff)
    assert open_conditions(visit) == {"staff_call"}


@pytest.mark.parametrize("said", [CONTAGIOUS, DOCTOR_FIRST, EMERGENCY], ids=lambda said: str(next(iter(said.values()))))
def test_what_was_said_elsewhere_counts_for_this_visit_too(clinic: Clinic, staff: By, said: dict[str, Any]) -> None:
    visit = book_online(clinic, "14:00")

    answer(visit.client, said, now=soon(5), last=visit.intake)

    assert is_stopped(visit, staff)


def test_a_treatment_that_newer_answers_exclude_is_not_given(clinic: Clinic, staff: By) -> None:
    deep = make_treatment(key="deep_tissue")
    clinic.therapists[0].treatments.add(deep)
    draft = make_draft(clinic=clinic)
    draft.treatment = deep
    draft.save()
    visit = book_online(clinic, "14:00", draft=draft)

    answer(visit.client, CAREFUL, now=soon(5), last=visit.intake)

    assert is_stopped(visit, staff)


def test_a_missing_form_is_not_overridden_against_what_was_said_elsewhere(clinic: Clinic, staff: By) -> None:
    person = make_client()
    visit = book(clinic, "14:00", client=person, with_form=False, by=staff)
    appointments.settle_condition(appointment=visit, kind="form_missing", remark="known", by=staff, now=soon(1))
    appointments.change_state(appointment=visit, target=State.BOOKED, by=staff, now=soon(2))

    answer(person, EMERGENCY, now=soon(5))

    assert is_stopped(visit, staff, reason="known")


def test_asking_again_goes_by_what_was_said_last(clinic: Clinic, staff: By) -> None:
    visit = book_online(clinic, "14:00")
    answer(visit.client, EMERGENCY, now=soon(5), last=visit.intake)

    decision = ask(visit, {"signs_now": ["unwell_or_catching"], "doctor_review": "not_seen"}, staff)

    assert decision.intake.previous is not None
    assert decision.intake.previous.answers["emergency_symptoms"] == EMERGENCY["emergency_symptoms"]
    assert is_stopped(visit, staff)


@pytest.mark.parametrize("said", [{}, {"emergency_symptoms": ["none"]}, NO_SIGNS | {"signs_now": ["numb_tingling"]}])
def test_an_earlier_answer_never_stands_in_for_one_that_was_not_given(
    clinic: Clinic, staff: By, said: dict[str, Any]
) -> None:
    draft, _ = answer(
        None, {"signs_now": ["numb_tingling"], "nerve_course": "stable", "doctor_review": "not_seen"}, now=NOW
    )
    case = follow_up.ask_for_call(case=Case.objects.get(), name="Niamh", phone="01 555 0100", now=NOW)
    record_letter(case, staff)
    visit = book_online(clinic, "14:00", draft=choose(draft, clinic), now=soon(30))

    with pytest.raises(IncompleteAnswers):
        appointments.ask_again(appointment=visit, answers=said, by=staff, now=ARRIVING)


def test_nobody_washes_an_emergency_away_by_cancelling(clinic: Clinic) -> None:
    first, _ = answer(None, EMERGENCY, now=NOW)
    second, _ = answer(None, {}, now=soon(1), previous=first)
    visit = book_online(clinic, "14:00", draft=choose(second, clinic), now=soon(2))
    assert visit.state == State.REQUESTED
    appointments.cancel(appointment=visit, by=CLIENT, now=soon(3))

    third, _ = answer(None, {}, now=soon(4), previous=second)
    assert book_online(clinic, "11:00", draft=choose(third, clinic), now=soon(5)).state == State.REQUESTED
    again, _ = answer(visit.client, {}, now=soon(6), last=visit.intake)
    assert book_online(clinic, "16:00", draft=choose(again, clinic), now=soon(7)).state == State.REQUESTED


def test_a_correction_that_nobody_has_compared_holds_the_next_visit_back_as_well(clinic: Clinic) -> None:
    visit = book_online(clinic, "14:00")
    renew(visit, EMERGENCY, now=soon(5))
    renew(visit, {}, now=soon(6))

    draft, _ = answer(visit.client, {}, now=soon(10))

    assert book_online(clinic, "11:00", draft=choose(draft, clinic), now=soon(11)).state == State.REQUESTED


def test_who_comes_much_later_than_planned_answers_anew(clinic: Clinic, staff: By) -> None:
    visit = book_online(clinic, "14:00")
    late = NOW + timedelta(days=120)
    ask(visit, {}, staff, now=late)

    assert is_stopped(visit, staff, now=late)


def test_a_letter_does_not_reach_beyond_a_caution_that_leaves_nothing(clinic: Clinic, staff: By) -> None:
    added = make_treatment(key="hot_stone")
    clinic.therapists[0].treatments.add(added)
    draft, _ = answer(None, DOCTOR_FIRST | {"age_years": 16, "guardian_consent": False}, now=NOW)
    case = follow_up.ask_for_call(case=Case.objects.get(), name="Niamh", phone="01 555 0100", now=NOW)
    record_letter(case, staff, "hot_stone")
    drafts.choose_treatment(draft=draft, treatment=added, minutes=60, location=clinic.location)

    with pytest.raises(GateRefused):
        book_online(clinic, "14:00", draft=Draft.objects.get(pk=draft.pk))


def test_one_letter_is_for_one_person(clinic: Clinic, staff: By) -> None:
    """Its link opened on two devices: both visits are of the same person, so what is said on one stops the other."""
    _, decision = answer(None, DOCTOR_FIRST, now=NOW)
    case = follow_up.ask_for_call(case=Case.objects.get(), name="Niamh", phone="01 555 0100", now=NOW)
    record_letter(case, staff)
    case.refresh_from_db()
    opened = [drafts.start_cleared_draft(clearance=case.clearances.get(), now=soon(21 + number)) for number in range(2)]
    visits = [
        book_online(clinic, start, draft=choose(draft, clinic), now=soon(30))
        for start, draft in zip(("11:00", "14:00"), opened, strict=True)
    ]
    assert visits[0].client == visits[1].client

    answer(visits[1].client, EMERGENCY, now=soon(40), last=decision.intake)

    assert is_stopped(visits[0], staff, now=at("10:55"))
