"""A client comes back: the signs are asked again, and what was said before is shown to nobody who holds a link."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from booking.models import Appointment, Case, Client, Draft, Intake, State
from services.models import Location
from tests.booking.web.visitors import make_visit, path_of
from tests.cast import NOW, RELAXING, TODAY, Clinic, at, make_intake
from tests.journeys.walker import take_step
from tests.pages import Page, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("clinic")]

NO_SIGN = {
    "emergency_symptoms": ["none"],
    "signs_now": ["none"],
    "consent": True,
}
THURSDAY = TODAY + timedelta(days=3)
CAREFUL = {
    "medications": ["anticoagulants"],
    "conditions": ["joints"],
    "joint_detail": ["osteoporosis"],
    "doctor_review": "not_seen",
}


def come_back(clinic: Clinic, *, page: str = "again/", answers: dict[str, Any] | None = None) -> tuple[Browser, Page]:
    """After a first visit, the button on its page."""
    visit = make_visit(clinic, starts_at=at("14:30", day=THURSDAY))
    if answers:
        Appointment.objects.update(intake=make_intake(answers=answers, client=visit.client))
    browser = Browser()
    here = read(browser.get(path_of(visit)))
    return browser, press(browser, here, next(form for form in here.posts if form.action.endswith(page)))


def say(browser: Browser, page: Page, changed: str, **answers: Any) -> Page:
    """Answer the signs and press one of the two buttons."""
    form = next(form for form in page.posts if "emergency_symptoms" in form.names)
    button = next(button for button in form.buttons if button.value == changed)
    return press(browser, page, form, answers=NO_SIGN | answers, button=button)


def book_the_rest(browser: Browser, page: Page) -> Page:
    for _page in range(10):
        if page.url.startswith("/visit/"):
            return page
        page = take_step(browser, page, RELAXING)
    raise AssertionError(page.url)


def test_nothing_changed_books_in_few_presses_and_types_nothing(clinic: Clinic) -> None:
    browser, page = come_back(clinic)

    when = say(browser, page, "no")
    check = take_step(browser, when, {})
    booked = take_step(browser, check, {})

    assert (page.url, when.url, check.url) == ("/book/safety/since/", "/book/when/", "/book/details/")
    assert booked.main["data-state"] == "booked"
    assert Client.objects.count() == 1
    first, second = Appointment.objects.order_by("id")
    assert (second.booker_name, second.booker_email) == (first.booker_name, first.booker_email)
    assert second.intake is not None
    assert second.intake.previous == first.intake
    assert second.intake.answers == RELAXING


def test_the_signs_have_to_be_answered_and_nothing_is_chosen(clinic: Clinic) -> None:
    browser, page = come_back(clinic)
    form = next(form for form in page.posts if "emergency_symptoms" in form.names)

    again = press(browser, page, form, button=next(one for one in form.buttons if one.value == "no"))

    assert " checked" not in page.html
    assert again.title.strip().startswith("Error:")
    assert Draft.objects.get(client__isnull=False).intake is None


def test_a_sign_leads_to_its_outcome(clinic: Clinic) -> None:
    browser, page = come_back(clinic)

    answer = say(browser, page, "no", signs_now=["limb_swollen_warm"])

    assert answer.outcome == "PHYSICIAN"
    assert "One arm, leg or calf newly swollen, warm, red or darker than the other" in answer.html


def test_an_emergency_sign_stops_at_once_with_the_rest_unanswered(clinic: Clinic) -> None:
    browser, page = come_back(clinic)

    answer = say(browser, page, "no", emergency_symptoms=["breathless_or_blood"], signs_now=[])

    assert answer.outcome == "EMERGENCY"


def test_something_changed_asks_everything_from_empty_pages(clinic: Clinic) -> None:
    browser, page = come_back(clinic, answers=CAREFUL)

    about = say(browser, page, "yes")
    pages = [about]
    while pages[-1].url.startswith("/book/safety/"):
        pages.append(take_step(browser, pages[-1], RELAXING))

    health = next(page for page in pages if page.url == "/book/safety/health/")
    assert about.url == "/book/safety/start/"
    assert [
        field.value for form in health.posts for field in form.fields if field.name == "medications" and field.is_on
    ] == []
    assert pages[-1].outcome == "CLEAR"


def test_earlier_answers_are_on_no_page_that_a_link_opens(clinic: Clinic) -> None:
    browser, page = come_back(clinic, answers=CAREFUL)

    result = say(browser, page, "no")
    seen = [page, result] + [
        read(browser.get(path, follow=True))
        for path in (
            "/book/",
            "/book/safety/health/",
            "/book/safety/urgent/",
            "/book/letter/",
            "/book/when/",
            "/book/details/",
        )
    ]

    assert result.outcome == "CAUTION"
    assert "Not offered: <strong>Deep tissue and Trigger point therapy</strong>" in " ".join(result.html.split())
    for one in seen:
        for told in ("Blood thinners", "Osteoporosis", "thin bones", "bruising"):
            assert told not in one.html.replace('value="', ""), (one.url, told)


def test_all_can_be_answered_anew(clinic: Clinic) -> None:
    browser, page = come_back(clinic, answers=CAREFUL)
    result = say(browser, page, "no")

    about = press(browser, result, next(form for form in result.posts if "answer-anew" in form.action))

    assert about.url == "/book/safety/start/"
    assert " checked" not in about.html


def test_a_form_can_be_updated_from_the_visit_s_page(clinic: Clinic) -> None:
    browser, page = come_back(clinic, page="health/")

    about = say(browser, page, "yes")
    while about.url.startswith("/book/safety/"):
        about = take_step(browser, about, RELAXING | CAREFUL)

    visit = Appointment.objects.get()
    assert about.url == path_of(visit)
    assert "Thank you. Your health form is up to date." in about.html
    assert visit.intake == Intake.objects.latest("created_at", "id")
    assert visit.intake.client == visit.client
    assert Appointment.objects.count() == 1


def test_an_updated_form_that_needs_a_doctor_says_so_and_opens_a_case_with_the_contacts(clinic: Clinic) -> None:
    browser, page = come_back(clinic, page="health/")

    answer = say(browser, page, "no", signs_now=["unexplained_weight_loss"])

    case = Case.objects.get()
    assert answer.outcome == "PHYSICIAN"
    assert "Your visit on <strong>Thursday 26 November, 14:30</strong> can’t go ahead like this." in answer.html
    assert (case.kind, case.state, case.contact_email) == ("physician", "open", "niamh@example.com")
    assert Appointment.objects.get().state == State.BOOKED


def test_an_update_never_turns_into_a_second_booking(clinic: Clinic) -> None:
    browser, page = come_back(clinic, page="health/")
    say(browser, page, "no")

    for path in ("/book/when/", "/book/details/"):
        assert read(browser.get(path, follow=True)).url == path_of(Appointment.objects.get())


def test_a_visit_that_staff_booked_without_a_form_asks_for_it(clinic: Clinic) -> None:
    visit = make_visit(clinic, starts_at=at("14:30", day=THURSDAY))
    Appointment.objects.update(intake=None)
    Intake.objects.update(client=None)
    browser = Browser()

    page = read(browser.get(path_of(visit)))
    form = next(form for form in page.posts if form.action.endswith("/health/"))
    answer = press(browser, page, form)
    while answer.url.startswith("/book/safety/"):
        answer = take_step(browser, answer, RELAXING)

    assert "One thing before your visit" in page.html
    assert answer.url == path_of(visit)
    visit.refresh_from_db()
    assert visit.intake is not None


def test_newer_answers_of_the_same_person_are_named_as_what_stops_a_visit(clinic: Clinic) -> None:
    browser, page = come_back(clinic)
    when = say(browser, page, "no")
    intake = Intake.objects.latest("created_at", "id")
    Intake.objects.update(client=Client.objects.get())
    make_intake(
        answers={"signs_now": ["numb_tingling"], "nerve_course": "stable"},
        client=intake.client,
        now=NOW + timedelta(minutes=1),
    )

    result = take_step(browser, when, {})

    assert result.url == "/book/result/"
    assert "You have answered the safety check again since then, and the newer answers count." in result.html


def test_booking_again_leads_through_the_whole_journey(clinic: Clinic) -> None:
    browser, page = come_back(clinic)

    booked = book_the_rest(browser, say(browser, page, "yes"))

    assert booked.main["data-state"] == "booked"
    assert Appointment.objects.filter(state=State.BOOKED).count() == 2


def test_the_day_of_the_earlier_answers_is_a_day_of_the_clinic(clinic: Clinic) -> None:
    browser, page = come_back(clinic)
    Location.objects.update(time_zone="Pacific/Auckland")

    Intake.objects.update(created_at=at("20:00"))
    evening = read(browser.get(page.url))

    assert "You answered the safety check on Tuesday 24 November 2026." in evening.html
