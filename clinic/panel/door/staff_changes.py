"""What an owner changes of somebody's account: role, address, password, second factor, and whether they may sign in.

Somebody always owns the clinic: whoever takes a role away or disables an account locks all owners first, so that two
who do it to each other at once leave one.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from booking.messages import outbox
from booking.models import NoteGrant
from booking.notes import granting
from clinic.models import StaffProfile
from clinic.panel.door import invitations
from clinic.panel.door.accounts import full_name
from clinic.panel.door.owners import is_last_owner
from clinic.panel.door.second_factor import remove_second_factor
from clinic.panel.door.sessions import end_sessions
from clinic.record.audit import on_record, write_entry
from services import rota
from services.locks import lock_parents
from services.models import Therapist
from services.refusals import Refusal


class LastOwner(Refusal):
    """Nobody would own the clinic."""


class TherapistTaken(Refusal):
    """Another account gives massages as this therapist."""


class CannotWrite(Refusal):
    """No email can reach this account, or it is disabled."""


def change_account(
    *, user: User, name: str, email: str, role: str, therapist: Therapist | None, by: User, now: datetime
) -> list[str]:
    """Returns what was changed, in words; open pages show the new rights with their next press.

    Only owners open the back office. Raises LastOwner, TherapistTaken.
    """
    with transaction.atomic():
        account = _lock(user)
        if role != StaffProfile.Role.OWNER:
            _check_owner_stays(account)
        profile = StaffProfile.objects.filter(user=account).first() or StaffProfile(user=account)
        is_owner = role == StaffProfile.Role.OWNER
        differs = {
            "name": full_name(account) != name,
            "email": account.email != email,
            "role": (profile.role, account.is_superuser) != (role, is_owner),
            "therapist": profile.therapist != therapist,
        }
        if differs["name"]:
            account.first_name, account.last_name = name, ""
        account.email, account.is_staff, account.is_superuser = email, is_owner, is_owner
        account.save()
        profile.role, profile.therapist = role, therapist
        _save(profile)
        changed = [word for word, is_so in differs.items() if is_so]
        if changed:
            write_entry(by=by, verb="change", object_type="user", object_id=account.pk, fields=changed, now=now)
        if differs["role"] and not is_owner:
            invitations.withdraw_with(account=account, by=by, now=now)
        if differs["role"]:
            write_entry(by=by, verb="give role", object_type="user", object_id=account.pk, fields=[role], now=now)
    return changed


def send_password_link(*, user: User, by: User, now: datetime) -> None:
    """The password of before counts until another is set by the link. Raises CannotWrite."""
    with on_record(by=by, verb="send password link", object_type="user", object_id=user.pk, now=now):
        account = _lock(user)
        _check_address(account)
        if not account.is_active:
            raise CannotWrite(_("This account is disabled. Enable it first."))
        outbox.queue_password_mail(account=account, now=now)


def reset_second_factor(*, user: User, by: User, now: datetime) -> None:
    """App and recovery codes no longer count, and every open session ends."""
    with on_record(by=by, verb="reset second factor", object_type="user", object_id=user.pk, now=now):
        account = _lock(user)
        remove_second_factor(account)
        end_sessions(account)


def disable(*, user: User, leaves: bool, by: User, now: datetime, review: rota.Review) -> None:
    """Nobody signs in with the account any more; sessions, links, invitations, second factor and leave to read notes end.

    `leaves`: its therapist stops working here, too; the `review` looks at the visits. Raises LastOwner.
    """
    with on_record(by=by, verb="disable", object_type="user", object_id=user.pk, now=now):
        if leaves and (leaving := therapist_of(user)) is not None:
            lock_parents(therapist_ids=[leaving.pk])  # before the owners, as whoever has chosen what becomes of visits
        account = _lock(user)
        _check_owner_stays(account)
        account.is_active = False
        # Every session and every link for a new password was made with the old one.
        account.set_unusable_password()
        account.save(update_fields=["is_active", "password"])
        remove_second_factor(account)
        invitations.withdraw_with(account=account, by=by, now=now)
        for grant in NoteGrant.objects.filter(reader=account, ended_at=None, until__gt=now):
            granting.end_reading(grant=grant, now=now)
        therapist = therapist_of(account)
        if leaves and therapist is not None:
            treatments = list(therapist.treatments.all())
            rota.change_therapist(therapist=therapist, is_active=False, treatments=treatments, review=review)


def enable(*, user: User, by: User, now: datetime) -> None:
    """The role is as it was; a new password is set by a link that goes out now. Raises CannotWrite."""
    with on_record(by=by, verb="enable", object_type="user", object_id=user.pk, now=now):
        account = _lock(user)
        _check_address(account)
        account.is_active = True
        account.save(update_fields=["is_active"])
        outbox.queue_password_mail(account=account, now=now)


def therapist_of(user: User) -> Therapist | None:
    """As whom an account gives massages."""
    profile = StaffProfile.objects.select_related("therapist").filter(user=user).first()
    return profile.therapist if profile else None


def _lock(user: User) -> User:
    """All owners, in one order, and then the account as it is now. No key changes, so whoever records what this account
    does at the moment need not wait."""
    list(StaffProfile.objects.select_for_update(no_key=True).filter(role=StaffProfile.Role.OWNER).order_by("pk"))
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _check_owner_stays(account: User) -> None:
    if is_last_owner(account.pk):
        raise LastOwner(_("Nobody else owns the clinic. Give somebody else the role of owner first."))


def _check_address(account: User) -> None:
    if not account.email:
        raise CannotWrite(_("This account has no email address. Write one first."))


def _save(profile: StaffProfile) -> None:
    try:
        with transaction.atomic():
            profile.save()
    except IntegrityError as error:
        raise TherapistTaken(_("Somebody else has an account as this therapist already.")) from error
