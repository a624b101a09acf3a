"""Which step of the journey a visitor may do now."""

from typing import Any

import pytest

from booking.models import Draft
from booking.scheduling import appointments
from booking.web.journey import Journey
from booking.web.steps import Missing, Step, StepLine, first_missing
from tests.booking.web.visitors import at_check, at_result, sit_down
from tests.cast import CAREFUL, DOCTOR_FIRST, NOW, Clinic, make_draft, make_treatment, soon
from tests.journeys.test_booking_online import choose_start, open_page

pytestmark = pytest.mark.django_db


def test_the_line_of_steps_says_the_same_in_dashes_and_in_words() -> None:
    assert StepLine.at(Step.WHEN, "choose a time") == StepLine(
        dashes=(True, True, False), words="Step 2 of 3: choose a time"
    )


def test_who_may_not_book_is_led_to_the_result_and_told_nothing_more(clinic: Clinic) -> None:
    journey = Journey(make_draft(clinic=clinic, answers=DOCTOR_FIRST), now=NOW)

    assert [first_missing(journey, step) for step in Step] == [None, None, *[Missing("/book/result/")] * 2]


def test_who_has_done_all_before_it_may_do_the_last_step(clinic: Clinic) -> None:
    _browser, draft = at_check(clinic)

    assert [first_missing(Journey(draft, now=NOW), step) for step in Step] == [None] * 4


def test_a_treatment_that_the_answers_exclude_has_to_be_chosen_anew(clinic: Clinic) -> None:
    draft = make_draft(clinic=clinic, answers=CAREFUL)
    draft.treatment = make_treatment(key="deep_tissue")

    missing = first_missing(Journey(draft, now=NOW), Step.WHEN)

    assert missing == Missing("/book/", "Please choose a treatment and length first.")


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/book/result/", "/book/safety/start/"),
        ("/book/when/", "/book/safety/start/"),
        ("/book/details/", "/book/safety/start/"),
        ("/book/safety/health/", "/book/safety/start/"),
        ("/book/safety/", "/book/safety/start/"),
    ],
)
def test_a_step_too_far_leads_to_the_first_that_is_missing(clinic: Clinic, path: str, leads_to: str) -> None:
    browser = sit_down(make_draft(clinic=clinic))
    Draft.objects.update(intake=None)

    assert open_page(browser, path).url == leads_to


def test_the_last_page_needs_a_start(clinic: Clinic) -> None:
    browser, _draft = at_result(clinic)

    first = open_page(browser, "/book/details/")
    choose_start(browser, "2026-11-23T14:30")
    second = open_page(browser, "/book/details/")

    assert (first.url, second.url) == ("/book/when/", "/book/details/")
    assert "Please choose a time first." in first.html


def test_a_start_that_ran_out_and_was_given_back_is_named(clinic: Clinic, time_machine: Any) -> None:
    browser, _draft = at_check(clinic)
    time_machine.move_to(soon(12), tick=False)
    appointments.expire_overdue(now=soon(12))

    page = open_page(browser, "/book/details/")
    booked = choose_start(browser, "2026-11-23T14:30")

    assert page.url == "/book/when/"
    assert "We no longer keep Monday 23 November, 14:30 for you. Your answers are still here" in page.html
    assert booked.url == "/book/details/"
