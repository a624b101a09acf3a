"""The back office in a real browser: every field of every page has a name.

The page of a new row has the fields of one that is there, so that it is opened in `make prove` only.
"""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client as Visitor
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page

from booking.models import Client
from clinic.record.audit import write_entry
from services.models import ClinicPolicy, TimeOff
from tests.browser.conftest import Desk
from tests.browser.measures import serious_findings
from tests.browser.staff import book_tomorrow
from tests.browser.walk import clear_person
from tests.cast import Clinic, make_superuser

pytestmark = pytest.mark.browser

NAMELESS = ("label", "select-name", "input-button-name", "button-name", "link-name", "aria-input-field-name")


@pytest.fixture
def owner(desk: Desk, clinic_of_today: Clinic) -> Page:
    """Signed in as a superuser, in a clinic with a row of everything."""
    user = make_superuser()
    visit = book_tomorrow(clinic_of_today, medications=["anticoagulants"])
    TimeOff.objects.create(
        therapist=clinic_of_today.therapists[0], starts_at=visit.ends_at, ends_at=visit.ends_at + timedelta(hours=1)
    )
    clear_person(Client.objects.create(name="Niamh Byrne", created_at=timezone.now()))
    Group.objects.create(name="Reception")
    TOTPDevice.objects.create(user=user, name="app")
    StaticDevice.objects.create(user=user, name="recovery").token_set.create(token="abc")
    ClinicPolicy.objects.get_or_create(pk=1)
    write_entry(by=user, verb="view", object_type="visit", object_id=visit.pk, fields=["name"], now=timezone.now())
    visitor = Visitor()
    visitor.force_login(user)
    page = desk.sit()
    page.goto("/privacy/")  # a page of this host, to hang the cookie on
    page.context.add_cookies([{"name": "sessionid", "value": visitor.cookies["sessionid"].value, "url": desk.address}])
    return page


def pages(page: Page) -> Iterator[str]:
    """The start, and of each kind of row the list, a new one and the first one, where the owner may open them."""
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="boss")
    yield reverse("admin:index")
    for model, options in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if not options.has_module_permission(request):
            continue
        yield reverse(f"{name}_changelist")
        if os.environ.get("PROVE") == "1" and options.has_add_permission(request):
            yield reverse(f"{name}_add")
        row = model._default_manager.first()
        assert row is not None, f"no row of {name}"
        yield reverse(f"{name}_change", args=[row.pk])


def test_every_field_has_a_name(owner: Page) -> None:
    nameless = {}

    for address in pages(owner):
        owner.goto(address)
        assert owner.locator("#user-tools").count() == 1, address
        nameless[address] = serious_findings(owner, rules=NAMELESS)

    assert len(nameless) > 20
    assert {address: found for address, found in nameless.items() if found} == {}
