"""The way in: password, second factor, recovery codes, the lock after wrong tries, and where one lands."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking import limits
from clinic.panel import urls
from tests.cast import NOW, PASSWORD, Clinic, make_member, make_superuser
from tests.clinic.panel.ways_in import WAYS_IN
from tests.pages import Page, press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SIGN_IN, SECOND_FACTOR, BOARD = "/panel/sign-in/", "/panel/second-factor/", "/panel/"


@pytest.fixture(autouse=True)
def code_asked(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def boss(clinic: Clinic) -> User:
    """An owner who is a superuser too."""
    return make_superuser()


@pytest.fixture
def device(boss: User) -> TOTPDevice:
    """The app on the boss's phone."""
    return TOTPDevice.objects.create(user=boss, name="app", confirmed=True)


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06d}"


def type_password(browser: Browser, password: str = PASSWORD, *, name: str = "boss", path: str = SIGN_IN) -> Any:
    return send(browser, read(browser.get(path)), "Sign in", {"username": name, "password": password})


def type_code(browser: Browser, code: str, *, path: str = SECOND_FACTOR) -> Any:
    return send(browser, read(browser.get(path)), "Check the code", {"code": code})


def sign_out(browser: Browser) -> None:
    send(browser, read(browser.get(BOARD)), "Sign out")


def opens(browser: Browser) -> dict[str, int]:
    return {path: browser.get(path).status_code for path in (BOARD, "/admin/")}


NOTHING, EVERYTHING = {BOARD: 302, "/admin/": 302}, {BOARD: 200, "/admin/": 200}


# --- The second factor ------------------------------------------------------------------------------------------------


def test_password_and_code_open_panel_and_admin(device: TOTPDevice) -> None:
    browser = Browser()

    by_password = type_password(browser)
    after_password = opens(browser)
    by_code = type_code(browser, code_of(device))

    assert (by_password.status_code, by_password["Location"].partition("?")[0]) == (302, SECOND_FACTOR)
    assert after_password == NOTHING
    assert (by_code.status_code, opens(browser)) == (302, EVERYTHING)


def test_in_the_demo_the_password_is_enough(device: TOTPDevice, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    browser = Browser()

    type_password(browser)

    assert opens(browser) == EVERYTHING


def test_a_password_alone_reaches_no_page(device: TOTPDevice) -> None:
    browser = Browser()
    type_password(browser)
    patterns = [pattern for pattern in urls.urlpatterns if pattern.name not in WAYS_IN]

    found = {}
    for pattern in patterns:
        kinds = {key: "X" if key == "reference" else 1 for key in pattern.pattern.converters}
        for method in ("GET", "POST"):
            answer = browser.generic(method, reverse(f"panel:{pattern.name}", kwargs=kinds))
            found[pattern.name, method] = (answer.status_code, answer.get("Location", "").partition("?")[0])

    assert len(found) > 80
    assert {key: answer for key, answer in found.items() if answer != (302, SECOND_FACTOR)} == {}


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/booking/client/", "/admin/clinic/auditentry/", "/admin/auth/user/"]
)
def test_a_password_alone_is_sent_from_the_admin_to_the_second_step_and_back(path: str, device: TOTPDevice) -> None:
    browser = Browser()
    type_password(browser)

    asked = read(browser.get(path, follow=True))
    back = press(browser, asked, "Check the code", answers={"code": code_of(device)})

    assert (asked.url, asked.status) == (SECOND_FACTOR, 200)
    assert (back.url, back.status) == (path, 200)


def test_a_password_alone_opens_no_page_of_the_admin(device: TOTPDevice) -> None:
    browser = Browser()
    type_password(browser)
    places = [f"admin:{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    pages = [reverse(f"{place}_{page}") for place in places for page in ("changelist", "add")]
    pages += [reverse(f"admin:{name}") for name in ("index", "password_change", "jsi18n", "autocomplete")]

    found = {page: (browser.get(page).status_code, browser.post(page).status_code) for page in pages}

    assert len(found) > 20
    assert {page: statuses for page, statuses in found.items() if statuses != (302, 302)} == {}


@pytest.mark.parametrize("code", ["000000", "", "abcdef", "0" * 16, "０" * 6, "'; --", "12345"])
def test_a_wrong_code_opens_nothing(code: str, device: TOTPDevice) -> None:
    browser = Browser()
    type_password(browser)

    answer = type_code(browser, code)

    assert (answer.status_code, opens(browser)) == (200, NOTHING)


def test_a_code_works_once(device: TOTPDevice) -> None:
    mine, thiefs = Browser(), Browser()
    code = code_of(device)
    type_password(mine)
    type_code(mine, code)

    type_password(thiefs)
    replayed = type_code(thiefs, code)

    assert (replayed.status_code, opens(thiefs), opens(mine)) == (200, NOTHING, EVERYTHING)


def test_guessing_is_slowed_down(device: TOTPDevice, time_machine: Any) -> None:
    """After a wrong code the right one has to wait too, each time twice as long."""
    browser = Browser()
    type_password(browser)
    for _ in range(3):
        type_code(browser, "000000")

    at_once = type_code(browser, code_of(device)).status_code
    time_machine.move_to(NOW + timedelta(seconds=30), tick=False)
    later = type_code(browser, code_of(device)).status_code

    assert (at_once, later) == (200, 302)


def enrol(browser: Browser) -> list[str]:
    """The first time: the app is set up and the recovery codes are shown."""
    type_password(browser)
    page = browser.get(SECOND_FACTOR).content.decode()
    assert "<svg" in page
    answer = type_code(browser, code_of(TOTPDevice.objects.get()))
    return re.findall(r"<code>([a-z0-9]+)</code>", answer.content.decode())


def test_the_first_time_sets_up_the_app_and_shows_the_recovery_codes_once(boss: User) -> None:
    browser = Browser()

    codes = enrol(browser)

    assert len(set(codes)) == 8
    assert opens(browser) == EVERYTHING
    assert browser.get(SECOND_FACTOR).status_code == 302


def test_every_step_of_the_way_in_bears_the_name_of_the_clinic(boss: User) -> None:
    browser = Browser()

    before = read(browser.get(SIGN_IN))
    type_password(browser)
    step = read(browser.get(SECOND_FACTOR))
    codes = read(type_code(browser, code_of(TOTPDevice.objects.get())))

    assert [page.title.strip() for page in (before, step, codes)] == [
        "Sign in – Massage clinic",
        "Second step – Massage clinic",
        "Recovery codes – Massage clinic",
    ]


def test_a_recovery_code_works_once(boss: User, time_machine: Any) -> None:
    codes = enrol(Browser())
    first, second = Browser(), Browser()
    type_password(first)
    type_password(second)

    with_it = type_code(first, codes[0])
    again = type_code(second, codes[0])
    time_machine.move_to(NOW + timedelta(seconds=2), tick=False)
    another = type_code(second, codes[1])

    assert (with_it.status_code, again.status_code, another.status_code) == (302, 200, 302)
    assert (opens(first), opens(second)) == (EVERYTHING, EVERYTHING)
    assert set(StaticToken.objects.values_list("token", flat=True)) == set(codes[2:])


def test_who_has_an_app_is_never_offered_a_new_one(device: TOTPDevice) -> None:
    """Else a stolen password would be enough: scan, and be in."""
    browser = Browser()
    type_password(browser)

    page = browser.get(SECOND_FACTOR).content.decode().partition("<main")[2]  # the head has a mark of its own
    type_code(browser, "000000")

    assert "<svg" not in page
    assert TOTPDevice.objects.get() == device


def test_the_second_step_without_the_first_is_no_way_in(device: TOTPDevice) -> None:
    browser = Browser()

    answer = browser.post(SECOND_FACTOR, {"code": code_of(device)})

    assert (answer.status_code, answer["Location"], opens(browser)) == (302, SIGN_IN, NOTHING)


# --- Where one lands --------------------------------------------------------------------------------------------------


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "http:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    " https://evil.example/",
    "/\t/evil.example",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_next_never_leads_to_another_site(wanted: str, device: TOTPDevice, settings: Any) -> None:
    browser, demo = Browser(), Browser()
    asked = "?" + urlencode({"next": wanted})

    by_password = browser.post(SIGN_IN + "?next=x", {"username": "boss", "password": PASSWORD, "next": wanted})
    by_code = type_code(browser, code_of(device), path=SECOND_FACTOR + asked)
    settings.SECOND_FACTOR_REQUIRED = False
    in_the_demo = type_password(demo, path=SIGN_IN + asked)

    assert by_password["Location"].startswith(f"{SECOND_FACTOR}?next=%2Fpanel%2F")
    assert (by_code["Location"], in_the_demo["Location"]) == (BOARD, BOARD)


def test_after_both_steps_one_lands_on_the_page_that_was_wanted(device: TOTPDevice) -> None:
    browser = Browser()
    wanted = "/panel/?date=2026-11-25&view=table"

    asked = browser.get(wanted)
    by_password = type_password(browser, path=asked["Location"])
    by_code = type_code(browser, code_of(device), path=by_password["Location"])

    assert by_code["Location"] == wanted


# --- The lock after wrong passwords -----------------------------------------------------------------------------------


@pytest.fixture
def no_code(settings: Any, code_asked: None) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def clerk(clinic: Clinic) -> User:
    return make_member("reception", name="clerk", password=PASSWORD)


def try_wrong(browser: Browser, times: int, *, name: str = "boss", page: Page | None = None) -> list[int]:
    """So many guesses from one page that stays open."""
    page = page or read(browser.get(SIGN_IN))
    wrong = [{"username": name, "password": f"wrong {number}"} for number in range(times)]
    return [send(browser, page, "Sign in", typed).status_code for typed in wrong]


def guess_from_everywhere(times: int) -> list[int]:
    """One stranger with many networks, one guess from each."""
    page = read(Browser().get(SIGN_IN))
    strangers = [Browser(REMOTE_ADDR=f"2001:db8:{number:x}::1") for number in range(times)]
    return [status for stranger in strangers for status in try_wrong(stranger, 1, page=page)]


@pytest.mark.usefixtures("no_code")
def test_after_five_wrong_passwords_the_next_is_told_when_to_come_back(boss: User) -> None:
    browser = Browser()

    answers = try_wrong(browser, 6)
    right = type_password(browser)

    assert answers == [200, 200, 200, 200, 200, 429]
    assert (right.status_code, right["Retry-After"]) == (429, "180")
    assert "<h1>Locked for a while</h1>" in right.content.decode()
    assert "try again in 3 minutes" in right.content.decode()
    assert opens(browser) == NOTHING


@pytest.mark.usefixtures("no_code")
def test_the_lock_ends_when_it_said(boss: User, time_machine: Any) -> None:
    browser = Browser()
    try_wrong(browser, 5)

    time_machine.move_to(NOW + timedelta(seconds=179), tick=False)
    before = Browser().get(SIGN_IN).status_code, type_password(browser).status_code
    time_machine.move_to(NOW + timedelta(seconds=180), tick=False)
    after = type_password(browser).status_code

    assert before == (200, 429)
    assert after == 302
    assert opens(browser) == EVERYTHING


@pytest.mark.usefixtures("no_code")
def test_a_name_that_nobody_has_is_locked_like_any_other(boss: User) -> None:
    """Else the lock would tell who works here."""
    assert try_wrong(Browser(), 6, name="nobody") == [200, 200, 200, 200, 200, 429]


@pytest.mark.usefixtures("no_code")
def test_who_has_an_account_is_told_by_neither_the_answer_nor_the_work(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong password, a name that nobody has, one that is disabled, one without a password: each is hashed once."""
    make_member("reception", name="gone", password=PASSWORD, is_active=False)
    make_member("reception", name="invited")
    hashed: list[str] = []
    hasher = type(get_hasher())
    encode = hasher.encode

    def count(self: Any, password: str, *args: Any, **more: Any) -> str:
        hashed.append(password)
        return encode(self, password, *args, **more)

    monkeypatch.setattr(hasher, "encode", count)
    found = {}

    for name, password in (("boss", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("invited", PASSWORD)):
        hashed.clear()
        answer = type_password(Browser(), password, name=name)
        text = re.sub(r'value="[^"]*"', "", answer.content.decode())
        found[name] = (answer.status_code, text, len(hashed))

    assert set(found.values()) == {(200, found["boss"][1], 1)}
    assert "Please enter a correct username and password" in found["boss"][1]


def test_however_a_name_is_typed_it_is_one_name(boss: User) -> None:
    names = ["boss", "BOSS", " boss", "ｂｏｓｓ", "Boss", "boss"]

    answers = [status for name in names for status in try_wrong(Browser(), 1, name=name)]

    assert answers == [200, 200, 200, 200, 200, 429]


@pytest.mark.usefixtures("no_code")
def test_the_lock_is_for_this_name_from_this_network(boss: User, clerk: User) -> None:
    try_wrong(Browser(REMOTE_ADDR="2001:db8:1:2::9"), 5)

    other_name = type_password(Browser(REMOTE_ADDR="2001:db8:1:2::9"), name="clerk")
    elsewhere = type_password(Browser(REMOTE_ADDR="2001:db8:1:3::9"))
    same_network = type_password(Browser(REMOTE_ADDR="2001:db8:1:2:7::7"))

    assert (other_name.status_code, elsewhere.status_code, same_network.status_code) == (302, 302, 429)


@pytest.mark.usefixtures("no_code")
def test_three_people_on_the_clinic_s_network_do_not_shut_out_the_fourth(boss: User, clerk: User) -> None:
    for name in ("ana", "ben", "clerk"):
        try_wrong(Browser(), 12, name=name)

    assert type_password(Browser()).status_code == 302


@pytest.mark.usefixtures("no_code")
def test_one_network_has_thirty_guesses_whatever_the_names(boss: User) -> None:
    page = read(Browser().get(SIGN_IN))

    answers = [status for number in range(40) for status in try_wrong(Browser(), 1, name=f"name{number}", page=page)]

    assert answers == [200] * 30 + [429] * 10


@pytest.mark.usefixtures("no_code")
def test_a_stranger_with_many_networks_has_sixty_guesses_and_locks_nobody_out(boss: User, time_machine: Any) -> None:
    """The owner's own device is known; a fresh one has to wait while it goes on."""
    known = Browser()
    type_password(known)
    sign_out(known)
    known.defaults["REMOTE_ADDR"] = "203.0.113.8"

    guesses = guess_from_everywhere(80)
    by_stranger = type_password(Browser(REMOTE_ADDR="203.0.113.7"))
    by_owner = type_password(known)

    assert guesses == [200] * 60 + [429] * 20
    assert (by_stranger.status_code, by_owner.status_code) == (429, 302)


def test_while_strangers_guess_the_code_lets_the_owner_in_from_anywhere(device: TOTPDevice) -> None:
    guess_from_everywhere(80)
    browser = Browser(REMOTE_ADDR="203.0.113.7")

    asked = type_password(browser)
    let_in = send(browser, read(asked), "Sign in", {"password": PASSWORD, "code": code_of(device)})

    assert "Please add the code of your second factor." in asked.content.decode()
    assert 'name="code"' in asked.content.decode()
    assert (let_in.status_code, let_in["Location"]) == (302, BOARD)
    assert opens(browser) == EVERYTHING


def test_beside_a_code_a_right_password_is_not_told_from_a_wrong_one(device: TOTPDevice) -> None:
    guess_from_everywhere(60)
    browsers = [Browser(REMOTE_ADDR="203.0.113.7") for _ in range(2)]
    asked = read(type_password(browsers[0]))

    right, wrong = (
        send(browser, asked, "Sign in", {"password": password, "code": "000000"})
        for browser, password in zip(browsers, (PASSWORD, "wrong"), strict=True)
    )

    assert [error_of(answer) for answer in (right, wrong)] == [
        "That name, password or code is not right. Wait for the next code."
    ] * 2
    assert [opens(answer.client) for answer in (right, wrong)] == [NOTHING, NOTHING]


@pytest.mark.usefixtures("no_code")
def test_a_known_device_has_its_own_count_and_an_end(boss: User) -> None:
    browser = Browser()
    type_password(browser)
    sign_out(browser)

    assert try_wrong(browser, 12) == [200] * 10 + [429] * 2


@pytest.mark.usefixtures("no_code")
def test_a_device_knows_who_has_signed_in_on_it_and_nobody_else(boss: User, clerk: User) -> None:
    browser = Browser()
    type_password(browser)
    sign_out(browser)

    assert try_wrong(browser, 6, name="clerk") == [200] * 5 + [429]


@pytest.mark.usefixtures("no_code")
def test_a_made_up_device_is_a_stranger_s(boss: User) -> None:
    browser = Browser()
    browser.cookies["staff-device"] = "eyJpZCI6IngiLCJwZW9wbGUiOlsiYm9zcyJdfQ:1vN:made-up"

    assert try_wrong(browser, 6) == [200] * 5 + [429]


def test_a_password_without_the_code_makes_no_device_known(device: TOTPDevice) -> None:
    browser = Browser()

    type_password(browser)
    after_password = "staff-device" in browser.cookies
    type_code(browser, code_of(device))

    assert (after_password, "staff-device" in browser.cookies) == (False, True)


@pytest.mark.usefixtures("no_code")
def test_a_made_up_forwarding_header_does_not_change_the_network(boss: User) -> None:
    browsers = [Browser(headers={"X-Forwarded-For": f"198.51.100.{number}"}) for number in range(6)]

    answers = [status for browser in browsers for status in try_wrong(browser, 1)]

    assert answers == [200, 200, 200, 200, 200, 429]


@pytest.mark.usefixtures("no_code")
def test_a_right_password_in_between_begins_the_count_anew(boss: User) -> None:
    browser = Browser()

    answers = [*try_wrong(browser, 4), type_password(browser).status_code, *try_wrong(browser, 4)]

    assert answers == [200] * 4 + [302] + [200] * 4


@pytest.mark.usefixtures("no_code")
def test_without_the_limits_wrong_passwords_have_no_end(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it is the limiter that answers 429."""
    monkeypatch.setattr("booking.limits.take", lambda *uses, now: None)

    assert try_wrong(Browser(), 7) == [200] * 7


@pytest.mark.usefixtures("no_code")
def test_with_all_slots_for_passwords_taken_the_next_is_told_to_try_again(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "HASHING", limits.AtATime(2, patience=0.01))

    with limits.at_a_time(limits.HASHING), limits.at_a_time(limits.HASHING):
        crowded = type_password(Browser())
    free = type_password(Browser())

    assert (crowded.status_code, crowded["Retry-After"]) == (503, "5")
    assert "Several people are signing in at this moment." in crowded.content.decode()
    assert 'value="boss"' in crowded.content.decode()
    assert PASSWORD not in crowded.content.decode()
    assert free.status_code == 302


def error_of(answer: Any) -> str:
    found = re.search(r'<div class="alert[^>]*>\s*<ul[^>]*>\s*<li>(.*?)</li>', answer.content.decode(), re.DOTALL)
    return found[1] if found else answer.content.decode()
