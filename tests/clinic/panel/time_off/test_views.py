"""Time off and the visits that it leaves alone: named before, listed after, and their clients asked once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.models import Message, Stranding
from services.models import Location, TimeOff, WorkingHours
from tests.cast import EMAIL, PHONE, TODAY, Clinic, at, book, soon, take_off
from tests.clinic.panel.pages import put_on_to_do
from tests.pages import fill, press, read, submit

pytestmark = pytest.mark.django_db

TIME_OFF = "panel:time_off"


def away(clinic: Clinic, **more: Any) -> dict[str, Any]:
    values = {
        "therapist": clinic.therapists[0].pk,
        "first_day": TODAY.isoformat(),
        "first_time": "09:00",
        "last_day": TODAY.isoformat(),
        "last_time": "12:00",
        "reason": "REASONMARK",
    }
    return values | more


def save(browser: Browser, values: dict[str, Any], *, on: Any = None) -> Any:
    """Send the form of the page, or of the answer `on` that names the visits, with these values."""
    page = read(on or browser.get(reverse(TIME_OFF)))
    form = next(form for form in page.posts if "first_day" in form.names)
    return submit(browser, page, form, form.buttons[0], fill(form, values))


def go_back(browser: Browser, asked: Any) -> Any:
    return press(browser, read(asked), "Go back")


def test_the_visits_are_named_before_anything_is_written(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00", email=EMAIL)

    asked = save(reception, away(clinic))
    saved = put_on_to_do(reception, read(asked))

    words = " ".join(strip_tags(asked.content.decode()).split())
    assert (asked.status_code, visit.reference in asked.content.decode()) == (409, True)
    assert "Monday 23 November, 10:00 Niamh Byrne Swedish with Therapist 1. Therapist is off on Monday." in words
    assert ("1 visit needs a new time: move it" in saved.html, TimeOff.objects.count()) == (True, 1)
    assert list(Stranding.objects.values_list("appointment", "why", "ended_at")) == [(visit.pk, "time_off", None)]


def test_going_back_saves_nothing_and_keeps_what_was_typed(reception: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00", email=EMAIL)
    asked = save(reception, away(clinic))

    page = go_back(reception, asked)

    form = next(form for form in page.posts if "first_day" in form.names)
    typed = away(clinic)
    assert {one.name: one.value for one in form.fields if one.name in typed} == typed | {
        "therapist": str(typed["therapist"])
    }
    assert (TimeOff.objects.count(), Stranding.objects.count()) == (0, 0)


def test_other_times_than_those_confirmed_are_named_first(reception: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00", email=EMAIL)
    later = book(clinic, "14:00", email=EMAIL)
    asked = save(reception, away(clinic))

    wider = save(reception, {"last_time": "17:00"}, on=asked)

    assert (wider.status_code, later.reference in wider.content.decode()) == (409, True)
    assert not TimeOff.objects.exists()


def test_the_clients_of_stranded_visits_are_asked_once_and_the_mail_gives_no_reason(
    reception: Browser, clinic: Clinic
) -> None:
    visits = [book(clinic, "09:00", email=EMAIL), book(clinic, "10:30", email=EMAIL)]
    book(clinic, "10:00", therapist=1, email=EMAIL)
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("12:00"), reason="REASONMARK")
    before = read(reception.get(reverse(TIME_OFF)))
    button = "Ask these clients to choose another time"

    pages = [press(reception, before, button).html for _press in range(2)]

    messages = Message.objects.filter(kind=Message.Kind.CHOOSE_AGAIN).order_by("appointment_id")
    assert [message.appointment for message in messages] == visits
    assert ("2 clients are asked by email." in pages[0], "0 clients are asked by email." in pages[1]) == (True, True)
    assert [button in page for page in (before.html, *pages)] == [True, False, False]
    outbox.send_due(ask_gate=is_stopped, now=soon(3))
    written = [str(one.message()) for one in mail.outbox if "choose a new time" in one.subject]
    assert (len(written), any("REASONMARK" in one for one in written)) == (2, False)


def test_who_has_no_email_is_listed_with_the_phone(reception: Browser, clinic: Clinic) -> None:
    book(clinic, "09:00", email=EMAIL)
    book(clinic, "10:30", phone=PHONE)
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("12:00"))

    page = press(reception, read(reception.get(reverse(TIME_OFF))), "Ask these clients to choose another time").html

    assert "1 has no email address: please call." in page
    assert "no email, 01 555 0199" in page


def test_one_visit_is_asked_about_by_a_button_of_its_own(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00", email=EMAIL)
    shown = read(reception.get(reverse("panel:visit", args=[visit.reference])))

    pages = [press(reception, shown, "Ask for another time").html for _press in range(2)]

    assert "The client is asked by email to choose another time." in pages[0]
    assert "asked before" in pages[1]
    assert Message.objects.filter(kind=Message.Kind.CHOOSE_AGAIN).count() == 1


def test_a_closure_is_of_one_place_and_by_its_clock(reception: Browser, clinic: Clinic) -> None:
    place = Location.objects.create(name="Hudson", address="1 Hudson", phone="1", time_zone="America/New_York")
    WorkingHours.objects.filter(therapist=clinic.therapists[1]).update(location=place)
    book(clinic, "14:00", email=EMAIL)

    here = save(reception, away(clinic, therapist="", location=clinic.location.pk, last_time="17:00"))
    save(reception, away(clinic, therapist="", location=place.pk))
    page = reception.get(reverse(TIME_OFF)).content.decode()

    row = TimeOff.objects.get()
    assert (row.location, row.starts_at, row.ends_at) == (place, at("14:00"), at("17:00"))
    assert "Monday 23 November, 9:00 am to Monday 23 November, 12:00 pm, New York time" in " ".join(page.split())
    assert "nobody to give" not in page
    # With two clocks every time names its own.
    assert (here.status_code, "14:00, Dublin time" in here.content.decode()) == (409, True)


def test_time_off_of_a_therapist_is_shown_by_the_clock_of_the_own_place(reception: Browser, clinic: Clinic) -> None:
    place = Location.objects.create(name="Hudson", address="1 Hudson", phone="1", time_zone="America/New_York")
    WorkingHours.objects.filter(therapist=clinic.therapists[1]).update(location=place)

    save(reception, away(clinic, therapist=clinic.therapists[1].pk, location=place.pk))

    assert "Therapist 2: Monday 23 November, 9:00 am to Monday 23 November, 12:00 pm, New York time" in " ".join(
        reception.get(reverse(TIME_OFF)).content.decode().split()
    )


@pytest.mark.parametrize("visits", [1, 3])
def test_statements_are_the_same_for_more_time_off_and_more_visits(
    visits: int, reception: Browser, clinic: Clinic
) -> None:
    starts = ("09:00", "10:30", "14:00")[:visits]
    for start in starts:
        book(clinic, start, email=EMAIL)
    for start in starts:
        take_off(clinic.therapists[0], starts_at=at(start), ends_at=at("17:00"))

    with CaptureQueriesContext(connection) as statements:
        reception.get(reverse(TIME_OFF))

    assert len(statements) == 13


def test_time_off_ends_with_the_second_pass_of_a_repeated_hour(reception: Browser, clinic: Clinic) -> None:
    save(
        reception,
        {
            "therapist": clinic.therapists[0].pk,
            "first_day": "2027-10-31",
            "first_time": "01:00",
            "last_day": "2027-10-31",
            "last_time": "01:30",
        },
    )

    away = TimeOff.objects.get()
    assert (away.starts_at, away.ends_at) == (
        datetime(2027, 10, 31, 0, 0, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    )


def test_whole_days_are_told_without_their_midnights(reception: Browser, clinic: Clinic) -> None:
    Location.objects.update(time_zone="Europe/Berlin")
    for start, end in (("23 23:00", "24 23:00"), ("25 23:00", "27 23:00"), ("29 23:00", "30 11:00")):
        starts, ends = (
            datetime.strptime(f"2026-11-{one}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC) for one in (start, end)
        )
        TimeOff.objects.create(therapist=clinic.therapists[0], starts_at=starts, ends_at=ends)

    words = " ".join(strip_tags(reception.get(reverse(TIME_OFF)).content.decode()).split())

    assert [
        f"Therapist 1: {span} Remove" in words
        for span in (
            "Tuesday 24 November, all day",
            "Thursday 26 November to Friday 27 November",
            "Monday 30 November, 00:00 to Monday 30 November, 12:00",
        )
    ] == [True, True, True]
