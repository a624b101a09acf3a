"""The one writer of places."""

from collections.abc import Collection
from typing import Any

import pytest

from services.models import Location, WorkingHours
from services.places import PlaceRefused, add_place, change_place, close_place, reopen_place
from tests.services.places import make_hours, make_location, make_therapist, unasked

pytestmark = pytest.mark.django_db


class Looked:
    """A review that remembers at which places it was asked to look, and whether they were open by then."""

    def __init__(self) -> None:
        self.at: list[tuple[list[int], list[bool]]] = []

    def __call__(self, *, therapist_ids: Collection[int] = (), location_ids: Collection[int] = ()) -> None:
        opened = Location.objects.filter(pk__in=location_ids).values_list("is_active", flat=True)
        self.at.append((list(location_ids), list(opened)))


class NotAgreed(Exception):
    """Somebody wants to see the visits first."""


def refuse(**_: object) -> None:
    raise NotAgreed


def rows() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in (Location, WorkingHours)]


def test_a_place_is_added_and_what_it_has_no_column_for_is_a_mistake() -> None:
    made = add_place(facts={"name": "Elm Street", "time_zone": "Asia/Kolkata"})

    assert (made.name, made.time_zone, made.is_active) == ("Elm Street", "Asia/Kolkata", True)
    with pytest.raises(ValueError, match="a place has no is_active"):
        add_place(facts={"name": "Oak Street", "is_active": False})


def test_only_what_is_different_is_written_and_only_another_zone_is_looked_at() -> None:
    place, looked = make_location("Alder Street"), Looked()
    therapist = make_therapist()
    make_hours(therapist, place)

    same = change_place(place=place, facts={"name": "Alder Street"}, review=looked)
    renamed = change_place(place=place, facts={"name": "Alder Road", "phone": "01 555 0142"}, review=looked)
    before = list(looked.at)
    moved = change_place(place=place, facts={"time_zone": "Europe/Paris"}, review=looked)

    assert (same, renamed, moved, before) == ([], ["name"], ["time_zone"], [])
    assert looked.at == [([place.pk], [True])]
    stored = Location.objects.get(pk=place.pk)
    assert (stored.name, stored.time_zone, WorkingHours.objects.count()) == ("Alder Road", "Europe/Paris", 1)


def test_a_place_is_closed_and_opened_with_its_hours_and_each_time_looked_at() -> None:
    place, other, looked = make_location("Alder Street"), make_location("Elm Street"), Looked()
    make_hours(make_therapist(), place)
    before = rows()

    close_place(place=place, review=looked)
    closed = dict(Location.objects.values_list("pk", "is_active"))
    reopen_place(place=place, review=looked)

    assert closed == {place.pk: False, other.pk: True}
    assert looked.at == [([place.pk], [False]), ([place.pk], [True])]
    assert rows() == before


def test_the_last_place_stays_open() -> None:
    place = make_location("Alder Street")
    make_location("Elm Street", is_active=False)

    with pytest.raises(PlaceRefused, match="This is your only place"):
        close_place(place=place, review=unasked)

    assert Location.objects.get(pk=place.pk).is_active


def test_a_review_that_is_not_agreed_to_takes_everything_back() -> None:
    place = make_location("Alder Street")
    make_location("Elm Street")
    before = rows()

    with pytest.raises(NotAgreed):
        close_place(place=place, review=refuse)
    with pytest.raises(NotAgreed):
        change_place(place=place, facts={"name": "Elm Road", "time_zone": "Asia/Tokyo"}, review=refuse)

    assert rows() == before
