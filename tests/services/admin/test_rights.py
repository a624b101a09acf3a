"""Superusers only, and what is never deleted."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from services import rota
from services.models import (
    ClinicPolicy,
    Location,
    Room,
    Therapist,
    TimeOff,
    Treatment,
    WorkingHours,
)
from tests.back_office import path_of
from tests.services.places import make_hours, make_location, make_room, make_therapist, make_treatment, unasked, utc

pytestmark = pytest.mark.django_db

MODELS = [Location, Room, Treatment, Therapist, WorkingHours, TimeOff, ClinicPolicy]
NEVER_DELETED = [Location, Treatment, Therapist, ClinicPolicy]
models = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


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


def test_everything_of_this_floor_is_there() -> None:
    registered = {model for model in admin.site._registry if model._meta.app_label == "services"}

    assert registered == set(MODELS)


@models
def test_a_superuser_sees_every_page(model: type[Any], superuser: Client) -> None:
    row = make_one(model)
    add = 403 if model is ClinicPolicy else 200
    delete = 403 if model in NEVER_DELETED else 200

    pages = [("changelist", ()), ("change", (row.pk,)), ("history", (row.pk,)), ("add", ()), ("delete", (row.pk,))]

    assert [superuser.get(path_of(model, page, *args)).status_code for page, args in pages] == [
        200,
        200,
        200,
        add,
        delete,
    ]


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
def test_what_visits_refer_to_is_never_deleted(model: type[Any], superuser: Client) -> None:
    row = make_one(model)

    single = superuser.post(path_of(model, "delete", row.pk), {"post": "yes"})
    bulk = superuser.post(
        path_of(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    )

    assert (single.status_code, bulk.status_code) == (403, 200)  # the action is not there: the list again
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [WorkingHours, TimeOff, Room], ids=lambda model: model.__name__)
def test_a_long_list_takes_as_many_statements_as_a_short_one(model: type[Any], superuser: Client) -> None:
    superuser.get(path_of(model, "changelist"))  # which writes down once a minute that somebody is there
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
                response = superuser.get(path_of(model, "changelist"))
            counts.append(len(captured.captured_queries))
            assert len(response.context["cl"].result_list) == number + 1

    assert counts[0] == counts[1]
