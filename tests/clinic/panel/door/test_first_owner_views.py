"""A clinic without an owner: from the code that `up` prints, or a superuser's account, to the board."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking.links import new_password_url
from booking.messages import reasons
from booking.messages.sweep import send_due
from booking.models import Message
from clinic.models import StaffProfile
from clinic.panel.door import owners
from services.models import ClinicPolicy
from tests import pages
from tests.cast import NOW, PASSWORD, make_clinic
from tests.clinic.panel.pages import press
from tests.pages import Page

pytestmark = pytest.mark.django_db
PANEL, PAGE, SIGN_IN = "/panel/", "/panel/first-owner/", "/panel/sign-in/"
TYPED = {"username": "ann", "email": "ann@example.com", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, time_machine: Any) -> Path:
    time_machine.move_to(NOW, tick=False)
    settings.DATA_DIR = tmp_path
    return tmp_path


def land(browser: Browser, path: str = PANEL) -> str:
    """Where somebody ends who opens `path`."""
    return str(browser.get(path, follow=True).request["PATH_INFO"])


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


# --- make_owner and its link ------------------------------------------------------------------------------------------


def make_by_command(capsys: Any, *arguments: str) -> str:
    call_command("make_owner", *arguments)
    return str(capsys.readouterr().out.split()[-1].replace("http://127.0.0.1:8000", ""))


def test_make_owner_prints_a_link_that_sets_the_password_once(capsys: Any, settings: Any) -> None:
    settings.SITE_URL, settings.SECOND_FACTOR_REQUIRED = "", True
    link = make_by_command(capsys, "ann", "--link")
    browser = Browser()

    page = browser.get(link, follow=True)
    done = press(browser, page, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    again = Browser().get(link, follow=True)

    assert (done.request["PATH_INFO"], "Your new password is set." in done.content.decode()) == (SIGN_IN, True)
    assert "This link no longer works" in again.content.decode()
    assert land(browser) == SIGN_IN
    assert User.objects.get().check_password(PASSWORD)


def test_opening_the_link_changes_nothing(capsys: Any, settings: Any) -> None:
    settings.SITE_URL = ""
    link = make_by_command(capsys, "ann", "--link")
    before = User.objects.values().get()

    for _ in range(3):
        Browser().get(link, follow=True)

    assert User.objects.values().get() == before
    assert Browser().get(link, follow=True).context["validlink"] is True


def test_the_link_ends_after_an_hour(capsys: Any, settings: Any, time_machine: Any) -> None:
    settings.SITE_URL = ""
    link = make_by_command(capsys, "ann", "--link")

    time_machine.shift(3601)

    assert "This link no longer works" in Browser().get(link, follow=True).content.decode()


def test_a_new_password_ends_the_old_sessions_and_asks_for_the_second_factor(settings: Any) -> None:
    settings.SITE_URL, settings.SECOND_FACTOR_REQUIRED = "", True
    user = owners.make_owner(username="ann", email="", password="an older password", now=NOW)
    TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    thief, browser = Browser(), Browser()
    thief.force_login(user)

    press(
        browser,
        browser.get(new_password_url(user), follow=True),
        {"new_password1": PASSWORD, "new_password2": PASSWORD},
    )
    press(browser, browser.get(SIGN_IN), {"username": "ann", "password": PASSWORD})

    assert land(thief) == SIGN_IN
    assert land(browser) == "/panel/second-factor/"


def test_make_owner_adds_another_owner_and_refuses_a_name_that_is_taken(capsys: Any) -> None:
    call_command("make_owner", "ann", "--link")
    call_command("make_owner", "bob", "--link", "--email", "\u200bBob <bob@example.com>")

    for name in ("ann", "ANN"):
        with pytest.raises(CommandError, match="already"):
            call_command("make_owner", name, "--link")

    owners = StaffProfile.objects.filter(role="owner").order_by("pk")
    assert list(owners.values_list("user__email", flat=True)) == ["", "bob@example.com"]


@pytest.mark.parametrize("arguments", [("a b",), ("ann", "--email", "ann"), ("",)])
def test_make_owner_refuses_what_is_no_name_or_address(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("make_owner", "--link", *arguments)

    assert User.objects.count() == 0


# --- A forgotten password ---------------------------------------------------------------------------------------------


def ask(email: str, **more: Any) -> str:
    """Asks for a link as the page draws it; the answer without the token of its form."""
    browser = Browser(**more)
    page = browser.get("/panel/forgotten/")
    return str(press(browser, page, {"email": email}).content.decode())


def send(now: datetime = NOW) -> list[tuple[str, str]]:
    """Send what is due; returns recipients and links."""
    mail.outbox.clear()
    send_due(now=now, ask_gate=lambda _visit, _now: False)
    found = [(one.to[0], re.findall(r"/panel/new-password/\S+", str(one.body))[0]) for one in mail.outbox]
    return sorted(found)


@pytest.fixture
def ann(settings: Any) -> User:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://clinic.example"
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"contact_email": "desk@clinic.example"})
    return owners.make_owner(username="ann", email="ann@example.com", password="an older password", now=NOW)


def test_a_forgotten_password_is_set_anew_by_email(ann: User) -> None:
    sign_in = Browser().get(SIGN_IN).content.decode()
    ask("ANN@example.com")
    [(recipient, link)] = send()
    browser = Browser()

    press(browser, browser.get(link, follow=True), {"new_password1": PASSWORD, "new_password2": PASSWORD})

    ann.refresh_from_db()
    assert 'href="/panel/forgotten/"' in sign_in
    assert (recipient, ann.check_password(PASSWORD)) == ("ann@example.com", True)
    assert "This link no longer works" in Browser().get(link, follow=True).content.decode()


def test_the_answer_is_the_same_for_any_address_and_any_number_of_times(ann: User) -> None:
    answers = {ask(email) for email in ["ann@example.com"] * 5 + ["nobody@example.com"]}

    assert len(answers) == 1
    assert len(send()) == 3  # an hour's worth


def test_one_address_gets_no_more_than_so_many_links_a_day(ann: User, time_machine: Any) -> None:
    for hour in range(6):
        time_machine.move_to(NOW + timedelta(hours=hour), tick=False)
        answers = {ask("ann@example.com") for _time in range(3)}
        assert len(answers) == 1

    # Ten, and one more each 144 minutes.
    assert Message.objects.count() == 12


def test_no_link_for_who_left_or_has_another_address_since(ann: User) -> None:
    owners.make_owner(username="bob", email="bob@example.com", password=PASSWORD, now=NOW)
    ask("ann@example.com")
    ask("bob@example.com")
    User.objects.filter(username="ann").update(is_active=False)
    User.objects.filter(username="bob").update(email="elsewhere@example.com")

    assert send() == []
    assert set(Message.objects.values_list("state", "reason")) == {("suppressed", reasons.ACCOUNT_CHANGED)}


def test_a_link_that_could_not_go_out_within_the_hour_is_not_sent(ann: User) -> None:
    ask("ann@example.com")

    assert send(NOW + timedelta(minutes=61)) == []
    assert list(Message.objects.values_list("state", "reason")) == [("suppressed", reasons.LINK_OVER)]


def test_a_link_stands_in_no_row(ann: User) -> None:
    ask("ann@example.com")
    [(_recipient, link)] = send()

    row = Message.objects.values().get()
    assert link.rstrip("/").rpartition("/")[2] not in str(row)
