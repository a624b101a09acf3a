"""Therapists and working hours in the back office: written by the rota, errors on the form."""

from datetime import date, time
from typing import Any

import pytest
from django.test import Client

from services import rota
from services.admin.shifts import WorkingHoursForm
from services.models import (
    Location,
    Therapist,
    TimeOff,
    WorkingHours,
)
from tests.back_office import add, change, delete, delete_several, errors_of, noting, open_page, path_of
from tests.pages import plant
from tests.services.places import make_hours, make_location, make_therapist, make_treatment, unasked, utc

pytestmark = pytest.mark.django_db


def test_a_therapist_is_added_with_skills_and_changed_through_the_rota(
    superuser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, late = make_treatment("early"), make_treatment("late")
    written: list[str] = []
    monkeypatch.setattr(rota, "change_therapist", noting(written, "change_therapist", rota.change_therapist))

    added = add(superuser, Therapist, {"name": "Ana Ruiz", "treatments": [early.pk]})
    ana = Therapist.objects.get()
    skills = list(ana.treatments.all())
    changed = change(superuser, ana, {"name": "Ana R", "treatments": [late.pk], "is_active": []})

    ana.refresh_from_db()
    assert (added.status_code, skills, changed.status_code) == (302, [early], 302)
    assert (ana.name, ana.is_active, list(ana.treatments.all())) == ("Ana R", False, [late])
    assert written == ["change_therapist", "change_therapist"]


def hours_form(who: Therapist, where: Location, **fields: str) -> dict[str, Any]:
    times = {"weekday": "1", "opens": "09:00", "closes": "12:00", "first_date": "", "last_date": ""}
    return {"therapist": who.pk, "location": where.pk} | times | fields


def test_working_hours_are_added_changed_and_deleted_through_the_rota(
    superuser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere, ana = make_location("Here"), make_location("Elsewhere"), make_therapist()
    written: list[str] = []
    for name in ("add_hours", "change_hours", "remove_hours"):
        monkeypatch.setattr(rota, name, noting(written, name, getattr(rota, name)))

    added = add(superuser, WorkingHours, hours_form(ana, here))
    row = WorkingHours.objects.get()
    page = open_page(superuser, WorkingHours, "change", row.pk)
    moved_too = {"location": str(elsewhere.pk)}
    changed = plant(superuser, page, "Save", moved_too, {"closes": "13:00", "last_date": "2026-11-30"})
    row.refresh_from_db()
    deleted = delete(superuser, row)

    assert (added.status_code, changed.status_code, deleted.status_code) == (302, 302, 302)
    assert (row.location, row.opens, row.closes, row.last_date) == (here, time(9), time(13), date(2026, 11, 30))
    assert WorkingHours.objects.count() == 0
    assert written == ["add_hours", "change_hours", "remove_hours"]


@pytest.mark.parametrize("model", [WorkingHours, TimeOff], ids=lambda model: model.__name__)
def test_many_rows_are_deleted_through_the_rota(
    model: type[Any], superuser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[Any] = [
        make_hours(ana, here) for ana, here in [(make_therapist(), make_location(name)) for name in "abc"]
    ]
    rows += [
        rota.add_closure(
            review=unasked, location=row.location, starts_at=utc("2026-11-26T09:00"), ends_at=utc("2026-11-26T10:00")
        )
        for row in rows
    ]
    chosen = [row for row in rows if isinstance(row, model)][:2]
    written: list[str] = []
    for name in ("remove_hours", "remove_time_off"):
        monkeypatch.setattr(rota, name, noting(written, name, getattr(rota, name)))

    response = delete_several(superuser, chosen)

    assert response.status_code == 302
    assert model.objects.count() == 1
    assert written == ["remove_hours" if model is WorkingHours else "remove_time_off"] * 2


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"opens": "08:00", "closes": "09:05"}, ["Ana Ruiz already has hours at Here on Monday, 09:00–17:00."]),
        ({"weekday": "2", "closes": "08:00"}, ["Hours end after they begin, on the same day."]),
        ({"weekday": "2", "opens": "09:02"}, ["Use times in steps of five minutes."]),
        ({"weekday": "2", "opens": "09:00:00.000001"}, ["Use times in steps of five minutes."]),
        (
            {"weekday": "2", "first_date": "2026-11-02", "last_date": "2026-11-01"},
            ["The last day is not before the first."],
        ),
        ({"weekday": "2", "last_date": "9999-12-31"}, ["Choose a date between 2000 and 2100."]),
        ({"weekday": "9"}, ["Select a valid choice. 9 is not one of the available choices."]),
        ({"weekday": "2", "opens": "25:00"}, ["Enter a valid time."]),
        ({"weekday": "2", "opens": ""}, ["This field is required."]),
        ({"therapist": "999999"}, ["Select a valid choice. That choice is not one of the available choices."]),
        ({"location": ""}, ["This field is required."]),
    ],
)
@pytest.mark.once
def test_hours_that_can_not_be_are_errors_on_the_form(
    fields: dict[str, str], errors: list[str], superuser: Client
) -> None:
    ana, elsewhere = make_therapist(), make_location("Elsewhere")
    row = make_hours(ana, make_location("Here"))

    response = add(superuser, WorkingHours, hours_form(ana, elsewhere, **fields))

    assert errors_of(response) == errors
    assert list(WorkingHours.objects.all()) == [row]


def test_hours_at_a_place_with_an_unknown_zone_are_an_error_on_the_form(superuser: Client) -> None:
    response = add(superuser, WorkingHours, hours_form(make_therapist(), make_location(zone="Nowhere")))

    assert errors_of(response) == ["“Nowhere”, the time zone of Alder Street, is not one that this machine knows."]


def test_changing_hours_does_not_meet_themselves(superuser: Client) -> None:
    ana, here = make_therapist(), make_location()
    row = make_hours(ana, here)

    response = change(superuser, row, {"opens": "10:00", "closes": "12:00"})

    assert response.status_code == 302
    assert list(WorkingHours.objects.values_list("opens", "closes")) == [(time(10), time(12))]


def test_a_refusal_that_the_form_did_not_foresee_is_a_message(
    superuser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's hours may come between the form's look and the write."""
    ana, here = make_therapist(), make_location("Here")
    make_hours(ana, here)
    monkeypatch.setattr(WorkingHoursForm, "validate_unique", lambda form: None)

    response = add(superuser, WorkingHours, hours_form(ana, here))
    told = superuser.get(response["Location"])

    assert (response.status_code, response["Location"]) == (302, path_of(WorkingHours, "add"))
    assert [str(message) for message in told.context["messages"]] == [
        "Ana Ruiz already has hours at Here on Monday, 09:00–17:00."
    ]
    assert WorkingHours.objects.count() == 1
