"""The page behind the link of an invitation, as who was invited meets it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from booking.links import invitation_url
from booking.models import Invitation
from clinic.models import AuditEntry
from clinic.panel.door.invitations import invite, send_again
from tests.cast import NOW, PASSWORD, make_member
from tests.clinic.panel.pages import land, press
from tests.pages import read

pytestmark = pytest.mark.django_db

TYPED = {"username": "ben", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def invitation(settings: Any, time_machine: Any) -> Invitation:
    settings.SITE_URL = ""
    time_machine.move_to(NOW, tick=False)
    owner = make_member("owner", name="ann", email="ann@example.com")
    return invite(name="Ben Ryan", email="ben@example.com", role="reception", therapist=None, by=owner, now=NOW)


def test_the_link_leads_to_a_name_a_password_and_the_second_factor(invitation: Invitation, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    browser = Browser()

    page = browser.get(invitation_url(invitation))
    press(browser, page, {"password1": PASSWORD, "password2": PASSWORD})

    drawn = read(page)
    user = User.objects.get(username="ben")
    assert "Welcome, Ben Ryan" in drawn.html
    assert "Your role: reception." in drawn.html
    assert land(browser) == "/panel/second-factor/"
    assert "Scan this with an authenticator app" in browser.get("/panel/second-factor/").content.decode()
    assert list(AuditEntry.objects.filter(by=user).order_by("pk").values_list("verb", "object_id", "fields")) == [
        ("give role", str(user.pk), ["reception"]),
        ("take invitation up", str(invitation.pk), []),
    ]


def test_opening_the_link_changes_nothing(invitation: Invitation) -> None:
    for method in ("get", "head"):
        getattr(Browser(), method)(invitation_url(invitation))

    assert Invitation.objects.get() == invitation
    assert User.objects.count() == 1


def test_a_used_a_withdrawn_a_late_and_an_invented_link_get_one_answer(
    invitation: Invitation, time_machine: Any
) -> None:
    used = invitation_url(invitation)
    owner = User.objects.get(username="ann")
    browser = Browser()
    press(browser, browser.get(used), TYPED)
    late = invite(name="Dan", email="dan@example.com", role="reception", therapist=None, by=owner, now=NOW)
    early = invitation_url(late)
    send_again(invitation_id=late.pk, by=owner, now=NOW)
    late.refresh_from_db()
    time_machine.move_to(NOW + timedelta(days=7), tick=False)

    answers = [Browser().get(url) for url in (used, early, invitation_url(late), "/panel/invited/nonsense/")]

    assert {(answer.status_code, answer.content) for answer in answers} == {(410, answers[0].content)}
    assert "This link no longer works" in answers[0].content.decode()


def test_the_same_form_sent_twice_makes_one_account(invitation: Invitation) -> None:
    first, second = Browser(), Browser()
    page, other = (browser.get(invitation_url(invitation)) for browser in (first, second))
    press(first, page, TYPED)

    answer = press(second, other, TYPED | {"username": "bob"})

    assert (answer.status_code, "This link no longer works" in answer.content.decode()) == (410, True)
    assert User.objects.filter(username__in=["ben", "bob"]).count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"username": "ANN"}, "A user with that username already exists."),
        ({"password2": "another one entirely"}, "The two password fields"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "ben@example.com", "password2": "ben@example.com"}, "too similar to the email"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_still_works(
    invitation: Invitation, typed: dict[str, str], said: str
) -> None:
    browser = Browser()

    answer = press(browser, browser.get(invitation_url(invitation)), TYPED | typed)

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert User.objects.count() == 1
    press(browser, answer, TYPED)
    assert User.objects.filter(username="ben").exists()
