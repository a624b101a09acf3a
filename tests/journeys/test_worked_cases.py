"""The sixty worked cases, answered page by page as a person without a script would."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from booking.intake.answers import check_answers
from booking.intake.decisions import Findings
from booking.models import Appointment, Decision, Intake, State
from services.models import Treatment
from tests.factories import NOW, make_clinic, make_treatment
from tests.journeys.walker import walk

pytestmark = pytest.mark.django_db

CASES = json.loads((Path(__file__).parents[1] / "booking" / "intake" / "vignettes.json").read_text(encoding="utf-8"))
GENTLE_FIRST = ("swedish", "myofascial_release", "trigger_point", "deep_tissue")


@pytest.fixture
def browser(time_machine: Any) -> Browser:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    for key in GENTLE_FIRST:
        clinic.therapists[0].treatments.add(make_treatment(key=key))
    return Browser()


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_worked_case_through_the_pages(case: dict[str, Any], browser: Browser) -> None:
    page = walk(browser, case["answers"])

    decision = Decision.objects.get()
    findings = Findings.of(decision)
    rules = [reason.rule for reason in findings.reasons]
    stops = case["expected_level"] in ("PHYSICIAN", "EMERGENCY")
    assert (page.status, page.outcome, decision.level) == (200, case["expected_level"], case["expected_level"])
    assert sorted(findings.excluded) == case["excluded_treatments"]
    if decision.intake.is_complete:
        assert set(case["expected_rule_ids"]) <= set(rules)
        # The treatment was chosen on the first page, so it is not asked again.
        chosen = case["answers"] | {"preferred_treatment": "swedish"}
        assert Intake.objects.get().answers == check_answers(chosen).answers
    else:
        # An emergency sign ends the questions at once: what was asked until then has fired.
        assert set(rules) & set(case["expected_rule_ids"])
    assert Appointment.objects.exists() is not stops
    if not stops:
        visit = Appointment.objects.get()
        assert page.main["data-reference"] == visit.reference
        assert visit.state == (State.REQUESTED if decision.conditions else State.BOOKED)
        assert Treatment.objects.get(pk=visit.treatment_id).key not in findings.excluded


def test_the_reasons_on_the_page_are_the_rules_own(browser: Browser) -> None:
    case = next(case for case in CASES if case["id"] == "dev-11")

    page = walk(browser, case["answers"])

    assert "A severe spasm that has lasted more than 72 hours should be seen by a doctor first." in page.html
