"""Accounts in the back office, by its pages as drawn: they are disabled, not deleted, and somebody owns the clinic."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from clinic.models import AuditEntry, StaffProfile
from tests.back_office import change, open_page, save
from tests.cast import NOW, make_superuser
from tests.pages import press, read

pytestmark = pytest.mark.django_db

TOLD = "Accounts are not deleted, because the history names them. Untick “Active” to disable one."
LAST = "Nobody else owns the clinic. Give somebody else the role of owner first."


@pytest.fixture
def owner(settings: Any, time_machine: Any) -> User:
    time_machine.move_to(NOW, tick=False)
    settings.SECOND_FACTOR_REQUIRED = False
    return make_superuser("ann")


@pytest.fixture
def browser(owner: User) -> Browser:
    browser = Browser()
    browser.force_login(owner)
    return browser


def test_no_page_offers_to_delete_an_account(browser: Browser, owner: User) -> None:
    change = read(browser.get(f"/admin/auth/user/{owner.pk}/change/"))
    accounts = read(browser.get("/admin/auth/user/"))

    assert [link.href for link in change.links if "delete" in link.href] == []
    assert "delete_selected" not in accounts.html
    assert "Unselect this instead of deleting accounts." in change.html


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_address_that_deletes_says_what_to_do_instead(browser: Browser, owner: User, method: str) -> None:
    other = make_superuser("bob")
    AuditEntry.objects.create(at=NOW, by=other, verb="view", object_type="client", object_id="1")
    before = list(User.objects.values("pk", "is_active", "is_superuser"))

    answers = [
        getattr(browser, method)(f"/admin/auth/user/{number}/delete/", {"post": "yes"}, follow=True)
        for number in (owner.pk, other.pk, 4711)
    ]

    assert [(answer.status_code, TOLD in answer.content.decode()) for answer in answers] == [(200, True)] * 3
    assert list(User.objects.values("pk", "is_active", "is_superuser")) == before


def test_several_at_once_are_not_deleted_either(browser: Browser, owner: User) -> None:
    make_superuser("bob")
    asked = {"action": "delete_selected", "_selected_action": list(User.objects.values_list("pk", flat=True))}

    answer = browser.post("/admin/auth/user/", asked | {"post": "yes"}, follow=True)

    assert (answer.status_code, User.objects.count()) == (200, 2)


def test_the_last_owner_is_not_disabled_and_one_of_two_is(browser: Browser, owner: User) -> None:
    refused = read(change(browser, owner, {"is_active": []}))
    owner.refresh_from_db()
    kept = owner.is_active
    other = make_superuser("bob")
    change(browser, other, {"is_active": []})
    other.refresh_from_db()

    assert (LAST in refused.html, kept, other.is_active) == (True, True, False)


def test_the_last_owner_keeps_the_role_and_one_of_two_may_lose_it(browser: Browser, owner: User) -> None:
    profile = owner.staff_profile
    page = open_page(browser, StaffProfile, "change", profile.pk)

    refused = read(save(browser, page, {"role": "reception"}))
    deleted = browser.post(f"/admin/clinic/staffprofile/{profile.pk}/delete/", {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [profile.pk]}
    asked = press(browser, open_page(browser, StaffProfile, "changelist"), "Go", answers=chosen)
    several = browser.post(asked.address, chosen | {"post": "yes"})
    profile.refresh_from_db()
    kept = profile.role
    make_superuser("bob")
    change(browser, profile, {"role": "reception"})
    profile.refresh_from_db()

    assert "Yes, I’m sure" not in asked.html
    assert (LAST in refused.html, deleted.status_code, several.status_code, kept) == (True, 403, 403, "owner")
    assert profile.role == "reception"
