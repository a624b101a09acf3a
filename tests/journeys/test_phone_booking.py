"""Somebody calls: reception books, and the safety check is read out, or sent and filled in by its link."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from booking.intake.findings import Findings
from booking.intake.stops import is_stopped
from booking.links import visit_url
from booking.messages import outbox
from booking.models import Appointment, Case, Decision, Intake, Message, State
from booking.rules.expressions import Compare
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from clinic.panel.visit.questions import everything
from services.models import ClinicPolicy
from tests.booking.rules.test_triage import with_condition
from tests.booking.web.visitors import path_of
from tests.cast import (
    BACKEND,
    CAREFUL,
    DOCTOR_FIRST,
    EMERGENCY,
    NOW,
    RELAXING,
    TODAY,
    Clinic,
    at,
    make_intake,
    sign_in,
    soon,
)
from tests.journeys.walker import take_step
from tests.pages import Page, fill, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("clinic")]

CASES = {
    case["id"]: case
    for case in json.loads(
        (Path(__file__).parents[1] / "booking" / "rules" / "vignettes.json").read_text(encoding="utf-8")
    )
}


ASK_AGAIN = "These are the answers"
LEVELS = ("CLEAR", "CAUTION", "PHYSICIAN", "EMERGENCY")


def of_level(level: str) -> list[str]:
    return [case_id for case_id, case in CASES.items() if case["expected_level"] == level]


def take_call(browser: Browser, clinic: Clinic, **typed: str) -> Appointment:
    """A new person books for two in the afternoon."""
    details: dict[str, Any] = {
        "length": str(clinic.treatment.lengths.get(minutes=60).pk),
        "therapist": "",
        "day": TODAY.isoformat(),
        "time": "14:00",
        "name": "Niamh Byrne",
        "phone": "01 555 0199",
        "send_form": [],
    }
    press(browser, read(browser.get(reverse("panel:book"))), "Book this visit", answers=details | typed)
    return Appointment.objects.get()


def about(name: str, visit: Appointment) -> str:
    return reverse(f"panel:{name}", args=[visit.reference])


def open_kinds(visit: Appointment) -> list[str]:
    return list(visit.conditions.filter(settled_at=None).values_list("kind", flat=True))


def read_out(browser: Browser, visit: Appointment, answers: Mapping[str, Any], *, button: int = -1) -> Page:
    """What the person says is marked on the page with all questions; the last button is the one at its end."""
    page = read(browser.get(about("read_out", visit)))
    form = max(page.posts, key=lambda one: len(one.fields))
    return press(browser, page, form, answers=dict(answers), button=button)


def come_in(browser: Browser, time_machine: Any) -> None:
    """Two hours before the visit somebody can arrive; until then everybody was signed out."""
    time_machine.move_to(at("12:00"), tick=False)
    browser.logout()
    browser.force_login(User.objects.get(), backend=BACKEND)


def press_arrived(browser: Browser, visit: Appointment) -> State:
    press(browser, read(browser.get(about("visit", visit))), "Arrived")
    visit.refresh_from_db()
    return State(visit.state)


def force(browser: Browser, visit: Appointment, target: str) -> State:
    """A step for which there is no button."""
    assert about("step", visit) not in [form.action for form in read(browser.get(about("visit", visit))).posts]
    browser.post(about("step", visit), {"target": target})
    visit.refresh_from_db()
    return State(visit.state)


def test_nothing_reported_and_the_booked_visit_misses_nothing_any_more(
    reception: Browser, clinic: Clinic, time_machine: Any
) -> None:
    visit = take_call(reception, clinic)
    assert (visit.state, open_kinds(visit)) == (State.BOOKED, ["form_missing"])

    result = read_out(reception, visit, RELAXING)

    visit.refresh_from_db()
    assert (result.outcome, result.url) == ("CLEAR", about("read_out_result", visit))
    assert (visit.state, open_kinds(visit)) == (State.BOOKED, [])
    assert (visit.intake, visit.client) == (Intake.objects.get(), Intake.objects.get().client)
    assert list(visit.events.values_list("verb", flat=True)) == ["book", "read out"]
    come_in(reception, time_machine)
    assert press_arrived(reception, visit) == State.ARRIVED


def test_care_is_told_and_shown_on_the_visit(reception: Browser, clinic: Clinic, time_machine: Any) -> None:
    visit = take_call(reception, clinic)

    result = read_out(reception, visit, RELAXING | CAREFUL)

    (reason,) = [one for one in Findings.of(Decision.objects.get()).reasons if one.level == "CAUTION"]
    assert "Not suitable: Deep tissue, Trigger point therapy" in reception.get(about("visit", visit)).content.decode()
    assert result.outcome == "CAUTION"
    assert reason.client in result.html
    assert reason.staff in result.html
    come_in(reception, time_machine)
    assert press_arrived(reception, visit) == State.ARRIVED


def test_a_doctor_first_opens_a_case_and_nothing_goes_on(reception: Browser, clinic: Clinic) -> None:
    visit = take_call(reception, clinic)

    result = read_out(reception, visit, RELAXING | DOCTOR_FIRST)

    case = Case.objects.get(kind=Case.Kind.PHYSICIAN)
    assert result.outcome == "PHYSICIAN"
    assert reverse("panel:case", args=[case.pk]) in result.html
    assert (case.contact_name, case.contact_phone) == ("Niamh Byrne", "01 555 0199")
    assert [form.action for form in result.posts if form.action == about("step", visit)] == []
    for target in ("arrived", "in_treatment"):
        assert force(reception, visit, target) == State.BOOKED


def test_an_emergency_sign_is_told_at_once_with_half_of_the_page_open(reception: Browser, clinic: Clinic) -> None:
    visit = take_call(reception, clinic)
    so_far = ("consent", "age_years")
    answers = {key: RELAXING[key] for key in so_far} | EMERGENCY

    result = read_out(reception, visit, answers, button=0)

    assert (result.outcome, "Emergency: call 112 now" in result.html) == ("EMERGENCY", True)
    assert Case.objects.filter(kind=Case.Kind.EMERGENCY, contact_name="Niamh Byrne").count() == 1
    assert force(reception, visit, "arrived") == State.BOOKED


def test_an_emergency_without_agreement_is_told_and_nothing_is_kept(reception: Browser, clinic: Clinic) -> None:
    visit = take_call(reception, clinic)

    result = read_out(reception, visit, EMERGENCY)

    assert (result.outcome, "Nothing was kept" in result.html) == ("EMERGENCY", True)
    assert (Intake.objects.count(), Decision.objects.count()) == (0, 0)


def test_no_sign_so_far_goes_on_without_an_error(reception: Browser, clinic: Clinic) -> None:
    visit = take_call(reception, clinic)

    page = read_out(reception, visit, {"age_years": 40, "emergency_symptoms": ["none"]}, button=0)

    assert (page.status, "No emergency sign so far" in page.html) == (200, True)
    assert "field-error" not in page.html
    assert Intake.objects.count() == 0


def test_errors_stand_beside_the_questions_and_nothing_typed_is_lost(reception: Browser, clinic: Clinic) -> None:
    visit = take_call(reception, clinic)
    answers = {key: value for key, value in RELAXING.items() if key not in {"body", "age_years"}}

    page = read_out(reception, visit, answers | {"age_years": "forty", "other_concern": "TYPEDMARK"})

    form = max(page.posts, key=lambda one: len(one.fields))
    sent = fill(form, {})
    assert page.status == 422
    assert {"id_body_error", "id_age_years_error"} <= {
        part.split('"')[0] for part in page.html.split('id="') if "_error" in part.split('"')[0]
    }
    assert (sent["age_years"], sent["signs_now"]) == (["forty"], ["none"])
    assert "TYPEDMARK" in page.html
    assert Intake.objects.count() == 0


@pytest.mark.parametrize("case_id", [case_id for level in LEVELS for case_id in of_level(level)[:2]])
def test_a_worked_case_read_out_gives_the_level_of_the_clients_pages(
    case_id: str, reception: Browser, clinic: Clinic
) -> None:
    case = CASES[case_id]
    visit = take_call(reception, clinic)

    result = read_out(reception, visit, case["answers"])

    decision = Decision.objects.get()
    findings = Findings.of(decision)
    assert (result.outcome, decision.level) == (case["expected_level"], case["expected_level"])
    assert sorted(findings.excluded) == case["excluded_treatments"]
    if decision.intake.is_complete:
        assert {reason.rule for reason in findings.reasons} >= set(case["expected_rule_ids"]) - {"in-dehydration"}
    assert decision.intake.consent_text_version == "2 read out"


def test_reception_sees_no_stored_answer_afterwards(reception: Browser, clinic: Clinic) -> None:
    visit = take_call(reception, clinic)
    read_out(reception, visit, RELAXING | {"other_concern": "ANSWERMARK", "medications": ["anticoagulants"]})

    pages = [reception.get(about(name, visit)).content.decode() for name in ("visit", "read_out", "read_out_result")]

    assert [page for page in pages if "ANSWERMARK" in page] == []
    form = max(read(reception.get(about("read_out", visit))).posts, key=lambda one: len(one.fields))
    chosen = {one.name for one in form.fields if one.kind in ("radio", "checkbox") and one.is_on}
    assert (chosen, fill(form, {}).get("age_years")) == (set(), [""])


def test_the_result_is_for_who_read_the_questions_out_and_not_for_long(
    reception: Browser, clinic: Clinic, time_machine: Any
) -> None:
    visit = take_call(reception, clinic)
    owner = sign_in("owner")
    read_out(reception, visit, RELAXING)

    statuses = [browser.get(about("read_out_result", visit)).status_code for browser in (reception, owner)]
    for minutes in (10, 16):  # with something done in between, so that the session does not end first
        time_machine.move_to(soon(minutes), tick=False)
        reception.get(reverse("panel:board"))
    later = reception.get(about("read_out_result", visit))

    assert (statuses, later.status_code, later["Location"]) == ([200, 302], 302, about("visit", visit))


def test_the_result_of_the_clients_own_answers_is_not_told_to_who_read_others_out(
    reception: Browser, clinic: Clinic
) -> None:
    visit = take_call(reception, clinic)
    read_out(reception, visit, RELAXING)
    newer = make_intake(answers=CAREFUL, now=soon(1), client=visit.client)
    appointments.replace_form(appointment=visit, intake=newer, by=CLIENT, now=soon(1))

    answer = reception.get(about("read_out_result", visit))

    assert (answer.status_code, answer["Location"]) == (302, about("visit", visit))


def test_the_form_is_sent_once_and_filled_in_by_its_link(reception: Browser, clinic: Clinic, time_machine: Any) -> None:
    visit = take_call(reception, clinic, email="niamh@example.com")
    assert not Message.objects.filter(kind=Message.Kind.FORM_MISSING).exists()

    shown = read(reception.get(about("visit", visit)))
    answers = [press(reception, shown, "Send the form").html for _press in range(2)]

    assert ["The client is asked for the form by email." in page for page in answers] == [True, False]
    assert "asked before" in answers[1]
    asked = reception.get(about("visit", visit)).content.decode()
    assert ("The form was asked for by email: see “Messages” below." in asked, about("send_form", visit) in asked) == (
        True,
        False,
    )
    outbox.send_due(ask_gate=is_stopped, now=soon(3))
    (letter,) = [one for one in mail.outbox if one.subject.startswith("Before your visit")]
    assert visit_url(visit) in letter.body
    client = Browser()
    page = read(client.get(path_of(visit)))
    page = press(client, page, next(form for form in page.posts if form.action == path_of(visit, "health/")))
    for _page in range(10):
        if page.url.startswith("/visit/"):
            break
        page = take_step(client, page, RELAXING)
    assert open_kinds(visit) == []
    come_in(reception, time_machine)
    assert press_arrived(reception, visit) == State.ARRIVED


def test_nothing_is_asked_once_the_treatment_has_begun(reception: Browser, clinic: Clinic) -> None:
    visit = take_call(reception, clinic)
    Appointment.objects.update(state=State.IN_TREATMENT)

    answer = reception.get(about("read_out", visit), follow=True)

    assert answer.redirect_chain == [(about("visit", visit), 302)]
    assert "too late for questions" in answer.content.decode()


@pytest.mark.parametrize("sign", ["none", "breathless_or_blood"])
def test_what_was_read_out_of_a_visit_cancelled_meanwhile_is_not_lost(
    sign: str, reception: Browser, clinic: Clinic
) -> None:
    visit = take_call(reception, clinic)
    page = read(reception.get(about("read_out", visit)))
    appointments.cancel(appointment=visit, by=CLIENT, now=NOW)
    said = RELAXING | {"emergency_symptoms": [sign], "other_concern": "TYPEDMARK"}

    answer = press(reception, page, max(page.posts, key=lambda one: len(one.fields)), answers=said, button=-1)

    is_emergency = sign != "none"
    assert answer.outcome == ("EMERGENCY" if is_emergency else "")
    assert ("Nothing was kept. This visit is" in answer.html) == is_emergency
    assert ("TYPEDMARK" in answer.html) == (not is_emergency)
    assert Intake.objects.count() == 0


@pytest.mark.parametrize("sign", ["none", "breathless_or_blood"])
def test_what_was_asked_again_once_the_treatment_has_begun_is_not_lost(
    sign: str, reception: Browser, clinic: Clinic
) -> None:
    visit = take_call(reception, clinic)
    Appointment.objects.update(state=State.ARRIVED, intake=make_intake(client=visit.client))
    page = read(reception.get(about("ask_again", visit)))
    Appointment.objects.update(state=State.IN_TREATMENT)

    answer = press(reception, page, ASK_AGAIN, answers={"signs_now": "none", "emergency_symptoms": sign})

    is_emergency = sign != "none"
    assert answer.outcome == ("EMERGENCY" if is_emergency else "")
    assert (answer.html.count(" checked") == 2) == (not is_emergency)
    assert Intake.objects.count() == 1


def test_a_rule_that_fails_is_a_case_and_a_person_looks(reception: Browser, clinic: Clinic) -> None:
    visit = take_call(reception, clinic)

    broken = with_condition("ca-heart", Compare("age_years", ">=", "old"))
    with mock.patch("booking.intake.decisions.load_rulebook", return_value=broken):
        result = read_out(reception, visit, RELAXING)

    assert (result.outcome, "The result could not be worked out" in result.html) == ("", True)
    assert Case.objects.filter(kind=Case.Kind.UNEVALUATED).count() == 1
    assert force(reception, visit, "arrived") == State.BOOKED


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        (
            {"conditions": ["pregnancy"], "pregnancy_stage": "first_trimester", "pregnancy_warning_signs": True},
            "Maternity unit: 01 555 0001",
        ),
        ({"head_symptoms": ["none"], "signs_now": ["limb_swollen_warm"]}, "Health advice line: 01 555 0002"),
    ],
)
def test_the_clinics_own_lines_are_named_where_they_belong(
    answers: dict[str, Any], line: str, reception: Browser, clinic: Clinic
) -> None:
    ClinicPolicy.objects.update(maternity_line="01 555 0001", advice_line="01 555 0002")
    visit = take_call(reception, clinic)

    result = read_out(reception, visit, RELAXING | answers)

    assert [
        found for found in ("Maternity unit: 01 555 0001", "Health advice line: 01 555 0002") if found in result.html
    ] == [line]


def test_every_question_is_on_the_page_and_follow_ups_say_when(reception: Browser, clinic: Clinic) -> None:
    visit = take_call(reception, clinic)

    page = read(reception.get(about("read_out", visit)))

    form = max(page.posts, key=lambda one: len(one.fields))
    assert set(everything().keys) <= form.names
    assert "Only if “How old is the person having the massage?” is under 18." in page.html


@pytest.mark.parametrize("sign", ["none", "breathless_or_blood"])
def test_an_emergency_sign_is_told_though_other_questions_are_open(
    sign: str, reception: Browser, clinic: Clinic
) -> None:
    visit = take_call(reception, clinic)
    Appointment.objects.update(intake=make_intake())

    page = read(reception.get(about("ask_again", visit)))
    answer = press(reception, page, ASK_AGAIN, answers={"emergency_symptoms": [sign]})

    is_emergency = sign != "none"
    assert (answer.status, answer.outcome) == ((200, "EMERGENCY") if is_emergency else (422, ""))
    assert ("Nothing was kept. Other questions are still open." in answer.html) == is_emergency
    assert Intake.objects.count() == 1
