"""Inviting somebody by email: who can be, how long the link works, and what becomes of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from booking.links import INVITATION_LASTS, BadLink, LinkRevoked, invitation_url, read_invitation
from booking.messages import reasons
from booking.messages.outbox import send_due
from booking.models import Invitation, Message
from clinic.models import AuditEntry, StaffProfile
from clinic.panel.door import staff_changes
from clinic.panel.door.accounts import NameTaken
from clinic.panel.door.invitations import (
    CannotInvite,
    InvitationOver,
    accept,
    invite,
    send_again,
    suggest_username,
    withdraw,
)
from services.models import ClinicPolicy, Therapist
from tests.cast import NOW, PASSWORD, Clinic, make_member
from tests.constraints import violated
from tests.services.places import unasked

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

EMAIL = "ben@example.com"


@pytest.fixture
def owner() -> User:
    return make_member("owner", name="ann", email="ann@example.com")


def ask(owner: User, *, email: str = EMAIL, therapist: Therapist | None = None) -> Invitation:
    role = "therapist" if therapist else "reception"
    return invite(name="Ben Ryan", email=email, role=role, therapist=therapist, by=owner, now=NOW)


def token_of(invitation: Invitation) -> str:
    return invitation_url(invitation).rstrip("/").rpartition("/")[2]


def test_the_account_has_the_role_the_name_and_the_therapist_and_the_invitation_is_gone(
    owner: User, clinic: Clinic
) -> None:
    therapist = clinic.therapists[0]

    user = accept(token=token_of(ask(owner, therapist=therapist)), username="ben", password=PASSWORD, now=NOW)

    profile = StaffProfile.objects.get(user=user)
    assert (user.email, user.first_name, user.is_superuser) == (EMAIL, "Ben Ryan", False)
    assert (profile.role, profile.therapist, user.check_password(PASSWORD)) == ("therapist", therapist, True)
    assert Invitation.objects.count() == 0


def test_an_invited_owner_may_open_the_back_office_like_the_first(owner: User) -> None:
    asked = invite(name="Ben", email=EMAIL, role="owner", therapist=None, by=owner, now=NOW)

    user = accept(token=token_of(asked), username="ben", password=PASSWORD, now=NOW)

    assert (user.is_superuser, user.is_staff) == (True, True)


@pytest.mark.parametrize(("late", "works"), [(timedelta(seconds=-1), True), (timedelta(0), False)])
def test_the_link_works_to_the_last_second_of_the_week(owner: User, late: timedelta, works: bool) -> None:
    invitation = ask(owner)
    end = NOW + INVITATION_LASTS + late

    if works:
        assert read_invitation(token_of(invitation), now=end) == invitation
        return
    with pytest.raises(LinkRevoked):
        accept(token=token_of(invitation), username="ben", password=PASSWORD, now=end)
    assert User.objects.count() == 1


def test_the_link_works_once(owner: User) -> None:
    token = token_of(ask(owner))
    accept(token=token, username="ben", password=PASSWORD, now=NOW)

    with pytest.raises(LinkRevoked):
        accept(token=token, username="bob", password=PASSWORD, now=NOW)

    assert list(User.objects.order_by("username").values_list("username", flat=True)) == ["ann", "ben"]


def test_sent_again_the_first_link_is_void_and_the_second_works_for_another_week(owner: User) -> None:
    first = ask(owner)
    later = NOW + timedelta(days=6)

    second = send_again(invitation_id=first.pk, by=owner, now=later)

    with pytest.raises(LinkRevoked):
        read_invitation(token_of(first), now=later)
    assert read_invitation(token_of(second), now=later + INVITATION_LASTS - timedelta(seconds=1)) == second


def test_withdrawn_the_link_is_void_and_the_address_can_be_invited_again(owner: User) -> None:
    first = ask(owner)

    withdraw(invitation_id=first.pk, by=owner, now=NOW)

    with pytest.raises(LinkRevoked):
        read_invitation(token_of(first), now=NOW)
    with pytest.raises(InvitationOver):
        send_again(invitation_id=first.pk, by=owner, now=NOW)
    assert read_invitation(token_of(ask(owner)), now=NOW).email == EMAIL


def test_a_link_that_was_edited_is_bad(owner: User) -> None:
    token = token_of(ask(owner))
    public_id, generation, mac = token.split(".")
    other = "A" if mac[0] != "A" else "B"

    for edited in ("", "x", f"{public_id}.1.{mac}", f"{public_id}.{generation}.{other}{mac[1:]}", f"{token}."):
        with pytest.raises(BadLink):
            read_invitation(edited, now=NOW)


def test_a_name_that_is_taken_leaves_the_invitation_as_it_was(owner: User) -> None:
    token = token_of(ask(owner))

    with pytest.raises(NameTaken, match="There is an account called ANN already"):
        accept(token=token, username="ANN", password=PASSWORD, now=NOW)

    assert read_invitation(token, now=NOW).email == EMAIL


def test_who_has_the_address_already_is_told_to_the_owner(owner: User, clinic: Clinic) -> None:
    make_member("reception", name="cleo", email="cleo@example.com", is_active=False)
    ask(owner, therapist=clinic.therapists[0])

    said = {}
    for email, therapist in (
        ("ANN@example.com", None),
        ("cleo@example.com", None),
        ("BEN@example.com", None),
        ("dan@example.com", clinic.therapists[0]),
    ):
        with pytest.raises(CannotInvite) as refused:
            ask(owner, email=email, therapist=therapist)
        said[email] = str(refused.value)

    already = "Somebody is invited with this address, or as this therapist, already."
    assert said == {
        "ANN@example.com": "ann has an account with this address already.",
        "cleo@example.com": "cleo has a disabled account with this address. Enable that one.",
        "BEN@example.com": already,
        "dan@example.com": already,
    }
    assert (Invitation.objects.count(), Message.objects.count()) == (1, 1)


def test_one_address_has_one_invitation_whatever_its_case(owner: User) -> None:
    row = {"name": "Ben", "role": "reception", "invited_by": owner, "sent_at": NOW}
    Invitation.objects.create(email=EMAIL, **row)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Invitation.objects.create(email=EMAIL.upper(), **row)

    assert "one_invitation_an_address" in (violated(refused.value), str(refused.value).replace("'", " ").split()[-1])


def test_a_therapist_who_got_an_account_meanwhile_stays_with_it(owner: User, clinic: Clinic) -> None:
    token = token_of(ask(owner, therapist=clinic.therapists[0]))
    make_member("therapist", clinic)

    user = accept(token=token, username="ben", password=PASSWORD, now=NOW)

    assert user.staff_profile.therapist is None


def test_a_therapist_who_has_left_meanwhile_is_nobody_s_account(owner: User, clinic: Clinic) -> None:
    token = token_of(ask(owner, therapist=clinic.therapists[0]))
    Therapist.objects.update(is_active=False)

    user = accept(token=token, username="ben", password=PASSWORD, now=NOW)

    assert (user.staff_profile.role, user.staff_profile.therapist) == ("therapist", None)


def test_who_is_disabled_or_no_owner_any_more_leaves_no_invitation_behind(owner: User) -> None:
    """Neither one to a friend, nor one to an address of their own; what others have sent stays."""
    cases = {
        "demoted": lambda bob: staff_changes.change_account(
            user=bob, name="bob", email=bob.email, role="reception", therapist=None, by=owner, now=NOW
        ),
        "disabled": lambda bob: staff_changes.disable(user=bob, leaves=False, by=owner, now=NOW, review=unasked),
    }
    for number, (name, ends) in enumerate(cases.items()):
        bob = make_member("owner", name=f"bob{number}", email=f"bob{number}@example.com")
        row = {"role": "owner", "sent_at": NOW}
        Invitation.objects.create(name="Friend", email="friend@example.com", invited_by=bob, **row)
        Invitation.objects.create(name="Bob", email=f"BOB{number}@example.com", invited_by=owner, **row)
        other = Invitation.objects.create(name="Ben", email=EMAIL, invited_by=owner, **row)
        links = [token_of(one) for one in Invitation.objects.order_by("pk")]

        ends(bob)

        assert list(Invitation.objects.all()) == [other], name
        for token in links[:2]:
            with pytest.raises(LinkRevoked):
                accept(token=token, username="again", password=PASSWORD, now=NOW)
        assert AuditEntry.objects.filter(verb="withdraw invitation", by=owner).count() == 2 * (number + 1)
        with pytest.raises(CannotInvite, match="You do not own this clinic any more"):
            ask(bob, email="dan@example.com")
        with pytest.raises(CannotInvite):
            send_again(invitation_id=other.pk, by=bob, now=NOW)
        other.delete()


def test_who_sends_an_invitation_again_answers_for_it(owner: User) -> None:
    bob = make_member("owner", name="bob")
    asked = ask(bob)

    send_again(invitation_id=asked.pk, by=owner, now=NOW)
    staff_changes.disable(user=bob, leaves=False, by=owner, now=NOW, review=unasked)

    assert Invitation.objects.get().invited_by == owner


def test_the_trail_leads_from_the_invitation_to_the_account(owner: User) -> None:
    asked = ask(owner)
    number = str(asked.pk)

    user = accept(token=token_of(asked), username="ben", password=PASSWORD, now=NOW)

    lines = AuditEntry.objects.order_by("pk").values_list("by", "verb", "object_type", "object_id", "fields", "at")
    assert list(lines) == [
        (owner.pk, "invite", "invitation", number, ["reception"], NOW),
        (user.pk, "give role", "user", str(user.pk), ["reception"], NOW),
        (user.pk, "take invitation up", "invitation", number, [], NOW),
    ]


def test_two_addresses_that_look_alike_each_get_their_own_link(
    owner: User, mailoutbox: list[Any], settings: Any
) -> None:
    """A capital of ı is I, so PostgreSQL takes the two for one where it compares without case."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"contact_email": "desk@clinic.example"})
    asked = [ask(owner, email=email) for email in ("ben@mail.example", "ben@ma\u0131l.example")]

    send_due(now=NOW, ask_gate=lambda _visit, _now: False)

    assert {one.to[0]: [token_of(each) in one.body for each in asked] for one in mailoutbox} == {
        "ben@mail.example": [True, False],
        "ben@ma\u0131l.example": [False, True],
    }


def test_the_email_goes_out_with_the_link_that_works_and_no_row_holds_it(owner: User, settings: object) -> None:
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"contact_email": "desk@clinic.example"})
    first = ask(owner)
    again = send_again(invitation_id=first.pk, by=owner, now=NOW)
    gone = ask(owner, email="dan@example.com")
    withdraw(invitation_id=gone.pk, by=owner, now=NOW)

    send_due(now=NOW, ask_gate=lambda _visit, _now: False)

    rows = Message.objects.order_by("pk").values_list("recipient", "state", "reason")
    assert list(rows) == [
        (EMAIL, "suppressed", reasons.NEWER_INVITATION),
        (EMAIL, "sent", ""),
        ("dan@example.com", "suppressed", reasons.INVITATION_OVER),
    ]
    mac = token_of(again).rpartition(".")[2]
    assert mac not in str([*Message.objects.values(), *Invitation.objects.values()])


@pytest.mark.parametrize(
    ("name", "suggested"),
    [("Ben Ryan", "ben"), ("Ann Lee", "ann2"), ("Chloé O’Neill", "chloé"), ("†", ""), ("O’Brien", "obrien")],
)
def test_a_name_for_signing_in_is_suggested(owner: User, name: str, suggested: str) -> None:
    assert suggest_username(name) == suggested
