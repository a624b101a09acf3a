"""What is said of a result, in the words of the rulebook. No database but for the treatments of a clinic."""

from dataclasses import replace

import pytest

from booking.intake.findings import Reason
from booking.rules.pages import pages
from booking.web.journey import Journey
from booking.web.outcome.advice import Advice, Explained, advise, explain, page_of
from booking.wording.answers import some_in_words
from tests.cast import CAREFUL, DOCTOR_FIRST, NOW, Clinic, make_draft, make_treatment

BEHIND = {"medications": ["anticoagulants"]}
FIRST = Reason("one", "CAUTION", "", "Light pressure only.", "", behind=BEHIND)
SECOND = replace(FIRST, rule="two", client="No deep work.")
ELSEWHERE = replace(FIRST, rule="three", client="Not on the calves.", behind={"signs_now": ["none"]})


def test_reasons_that_rest_on_the_same_answers_stand_together_and_say_nothing_twice() -> None:
    found = explain([FIRST, ELSEWHERE, SECOND, replace(FIRST, rule="four")])

    assert found == [
        Explained(some_in_words(BEHIND, version=FIRST.version), ("Light pressure only.", "No deep work."), urgency=""),
        Explained(some_in_words(ELSEWHERE.behind, version=ELSEWHERE.version), ("Not on the calves.",), urgency=""),
    ]


def test_reasons_that_rest_on_what_may_not_be_shown_are_left_out() -> None:
    assert explain([FIRST, ELSEWHERE], only=["signs_now"]) == explain([ELSEWHERE])
    assert explain([FIRST, ELSEWHERE], only=[]) == []


def test_an_answer_is_corrected_on_the_page_that_asks_it() -> None:
    assert [page_of(key) for key in ("emergency_symptoms", "of before")] == ["urgent", pages()[0].id]
    assert explain([FIRST])[0].page_id == page_of("medications")


@pytest.mark.django_db
def test_who_may_not_book_is_suggested_nothing(clinic: Clinic) -> None:
    assert advise(Journey(make_draft(clinic=clinic, answers=DOCTOR_FIRST), now=NOW)) == Advice()


@pytest.mark.django_db
def test_what_is_not_offered_has_the_reason_of_the_rule_and_who_has_chosen_no_suggestion(clinic: Clinic) -> None:
    make_treatment(key="deep_tissue")
    journey = Journey(make_draft(clinic=clinic, answers=CAREFUL), now=NOW)

    found = advise(journey)

    (reason,) = [one.client for one in journey.findings.reasons if "deep_tissue" in one.excluded]
    assert found.suggested == ""
    assert (found.why_not or {})["deep_tissue"] == (reason,)
    assert "swedish" not in (found.why_not or {})
