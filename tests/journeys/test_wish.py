"""A time that is pressed before the safety check: a wish that reserves nothing, carried through the check and then kept."""

from datetime import time
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Draft, State
from booking.scheduling import appointments
from booking.web.wish import NAME
from services.models import Treatment, WorkingHours
from tests.booking.web.visitors import make_visit, path_of
from tests.cast import (
    CAREFUL,
    DOCTOR_FIRST,
    EMERGENCY,
    NOW,
    RELAXING,
    Clinic,
    at,
    make_draft,
    make_therapist,
    make_treatment,
)
from tests.journeys.walker import DETAILS, go_on, take_step, wish
from tests.pages import Page, find_form, press, press_value, read

pytestmark = pytest.mark.django_db

MONDAY = "Monday 23 November, 10:00"


@pytest.fixture(autouse=True)
def deep_tissue(clinic: Clinic) -> Treatment:
    """Both therapists give it too, and the first one alone trigger point therapy."""
    treatment = make_treatment(key="deep_tissue", minutes=(30, 60))
    for therapist in clinic.therapists:
        therapist.treatments.add(treatment)
    clinic.therapists[0].treatments.add(make_treatment(key="trigger_point"))
    return treatment


def check(browser: Browser, page: Page, answers: dict[str, Any]) -> Page:
    """Through the safety check."""
    while page.url.startswith("/book/safety/"):
        page = take_step(browser, page, answers)
    return page


def text(page: Page) -> str:
    return " ".join(page.html.split())


def take(clinic: Clinic, time: str) -> None:
    """Somebody else keeps that start with each therapist who is free then."""
    for therapist in clinic.therapists:
        other = make_draft(clinic=clinic)
        appointments.keep_start(
            draft=other, starts_at=at(time), therapist_id=therapist.pk, address="192.0.2.9", now=NOW
        )


def held(browser: Browser) -> Appointment:
    return Appointment.objects.get(hold__draft_id=browser.session["draft"], state=State.HELD)


def test_a_pressed_time_reserves_nothing_and_stands_above_each_page_of_the_check() -> None:
    browser = Browser()

    page = wish(browser)
    pages = [page]
    while pages[-1].url.startswith("/book/safety/"):
        pages.append(take_step(browser, pages[-1], RELAXING))

    asking = f"You are asking for <strong>{MONDAY}</strong> with Therapist 1: Swedish, 60 minutes, €60."
    assert page.url == "/book/safety/start/"
    folded = f"You are asking for <strong>{MONDAY}</strong>. Not kept yet."
    assert [asking in text(one) for one in pages] == [True] + [False] * (len(pages) - 1)
    assert [folded in text(one) for one in pages] == [False] + [True] * (len(pages) - 2) + [False]
    assert "Therapist 1, Swedish, 60 minutes, €60" in text(pages[1])
    assert "Not kept yet. First the safety check." in text(page)
    assert not Appointment.objects.exists()


def test_a_free_wish_is_kept_by_one_press_on_the_result() -> None:
    browser = Browser()
    result = check(browser, wish(browser), RELAXING)
    reading = not Appointment.objects.exists()

    details = press(browser, result, "Keep Monday 10:00")

    kept = held(browser)
    assert f"{MONDAY} is still free: Swedish, 60 minutes, with Therapist 1, €60." in text(result)
    assert (result.outcome, reading, details.url) == ("CLEAR", True, "/book/details/")
    assert (kept.starts_at, kept.therapist.name, kept.treatment.key) == (at("10:00"), "Therapist 1", "swedish")
    assert Draft.objects.get().wished_start is None


def test_a_wish_that_was_taken_during_the_check_leads_to_the_nearest(clinic: Clinic) -> None:
    browser = Browser()
    page = wish(browser)
    take(clinic, "10:00")

    when = check(browser, page, RELAXING)

    assert when.url == "/book/when/"
    assert "Monday 10:00 has just been taken. These three are the nearest." in text(when)
    assert [button.attrs["data-start"][11:16] for _form, button in when.starts[:3]] == ["11:15", "11:30", "11:45"]


def test_a_wish_that_is_taken_while_the_result_is_read_leads_to_the_nearest(clinic: Clinic) -> None:
    browser = Browser()
    result = check(browser, wish(browser), RELAXING)
    take(clinic, "10:00")

    when = press(browser, result, "Keep Monday 10:00")
    again = read(browser.get("/book/result/"))

    assert when.url == "/book/when/"
    assert "Monday 10:00 has just been taken. These three are the nearest." in text(when)
    assert "Monday 10:00 has just been taken." in text(again)
    assert go_on(browser, again).url == "/book/when/"


def test_a_time_that_was_taken_before_it_was_pressed_is_told_on_the_page_of_the_treatment(clinic: Clinic) -> None:
    browser = Browser()
    start = read(browser.get("/"))
    take(clinic, "10:00")
    form, button = next(one for one in start.starts if one[1].attrs["data-start"].startswith("2026-11-23T10:00"))

    answer = press(browser, start, form, button=button)

    assert answer.url.startswith("/book/treatment/")
    assert "Monday 10:00 has just been taken." in text(answer)
    assert not Draft.objects.filter(wished_start__isnull=False).exists()


def test_what_the_answers_do_not_allow_is_offered_as_another_treatment_at_the_same_time() -> None:
    browser = Browser()
    result = check(browser, wish(browser, treatments=("deep_tissue",)), RELAXING | CAREFUL)

    details = press(browser, result, "Keep Monday 10:00 for Swedish, 60 minutes, €60")

    kept = held(browser)
    assert result.outcome == "CAUTION"
    assert "Deep tissue is not offered with your answers. Swedish is, at the same time." in text(result)
    assert (details.url, kept.treatment.key, kept.starts_at) == ("/book/details/", "swedish", at("10:00"))


def test_where_nobody_gives_the_other_treatment_then_its_times_follow(clinic: Clinic, deep_tissue: Treatment) -> None:
    make_therapist("Alone", clinic.location, deep_tissue, "07:00", "17:00")
    Treatment.objects.get(key="swedish").therapists.set(clinic.therapists)
    browser = Browser()
    page = wish(browser, treatments=("deep_tissue",))
    Draft.objects.update(wished_start=at("16:30"))

    result = check(browser, page, RELAXING | CAREFUL)

    assert "Deep tissue is not offered with your answers. Swedish is." in text(result)
    assert press(browser, result, "Take Swedish, 60 minutes, €60").url == "/book/when/"


def test_a_suggestion_that_differs_is_one_quiet_press_that_keeps_the_time() -> None:
    browser = Browser()
    result = check(browser, wish(browser, treatments=("deep_tissue",)), RELAXING)

    details = press(browser, result, "Take Swedish instead")

    kept = held(browser)
    assert "Swedish may suit you better" in text(result)
    assert "At the same time: Swedish, 60 minutes, €60." in text(result)
    assert (details.url, kept.treatment.key, kept.starts_at) == ("/book/details/", "swedish", at("10:00"))


def test_the_time_of_a_therapist_without_the_skill_is_kept_with_one_who_has_it(clinic: Clinic) -> None:
    clinic.therapists[0].treatments.remove(Treatment.objects.get(key="swedish"))
    browser = Browser()
    result = check(browser, wish(browser, treatments=("trigger_point",)), RELAXING)

    press(browser, result, "Take Swedish instead")

    assert (held(browser).therapist, held(browser).starts_at) == (clinic.therapists[1], at("10:00"))


def test_another_length_is_one_press_and_its_time_another() -> None:
    browser = Browser()
    hour = read(browser.get("/book/treatment/deep_tissue/"))
    link = next(link for link in hour.links if link.words.startswith("30 min"))

    half_hour = read(browser.get(link.href))
    form, button = half_hour.starts[0]
    press(browser, half_hour, form, button=button)

    draft = Draft.objects.get()
    assert "30 min €30" in [link.words for link in half_hour.links if "aria-current" in link.attrs]
    assert (draft.minutes, draft.wished_start, draft.treatment and draft.treatment.key) == (
        30,
        at("10:00"),
        "deep_tissue",
    )


def test_a_treatments_times_name_the_safety_check_until_it_is_done() -> None:
    browser = Browser()
    first = "the safety check comes first"
    before = text(read(browser.get("/book/treatment/swedish/")))
    check(browser, wish(browser), RELAXING)

    after = text(read(browser.get("/book/treatment/swedish/")))

    assert (first in before, first in after) == (True, False)
    assert "Press one. Nothing is booked yet." in after


def test_where_one_length_is_not_free_the_page_names_another_that_is(clinic: Clinic) -> None:
    WorkingHours.objects.update(opens=time(10), closes=time(10, 45))

    page = read(Browser().get("/book/treatment/deep_tissue/"))

    assert "Nothing free for 60 minutes. Please call us." in page.html
    link = next(link for link in page.links if link.words == "30 minutes are free on Monday 23 November")
    assert len(read(Browser().get(link.href)).starts) > 0


def test_the_wish_of_the_other_tab_replaces_the_first_and_a_page_keeps_what_it_says() -> None:
    browser = Browser()
    result = check(browser, wish(browser), RELAXING)

    other = wish(browser, number=2)
    press(browser, result, "Keep Monday 10:00")

    assert "Monday 23 November, 10:30 is still free" in text(other)
    assert held(browser).starts_at == at("10:00")


def test_back_from_the_details_the_result_leads_on_with_the_start_that_is_kept() -> None:
    browser = Browser()
    result = check(browser, wish(browser), RELAXING)
    press(browser, result, "Keep Monday 10:00")

    back = read(browser.get("/book/result/"))

    assert "Go on with Monday 10:00" in [link.words for link in back.links]
    assert go_on(browser, back).url == "/book/details/"


@pytest.mark.parametrize("signs", [DOCTOR_FIRST, EMERGENCY])
def test_where_a_doctor_comes_first_the_wish_is_forgotten_and_not_mentioned(signs: dict[str, Any]) -> None:
    browser = Browser()

    result = check(browser, wish(browser), RELAXING | signs)
    start = read(browser.get("/"))

    assert result.outcome in ("PHYSICIAN", "EMERGENCY")
    assert ("10:00" in result.html, "You were asking for" in start.html) == (False, False)
    assert (Draft.objects.get().wished_start, browser.cookies[NAME].value) == (None, "")


def test_an_emergency_without_the_agreement_forgets_the_wish_too() -> None:
    browser = Browser()
    page = wish(browser)
    page = press(browser, page, "Continue", answers={"age_years": 40, "complaint_type": "relaxation_only"})
    sent = {"emergency_symptoms": "chest_pain_pressure", "signs_now": "none", "asked": ""}

    answer = read(browser.post("/book/safety/urgent/", sent, follow=True))

    assert answer.outcome == "EMERGENCY"
    assert (Draft.objects.get().wished_start, browser.cookies[NAME].value) == (None, "")


def test_a_returning_client_s_wish_is_kept_at_once_after_the_short_check(clinic: Clinic) -> None:
    visit = make_visit(clinic, starts_at=at("14:30"))
    browser = Browser()
    press(browser, read(browser.get(path_of(visit))), "Book another visit")
    page = wish(browser)
    no_sign = {"consent": True, "emergency_symptoms": ["none"], "signs_now": ["none"]}

    form, button = find_form(page, "Nothing else has changed")
    after = press(browser, page, form, answers=no_sign, button=button)

    assert page.url == "/book/safety/since/"
    assert f"You are asking for <strong>{MONDAY}</strong>" in text(page)
    assert after.url == "/book/details/"
    assert held(browser).starts_at == at("10:00")


def test_what_was_begun_stands_above_the_times_and_can_be_begun_afresh() -> None:
    browser = Browser()
    wish(browser)

    start = read(browser.get("/"))
    on = read(browser.get(next(link for link in start.links if link.words == "Go on").href, follow=True))
    afresh = press(browser, start, "Start afresh")

    assert f"You were asking for {MONDAY}." in text(start)
    assert on.url == "/book/safety/start/"
    assert (afresh.url, "You were asking for" in afresh.html, browser.cookies[NAME].value) == ("/", False, "")


def test_a_kept_start_that_runs_out_does_not_bring_the_wish_back(clinic: Clinic) -> None:
    browser = Browser()
    result = check(browser, wish(browser), RELAXING)
    press(browser, result, "Keep Monday 10:00")
    Appointment.objects.update(deadline_at=NOW)

    page = read(browser.get("/book/details/", follow=True))

    assert page.url == "/book/when/"
    assert "We kept this time for you until 08:00." in text(page)


def test_a_wish_that_no_page_offers_changes_nothing(clinic: Clinic) -> None:
    browser = Browser()
    sent = {"treatment": "swedish:60", "location": str(clinic.location.pk), "start": f"{at('10:00').isoformat()} 999"}

    answers = [
        read(browser.post(reverse("booking:wish_for"), sent | changed, follow=True))
        for changed in ({}, {"start": "x"}, {"treatment": "swedish:61"}, {"location": ""})
    ]

    assert [(answer.url, "Choose one of the times on this page." in answer.html) for answer in answers] == [
        ("/", True)
    ] * 4
    assert not Draft.objects.exists()
    assert browser.get(reverse("booking:wish_for")).status_code == 405


def test_a_treatment_without_a_time_is_chosen_from_the_suggestion_with_its_price() -> None:
    browser = Browser()
    page = press_value(browser, read(browser.get("/book/")), "not_sure")

    result = check(browser, page, RELAXING)
    when = press(browser, result, "Take Swedish, 60 minutes, €60")

    draft = Draft.objects.get()
    assert when.url == "/book/when/"
    assert (draft.treatment and draft.treatment.key, draft.minutes) == ("swedish", 60)


def test_who_wishes_writes_a_name_once_and_has_the_visit() -> None:
    browser = Browser()
    page = press(browser, check(browser, wish(browser), RELAXING), "Keep Monday 10:00")

    while not page.url.startswith("/visit/"):
        page = take_step(browser, page, DETAILS)

    assert Appointment.objects.get().starts_at == at("10:00")
    assert browser.cookies[NAME].value == ""
