"""The link by which a password is set, printed or sent by email, and what it is worth."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking.links import new_password_url
from booking.messages import reasons
from booking.messages.sweep import send_due
from booking.models import Message
from clinic.models import AuditEntry
from clinic.panel.door import owners, staff_changes
from services.models import ClinicPolicy
from tests.cast import NOW, PASSWORD
from tests.clinic.management.commands.test_make_owner import make_by_command
from tests.clinic.panel.pages import SIGN_IN, land, press
from tests.services.places import unasked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


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
    assert set(Message.objects.values_list("state", "reason")) == {("suppressed", reasons.NO_ACCOUNT)}


def test_a_link_that_could_not_go_out_within_the_hour_is_not_sent(ann: User) -> None:
    ask("ann@example.com")

    assert send(NOW + timedelta(minutes=61)) == []
    assert list(Message.objects.values_list("state", "reason")) == [("suppressed", reasons.LINK_OVER)]


def test_a_link_stands_in_no_row(ann: User) -> None:
    ask("ann@example.com")
    [(_recipient, link)] = send()

    row = Message.objects.values().get()
    assert link.rstrip("/").rpartition("/")[2] not in str(row)


def test_a_known_and_an_unknown_address_are_the_same_work_and_a_stranger_s_is_not_kept(ann: User) -> None:
    seen = []
    ask("first@example.com")  # whatever is read once for all
    for email in ("ann@example.com", "nobody@example.com"):
        with CaptureQueriesContext(connection) as statements:
            ask(email)
        # Without what differs anyway: values, and the names of savepoints.
        seen.append([re.sub(r"'[^']*'|\bs?\d+(_x\d+)?\b", "", one["sql"]) for one in statements])

    assert seen[0] == seen[1]
    assert [recipient for recipient, _link in send()] == ["ann@example.com"]
    assert list(Message.objects.order_by("pk").values_list("recipient", "state", "reason")) == [
        ("", "suppressed", reasons.NO_ACCOUNT),
        ("ann@example.com", "sent", ""),
        ("", "suppressed", reasons.NO_ACCOUNT),
    ]


def test_two_accounts_of_one_address_get_a_link_each_in_one_email(ann: User) -> None:
    owners.make_owner(username="front desk", email="Ann@example.com", password=PASSWORD, now=NOW)

    ask("ann@example.com")
    send()

    [letter] = mail.outbox
    assert (letter.to, len(set(re.findall(r"/panel/new-password/\S+", str(letter.body))))) == (["ann@example.com"], 2)
    assert ["“ann”" in letter.body, "“front desk”" in letter.body] == [True, True]


TYPED = {"new_password1": PASSWORD, "new_password2": PASSWORD}


def is_over(answer: Any) -> bool:
    return "This link no longer works" in answer.content.decode()


def path_of(user: User) -> str:
    return new_password_url(user).removeprefix("https://clinic.example")


def test_of_two_tabs_with_one_link_the_first_sets_the_password(ann: User) -> None:
    first, second = Browser(), Browser()
    pages = [browser.get(path_of(ann), follow=True) for browser in (first, second)]

    press(first, pages[0], TYPED)
    late = press(second, pages[1], dict.fromkeys(TYPED, "a thief's own words"))

    ann.refresh_from_db()
    assert (is_over(late), ann.check_password(PASSWORD)) == (True, True)
    assert list(AuditEntry.objects.filter(verb="set password").values_list("by", "object_id")) == [
        (ann.pk, str(ann.pk))
    ]


def test_a_link_opens_its_own_account_and_no_other(ann: User) -> None:
    """Neither with another's id before the token, nor from the page of a link that was opened for one's own."""
    bob = owners.make_owner(username="bob", email="bob@example.com", password="an older password", now=NOW)
    mine, theirs = (path_of(user).rstrip("/").rsplit("/", 2) for user in (ann, bob))
    browser = Browser()
    browser.get(path_of(ann), follow=True)

    swapped = Browser().get(f"/panel/new-password/{theirs[1]}/{mine[2]}/", follow=True)
    pages = [
        browser.get(f"/panel/new-password/{theirs[1]}/set/"),
        browser.post(f"/panel/new-password/{theirs[1]}/set/", TYPED),
    ]

    bob.refresh_from_db()
    assert [is_over(one) for one in (swapped, *pages)] == [True] * 3
    assert bob.check_password("an older password")


def test_a_link_ends_with_another_address_a_sign_in_or_the_account_and_not_with_another_role(ann: User) -> None:
    bob = owners.make_owner(username="bob", email="bob@example.com", password=PASSWORD, now=NOW)
    change: dict[str, Any] = {"name": "Bob", "therapist": None, "by": ann, "now": NOW}
    over = {}

    link = path_of(bob)
    staff_changes.change_account(user=bob, email="bob@example.com", role="reception", **change)
    over["role"] = is_over(Browser().get(link, follow=True))
    staff_changes.change_account(user=bob, email="new@example.com", role="reception", **change)
    over["address"] = is_over(Browser().get(link, follow=True))
    bob.refresh_from_db()
    link, browser = path_of(bob), Browser()
    press(browser, browser.get(SIGN_IN), {"username": "bob", "password": PASSWORD})
    over["sign-in"] = is_over(Browser().get(link, follow=True))
    bob.refresh_from_db()
    link = path_of(bob)
    staff_changes.disable(user=bob, leaves=False, by=ann, now=NOW, review=unasked)
    over["disabled"] = is_over(Browser().get(link, follow=True))

    assert over == {"role": False, "address": True, "sign-in": True, "disabled": True}


# As PostgreSQL and SQLite compare them: capitals of other letters, and letters whose capital is an ASCII one.
LOOK_ALIKES = ("ann@EXAMPLE.com", "ANN@example.COM", "ann@ımaıl.example", "ann@Key.example", "ann@eхample.com")


@pytest.mark.both_engines
def test_whatever_is_typed_a_link_goes_only_to_an_address_as_an_account_has_it(ann: User) -> None:
    """The answer is one and the same, and nobody with a look-alike domain gets anything."""
    User.objects.filter(pk=ann.pk).update(is_active=False)
    addresses = ("ann@example.com", "ann@imail.example", "ann@key.example")
    for number, email in enumerate(addresses):
        User.objects.create_user(f"ann{number}", email=email, password=PASSWORD)

    answers = {ask(email, REMOTE_ADDR=f"203.0.113.{number}") for number, email in enumerate(LOOK_ALIKES)}
    sent = {recipient for recipient, _link in send()}

    assert len(answers) == 1
    assert "ann@example.com" in sent
    assert sent <= set(addresses)
    assert str(sorted(sent)).isascii()
