"""Places, rooms and treatments in the back office."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from services.models import (
    Location,
    Room,
    Treatment,
    TreatmentLength,
)
from tests.back_office import add, add_row, change, errors_of, open_page, save
from tests.pages import find_form, plant, read
from tests.services.places import make_location, make_room, make_treatment

pytestmark = pytest.mark.django_db


def test_a_location_with_an_unknown_zone_is_an_error_on_the_form(superuser: Client) -> None:
    fields = {"name": "Here", "address": "14 Alder Street", "phone": "01 555 0142", "time_zone": "Europe/Nowhere"}

    refused = add(superuser, Location, fields)
    taken = save(superuser, read(refused), {"time_zone": "Europe/Paris"})

    assert errors_of(refused) == ["“Europe/Nowhere” is not a time zone. Write one like Europe/Dublin."]
    assert taken.status_code == 302
    assert list(Location.objects.values_list("name", "time_zone")) == [("Here", "Europe/Paris")]


def test_a_location_is_closed_for_booking(superuser: Client) -> None:
    here = make_location()

    response = change(superuser, here, {"is_active": []})

    assert (response.status_code, Location.objects.get().is_active) == (302, False)


def test_a_room_is_added_and_changed_where_it_stands(superuser: Client) -> None:
    here, elsewhere, treatment = make_location("Here"), make_location("Elsewhere"), make_treatment()

    added = add(superuser, Room, {"location": here.pk, "name": "Front", "order": 1})
    room = Room.objects.get()
    page = open_page(superuser, Room, "change", room.pk)
    moved_too = {"location": str(elsewhere.pk)}
    changed = plant(superuser, page, "Save", moved_too, {"name": "Back", "order": 2, "treatments": [treatment.pk]})

    room.refresh_from_db()
    assert (added.status_code, changed.status_code) == (302, 302)
    assert (room.location, room.name, room.order, list(room.treatments.all())) == (here, "Back", 2, [treatment])


def test_a_second_room_of_the_same_name_is_an_error_on_the_form(superuser: Client) -> None:
    here = make_location()
    make_room(here, "Front")

    response = add(superuser, Room, {"location": here.pk, "name": "Front", "order": 1})

    assert errors_of(response) == ["Room with this Location and Name already exists."]


def add_treatment(superuser: Client, *lengths: tuple[str, str], **fields: str) -> Any:
    """A row is added for each of `lengths`, of minutes and price."""
    page = open_page(superuser, Treatment, "add")
    form, _button = find_form(page, "Save")
    answers = {
        "key": "hot_stones",
        "name": "Hot stones",
        "summary": "s",
        "description": "d",
        "suits": "s",
        "firmness": "1",
        "like": "deep_tissue",
        "uses_heat": "on",
        "turnover_minutes": "15",
        "order": "5",
    }
    for minutes, price in lengths:
        number = add_row(form, "lengths")
        answers |= {f"lengths-{number}-minutes": minutes, f"lengths-{number}-price": price}
    return save(superuser, page, answers | fields)


def test_a_clinic_adds_a_treatment_with_its_lengths(superuser: Client) -> None:
    response = add_treatment(superuser, ("45", "60"), ("75", "95.50"))

    assert response.status_code == 302
    lengths = TreatmentLength.objects.filter(treatment__key="hot_stones")
    assert [(length.minutes, str(length.price)) for length in lengths] == [(45, "60.00"), (75, "95.50")]


@pytest.mark.parametrize(
    ("lengths", "fields"),
    [
        ([], {"key": "Hot Stones"}),
        ([], {"turnover_minutes": "7"}),
        ([], {"turnover_minutes": "125"}),
        ([], {"turnover_minutes": "-5"}),
        ([], {"turnover_minutes": "9" * 30}),
        ([], {"firmness": "9"}),
        ([], {"name": "x" * 10_000}),
        ([], {"summary": "a\x00b"}),
        ([("45", "60"), ("45", "70")], {}),
        ([("44", "60")], {}),
        ([("485", "60")], {}),
        ([("9" * 30, "60")], {}),
        ([("45", "-1")], {}),
        ([("45", "NaN")], {}),
        ([("45", "1" * 30)], {}),
    ],
)
@pytest.mark.once
def test_a_treatment_that_can_not_be_is_an_error_on_the_form(
    lengths: list[tuple[str, str]], fields: dict[str, str], superuser: Client
) -> None:
    before = Treatment.objects.count()

    response = add_treatment(superuser, *lengths, **fields)

    assert response.status_code == 200
    assert b"errorlist" in response.content
    assert Treatment.objects.count() == before


def test_a_key_stays_what_it_is_for_the_rules_name_treatments_by_it(superuser: Client) -> None:
    row = make_treatment("hot_stones", minutes=())
    page = open_page(superuser, Treatment, "change", row.pk)

    response = plant(superuser, page, "Save", {"key": "cold_stones"}, {"name": "Cold"})

    row.refresh_from_db()
    assert (response.status_code, row.key, row.name) == (302, "hot_stones", "Cold")


def test_what_a_treatment_is_like_becomes_gentler_only_once_it_is_said_to_be_meant(superuser: Client) -> None:
    row = make_treatment("hot_stones", minutes=())

    asked = change(superuser, row, {"like": "swedish"})
    row.refresh_from_db()
    before = row.like
    meant = save(superuser, read(asked), {"is_meant": "on"})
    row.refresh_from_db()
    stricter = change(superuser, row, {"like": "trigger_point"})

    assert (asked.status_code, before, b"Is it really as gentle as Swedish?" in asked.content) == (
        200,
        "deep_tissue",
        True,
    )
    assert (meant.status_code, row.like, stricter.status_code) == (302, "swedish", 302)
    changes = LogEntry.objects.filter(object_id=str(row.pk)).order_by("pk").values_list("change_message", flat=True)
    assert "like: deep_tissue > swedish" in changes[0]
    assert "like: swedish > trigger_point" in changes[1]


def test_what_the_four_are_like_can_not_be_changed(superuser: Client) -> None:
    row = Treatment.objects.get(key="swedish")
    page = open_page(superuser, Treatment, "change", row.pk)

    response = plant(superuser, page, "Save", {"like": "deep_tissue"}, {"uses_heat": []})

    row.refresh_from_db()
    assert (response.status_code, row.like, row.uses_heat) == (302, "swedish", False)
