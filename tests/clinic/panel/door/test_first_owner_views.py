"""A clinic without an owner: from the code that `up` prints, or a superuser's account, to the board."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from clinic.models import StaffProfile
from clinic.panel.door import owners
from tests import pages
from tests.cast import NOW, PASSWORD, make_clinic
from tests.clinic.panel.pages import PANEL, SIGN_IN, land, press
from tests.pages import Page

pytestmark = pytest.mark.django_db
PAGE = "/panel/first-owner/"
TYPED = {"username": "ann", "email": "ann@example.com", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, time_machine: Any) -> Path:
    time_machine.move_to(NOW, tick=False)
    settings.DATA_DIR = tmp_path
    return tmp_path


def open_page() -> Page:
    return pages.read(Browser().get(PAGE))


def claim(page: Page, code: str, *, browser: Browser | None = None, **typed: Any) -> Any:
    """Types the code and an account into the page of the first owner; redirects are not followed."""
    return pages.send(browser or Browser(), page, "Make me the owner", TYPED | {"code": code} | typed)


def test_from_the_code_to_the_board(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    make_clinic()
    code, browser = owners.issue_code(), Browser()

    first = browser.get(PANEL, follow=True)
    made = press(browser, first, TYPED | {"code": code})
    token = f"{totp(TOTPDevice.objects.get().bin_key):06d}"
    codes = press(browser, made, {"code": token})

    assert first.request["PATH_INFO"] == PAGE
    assert made.request["PATH_INFO"] == "/panel/second-factor/"
    assert "<h1>Recovery codes</h1>" in codes.content.decode()
    assert browser.get(PANEL).status_code == 200
    assert browser.get("/admin/").status_code == 200


def test_a_name_with_a_space_is_refused_in_words_and_the_email_stays() -> None:
    answer = claim(open_page(), owners.issue_code(), username="ann lee")

    html = answer.content.decode()
    assert "Use letters, digits and @ . + - _ only, without a space, like mary." in html
    assert ('value="ann lee"' in html, 'value="ann@example.com"' in html) == (True, True)


def test_with_an_owner_the_page_is_gone() -> None:
    page = open_page()
    owners.make_owner(username="bob", email="", password=PASSWORD, now=NOW)
    code = owners.issue_code()

    answers = [Browser().get(PAGE), claim(page, code)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, SIGN_IN)] * 2
    assert list(User.objects.values_list("username", flat=True)) == ["bob"]
    assert land(Browser()) == SIGN_IN


@pytest.mark.parametrize("code", ["", "AAAAA-AAAAA-AAAAA-AAAAA", "0", "x" * 500])
def test_a_wrong_code_makes_nobody_and_says_nothing_else(code: str) -> None:
    owners.issue_code()
    User.objects.create_user("ann")

    page = claim(open_page(), code, password2="other").content.decode()

    assert "That is not the code." in page
    assert re.findall("already exists|match", page) == []
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password2": "other"}, "didn’t match"),
        ({"email": "ann"}, "Write the whole address"),
        ({"username": "BOB"}, "already exists"),
    ],
)
def test_with_the_right_code_a_fault_is_said_and_the_code_stays_good(change: dict[str, Any], said: str) -> None:
    User.objects.create_user("bob")
    code = owners.issue_code()

    page = claim(open_page(), code, **change).content.decode()

    assert said in page
    assert (owners.is_code(code), owners.has_owner()) == (True, False)


def test_guesses_are_bounded_and_lock_nobody_else_out() -> None:
    code, page = owners.issue_code(), open_page()

    guesses = [claim(page, f"guess {number}").status_code for number in range(10)]
    right = claim(page, code)
    elsewhere = claim(page, code, browser=Browser(REMOTE_ADDR="203.0.113.9"))

    assert (guesses, right.status_code, elsewhere.status_code) == ([200] * 10, 429, 302)
    assert "Too many wrong codes" in right.content.decode()


# --- A superuser without a role ---------------------------------------------------------------------------------------


def signed_in(username: str, **more: Any) -> Browser:
    browser = Browser()
    browser.force_login(User.objects.create_user(username, password=PASSWORD, **more))
    return browser


def test_a_superuser_without_a_role_becomes_an_owner_by_one_press(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    make_clinic()
    browser = signed_in("root", is_superuser=True, is_staff=True)

    page = browser.get(PANEL, follow=True)
    before = StaffProfile.objects.count()
    board = press(browser, page, {})

    assert (page.request["PATH_INFO"], before) == ("/panel/own-role/", 0)
    assert (board.request["PATH_INFO"], board.status_code) == (PANEL, 200)
    assert list(StaffProfile.objects.values_list("user__username", "role")) == [("root", "owner")]


def test_anybody_else_without_a_role_reads_whom_to_ask(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    browser = signed_in("clerk")

    page, pressed = browser.get(PANEL), browser.post("/panel/own-role/")

    assert (page.status_code, pressed.status_code, StaffProfile.objects.count()) == (403, 403, 0)
    assert "Ask an owner to give your account a role." in page.content.decode()


def test_a_password_alone_gives_no_role(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    browser = signed_in("root", is_superuser=True)

    answer = browser.post("/panel/own-role/")

    assert (answer.status_code, answer["Location"], StaffProfile.objects.count()) == (302, PANEL, 0)


# --- The picture of the second factor ---------------------------------------------------------------------------------


def test_the_picture_is_black_on_white_and_its_secret_stands_beside_it(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    browser = signed_in("ann")

    page = browser.get("/panel/second-factor/").content.decode()
    secret = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].replace(" ", "")

    assert {'fill="#fff"', 'stroke="#000"'} <= set(re.findall(r'(?:fill|stroke)="[^"]*"', page))
    assert f"secret={secret}" in TOTPDevice.objects.get().config_url
