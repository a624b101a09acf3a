"""What an owner changes of an account, pressed on its pages: role, password, second factor, disabled and enabled."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking.links import new_password_url
from booking.models import Message, NoteGrant, Stranding
from clinic.models import StaffProfile
from clinic.panel.door import staff_changes
from clinic.panel.door.staff_changes import LastOwner, TherapistTaken
from services.models import Therapist
from tests.cast import NOW, PASSWORD, Clinic, book, browser_of, make_client, make_member
from tests.clinic.panel.pages import SIGN_IN, land, put_on_to_do
from tests.pages import read, send
from tests.services.places import unasked

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

LAST = "Nobody else owns the clinic. Give somebody else the role of owner first."


@pytest.fixture
def ann(clinic: Clinic) -> User:
    return make_member("owner", name="ann", email="ann@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def owner(ann: User) -> Browser:
    return browser_of(ann)


def path(user: User, part: str = "") -> str:
    return f"/panel/set-up/staff/{user.pk}/{part}"


def press(browser: Browser, user: User, part: str, words: str, typed: dict[str, Any] | None = None) -> Any:
    return send(browser, read(browser.get(path(user, part))), words, typed)


def test_the_last_owner_neither_gives_the_role_up_nor_is_disabled_and_one_of_two_may(owner: Browser, ann: User) -> None:
    kept = press(owner, ann, "", "Save", {"role": "reception"})
    still = press(owner, ann, "disable/", "Disable the account")
    bob = make_member("owner", name="bob", is_staff=True, is_superuser=True)
    press(owner, bob, "", "Save", {"role": "reception"})

    bob.refresh_from_db()
    ann.refresh_from_db()
    assert [(one.status_code, LAST in one.content.decode()) for one in (kept, still)] == [(422, True)] * 2
    assert (ann.is_active, ann.staff_profile.role) == (True, "owner")
    assert (bob.staff_profile.role, bob.is_staff, bob.is_superuser) == ("reception", False, False)


def test_a_role_that_was_taken_counts_with_the_next_press_in_panel_and_back_office(
    owner: Browser, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    bob = make_member("owner", name="bob", is_staff=True, is_superuser=True)
    theirs = browser_of(bob)
    before = [theirs.get(page).status_code for page in ("/panel/set-up/staff/", "/admin/")]

    press(owner, bob, "", "Save", {"role": "therapist"})

    assert before == [200, 200]
    assert [theirs.get(page).status_code for page in ("/panel/set-up/staff/", "/admin/")] == [403, 302]


def test_an_account_without_a_role_gets_one_and_two_are_not_the_same_therapist(ann: User, clinic: Clinic) -> None:
    nobody = User.objects.create_user("nobody")
    therapist = clinic.therapists[0]
    make_member("therapist", clinic, name="tom")
    change: dict[str, Any] = {"name": "Ben", "email": "", "role": "therapist", "by": ann, "now": NOW}

    with pytest.raises(TherapistTaken):
        staff_changes.change_account(user=nobody, therapist=therapist, **change)
    changed = staff_changes.change_account(user=nobody, therapist=clinic.therapists[1], **change)

    assert changed == ["name", "role", "therapist"]
    assert staff_changes.change_account(user=nobody, therapist=clinic.therapists[1], **change) == []
    assert StaffProfile.objects.get(user=nobody).therapist == clinic.therapists[1]


def test_a_reset_second_factor_ends_every_session_and_is_set_anew(owner: Browser, settings: Any) -> None:
    bob = make_member("reception", name="bob", password=PASSWORD)
    TOTPDevice.objects.create(user=bob, name="app", confirmed=True)
    StaticDevice.objects.create(user=bob, name="recovery")
    theirs, other = browser_of(bob), browser_of(make_member("reception", name="cleo"))
    assert land(theirs) == "/panel/"

    press(owner, bob, "second-factor/", "Reset the second factor")
    settings.SECOND_FACTOR_REQUIRED = True
    again = Browser()
    form = send(again, read(again.get(SIGN_IN)), "Sign in", {"username": "bob", "password": PASSWORD})

    assert (land(theirs), land(other)) == (SIGN_IN, "/panel/second-factor/")
    assert (TOTPDevice.objects.filter(user=bob, confirmed=True).count(), StaticDevice.objects.count()) == (0, 0)
    assert "Scan this with an authenticator app" in again.get(form.url).content.decode()


def test_a_link_for_a_new_password_goes_to_the_account_and_not_without_an_address(owner: Browser) -> None:
    bob = make_member("reception", name="bob", email="bob@example.com")
    nobody = make_member("reception", name="cleo")
    page = read(owner.get(path(bob)))

    press(owner, bob, "", "Email a link for a new password")
    User.objects.filter(pk=bob.pk).update(email="")
    late = send(owner, page, "Email a link for a new password")

    assert list(Message.objects.values_list("kind", "account", "recipient")) == [
        ("new_password", bob.pk, "bob@example.com")
    ]
    assert (late.status_code, "This account has no email address." in late.content.decode()) == (409, True)
    assert "Email a link" not in owner.get(path(nobody)).content.decode()


def test_disabled_everything_ends_at_once_and_nothing_comes_back_with_enabling(owner: Browser, ann: User) -> None:
    bob = make_member("reception", name="bob", email="bob@example.com", password=PASSWORD)
    TOTPDevice.objects.create(user=bob, name="app", confirmed=True)
    grant = NoteGrant.objects.create(
        client=make_client(), reader=bob, reason="ill", granted_by=ann, granted_at=NOW, until=NOW + timedelta(days=1)
    )
    link = new_password_url(bob)
    theirs, fresh = browser_of(bob), Browser()

    press(owner, bob, "disable/", "Disable the account")
    closed = [land(theirs), "no longer works" in fresh.get(link, follow=True).content.decode()]
    disabled = User.objects.get(pk=bob.pk)
    press(owner, bob, "", "Enable this account")

    bob.refresh_from_db()
    grant.refresh_from_db()
    assert (closed, disabled.is_active, bob.is_active) == ([SIGN_IN, True], False, True)
    assert (land(theirs), "no longer works" in fresh.get(link, follow=True).content.decode()) == (SIGN_IN, True)
    assert (bob.has_usable_password(), TOTPDevice.objects.count(), grant.ended_at) == (False, 0, NOW)
    assert list(Message.objects.values_list("kind", "recipient")) == [("new_password", "bob@example.com")]


def test_a_therapist_who_stays_without_an_account_keeps_the_visits(owner: Browser, clinic: Clinic) -> None:
    tom = make_member("therapist", clinic, name="tom")
    book(clinic, "10:00")

    said = press(owner, tom, "disable/", "Disable the account", {"visits": "keep"})

    assert (said.status_code, Stranding.objects.count()) == (302, 0)
    assert (User.objects.get(pk=tom.pk).is_active, Therapist.objects.get(pk=clinic.therapists[0].pk).is_active) == (
        False,
        True,
    )


def test_a_therapist_who_leaves_is_asked_about_by_visit_and_recounted(owner: Browser, clinic: Clinic) -> None:
    tom = make_member("therapist", clinic, name="tom")
    first = book(clinic, "10:00")
    page = owner.get(path(tom, "disable/"))
    unanswered = press(owner, tom, "disable/", "Disable the account")
    asked = press(owner, tom, "disable/", "Disable the account", {"visits": "leave"})
    second = book(clinic, "14:00")
    again = send(owner, read(asked), "Disable the account, move 1")
    open_still = User.objects.get(pk=tom.pk).is_active
    done = put_on_to_do(owner, read(again))

    assert "Therapist 1 leaves. 1 coming visit needs a new time." in page.content.decode()
    assert [one.status_code for one in (unanswered, asked, again)] == [422, 409, 409]
    assert "2 visits need a new time: they are on your To do list." in done.html
    assert (first.reference in asked.content.decode(), second.reference in again.content.decode()) == (True, True)
    assert (open_still, User.objects.get(pk=tom.pk).is_active) == (True, False)
    assert Stranding.objects.filter(ended_at=None).count() == 2
    assert Therapist.objects.get(pk=clinic.therapists[0].pk).is_active is False


def test_the_owners_are_locked_before_anybody_asks_who_is_the_last(ann: User) -> None:
    bob = make_member("owner", name="bob")
    if connection.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"

    staff_changes.disable(user=bob, leaves=False, by=ann, now=NOW, review=unasked)

    with pytest.raises(LastOwner):
        staff_changes.disable(user=ann, leaves=False, by=bob, now=NOW, review=unasked)
