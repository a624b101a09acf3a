"""While nothing can be booked online: what clients see, what programs are told, and what nobody can do."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Draft, State
from booking.rules.pages import pages
from booking.scheduling import appointments
from booking.scheduling.appointments import NotOnOffer
from booking.scheduling.availability import Reason
from booking.web.urls import urlpatterns
from services.models import ClinicPolicy, Location
from tests.booking.web.test_api import ASKED, check, schema_of
from tests.booking.web.visitors import at_check, path_of, sit_down
from tests.cast import EMERGENCY, NOW, Clinic, at, book, details, make_draft

pytestmark = pytest.mark.django_db
SOON, STOPPED = "<h1>Opening soon</h1>", "<h1>No online booking at the moment</h1>"
ARGUMENTS = {"key": "swedish", "page_id": pages()[0].id, "token": "x", "digest": "x", "colour": "54284a"}
# Pages of the journey that need one, and are left to who has one; the others that have nothing to do with booking.
STAY = {
    "forget_me", "move_or_cancel", "spasms", "find_us", "terms", "picture", "colour", "privacy", "accessibility",
    "clear", "advice", "outcome", "call_me", "letter", "cleared", "begin_again", "visit", "visit_move",
    "visit_move_check", "visit_undo_move", "visit_undo_booking", "visit_correct_email", "visit_cancel", "visit_undo",
    "visit_confirm", "visit_email", "visit_health_form", "visit_your_data", "visit_calendar", "reminders",
}  # fmt: skip


@pytest.fixture
def closed(clinic: Clinic) -> Clinic:
    """Everything is there, and nobody has opened it."""
    ClinicPolicy.objects.update(opened_at=None)
    return clinic


def open_every_page(clinic: Clinic) -> dict[str, str]:
    """What each address of the public site answers to who has just come, by its name."""
    known = ARGUMENTS | {"therapist_id": clinic.therapists[0].pk}
    return {
        str(one.name): Browser()
        .get(reverse(f"booking:{one.name}", kwargs={name: known[name] for name in one.pattern.converters}))
        .content.decode()
        for one in urlpatterns
    }


def test_every_page_that_leads_to_a_booking_says_opening_soon_and_none_shows_a_price_or_a_time(closed: Clinic) -> None:
    found = open_every_page(closed)

    assert {name for name, page in found.items() if SOON not in page} == STAY
    assert not [name for name, page in found.items() if "€" in page or "75.00" in page or "data-start" in page]
    assert "To book now, call 01 555 0142." in found["start"]
    assert "Monday to Sunday, 09:00 to 17:00" in found["start"]
    # The control: once it is open, each of them is what it was.
    ClinicPolicy.objects.update(opened_at=NOW)
    assert not [name for name, page in open_every_page(closed).items() if SOON in page]


def test_where_nothing_was_set_up_there_is_a_page_all_the_same(db: None) -> None:
    page = Browser().get("/").content.decode()

    assert SOON in page
    assert "Online booking starts here before long." in page
    assert "tel:" not in page


def test_what_was_stopped_says_so(clinic: Clinic) -> None:
    ClinicPolicy.objects.update(stopped_at=NOW)
    with_phone = Browser().get("/").content.decode()
    Location.objects.update(is_active=False)
    without = Browser().get("/").content.decode()

    assert [STOPPED in page for page in (with_phone, without)] == [True, True]
    assert "To book, please call 01 555 0142." in with_phone
    assert "Please come back later." in without


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("treatments", []),
        ("therapists", []),
        ("starts", {"time_zone": "Europe/Dublin", "starts": []}),
        ("days", {"time_zone": "Europe/Dublin", "days": []}),
    ],
)
def test_programs_are_told_of_nothing_to_book(closed: Clinic, path: str, told: Any) -> None:
    answer = Browser().get(f"/api/v1/{path}", ASKED)

    check(answer.json(), schema_of(f"/api/v1/{path}", 200))
    assert (answer.status_code, answer.json()) == (200, told)


@pytest.mark.both_engines
def test_the_domain_keeps_and_books_nothing_for_clients_and_everything_for_staff(clinic: Clinic) -> None:
    browser, draft = at_check(clinic)
    ClinicPolicy.objects.update(stopped_at=NOW)

    with pytest.raises(NotOnOffer) as not_kept:
        keep(make_draft(clinic=clinic), clinic)
    with pytest.raises(NotOnOffer) as not_booked:
        appointments.book(draft=draft, details=details(), key="key", now=NOW)
    page = browser.get("/book/details/")
    by_staff = book(clinic, "10:30")

    assert [one.value.reason for one in (not_kept, not_booked)] == [Reason.NOT_OPEN, Reason.NOT_OPEN]
    assert STOPPED in page.content.decode()
    assert list(Appointment.objects.exclude(state=State.HELD)) == [by_staff]


def test_who_has_a_visit_may_move_it_and_fill_in_its_form(closed: Clinic) -> None:
    browser, visit = Browser(), book(closed, "10:30")

    browser.post(path_of(book(closed, "12:30", with_form=False), "health/"))
    form = browser.get("/book/safety/", follow=True)
    moved = appointments.move(
        appointment=visit,
        starts_at=at("14:30"),
        therapist_id=visit.therapist_id,
        by=appointments.CLIENT,
        now=NOW,
    )

    assert form.redirect_chain == [(f"/book/safety/{pages()[0].id}/", 302)]
    assert moved.starts_at == at("14:30")
    assert "Book another" not in browser.get(path_of(visit)).content.decode()


def test_an_urgent_sign_is_answered_in_any_case(closed: Clinic) -> None:
    urgent = next(page.id for page in pages() if "emergency_symptoms" in page.keys)

    answer = Browser().post(f"/book/safety/{urgent}/", EMERGENCY)
    under_way = sit_down(make_draft(clinic=closed)).get("/book/result/").content.decode()

    assert 'data-outcome="EMERGENCY"' in answer.content.decode()
    assert 'data-outcome="CLEAR"' in under_way


def keep(draft: Draft, clinic: Clinic) -> Appointment:
    return appointments.keep_start(
        draft=draft, starts_at=at("12:00"), therapist_id=clinic.therapists[0].pk, address="", now=NOW
    )
