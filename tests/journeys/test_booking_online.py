"""A client books, page by page, without a script."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from booking.models import Appointment, Claim, Client, Draft, SlotHold, State, Submission
from booking.scheduling import appointments
from services.models import ClinicPolicy, Location, Room, Treatment
from tests.booking.web.visitors import TYPED, at_check, at_result, make_visit
from tests.cast import (
    NOW,
    RELAXING,
    TODAY,
    Clinic,
    at,
    make_draft,
    make_therapist,
    make_treatment,
    soon,
)
from tests.journeys.walker import choices, choose, take_step, walk
from tests.pages import Page, fill, press, press_value, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def deep_tissue(clinic: Clinic) -> None:
    """Both therapists give it too."""
    for therapist in clinic.therapists:
        therapist.treatments.add(make_treatment(key="deep_tissue"))


def open_page(browser: Browser, path: str) -> Page:
    return read(browser.get(path, follow=True))


def choose_start(browser: Browser, instant: str, path: str = "/book/when/") -> Page:
    """Press the button of a start."""
    page = open_page(browser, path)
    form, button = next(
        (form, button) for form, button in page.starts if button.attrs["data-start"].startswith(instant)
    )
    return press(browser, page, form, button=button)


def press_book(browser: Browser, page: Page) -> Page:
    """Press the last button."""
    form = next(form for form in page.posts if "key" in form.names)
    return press(browser, page, form)


def test_a_new_client_books_in_one_sitting() -> None:
    browser = Browser()

    page = walk(browser, RELAXING)

    visit = Appointment.objects.get()
    assert (page.status, page.url) == (200, f"/visit/{page.url.split('/')[2]}/")
    assert page.main["data-outcome"] == "CLEAR"
    assert page.main["data-reference"] == visit.reference
    assert (visit.state, visit.starts_at, visit.booker_name) == (State.BOOKED, at("10:00"), "Niamh Byrne")
    assert "Booked. The confirmation is on its way to niamh@example.com." in page.html
    assert "Free to move or cancel until" not in page.html  # it is today


def test_the_session_knows_the_draft_s_id_and_nothing_else() -> None:
    browser = Browser()

    walk(browser, RELAXING)

    assert dict(browser.session) == {"draft": Draft.objects.get().pk}


def test_what_was_typed_is_booked_as_typed() -> None:
    browser, _draft = at_result_with_start()
    typed = {
        "booker_name": "  Siobhán \u202e Ní Bhriain ",
        "booker_email": "SN@example.ie",
        "booker_phone": "+353 (85) 555-0199",
        "for_whom": "someone_else",
        "person_name": "محمد 🙂",
        "access_needs": "A step-free room\r\nan interpreter",
    }

    booked = press_details(browser, typed)

    visit = Appointment.objects.get()
    assert booked.status == 200
    assert (visit.booker_name, visit.booker_email, visit.booker_phone) == (
        "Siobhán Ní Bhriain",
        "SN@example.ie",
        "+353 (85) 555-0199",
    )
    assert visit.access_needs == "A step-free room\nan interpreter"
    assert Client.objects.get().name == "محمد 🙂"


def test_the_name_of_somebody_else_is_asked_for_only_then() -> None:
    browser, _draft = at_result_with_start()

    page = press_details(browser, {"booker_name": "N", "booker_email": "n@example.ie", "for_whom": "someone_else"})

    assert (page.url, page.title.strip().startswith("Error:")) == ("/book/details/", True)
    assert "Write their name." in page.html
    assert 'value="n@example.ie"' in page.html


def test_all_errors_of_the_details_are_told_at_once_and_what_was_typed_stays() -> None:
    browser, draft = at_result_with_start()

    page = press_details(
        browser,
        {
            "booker_name": "x" * 10_240,
            "booker_email": "niamh.example.ie",
            "booker_phone": "12",
            "access_needs": "é" * 50_000,
            "for_whom": "nobody",
        },
    )

    assert page.status == 200
    for sentence in (
        "Write at most 120 characters. These are 10240.",
        "Write the whole address, like niamh@example.ie",
        "Write a phone number with its area code, like 085 012 3456.",
        "Choose who the visit is for.",
        "Write at most 300 characters. These are 50000.",
    ):
        assert page.html.count(sentence) == 2, sentence  # in the summary and at the field
    assert "x" * 10_240 in page.html
    draft.refresh_from_db()
    assert (draft.typed or {})["booker_email"] == "niamh.example.ie"
    opened_again = open_page(browser, "/book/details/").html
    assert ("x" * 10_240 in opened_again, "é" * 50_000 in opened_again) == (True, True)
    assert Appointment.objects.get().state == State.HELD


def test_the_trap_stops_a_program_and_tells_a_person_what_to_do() -> None:
    browser, _draft = at_result_with_start()
    page = open_page(browser, "/book/details/")
    form = next(form for form in page.posts if "booker_name" in form.names)

    again = press(browser, page, form, answers=TYPED | {"leave_this_empty": "http://example.com"})
    form = next(form for form in again.posts if "booker_name" in form.names)
    through = press(browser, again, form, answers={"leave_this_empty": ""})

    assert "Please empty this field." in again.html
    assert through.main["data-state"] == "booked"


def test_not_being_sure_comes_back_with_a_suggestion_and_its_reasons() -> None:
    browser = Browser()
    page = choose(browser, "not_sure")
    while page.url.startswith("/book/safety/"):
        page = take_step(browser, page, RELAXING | {"factors": ["stress"], "medications": ["anticoagulants"]})

    listed = open_page(browser, "/book/")

    assert (page.url, page.outcome) == ("/book/result/", "CAUTION")
    assert "We suggest: Swedish" in page.html
    assert "Suggested" in listed.html
    assert "You are coming to relax." in listed.html
    assert "Blood thinners make bruises more likely, so we do not press deeply." in listed.html
    assert [value for value in choices(listed) if "deep_tissue" in value or value == "not_sure"] == []


def test_a_treatment_that_the_answers_exclude_cannot_be_sent() -> None:
    browser, draft = at_result(make_draft_clinic(), medications=["anticoagulants"])

    answer = browser.post("/book/", {"treatment": "deep_tissue:60"})

    assert "That is not on offer. Choose a treatment and a length from the list." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.treatment is not None
    assert draft.treatment.key == "swedish"


def test_what_a_message_says_stands_in_no_cookie() -> None:
    browser = Browser()

    browser.get("/book/when/")

    assert set(browser.cookies) == {"sessionid"}
    assert "We have no answers from this device." in str(browser.session["_messages"])
    assert "We have no answers from this device." in open_page(browser, "/book/").html
    assert "_messages" not in browser.session


@pytest.mark.parametrize(
    "value", ["", "swedish:61", "hot_stone:60", "swedish", "swedish:60; DROP TABLE", "x" * 5000, "\x00", "swedish:६०"]
)
def test_a_tampered_treatment_is_refused_in_words(value: str) -> None:
    answer = Browser().post("/book/", {"treatment": value})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "There is a problem" in page
    assert not Draft.objects.exists()


def test_a_treatment_taken_off_the_list_meanwhile_is_told(clinic: Clinic) -> None:
    browser, _draft = at_result(clinic)
    page = open_page(browser, "/book/when/")
    Treatment.objects.filter(key="swedish").update(is_active=False)
    form, button = page.starts[0]

    answer = press(browser, page, form, button=button)

    assert answer.status == 200
    assert not SlotHold.objects.exists()


def test_with_two_places_the_place_is_asked_and_kept(clinic: Clinic) -> None:
    quay = Location.objects.create(name="Quay", address="1 Quay", phone="01 555 0199", time_zone="Europe/Dublin")
    make_therapist("Quinn", quay, clinic.treatment, "09:00", "17:00")
    browser = Browser()

    without = browser.post("/book/", {"treatment": "swedish:60"}).content.decode()
    wrong = browser.post("/book/", {"treatment": "swedish:60", "location": "999"}).content.decode()
    browser.post("/book/", {"treatment": "swedish:60", "location": str(quay.pk)})

    assert "Choose where you would like to come." in without
    assert "Choose where you would like to come." in wrong
    assert Draft.objects.get().location == quay


def test_a_start_is_kept_and_the_page_says_until_when(clinic: Clinic) -> None:
    browser, _draft = at_result(clinic)

    page = choose_start(browser, "2026-11-24T14:30")

    assert page.url == "/book/details/"
    assert "We are keeping <strong>Tuesday 24 November, 14:30</strong> for you until" in page.html
    assert Appointment.objects.get().state == State.HELD


def test_more_time_is_given_once(clinic: Clinic) -> None:
    browser, _draft = at_check(clinic)
    page = open_page(browser, "/book/details/")

    longer = press(browser, page, next(form for form in page.posts if "more-time" in form.action))
    again = read(browser.post("/book/more-time/", follow=True))

    assert Appointment.objects.get().deadline_at == soon(20)
    assert "08:20" in longer.html
    assert [form.action for form in longer.posts if "more-time" in form.action] == []
    assert "We can keep a time longer only once." in again.html


def test_a_start_that_ran_out_is_told_with_the_time_and_nothing_is_lost(clinic: Clinic, time_machine: Any) -> None:
    browser, draft = at_check(clinic)
    page = open_page(browser, "/book/details/")
    time_machine.move_to(soon(11), tick=False)

    answer = press_book(browser, page)

    assert answer.url == "/book/when/"
    assert "We kept this time for you until 08:10. Your answers are still here; choose a time again." in answer.html
    draft.refresh_from_db()
    assert draft.typed == TYPED
    assert press_book(browser, choose_start(browser, "2026-11-23T14:30")).main["data-state"] == "booked"


def test_a_start_that_somebody_else_took_leads_to_the_nearest(clinic: Clinic) -> None:
    browser, _draft = at_result(clinic)
    page = open_page(browser, "/book/when/")
    form, button = next(one for one in page.starts if one[1].attrs["data-start"].startswith("2026-11-23T14:30"))
    for therapist in clinic.therapists:
        other = make_draft(clinic=clinic)
        appointments.keep_start(
            draft=other, starts_at=at("14:30"), therapist_id=therapist.pk, address="192.0.2.9", now=NOW
        )

    answer = press(browser, page, form, button=button)

    assert answer.url == "/book/when/"
    assert "Monday 14:30 has just been taken. These three are the nearest." in answer.html
    nearest = [start.attrs["data-start"] for _form, start in answer.starts[:3]]
    assert nearest == [
        "2026-11-23T13:00:00+00:00",
        "2026-11-23T13:15:00+00:00",
        "2026-11-23T15:45:00+00:00",
    ]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-11-23T14:35:00+00:00", "14:35 is not one of our starting times."),
        ("2026-11-23T14:31:00+00:00", "14:31 is not one of our starting times."),
        ("2026-11-22T14:30:00+00:00", "14:30 has passed."),
        ("2026-11-23T20:00:00+00:00", "20:00 is outside our working hours."),
    ],
)
def test_an_edited_start_is_not_kept(clinic: Clinic, when: str, said: str) -> None:
    browser, _draft = at_result(clinic)

    answer = read(browser.post("/book/when/", {"start": f"{when} {clinic.therapists[0].pk}"}, follow=True))

    assert said in answer.html
    assert not Appointment.objects.exists()


def test_a_start_without_sense_is_not_kept(clinic: Clinic) -> None:
    browser, _draft = at_result(clinic)

    answer = read(browser.post("/book/when/", {"start": "<b>"}, follow=True))

    assert answer.title.strip().startswith("Error:")
    assert "Choose one of the times on this page." in answer.html


def test_pressing_twice_books_once(clinic: Clinic) -> None:
    browser, _draft = at_check(clinic)
    page = open_page(browser, "/book/details/")

    answers = [press_book(browser, page) for _time in range(20)]

    assert Appointment.objects.count() == Client.objects.count() == Submission.objects.count() == 1
    assert {answer.main["data-reference"] for answer in answers} == {Appointment.objects.get().reference}
    assert {answer.html.count("<main") for answer in answers} == {1}


def test_another_page_of_the_same_journey_books_nothing_more(clinic: Clinic) -> None:
    browser, _draft = at_check(clinic)
    first, second = open_page(browser, "/book/details/"), open_page(browser, "/book/details/")

    press_book(browser, first)
    again = press_book(browser, second)

    assert Appointment.objects.count() == 1
    assert "You have already booked this visit." in again.html


@pytest.mark.parametrize("path", ["/book/details/", "/book/when/", "/book/result/", "/book/safety/urgent/"])
def test_back_after_booking_leads_to_the_visit(clinic: Clinic, path: str) -> None:
    browser, _draft = at_check(clinic)
    press_book(browser, open_page(browser, "/book/details/"))

    page = open_page(browser, path)

    assert page.main["data-state"] == "booked"
    assert "You have already booked this visit." in page.html


def test_after_booking_the_first_page_begins_anew(clinic: Clinic) -> None:
    browser, draft = at_check(clinic)
    press_book(browser, open_page(browser, "/book/details/"))

    after = choose(browser)

    assert after.url == "/book/safety/start/"
    assert browser.session["draft"] != draft.pk


def test_what_another_tab_changed_is_not_booked_unseen(clinic: Clinic) -> None:
    browser, _draft = at_check(clinic)
    page = open_page(browser, "/book/details/")
    choose_start(browser, "2026-11-24T16:00")

    answer = press_book(browser, page)

    assert answer.url == "/book/details/"
    assert "Something has changed since this page was opened. Please look at it once more." in answer.html
    assert "Tuesday 24 November, 16:00 to 17:00" in answer.html
    assert Appointment.objects.get().state == State.HELD
    assert press_book(browser, answer).main["data-state"] == "booked"


def test_what_is_typed_on_the_page_is_booked_whatever_another_tab_says(clinic: Clinic) -> None:
    browser, _draft = at_check(clinic)
    page = open_page(browser, "/book/details/")
    press_details(browser, TYPED | {"booker_name": "Somebody Else", "booker_email": "nobody"})

    press_book(browser, page)

    assert Appointment.objects.get().booker_name == "Niamh Byrne"


def test_another_treatment_gives_the_kept_start_back(clinic: Clinic) -> None:
    browser, _draft = at_check(clinic)
    answer = press_value(browser, open_page(browser, "/book/"), "deep_tissue:60")

    assert answer.url == "/book/when/"
    assert not Claim.objects.exists()
    assert Appointment.objects.get().state == State.EXPIRED


def test_the_same_treatment_keeps_the_start(clinic: Clinic) -> None:
    browser, _draft = at_check(clinic)
    press_value(browser, open_page(browser, "/book/"), "swedish:60")

    assert Appointment.objects.get().state == State.HELD


def test_a_lost_session_keeps_the_details_that_were_just_typed() -> None:
    browser = Browser()

    answer = read(browser.post("/book/details/", TYPED | {"booker_email": "wrong"}, follow=True))

    assert answer.url == "/book/safety/start/"
    assert (Draft.objects.get().typed or {})["booker_name"] == "Niamh Byrne"


def test_a_visit_with_something_to_settle_is_requested_and_says_so(clinic: Clinic) -> None:
    browser, draft = at_result(clinic, other_concern="Please call me before.")
    draft.typed = TYPED
    draft.save()

    check = choose_start(browser, "2026-11-26T14:30")
    page = press_book(browser, check)

    assert (
        "We will email you by Wednesday 25 November, 08:00. One of us reads your note before we confirm the visit."
        in check.html
    )
    assert page.main["data-state"] == "requested"
    assert "We have your request" in page.html
    assert "Requested, not booked yet." in page.html


def test_a_place_without_rooms_and_an_empty_clinic_have_pages_too(clinic: Clinic) -> None:
    Room.objects.all().delete()
    browser, _draft = at_result(clinic)
    assert open_page(browser, "/book/when/").starts

    Treatment.objects.update(is_active=False)
    assert "Nothing can be booked online just now. Please call us." in open_page(Browser(), "/").html
    assert open_page(Browser(), "/book/").status == 200


def test_the_start_page_names_price_and_the_next_free_starts(clinic: Clinic) -> None:
    make_visit(clinic, starts_at=at("10:00"))

    page = open_page(Browser(), "/")

    html = " ".join(page.html.split())
    assert "For 60 minutes, Dublin time." in html
    assert "<strong>€60</strong>" in html
    assert [button.words for _form, button in page.starts][-3:] == [
        "Today 10:00 Therapist: Therapist 2, Swedish, 60 minutes",
        "Today 10:15 Therapist: Therapist 2, Swedish, 60 minutes",
        "Today 10:30 Therapist: Therapist 2, Swedish, 60 minutes",
    ]
    assert "Monday to Sunday, 09:00 to 17:00" in html
    assert "14 Alder Street" in html
    assert "01 555 0142" in html


def test_the_policy_is_told_as_a_date(clinic: Clinic) -> None:
    ClinicPolicy.objects.update(late_cancelling_words="After that the fee is €40.")
    browser, _draft = at_check(clinic, starts_at=at("14:30", day=TODAY + timedelta(days=3)))

    html = " ".join(open_page(browser, "/book/details/").html.split())

    assert "Free to move or cancel until <strong>Wednesday 25 November, 14:30</strong>." in html
    assert "After that the fee is €40." in html


def test_a_form_sent_without_its_key_is_asked_for_again(clinic: Clinic) -> None:
    browser, _draft = at_check(clinic)

    for sent in ({}, {"key": "k" * 65, "seen": "x"}, {"key": "k"}, {"key": "\x00"}):
        answer = read(browser.post("/book/details/", TYPED | sent, follow=True))
        assert "Please look at it once more." in answer.html

    assert Appointment.objects.get().state == State.HELD


def at_result_with_start() -> tuple[Browser, Draft]:
    browser, draft = at_result(make_draft_clinic())
    choose_start(browser, "2026-11-24T14:30")
    return browser, draft


def make_draft_clinic() -> Clinic:
    """The clinic of the test, as it stands in the database."""
    location = Location.objects.get()
    return Clinic(
        location=location,
        treatment=Treatment.objects.get(key="swedish"),
        therapists=list(location_therapists()),
        rooms=list(Room.objects.all()),
    )


def location_therapists() -> Any:
    from services.models import Therapist

    return Therapist.objects.order_by("pk")


def press_details(browser: Browser, typed: dict[str, str]) -> Page:
    """Also with what no browser would send."""
    page = open_page(browser, "/book/details/")
    form = next(form for form in page.posts if "key" in form.names)
    return read(browser.post(page.url, {**fill(form, {}), **typed}, follow=True))
