"""The back office: superusers only, writes through the rota, errors on the form."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.messages.plan import BadPlan, parse_plan
from services import rota
from services.admin.shifts import WorkingHoursForm
from services.models import (
    ClinicPolicy,
    Location,
    Room,
    Therapist,
    TimeOff,
    Treatment,
    TreatmentLength,
    WorkingHours,
)
from tests.back_office import add, add_row, change, delete, delete_several, open_page, path_of, save
from tests.pages import find_form, plant, read
from tests.services.places import make_hours, make_location, make_room, make_therapist, make_treatment, unasked

pytestmark = pytest.mark.django_db

MODELS = [Location, Room, Treatment, Therapist, WorkingHours, TimeOff, ClinicPolicy]
NEVER_DELETED = [Location, Treatment, Therapist, ClinicPolicy]
models = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def make_one(model: type[Any]) -> Any:
    """A row of each, with all that it hangs on."""
    here, ana = make_location(), make_therapist()
    rows = {
        Location: here,
        Room: make_room(here),
        Treatment: make_treatment(),
        Therapist: ana,
        WorkingHours: make_hours(ana, here),
        TimeOff: rota.add_closure(
            review=unasked, location=here, starts_at=utc("2026-11-26T09:00"), ends_at=utc("2026-11-26T10:00")
        ),
        ClinicPolicy: ClinicPolicy.objects.get_or_create(pk=1)[0],
    }
    return rows[model]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def errors_of(response: Any) -> list[str]:
    assert response.status_code == 200
    form = response.context["adminform"].form
    return [error for errors in form.errors.values() for error in errors]


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_everything_of_this_floor_is_there() -> None:
    registered = {model for model in admin.site._registry if model._meta.app_label == "services"}

    assert registered == set(MODELS)


@models
def test_a_superuser_sees_every_page(model: type[Any], owner: Client) -> None:
    row = make_one(model)
    add = 403 if model is ClinicPolicy else 200
    delete = 403 if model in NEVER_DELETED else 200

    pages = [("changelist", ()), ("change", (row.pk,)), ("history", (row.pk,)), ("add", ()), ("delete", (row.pk,))]

    assert [owner.get(path_of(model, page, *args)).status_code for page, args in pages] == [200, 200, 200, add, delete]


@models
@pytest.mark.once
def test_staff_with_every_single_permission_see_and_change_nothing(
    model: type[Any], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where the site lets them in, which ours does not."""
    monkeypatch.setattr(admin.site, "has_permission", AdminSite(name="stock").has_permission)
    row = make_one(model)
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="services"))
    client.force_login(clerk)

    pages = [("changelist", ()), ("change", (row.pk,)), ("history", (row.pk,)), ("add", ()), ("delete", (row.pk,))]
    seen = [client.get(path_of(model, page, *args)).status_code for page, args in pages]
    posted = [client.post(path_of(model, page, *args), {}).status_code for page, args in pages]

    assert (seen, posted) == ([403] * 5, [403] * 5)
    assert b"services" not in client.get(reverse("admin:index")).content


@models
@pytest.mark.once
def test_strangers_are_asked_to_sign_in(model: type[Any], client: Client) -> None:
    response = client.get(path_of(model, "changelist"))

    assert (response.status_code, response["Location"].partition("?")[0]) == (302, reverse("admin:login"))


def test_lengths_too_are_for_superusers(client: Client) -> None:
    inline = admin.site._registry[Treatment].inlines[0](Treatment, admin.site)
    request: Any = type("Request", (), {"user": User(is_active=True, is_staff=True)})()

    assert not inline.has_view_permission(request)
    assert not inline.has_add_permission(request, None)
    assert not inline.has_change_permission(request)
    assert not inline.has_delete_permission(request)


@pytest.mark.parametrize("model", NEVER_DELETED, ids=lambda model: model.__name__)
def test_what_visits_refer_to_is_never_deleted(model: type[Any], owner: Client) -> None:
    row = make_one(model)

    single = owner.post(path_of(model, "delete", row.pk), {"post": "yes"})
    bulk = owner.post(
        path_of(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    )

    assert (single.status_code, bulk.status_code) == (403, 200)  # the action is not there: the list again
    assert model.objects.filter(pk=row.pk).exists()


# --- Places and treatments -------------------------------------------------------------------------------------------


def test_a_location_with_an_unknown_zone_is_an_error_on_the_form(owner: Client) -> None:
    fields = {"name": "Here", "address": "14 Alder Street", "phone": "01 555 0142", "time_zone": "Europe/Nowhere"}

    refused = add(owner, Location, fields)
    taken = save(owner, read(refused), {"time_zone": "Europe/Paris"})

    assert errors_of(refused) == ["“Europe/Nowhere” is not a time zone. Write one like Europe/Dublin."]
    assert taken.status_code == 302
    assert list(Location.objects.values_list("name", "time_zone")) == [("Here", "Europe/Paris")]


def test_a_location_is_closed_for_booking(owner: Client) -> None:
    here = make_location()

    response = change(owner, here, {"is_active": []})

    assert (response.status_code, Location.objects.get().is_active) == (302, False)


def test_a_room_is_added_and_changed_where_it_stands(owner: Client) -> None:
    here, elsewhere, treatment = make_location("Here"), make_location("Elsewhere"), make_treatment()

    added = add(owner, Room, {"location": here.pk, "name": "Front", "order": 1})
    room = Room.objects.get()
    page = open_page(owner, Room, "change", room.pk)
    moved_too = {"location": str(elsewhere.pk)}
    changed = plant(owner, page, "Save", moved_too, {"name": "Back", "order": 2, "treatments": [treatment.pk]})

    room.refresh_from_db()
    assert (added.status_code, changed.status_code) == (302, 302)
    assert (room.location, room.name, room.order, list(room.treatments.all())) == (here, "Back", 2, [treatment])


def test_a_second_room_of_the_same_name_is_an_error_on_the_form(owner: Client) -> None:
    here = make_location()
    make_room(here, "Front")

    response = add(owner, Room, {"location": here.pk, "name": "Front", "order": 1})

    assert errors_of(response) == ["Room with this Location and Name already exists."]


def add_treatment(owner: Client, *lengths: tuple[str, str], **fields: str) -> Any:
    """A row is added for each of `lengths`, of minutes and price."""
    page = open_page(owner, Treatment, "add")
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
    return save(owner, page, answers | fields)


def test_a_clinic_adds_a_treatment_with_its_lengths(owner: Client) -> None:
    response = add_treatment(owner, ("45", "60"), ("75", "95.50"))

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
    lengths: list[tuple[str, str]], fields: dict[str, str], owner: Client
) -> None:
    before = Treatment.objects.count()

    response = add_treatment(owner, *lengths, **fields)

    assert response.status_code == 200
    assert b"errorlist" in response.content
    assert Treatment.objects.count() == before


def test_a_key_stays_what_it_is_for_the_rules_name_treatments_by_it(owner: Client) -> None:
    row = make_treatment("hot_stones", minutes=())
    page = open_page(owner, Treatment, "change", row.pk)

    response = plant(owner, page, "Save", {"key": "cold_stones"}, {"name": "Cold"})

    row.refresh_from_db()
    assert (response.status_code, row.key, row.name) == (302, "hot_stones", "Cold")


def test_what_a_treatment_is_like_becomes_gentler_only_once_it_is_said_to_be_meant(owner: Client) -> None:
    row = make_treatment("hot_stones", minutes=())

    asked = change(owner, row, {"like": "swedish"})
    row.refresh_from_db()
    before = row.like
    meant = save(owner, read(asked), {"is_meant": "on"})
    row.refresh_from_db()
    stricter = change(owner, row, {"like": "trigger_point"})

    assert (asked.status_code, before, b"Is it really as gentle as Swedish?" in asked.content) == (
        200,
        "deep_tissue",
        True,
    )
    assert (meant.status_code, row.like, stricter.status_code) == (302, "swedish", 302)
    changes = LogEntry.objects.filter(object_id=str(row.pk)).order_by("pk").values_list("change_message", flat=True)
    assert "like: deep_tissue > swedish" in changes[0]
    assert "like: swedish > trigger_point" in changes[1]


def test_what_the_four_are_like_can_not_be_changed(owner: Client) -> None:
    row = Treatment.objects.get(key="swedish")
    page = open_page(owner, Treatment, "change", row.pk)

    response = plant(owner, page, "Save", {"like": "deep_tissue"}, {"uses_heat": []})

    row.refresh_from_db()
    assert (response.status_code, row.like, row.uses_heat) == (302, "swedish", False)


# --- Therapists ------------------------------------------------------------------------------------------------------


def test_a_therapist_is_added_with_skills_and_changed_through_the_rota(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, late = make_treatment("early"), make_treatment("late")
    written: list[str] = []
    monkeypatch.setattr(rota, "change_therapist", noting(written, "change_therapist", rota.change_therapist))

    added = add(owner, Therapist, {"name": "Ana Ruiz", "treatments": [early.pk]})
    ana = Therapist.objects.get()
    skills = list(ana.treatments.all())
    changed = change(owner, ana, {"name": "Ana R", "treatments": [late.pk], "is_active": []})

    ana.refresh_from_db()
    assert (added.status_code, skills, changed.status_code) == (302, [early], 302)
    assert (ana.name, ana.is_active, list(ana.treatments.all())) == ("Ana R", False, [late])
    assert written == ["change_therapist", "change_therapist"]


def noting(written: list[str], name: str, write: Any) -> Any:
    def wrapped(**kwargs: Any) -> Any:
        written.append(name)
        return write(**kwargs)

    return wrapped


# --- Working hours ---------------------------------------------------------------------------------------------------


def hours_form(who: Therapist, where: Location, **fields: str) -> dict[str, Any]:
    times = {"weekday": "1", "opens": "09:00", "closes": "12:00", "first_date": "", "last_date": ""}
    return {"therapist": who.pk, "location": where.pk} | times | fields


def test_working_hours_are_added_changed_and_deleted_through_the_rota(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere, ana = make_location("Here"), make_location("Elsewhere"), make_therapist()
    written: list[str] = []
    for name in ("add_hours", "change_hours", "remove_hours"):
        monkeypatch.setattr(rota, name, noting(written, name, getattr(rota, name)))

    added = add(owner, WorkingHours, hours_form(ana, here))
    row = WorkingHours.objects.get()
    page = open_page(owner, WorkingHours, "change", row.pk)
    moved_too = {"location": str(elsewhere.pk)}
    changed = plant(owner, page, "Save", moved_too, {"closes": "13:00", "last_date": "2026-11-30"})
    row.refresh_from_db()
    deleted = delete(owner, row)

    assert (added.status_code, changed.status_code, deleted.status_code) == (302, 302, 302)
    assert (row.location, row.opens, row.closes, row.last_date) == (here, time(9), time(13), date(2026, 11, 30))
    assert WorkingHours.objects.count() == 0
    assert written == ["add_hours", "change_hours", "remove_hours"]


@pytest.mark.parametrize("model", [WorkingHours, TimeOff], ids=lambda model: model.__name__)
def test_many_rows_are_deleted_through_the_rota(
    model: type[Any], owner: Client, monkeypatch: pytest.MonkeyPatch
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

    response = delete_several(owner, chosen)

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
def test_hours_that_can_not_be_are_errors_on_the_form(fields: dict[str, str], errors: list[str], owner: Client) -> None:
    ana, elsewhere = make_therapist(), make_location("Elsewhere")
    row = make_hours(ana, make_location("Here"))

    response = add(owner, WorkingHours, hours_form(ana, elsewhere, **fields))

    assert errors_of(response) == errors
    assert list(WorkingHours.objects.all()) == [row]


def test_hours_at_a_place_with_an_unknown_zone_are_an_error_on_the_form(owner: Client) -> None:
    response = add(owner, WorkingHours, hours_form(make_therapist(), make_location(zone="Nowhere")))

    assert errors_of(response) == ["“Nowhere”, the time zone of Alder Street, is not one that this machine knows."]


def test_changing_hours_does_not_meet_themselves(owner: Client) -> None:
    ana, here = make_therapist(), make_location()
    row = make_hours(ana, here)

    response = change(owner, row, {"opens": "10:00", "closes": "12:00"})

    assert response.status_code == 302
    assert list(WorkingHours.objects.values_list("opens", "closes")) == [(time(10), time(12))]


def test_a_refusal_that_the_form_did_not_foresee_is_a_message(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's hours may come between the form's look and the write."""
    ana, here = make_therapist(), make_location("Here")
    make_hours(ana, here)
    monkeypatch.setattr(WorkingHoursForm, "validate_unique", lambda form: None)

    response = add(owner, WorkingHours, hours_form(ana, here))
    told = owner.get(response["Location"])

    assert (response.status_code, response["Location"]) == (302, path_of(WorkingHours, "add"))
    assert [str(message) for message in told.context["messages"]] == [
        "Ana Ruiz already has hours at Here on Monday, 09:00–17:00."
    ]
    assert WorkingHours.objects.count() == 1


# --- Time off --------------------------------------------------------------------------------------------------------


def off_form(*, starts: str, ends: str, **fields: Any) -> dict[str, Any]:
    times = dict(
        zip(("starts_at_0", "starts_at_1", "ends_at_0", "ends_at_1"), (*starts.split(), *ends.split()), strict=True)
    )
    return times | {"therapist": "", "location": "", "reason": ""} | fields


def test_time_off_is_typed_in_the_zone_of_the_therapists_first_location(owner: Client) -> None:
    paris, chatham, ana = (
        make_location("Paris", zone="Europe/Paris"),
        make_location("C", zone="Pacific/Chatham"),
        make_therapist(),
    )
    make_hours(ana, chatham, weekday=2)
    make_hours(ana, paris)

    typed = off_form(starts="2026-11-26 09:00", ends="2026-11-27 12:30", therapist=ana.pk, reason="Course")

    response = add(owner, TimeOff, typed)

    assert response.status_code == 302
    assert list(TimeOff.objects.values_list("therapist", "location", "starts_at", "ends_at", "reason")) == [
        (ana.pk, None, utc("2026-11-26T08:00"), utc("2026-11-27T11:30"), "Course")
    ]


def test_a_reason_is_in_the_list_and_not_in_the_log_of_the_back_office(owner: Client) -> None:
    make_hours(ana := make_therapist(), make_location())

    typed = off_form(starts="2026-11-26 09:00", ends="2026-11-27 12:30", therapist=ana.pk, reason="Back surgery")

    add(owner, TimeOff, typed)
    page = owner.get(path_of(TimeOff, "changelist")).content.decode()

    assert list(LogEntry.objects.values_list("object_repr", "change_message")) == [
        ("Ana Ruiz: away", '[{"added": {}}]')
    ]
    assert "Back surgery" in page
    # By what is encrypted nothing can be put in order.
    assert ("sortable column-local_start" in page, "sortable column-why" in page) == (True, False)


def test_a_closure_is_typed_in_the_zone_of_its_location(owner: Client) -> None:
    make_location("Dublin")
    chatham = make_location("Chatham", zone="Pacific/Chatham")

    response = add(owner, TimeOff, off_form(starts="2026-11-26 00:00", ends="2026-11-27 00:00", location=chatham.pk))

    assert response.status_code == 302
    assert list(TimeOff.objects.values_list("therapist", "location", "starts_at", "ends_at")) == [
        (None, chatham.pk, utc("2026-11-25T10:15"), utc("2026-11-26T10:15"))
    ]


def test_time_off_is_shown_and_changed_in_the_same_zone(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    paris, ana = make_location("Paris", zone="Europe/Paris"), make_therapist()
    make_hours(ana, paris)
    row = rota.add_time_off(
        review=unasked, therapist=ana, starts_at=utc("2026-07-01T07:00"), ends_at=utc("2026-07-01T22:30")
    )
    written: list[str] = []
    monkeypatch.setattr(rota, "change_time_off", noting(written, "change_time_off", rota.change_time_off))

    page = owner.get(path_of(TimeOff, "change", row.pk))
    shown = page.context["adminform"].form
    changed = save(owner, read(page), {"starts_at_1": "10:00", "reason": "Trip"})

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


def test_a_repeated_hour_is_away_both_times(owner: Client) -> None:
    here = make_location()

    add(owner, TimeOff, off_form(starts="2026-10-25 01:00", ends="2026-10-25 01:30", location=here.pk))

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
    starts: str, ends: str, fields: dict[str, Any], errors: list[str], owner: Client
) -> None:
    here = make_location()

    response = add(owner, TimeOff, off_form(starts=starts, ends=ends, **({"location": here.pk} | fields)))

    assert errors_of(response) == errors
    assert TimeOff.objects.count() == 0


def test_time_off_of_a_therapist_and_a_location_at_once_is_an_error_on_the_form(owner: Client) -> None:
    fields = {"therapist": make_therapist().pk, "location": make_location().pk}

    response = add(owner, TimeOff, off_form(starts="2026-11-26 09:00", ends="2026-11-26 10:00", **fields))

    assert errors_of(response) == ["Choose a therapist, or a location for a closure, not both."]


@pytest.mark.parametrize("missing", ["starts_at_0", "starts_at_1", "ends_at_0", "ends_at_1"])
@pytest.mark.once
def test_half_a_moment_is_an_error_on_the_form(missing: str, owner: Client) -> None:
    form = off_form(starts="2026-11-26 09:00", ends="2026-11-26 10:00", location=make_location().pk)

    assert len(errors_of(add(owner, TimeOff, form | {missing: ""}))) == 1


def test_time_off_without_any_location_says_what_to_do_first(owner: Client) -> None:
    form = off_form(starts="2026-11-26 09:00", ends="2026-11-26 10:00", therapist=make_therapist().pk)

    assert errors_of(add(owner, TimeOff, form)) == ["Add a location first."]


def test_time_off_at_a_place_with_an_unknown_zone_is_an_error_on_the_form(owner: Client) -> None:
    form = off_form(starts="2026-11-26 09:00", ends="2026-11-26 10:00", location=make_location(zone="Nowhere").pk)

    assert errors_of(add(owner, TimeOff, form)) == [
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
def test_the_form_for_time_off_names_the_zone(zones: list[str], words: str, owner: Client) -> None:
    for number, zone in enumerate(zones):
        make_location(f"Place {number}", zone=zone)

    form = owner.get(path_of(TimeOff, "add")).context["adminform"].form

    assert (form["starts_at"].help_text, form["ends_at"].help_text) == (words, words)


def test_the_list_of_time_off_is_local(owner: Client) -> None:
    make_location("Dublin")
    paris, nowhere = make_location("Paris", zone="Europe/Paris"), make_location("Nowhere", zone="Nowhere")
    worker, newcomer = make_therapist("Worker"), make_therapist("Newcomer")
    make_hours(worker, paris)
    times: dict[str, Any] = {"starts_at": utc("2026-07-01T22:30"), "ends_at": utc("2026-07-02T07:00")}
    rota.add_time_off(review=unasked, therapist=worker, **times)
    rota.add_time_off(review=unasked, therapist=newcomer, **times)
    rota.add_closure(review=unasked, location=nowhere, **times)

    listed = owner.get(path_of(TimeOff, "changelist")).context["cl"]

    columns = listed.model_admin
    assert {
        (columns.owner(row), columns.local_start(row), columns.local_end(row), columns.zone(row))
        for row in listed.result_list
    } == {
        ("Worker", "Thu 2 July 2026, 00:30", "Thu 2 July 2026, 09:00", "Europe/Paris"),
        ("Newcomer", "Wed 1 July 2026, 23:30", "Thu 2 July 2026, 08:00", "Europe/Dublin"),
        ("Nowhere", "Wed 1 July 2026, 22:30", "Thu 2 July 2026, 07:00", "UTC"),
    }


@pytest.mark.parametrize("model", [WorkingHours, TimeOff, Room], ids=lambda model: model.__name__)
def test_a_long_list_takes_as_many_statements_as_a_short_one(model: type[Any], owner: Client) -> None:
    counts = []
    for number in range(20):
        here, ana = make_location(f"Place {number}"), make_therapist(f"Therapist {number}")
        make_hours(ana, here)
        make_room(here)
        rota.add_time_off(
            review=unasked, therapist=ana, starts_at=utc("2026-07-01T22:30"), ends_at=utc("2026-07-02T07:00")
        )
        if number in (1, 19):
            with CaptureQueriesContext(connection) as captured:
                response = owner.get(path_of(model, "changelist"))
            counts.append(len(captured.captured_queries))
            assert len(response.context["cl"].result_list) == number + 1

    assert counts[0] == counts[1]


# --- Policy ----------------------------------------------------------------------------------------------------------


def change_policy(owner: Client, **fields: str) -> Any:
    return change(owner, ClinicPolicy.objects.get_or_create(pk=1)[0], fields)


def test_the_policy_is_changed_in_place(owner: Client) -> None:
    response = change_policy(owner, notice_minutes="45", clinic_name="Alder Street")

    policy = ClinicPolicy.objects.get()
    assert (response.status_code, policy.pk, policy.notice_minutes, policy.clinic_name) == (302, 1, 45, "Alder Street")


def test_a_missing_policy_is_added_as_row_one_and_only_once(owner: Client) -> None:
    ClinicPolicy.objects.all().delete()
    page = open_page(owner, ClinicPolicy, "add")

    added = save(owner, page, {"notice_minutes": "45"})
    again = save(owner, page, {"notice_minutes": "45"})

    assert (added.status_code, again.status_code) == (302, 403)
    assert list(ClinicPolicy.objects.values_list("pk", "notice_minutes")) == [(1, 45)]


@pytest.mark.parametrize(
    "fields",
    [
        {"notice_minutes": "43201"},
        {"notice_minutes": "-1"},
        {"notice_minutes": "9" * 30},
        {"horizon_days": "0"},
        {"horizon_days": "731"},
        {"grid_minutes": "0"},
        {"grid_minutes": "7"},
        {"grid_minutes": "125"},
        {"hold_minutes": "0"},
        {"intake_valid_days": "0"},
        {"currency": "euro"},
        {"currency": "eur"},
        {"contact_email": "nobody"},
        {"quiet_from": "21:00:30"},
        {"quiet_until": "24:00"},
        {"reminder_plan": "{"},
        {"reminder_plan": "null"},
    ],
)
@pytest.mark.once
def test_a_policy_that_can_not_be_is_an_error_on_the_form(fields: dict[str, str], owner: Client) -> None:
    response = change_policy(owner, **fields)

    assert len(errors_of(response)) >= 1
    assert list(response.context["adminform"].form.errors) in (list(fields), [*fields, "__all__"])


GOOD_PLANS = [
    "[]",
    '[{"hours_before": 48}, {"hours_before": 3, "only_unconfirmed": true}]',
    '[{"days_before": 1, "at": "18:00"}, {"days_before": 1, "at": "18:00", "only_unconfirmed": true}]',
    '[{"days_before": 0, "at": "00:00"}, {"hours_before": 1}, {"hours_before": 1440}, {"days_before": 60, "at": "23:59"}]',
]
BAD_PLANS = [
    "5",
    "{}",
    "[5]",
    "[[]]",
    "[{}]",
    '[{"hours_before": 0}]',
    '[{"hours_before": 1441}]',
    '[{"hours_before": "48"}]',
    '[{"hours_before": true}]',
    '[{"hours_before": 48, "only_unconfirmed": 1}]',
    '[{"hours_before": 48, "colour": "red"}]',
    '[{"hours_before": 48, "days_before": 1, "at": "18:00"}]',
    '[{"days_before": 1}]',
    '[{"days_before": -1, "at": "18:00"}]',
    '[{"days_before": 61, "at": "18:00"}]',
    '[{"days_before": 1, "at": "25:00"}]',
    '[{"days_before": 1, "at": 18}]',
    '[{"hours_before": 48}, {"hours_before": 48}]',
]


@pytest.mark.parametrize("plan", GOOD_PLANS)
@pytest.mark.once
def test_a_reminder_plan_that_the_messages_can_read_is_taken(plan: str, owner: Client) -> None:
    response = change_policy(owner, reminder_plan=plan)

    assert response.status_code == 302
    parse_plan(ClinicPolicy.objects.get().reminder_plan)


@pytest.mark.parametrize("plan", BAD_PLANS)
@pytest.mark.once
def test_a_reminder_plan_that_the_messages_can_not_read_is_refused(plan: str, owner: Client) -> None:
    form = change_policy(owner, reminder_plan=plan).context["adminform"].form

    assert list(form.errors) == ["reminder_plan"]
    with pytest.raises(BadPlan):
        parse_plan(json.loads(plan))
