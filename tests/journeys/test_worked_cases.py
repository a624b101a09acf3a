"""The 79 worked cases, answered page by page as a person without a script would."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.html import escape

from booking.intake.findings import Findings
from booking.models import Appointment, Decision, Intake, State
from booking.rules.advice import match_treatments
from booking.rules.answers import check_answers
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import triage
from services.models import Treatment
from tests.cast import NOW, make_clinic, make_treatment
from tests.journeys.walker import choices, choose, go_on, take_step, walk
from tests.pages import press_value, read

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CASES = json.loads((Path(__file__).parents[1] / "booking" / "rules" / "vignettes.json").read_text(encoding="utf-8"))
BOOKABLE = [case for case in CASES if case["expected_level"] in ("CLEAR", "CAUTION")]


def every_sixth(cases: list[dict[str, Any]]) -> list[Any]:
    """Those run each time, all of them in `make prove`; as a command all 79 run each time."""
    return [
        pytest.param(case, id=case["id"], marks=[pytest.mark.prove] if number % 6 else [])
        for number, case in enumerate(cases)
    ]


# Rests on what is asked once the visit is booked.
AFTER_BOOKING = {"in-dehydration"}
GENTLE_FIRST = ("swedish", "myofascial_release", "trigger_point", "deep_tissue")


@pytest.fixture
def browser(time_machine: Any) -> Browser:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    for key in GENTLE_FIRST:
        clinic.therapists[0].treatments.add(make_treatment(key=key))
    return Browser()


@pytest.mark.parametrize("case", every_sixth(CASES))
def test_a_worked_case_through_the_pages(case: dict[str, Any], browser: Browser) -> None:
    page = walk(browser, case["answers"])

    decision = Decision.objects.get()
    findings = Findings.of(decision)
    rules = [reason.rule for reason in findings.reasons]
    stops = case["expected_level"] in ("PHYSICIAN", "EMERGENCY")
    assert (page.status, page.outcome, decision.level) == (200, case["expected_level"], case["expected_level"])
    assert sorted(findings.excluded) == case["excluded_treatments"]
    if decision.intake.is_complete:
        assert set(case["expected_rule_ids"]) - AFTER_BOOKING <= set(rules)
        # What only helps us to advise is asked of who wants a suggestion, or after booking.
        deciding = {key: answer for key, answer in case["answers"].items() if key not in ("feel", "factors")}
        assert Intake.objects.get().answers == check_answers(deciding).answers
    else:
        # An emergency sign ends the questions at once: what was asked until then has fired.
        assert set(rules) & set(case["expected_rule_ids"])
    assert Appointment.objects.exists() is not stops
    if not stops:
        visit = Appointment.objects.get()
        assert page.main["data-reference"] == visit.reference
        assert visit.state == (State.REQUESTED if decision.conditions else State.BOOKED)
        assert Treatment.objects.get(pk=visit.treatment_id).key not in findings.excluded


@pytest.mark.parametrize("case", every_sixth(BOOKABLE))
def test_who_is_not_sure_gets_a_suggestion_with_its_reasons_that_can_be_booked(
    case: dict[str, Any], browser: Browser
) -> None:
    page = choose(browser, "not_sure")
    while page.url.startswith("/book/safety/"):
        page = take_step(browser, page, case["answers"])
    listed = read(browser.get("/book/"))

    answers = Intake.objects.get().answers
    rulebook = load_rulebook()
    suggested = match_treatments(answers, triage(answers, rulebook), rulebook).suggested
    offered = choices(listed)
    allowed = [key for key in GENTLE_FIRST if key not in case["excluded_treatments"]]
    assert {value.partition(":")[0] for value in offered} == set(allowed)
    if suggested is None:
        assert (allowed, "No treatment can be booked online" in page.html) == ([], True)
        return
    name = Treatment.objects.get(key=suggested.treatment).name
    assert f"We suggest: {name}" in page.html
    assert suggested.reasons
    for point in suggested.reasons:
        for shown in (page, listed):
            assert escape(point.reason) in shown.html
    # The suggestion stands first on the page of treatments, and leads on to the times.
    assert offered[0].startswith(suggested.treatment)
    for when in (press_value(browser, listed, offered[0]), go_on(browser, page)):
        assert when.url == "/book/when/"


def test_the_reasons_on_the_page_are_the_rules_own(browser: Browser) -> None:
    case = next(case for case in CASES if case["id"] == "dev-11")

    page = walk(browser, case["answers"])

    assert (
        "Bad pain or a bad spasm that has gone on for more than 3 days should be seen by a doctor first." in page.html
    )
