"""Two presses of one link make one account, or set one password; two owners who demote each other leave one.

Each with its control: where the question is asked before the lock, the fault shows.
"""

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.utils import timezone

from booking.links import invitation_url, new_password_url
from booking.models import Invitation
from clinic import settings as shipped
from clinic.models import AuditEntry, StaffProfile
from clinic.panel.door.invitations import invite
from tests.cast import PASSWORD, browser_of, make_member
from tests.processes import Crew
from tests.races.staff_hands import (
    press_as_shipped,
    press_with_an_old_answer_about_owners,
    press_with_an_old_answer_about_the_invitation,
    press_without_asking_whether_the_password_was_set,
)
from tests.races.test_panel_races import values

ROUNDS = 5 if os.environ.get("PROVE") == "1" else 1
MOST_ROUNDS = 20  # of a control: it ends with the first in which the fault shows, mostly the first one
DONE = [302, []]


def shows(one_round: Callable[[], list[Any]]) -> bool:
    """Whether both presses did it, in one of the rounds."""
    return any(one_round() == [DONE, DONE] for _round in range(MOST_ROUNDS))


def test_two_presses_of_one_invitation_make_one_account(crew: Crew) -> None:
    ann = make_member("owner", name="ann", email="ann@example.com")

    def one_round(hand: Callable[..., Any]) -> list[Any]:
        number = User.objects.count()
        email = f"ben{number}@example.com"
        invitation = invite(name="Ben", email=email, role="reception", therapist=None, by=ann, now=timezone.now())
        path = urlsplit(invitation_url(invitation)).path
        calls = [
            {
                "about": path.rstrip("/").rpartition("/")[2],
                "session": "",
                "path": path,
                "values": {"username": f"{name}{number}", "password1": PASSWORD, "password2": PASSWORD},
            }
            for name in ("ben", "cleo")
        ]
        return sorted(values(crew.run(hand, calls)))

    guarded = [one_round(press_as_shipped) for _round in range(ROUNDS)]

    assert guarded == [[DONE, [410, ["This link no longer works"]]]] * ROUNDS
    assert (User.objects.count(), Invitation.objects.count()) == (1 + ROUNDS, 0)
    assert shows(lambda: one_round(press_with_an_old_answer_about_the_invitation))


def test_two_presses_of_one_password_link_set_one_password(crew: Crew, settings: Any) -> None:
    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS
    bob = make_member("reception", name="bob")

    def one_round(hand: Callable[..., Any]) -> list[Any]:
        bob.refresh_from_db()
        link, calls = urlsplit(new_password_url(bob)).path, []
        for number in range(2):
            browser = Browser()
            path = browser.get(link)["Location"]
            typed = f"{PASSWORD} {number}"
            session = browser.cookies[configured.SESSION_COOKIE_NAME].value
            typed_twice = {"new_password1": typed, "new_password2": typed}
            calls.append({"about": None, "session": session, "path": path, "values": typed_twice})
        answers = values(crew.run(hand, calls))
        bob.refresh_from_db()
        assert answers == [DONE, DONE] or bob.check_password(f"{PASSWORD} {answers.index(DONE)}")
        return sorted(answers, reverse=True)

    guarded = [one_round(press_as_shipped) for _round in range(ROUNDS)]

    assert guarded == [[DONE, [200, ["This link no longer works"]]]] * ROUNDS
    assert AuditEntry.objects.filter(verb="set password", object_id=str(bob.pk)).count() == ROUNDS
    assert shows(lambda: one_round(press_without_asking_whether_the_password_was_set))


@pytest.mark.parametrize("deed", ["demote", "disable"])
def test_two_owners_who_demote_or_disable_each_other_leave_one(deed: str, crew: Crew) -> None:
    owners = [make_member("owner", name=name, is_staff=True, is_superuser=True) for name in ("ann", "bob")]
    part = "" if deed == "demote" else "disable/"

    def one_round(hand: Callable[..., Any]) -> list[Any]:
        StaffProfile.objects.update(role="owner")
        User.objects.update(is_staff=True, is_superuser=True, is_active=True)
        sessions = [
            browser_of(one).cookies[configured.SESSION_COOKIE_NAME].value for one in User.objects.order_by("pk")
        ]
        calls = [
            {
                "about": other.pk,
                "session": session,
                "path": f"/panel/set-up/staff/{other.pk}/{part}",
                "values": {"name": other.username, "email": "", "role": "reception", "therapist": ""}
                if not part
                else {},
            }
            for session, other in zip(sessions, reversed(owners), strict=True)
        ]
        answers: list[Any] = sorted(values(crew.run(hand, calls)))
        return [*answers, StaffProfile.objects.filter(role="owner", user__is_active=True).count()]

    guarded = [one_round(press_as_shipped) for _round in range(ROUNDS)]

    # Who comes second is told that nobody else owns the clinic, or is no owner any more at the door, or is signed out.
    refused = (
        ([422, ["Nobody else owns the clinic"]], [403, []])
        if deed == "demote"
        else (
            [422, ["Nobody else owns the clinic"]],
            DONE,
        )
    )
    assert [(done, second in refused, left) for done, second, left in guarded] == [(DONE, True, 1)] * ROUNDS
    assert any(one_round(press_with_an_old_answer_about_owners) == [DONE, DONE, 0] for _round in range(MOST_ROUNDS))
