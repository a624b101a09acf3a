"""Rooms of the set-up: what it strands is named before it is saved."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Stranding
from services.models import Room
from tests.cast import EMAIL, Clinic, book
from tests.clinic.panel.pages import put_on_to_do
from tests.pages import press, read, send

pytestmark = pytest.mark.django_db


def test_a_room_that_goes_out_of_use_names_its_visits_first(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00", email=EMAIL)
    room = clinic.rooms[0]
    page = read(owner.get(reverse("panel:set_up_room", args=[room.pk])))

    asked = send(owner, page, "Save", {"is_active": ""})
    back = press(owner, read(asked), "Go back")
    kept = Room.objects.get(pk=room.pk).is_active
    saved = put_on_to_do(owner, read(asked))

    assert (asked.status_code, visit.reference in asked.content.decode(), kept) == (409, True, True)
    assert (back.status, saved.status) == (200, 200)
    assert "1 visit needs a new time: it is on your To do list." in saved.html
    assert Room.objects.get(pk=room.pk).is_active is False
    assert list(Stranding.objects.values_list("appointment", "why")) == [(visit.pk, "room")]


def test_a_place_without_rooms_says_what_limits_it(owner: Browser, clinic: Clinic) -> None:
    Room.objects.all().delete()
    page = read(owner.get(reverse("panel:set_up_rooms")))

    added = press(owner, page, "Add this room", answers={"name": "Garden"})
    again = press(owner, added, "Add this room", answers={"name": "garden"})

    assert "This place has no rooms: only people limit what can be booked." in page.html
    assert ("Added: Garden." in added.html, "only people limit" in added.html) == (True, False)
    assert (again.status, "There is a garden here already." in again.html) == (422, True)
    assert list(Room.objects.values_list("name", "location")) == [("Garden", clinic.location.pk)]
