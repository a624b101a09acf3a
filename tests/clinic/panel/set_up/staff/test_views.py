"""Who works here, and inviting somebody, as an owner sees and presses it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking.messages.outbox import send_due
from booking.models import Invitation, NoteGrant
from clinic.panel.set_up.staff.page import AccountLine, GrantLine, InvitationLine
from services.models import ClinicPolicy
from tests.cast import NOW, PASSWORD, Clinic, browser_of, make_client, make_member
from tests.clinic.panel.pages import press
from tests.pages import read, send

pytestmark = pytest.mark.django_db

STAFF, INVITE = "/panel/set-up/staff/", "/panel/set-up/staff/invite/"


@pytest.fixture
def owner(clinic: Clinic) -> User:
    return make_member("owner", name="ann", email="ann@example.com", first_name="Ann Lee")


@pytest.fixture
def browser(owner: User) -> Browser:
    return browser_of(owner)


def test_who_works_here_with_which_role_and_how_they_sign_in(browser: Browser, owner: User, clinic: Clinic) -> None:
    tom = make_member("therapist", clinic, name="tom")
    User.objects.filter(pk=tom.pk).update(last_login=NOW - timedelta(days=2))
    TOTPDevice.objects.create(user=tom, name="app", confirmed=True)
    TOTPDevice.objects.create(user=owner, name="app", confirmed=False)
    gone = make_member("reception", name="gone", is_active=False)
    nobody = User.objects.create_user("nobody")
    Invitation.objects.create(name="Ben", email="b@example.com", role="reception", invited_by=owner, sent_at=NOW)
    long_ago = NOW - timedelta(days=7)
    Invitation.objects.create(name="Cleo", email="c@example.com", role="owner", invited_by=owner, sent_at=long_ago)
    niamh = make_client()
    granted = {"client": niamh, "granted_by": owner, "granted_at": NOW, "until": NOW + timedelta(days=1)}
    NoteGrant.objects.create(reader=tom, reason="MARKED", **granted)
    NoteGrant.objects.create(reader=tom, reason="MARKED", **granted | {"until": NOW})

    answer = browser.get(STAFF)
    page = answer.context["page"]

    assert "MARKED" not in answer.content.decode()
    assert page.accounts == (
        AccountLine(nobody.pk, "nobody", "", "", "", "", has_second_factor=False),
        AccountLine(
            tom.pk, "tom", "", "therapist", "Therapist 1", "Saturday 21 November, 08:00", has_second_factor=True
        ),
        AccountLine(owner.pk, "Ann Lee", "ann", "owner", "", "Monday 23 November, 08:00", has_second_factor=False),
    )
    assert page.disabled == (AccountLine(gone.pk, "gone", "", "reception", "", "", has_second_factor=False),)
    assert [(line.name, line.role, line.until, line.is_over) for line in page.invited] == [
        ("Ben", "reception", "Monday 30 November, 08:00", False),
        ("Cleo", "owner", "Monday 23 November, 08:00", True),
    ]
    assert isinstance(page.invited[0], InvitationLine)
    assert page.grants == (
        GrantLine("tom", "Niamh Byrne", "Tuesday 24 November", f"/panel/people/{niamh.public_id}/notes/"),
    )


def test_many_cost_as_many_statements_as_few(browser: Browser, owner: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            browser.get(STAFF)
        return len(found)

    browser.get(STAFF)
    few = count()
    for number in range(5):
        make_member("reception", name=f"r{number}")
        Invitation.objects.create(
            name="Ben", email=f"{number}@example.com", role="owner", invited_by=owner, sent_at=NOW
        )

    assert count() == few


def test_somebody_is_invited_comes_and_signs_in(browser: Browser, settings: Any, clinic: Clinic) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = ""
    ClinicPolicy.objects.update(contact_email="desk@clinic.example")
    page = press(browser, browser.get(INVITE), {
        "name": "Ben Ryan", "email": "ben@example.com", "role": "therapist",
        "therapist": str(clinic.therapists[1].pk),
    })  # fmt: skip
    send_due(now=NOW, ask_gate=lambda _visit, _now: False)
    [link] = re.findall(r"/panel/invited/\S+", str(mail.outbox[0].body))
    theirs = Browser()

    landed = press(theirs, theirs.get(link), {"username": "ben", "password1": PASSWORD, "password2": PASSWORD})

    assert "Ben Ryan is invited. The email goes to ben@example.com." in page.content.decode()
    assert (mail.outbox[0].to, landed.request["PATH_INFO"]) == (["ben@example.com"], "/panel/")
    assert [line.name for line in browser.get(STAFF).context["page"].accounts] == ["Ann Lee", "Ben Ryan"]


def test_only_therapists_without_an_account_are_offered(browser: Browser, owner: User, clinic: Clinic) -> None:
    def offered() -> list[str]:
        return [str(label) for _value, label in browser.get(INVITE).context["page"].form.fields["therapist"].choices]

    before = offered()
    make_member("therapist", clinic)
    Invitation.objects.create(
        name="Ben", email="b@e.com", role="therapist", therapist=clinic.therapists[1], invited_by=owner, sent_at=NOW
    )

    nobody = "Nobody: gives no massages"
    assert (before, offered()) == ([nobody, "Therapist 1", "Therapist 2"], [nobody])


def test_an_owner_reads_that_the_address_is_known_and_what_they_typed_stays(browser: Browser) -> None:
    typed = {"name": "Ben", "email": "ANN@example.com", "role": "reception"}

    answer = press(browser, browser.get(INVITE), typed)

    page = answer.content.decode()
    assert (answer.status_code, "Ann Lee has an account with this address already." in page) == (422, True)
    assert 'value="ANN@example.com"' in page
    assert Invitation.objects.count() == 0


def test_sent_again_and_withdrawn_by_a_press_each(browser: Browser, owner: User) -> None:
    row = Invitation.objects.create(
        name="Ben", email="b@example.com", role="owner", invited_by=owner, sent_at=NOW - timedelta(days=9)
    )
    stale = read(browser.get(STAFF))

    again = send(browser, read(browser.get(STAFF)), "Send the invitation again: Ben")
    row.refresh_from_db()
    send(browser, read(browser.get(STAFF)), "Withdraw the invitation: Ben")
    late = send(browser, stale, "Withdraw the invitation: Ben")

    assert (again.status_code, row.generation, row.sent_at) == (302, 1, NOW)
    assert Invitation.objects.count() == 0
    assert (late.status_code, "This invitation is over" in late.content.decode()) == (409, True)


def test_reception_is_not_led_there(clinic: Clinic) -> None:
    reception = browser_of(make_member("reception"))

    assert reverse("panel:set_up_staff") not in reception.get("/panel/set-up/").content.decode()
