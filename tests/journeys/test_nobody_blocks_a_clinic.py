"""A script that books and books, beside people who only want a visit: page by page, as pages draw it."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from booking import links
from booking.models import Appointment, SlotHold, State
from booking.scheduling import appointments
from booking.scheduling.appointments import Details, Hand, TooManyKept
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts
from services.models import Location, Treatment, WorkingHours
from tests.booking.web.visitors import TYPED, sit_down
from tests.cast import NOW, TODAY, Clinic, make_clinic, make_draft, soon
from tests.pages import Page, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SCRIPT, HOTEL = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def clinic_of_four(time_machine: Any) -> Clinic:
    """Four therapists: 224 free hours in the coming week."""
    time_machine.move_to(NOW, tick=False)
    return make_clinic(therapists=4, rooms=4)


def come(address: str, *numbers: int) -> list[Appointment]:
    """The crowd, one after the other without the pages: each in a fresh browser, with an email of their own."""
    clinic = find_clinic()
    now = timezone.now()
    visits = []
    for number in numbers:
        email = f"guest{number}.{address}@example.com"
        draft = make_draft(clinic=clinic, now=now)
        start = list_starts(search=Search(clinic.wish(), now), first_date=TODAY, days=3)[0]
        wanted: dict[str, Any] = {
            "draft": draft,
            "starts_at": start.starts_at,
            "therapist_id": start.therapist_id,
            "now": now,
        }
        try:
            appointments.keep_start(address=address, **wanted)
        except TooManyKept:
            appointments.want_unkept(**wanted)
        details = Details(name="Niamh Byrne", booker_name="Niamh Byrne", booker_email=email)
        hand = Hand(address=address, device=draft.pk)
        visits.append(appointments.book(draft=draft, details=details, key=f"key-{draft.pk}", now=now, hand=hand))
    return visits


def book_first(address: str, *, email: str) -> Page:
    """Page by page: the first time on the page, and the last button."""
    draft = make_draft(clinic=find_clinic(), typed=TYPED | {"booker_email": email}, now=timezone.now())
    browser = sit_down(draft)
    browser.defaults["REMOTE_ADDR"] = address
    page = read(browser.get("/book/when/"))
    form, button = page.starts[0]
    page = press(browser, page, form, button=button)
    return press(browser, page, next(form for form in page.posts if "key" in form.names))


def find_clinic() -> Clinic:
    return Clinic(Location.objects.get(), Treatment.objects.get(key="swedish"), [], [])


def mailed_link(visit: Appointment) -> str:
    """The address in the mail."""
    return links.email_url(visit).removeprefix(settings.SITE_URL)


def count(state: State) -> int:
    return Appointment.objects.filter(state=state).count()


def test_a_script_takes_a_tenth_of_the_week_and_the_neighbour_books_beside_it(time_machine: Any) -> None:
    visits = come(SCRIPT, *range(36))
    last, refused = [book_first(SCRIPT, email=f"guest{number}@example.com") for number in (36, 37)]
    (neighbour,) = come(HOTEL, 1)
    blocked = count(State.BOOKED), count(State.HELD)
    time_machine.move_to(soon(31), tick=False)
    later = come(SCRIPT, 100, 101)

    # The share sinks a little with each visit: 75 minutes of 224 hours.
    assert [visit.state for visit in visits] == [State.BOOKED] * 20 + [State.HELD] * 16
    assert "One more step: check your email" in last.title
    assert "We cannot book online for you just now." in refused.html
    assert neighbour.state == State.BOOKED
    assert blocked == (20 + 1, 17)
    assert [visit.state for visit in later] == [State.HELD] * 2


def test_an_honest_crowd_behind_one_address_all_get_their_visits(time_machine: Any) -> None:
    for visit in come(HOTEL, *range(25)):
        if visit.state == State.HELD:
            browser = Browser(REMOTE_ADDR=HOTEL)
            page = read(browser.get(mailed_link(visit)))
            press(browser, page, page.posts[-1])

    assert (count(State.BOOKED), count(State.HELD), SlotHold.objects.count()) == (25, 0, 0)


def fill_the_share() -> None:
    come(HOTEL, *range(20))


def test_without_a_kept_start_the_pages_say_what_happens() -> None:
    fill_the_share()

    page = book_first(HOTEL, email="late@example.com")

    visit = Appointment.objects.get(state=State.HELD)
    assert page.title.strip().startswith("One more step: check your email")
    assert "late@example.com" in page.html
    assert "08:30" in page.html
    assert visit.deadline_at == soon(30)


def test_opening_the_link_in_the_mail_books_nothing_and_its_button_does(time_machine: Any) -> None:
    fill_the_share()
    come(HOTEL, 20)
    visit = Appointment.objects.get(state=State.HELD)
    scanner = Browser()

    opened = [read(scanner.get(mailed_link(visit))) for _time in range(3)]
    before = Appointment.objects.get(pk=visit.pk).state
    booked = press(scanner, opened[0], opened[0].posts[-1])

    assert before == State.HELD
    assert booked.url == f"/visit/{links.make_token(visit)}/"
    assert "Booked. The confirmation is on its way" in booked.html


def test_a_press_in_the_mail_that_is_refused_is_answered_where_it_was_pressed() -> None:
    fill_the_share()
    come(HOTEL, 20)
    visit = Appointment.objects.get(state=State.HELD)
    browser = Browser()
    page = read(browser.get(mailed_link(visit)))
    WorkingHours.objects.filter(therapist=visit.therapist).delete()

    refused = press(browser, page, page.posts[-1])

    assert (refused.status, refused.url) == (409, mailed_link(visit))
    assert "is outside our working hours." in " ".join(refused.html.split())
    assert Appointment.objects.get(pk=visit.pk).state == State.HELD


def test_the_link_of_the_visit_s_page_is_no_press(time_machine: Any) -> None:
    """Who booked has that address from the browser; only the mail has the other one."""
    fill_the_share()
    come(HOTEL, 20)
    visit = Appointment.objects.get(state=State.HELD)
    browser = Browser()

    answers = [
        browser.post(f"/visit/{links.make_token(visit)}/{page}") for page in ("email/", "confirm/", "cancel/", "undo/")
    ]

    assert answers[0].status_code == 404
    assert Appointment.objects.get(pk=visit.pk).state == State.HELD


def test_after_half_an_hour_both_links_say_that_the_time_is_free_again(time_machine: Any) -> None:
    fill_the_share()
    come(HOTEL, 20)
    visit = Appointment.objects.get(state=State.HELD)
    mailed = mailed_link(visit)
    time_machine.move_to(soon(30), tick=False)

    pages = [read(Browser().get(path)) for path in (mailed, f"/visit/{links.make_token(visit)}/")]
    pressed = read(Browser().post(mailed))

    assert ["This time is free again" in page.title for page in (*pages, pressed)] == [True] * 3
    assert Appointment.objects.filter(state=State.BOOKED).count() == 20
