"""Accounts in the back office: to read, with the way to the panel, where they are changed and disabled."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from clinic.models import AuditEntry
from tests.cast import NOW, make_superuser
from tests.pages import read

pytestmark = pytest.mark.django_db

TOLD = "Accounts are not deleted, because the history names them. Disable the account in the panel."


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


def test_an_account_is_read_there_and_changed_in_the_panel(browser: Browser, owner: User) -> None:
    before = User.objects.values().get()

    page = read(browser.get(f"/admin/auth/user/{owner.pk}/change/"))
    statuses = [
        browser.post(f"/admin/auth/user/{owner.pk}/change/", {"is_active": "", "username": "eve"}).status_code,
        browser.get(f"/admin/auth/user/{owner.pk}/password/").status_code,
        browser.get("/admin/clinic/staffprofile/").status_code,
    ]

    assert f"/panel/set-up/staff/{owner.pk}/" in [link.href for link in page.links]
    assert ["Save" in page.html, "Owner" in page.html or "owner" in page.html, "argon2" in page.html] == [
        False, True, False,
    ]  # fmt: skip
    assert (statuses, User.objects.values().get()) == ([403, 403, 404], before)


def test_every_page_is_in_the_clinic_s_words(browser: Browser, owner: User) -> None:
    account = f"/admin/auth/user/{owner.pk}/"
    titles = {
        "/admin/": "All tables",
        "/admin/auth/": "Who works here",
        "/admin/auth/user/": "Accounts",
        f"{account}change/": "View account",
        f"{account}history/": "Change history: ann",
        "/admin/booking/": "Visits and clients",
        "/admin/clinic/": "Who looked at what",
        "/admin/clinic/auditentry/": "Entries",
        "/admin/booking/appointment/": "Visits",
    }

    pages = {path: read(browser.get(path)).html for path in titles}

    found = {path: re.search(r"<title>(.*?) –", html, re.DOTALL) for path, html in pages.items()}
    assert {path: one[1].strip() if one else "" for path, one in found.items()} == titles
    words = r">[^<]*\b(Site administration|Authentication|[Uu]sers?|[Aa]ppointments?|Recent actions|[ap]\.m\.)[^<]*<"
    assert [(path, one[0]) for path, html in pages.items() for one in re.finditer(words, html)] == []
    assert "1 account" in pages["/admin/auth/user/"]
