"""Time off in the back office: typed and shown by the clock of its place."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from services import rota
from services.models import (
    TimeOff,
)
from tests.back_office import add, errors_of, noting, path_of, save
from tests.pages import read
from tests.services.places import make_hours, make_location, make_therapist, unasked, utc

pytestmark = pytest.mark.django_db


def off_form(*, starts: str, ends: str, **fields: Any) -> dict[str, Any]:
    times = dict(
        zip(("starts_at_0", "starts_at_1", "ends_at_0", "ends_at_1"), (*starts.split(), *ends.split()), strict=True)
    )
    return times | {"therapist": "", "location": "", "reason": ""} | fields


def test_time_off_is_typed_in_the_zone_of_the_therapists_first_location(superuser: Client) -> None:
    paris, chatham, ana = (
        make_location("Paris", zone="Europe/Paris"),
        make_location("C", zone="Pacific/Chatham"),
        make_therapist(),
    )
    make_hours(ana, chatham, weekday=2)
    make_hours(ana, paris)

    typed = off_form(starts="2026-11-26 09:00", ends="2026-11-27 12:30", therapist=ana.pk, reason="Course")

    response = add(superuser, TimeOff, typed)

    assert response.status_code == 302
    assert list(TimeOff.objects.values_list("therapist", "location", "starts_at", "ends_at", "reason")) == [
        (ana.pk, None, utc("2026-11-26T08:00"), utc("2026-11-27T11:30"), "Course")
    ]


def test_a_reason_is_in_the_list_and_not_in_the_log_of_the_back_office(superuser: Client) -> None:
    make_hours(ana := make_therapist(), make_location())

    typed = off_form(starts="2026-11-26 09:00", ends="2026-11-27 12:30", therapist=ana.pk, reason="Back surgery")

    add(superuser, TimeOff, typed)
    page = superuser.get(path_of(TimeOff, "changelist")).content.decode()

    assert list(LogEntry.objects.values_list("object_repr", "change_message")) == [
        ("Ana Ruiz: away", '[{"added": {}}]')
    ]
    assert "Back surgery" in page
    # By what is encrypted nothing can be put in order.
    assert ("sortable column-local_start" in page, "sortable column-why" in page) == (True, False)


def test_a_closure_is_typed_in_the_zone_of_its_location(superuser: Client) -> None:
    make_location("Dublin")
    chatham = make_location("Chatham", zone="Pacific/Chatham")

    response = add(
        superuser, TimeOff, off_form(starts="2026-11-26 00:00", ends="2026-11-27 00:00", location=chatham.pk)
    )

    assert response.status_code == 302
    assert list(TimeOff.objects.values_list("therapist", "location", "starts_at", "ends_at")) == [
        (None, chatham.pk, utc("2026-11-25T10:15"), utc("2026-11-26T10:15"))
    ]


def test_time_off_is_shown_and_changed_in_the_same_zone(superuser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    paris, ana = make_location("Paris", zone="Europe/Paris"), make_therapist()
    make_hours(ana, paris)
    row = rota.add_time_off(
        review=unasked, therapist=ana, starts_at=utc("2026-07-01T07:00"), ends_at=utc("2026-07-01T22:30")
    )
    written: list[str] = []
    monkeypatch.setattr(rota, "change_time_off", noting(written, "change_time_off", rota.change_time_off))

    page = superuser.get(path_of(TimeOff, "change", row.pk))
    shown = page.context["adminform"].form
    changed = save(superuser, read(page), {"starts_at_1": "10:00", "reason": "Trip"})

    row.refresh_from_db()
    assert [shown["starts_at"].value(), shown["ends_at"].value()] == [
        datetime(2026, 7, 1, 9),  # noqa: DTZ001
        datetime(2026, 7, 2, 0, 30),  # noqa: DTZ001
    ]
    assert [field.help_text for field in (shown["starts_at"], shown["ends_at"])] == ["Local time, Europe/Paris."] * 2
    assert b'value="09:00:00"' in page.content
    assert changed.status_code == 302
    assert (row.therapist, row.starts_at, row.ends_at) == (ana, utc("2026-07-01T08:00"), utc("2026-07-01T22:30"))
    assert (row.reason, written) == ("Trip", ["change_time_off"])


def test_a_repeated_hour_is_away_both_times(superuser: Client) -> None:
    here = make_location()

    add(superuser, TimeOff, off_form(starts="2026-10-25 01:00", ends="2026-10-25 01:30", location=here.pk))

    assert list(TimeOff.objects.values_list("starts_at", "ends_at")) == [
        (utc("2026-10-25T00:00"), utc("2026-10-25T01:30"))
    ]


MISSING = "There is no 01:30 on that day in Europe/Dublin: the clocks are put forward over it."


@pytest.mark.parametrize(
    ("starts", "ends", "fields", "errors"),
    [
        ("2026-03-29 01:30", "2026-03-29 09:00", {}, [MISSING]),
        ("2026-03-28 09:00", "2026-03-29 01:30", {}, [MISSING]),
        ("2026-11-26 09:02", "2026-11-26 10:00", {}, ["Use times in steps of five minutes."]),
        ("2026-11-26 09:00:00.5", "2026-11-26 10:00", {}, ["Use times in steps of five minutes."]),
        ("2026-11-26 10:00", "2026-11-26 10:00", {}, ["Time off ends after it begins."]),
        ("0001-01-01 00:00", "2026-11-26 10:00", {}, ["Choose a date between 2000 and 2100."]),
        ("2026-11-26 09:00", "9999-12-31 23:55", {}, ["Choose a date between 2000 and 2100."]),
        ("2026-11-26 09:00", "2026-13-26 10:00", {}, ["Enter a valid date."]),
        ("2026-11-26 09:00", "2026-11-26 25:00", {}, ["Enter a valid time."]),
        ("2026-11-26 09:00", "2026-11-26 10:00", {"location": ""}, ["Choose a therapist, or a location for a closure, not both."]),
        ("2026-11-26 09:00", "2026-11-26 10:00", {"reason": "x" * 101}, ["Ensure this value has at most 100 characters (it has 101)."]),
        ("2026-11-26 09:00", "2026-11-26 10:00", {"reason": "a\x00b"}, ["Null characters are not allowed."]),
    ],
)  # fmt: skip
@pytest.mark.once
def test_time_off_that_can_not_be_is_an_error_on_the_form(
    starts: str, ends: str, fields: dict[str, Any], errors: list[str], superuser: Client
) -> None:
    here = make_location()

    response = add(superuser, TimeOff, off_form(starts=starts, ends=ends, **({"location": here.pk} | fields)))

    assert errors_of(response) == errors
    assert TimeOff.objects.count() == 0


def test_time_off_of_a_therapist_and_a_location_at_once_is_an_error_on_the_form(superuser: Client) -> None:
    fields = {"therapist": make_therapist().pk, "location": make_location().pk}

    response = add(superuser, TimeOff, off_form(starts="2026-11-26 09:00", ends="2026-11-26 10:00", **fields))

    assert errors_of(response) == ["Choose a therapist, or a location for a closure, not both."]


@pytest.mark.parametrize("missing", ["starts_at_0", "starts_at_1", "ends_at_0", "ends_at_1"])
@pytest.mark.once
def test_half_a_moment_is_an_error_on_the_form(missing: str, superuser: Client) -> None:
    form = off_form(starts="2026-11-26 09:00", ends="2026-11-26 10:00", location=make_location().pk)

    assert len(errors_of(add(superuser, TimeOff, form | {missing: ""}))) == 1


def test_time_off_without_any_location_says_what_to_do_first(superuser: Client) -> None:
    form = off_form(starts="2026-11-26 09:00", ends="2026-11-26 10:00", therapist=make_therapist().pk)

    assert errors_of(add(superuser, TimeOff, form)) == ["Add a location first."]


def test_time_off_at_a_place_with_an_unknown_zone_is_an_error_on_the_form(superuser: Client) -> None:
    form = off_form(starts="2026-11-26 09:00", ends="2026-11-26 10:00", location=make_location(zone="Nowhere").pk)

    assert errors_of(add(superuser, TimeOff, form)) == [
        "“Nowhere”, the time zone of Alder Street, is not one that this machine knows."
    ]


@pytest.mark.parametrize(
    ("zones", "words"),
    [
        (["Europe/Paris"], "Local time, Europe/Paris."),
        (["Europe/Paris", "Europe/Paris"], "Local time, Europe/Paris."),
        (
            ["Europe/Paris", "Europe/Dublin"],
            (
                "Local time of the location; for a therapist, of the first one at which they work. "
                "Place 0: Europe/Paris, Place 1: Europe/Dublin"
            ),
        ),
    ],
)
def test_the_form_for_time_off_names_the_zone(zones: list[str], words: str, superuser: Client) -> None:
    for number, zone in enumerate(zones):
        make_location(f"Place {number}", zone=zone)

    form = superuser.get(path_of(TimeOff, "add")).context["adminform"].form

    assert (form["starts_at"].help_text, form["ends_at"].help_text) == (words, words)


def test_the_list_of_time_off_is_local(superuser: Client) -> None:
    make_location("Dublin")
    paris, nowhere = make_location("Paris", zone="Europe/Paris"), make_location("Nowhere", zone="Nowhere")
    worker, newcomer = make_therapist("Worker"), make_therapist("Newcomer")
    make_hours(worker, paris)
    times: dict[str, Any] = {"starts_at": utc("2026-07-01T22:30"), "ends_at": utc("2026-07-02T07:00")}
    rota.add_time_off(review=unasked, therapist=worker, **times)
    rota.add_time_off(review=unasked, therapist=newcomer, **times)
    rota.add_closure(review=unasked, location=nowhere, **times)

    listed = superuser.get(path_of(TimeOff, "changelist")).context["cl"]

    columns = listed.model_admin
    assert {
        (columns.owner(row), columns.local_start(row), columns.local_end(row), columns.zone(row))
        for row in listed.result_list
    } == {
        ("Worker", "Thu 2 July 2026, 00:30", "Thu 2 July 2026, 09:00", "Europe/Paris"),
        ("Newcomer", "Wed 1 July 2026, 23:30", "Thu 2 July 2026, 08:00", "Europe/Dublin"),
        ("Nowhere", "Wed 1 July 2026, 22:30", "Thu 2 July 2026, 07:00", "UTC"),
    }
