"""A place that closes, or goes by another clock: its visits are shown before anything is saved, and none is lost."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Stranding
from services.models import Location
from tests.cast import EMAIL, Clinic, book
from tests.clinic.panel.pages import put_on_to_do
from tests.pages import Page, press, read
from tests.services.places import make_location

pytestmark = pytest.mark.django_db


def place(browser: Browser, clinic: Clinic) -> Page:
    return read(browser.get(reverse("panel:set_up_one_place", args=[clinic.location.pk])))


def stored(clinic: Clinic) -> tuple[bool, str, list[Any]]:
    """The place, and where its visits are."""
    row = Location.objects.get(pk=clinic.location.pk)
    columns = ("pk", "starts_at", "therapist", "room", "state")
    return row.is_active, row.time_zone, list(Appointment.objects.order_by("pk").values_list(*columns))


def test_a_place_that_closes_shows_its_visits_first_and_puts_them_on_to_do(owner: Browser, clinic: Clinic) -> None:
    make_location("Elm Street")
    visits = [book(clinic, start, email=EMAIL) for start in ("10:00", "14:00")]
    before = stored(clinic)

    asked = press(owner, place(owner, clinic), "Close this place for bookings")
    untouched = stored(clinic)
    press(owner, asked, "Go back")
    unclosed = stored(clinic)
    closed = put_on_to_do(owner, asked)

    assert (asked.status, [one.reference in asked.html for one in visits]) == (409, [True, True])
    assert (untouched, unclosed) == (before, before)
    # Nothing at a place that closes is offered to them.
    assert ("Move to" in asked.html, "Nobody is free" in asked.html) == (False, False)
    assert "takes no bookings any more. 2 visits need a new time: they are on your To do list." in closed.html
    assert stored(clinic) == (False, *before[1:])
    assert list(Stranding.objects.order_by("pk").values_list("appointment", "why", "ended_at")) == [
        (one.pk, "place", None) for one in visits
    ]


def test_another_clock_shows_the_visits_that_fall_outside_first_and_keeps_their_moment(
    owner: Browser, clinic: Clinic
) -> None:
    inside, late = (book(clinic, start, email=EMAIL) for start in ("10:00", "15:30"))
    before = stored(clinic)

    asked = press(owner, place(owner, clinic), "Save", answers={"country": "FI", "time_zone": "Europe/Helsinki"})
    untouched = stored(clinic)
    saved = put_on_to_do(owner, asked)

    named = [one.reference in asked.html for one in (inside, late)]
    assert (asked.status, named, untouched) == (409, [False, True], before)
    assert "Saved. 1 visit needs a new time: it is on your To do list." in saved.html
    assert stored(clinic) == (True, "Europe/Helsinki", before[2])
    assert list(Stranding.objects.values_list("appointment", "why", "ended_at")) == [(late.pk, "hours", None)]
