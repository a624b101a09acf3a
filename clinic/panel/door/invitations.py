"""Inviting somebody to work here by email: the only writer of invitations, and what makes an account of one."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from booking.links import read_invitation
from booking.messages import outbox
from booking.models import Invitation
from clinic.models import StaffProfile
from clinic.panel.door.accounts import full_name, make_account
from clinic.panel.door.owners import is_owner
from clinic.record.audit import on_record, write_entry
from services.models import Therapist
from services.refusals import Refusal


class CannotInvite(Refusal):
    """This address has an account or an invitation, or the therapist has; or who asks owns the clinic no more."""


class InvitationOver(Refusal):
    """Somebody has used it or withdrawn it meanwhile."""


def invite(*, name: str, email: str, role: str, therapist: Therapist | None, by: User, now: datetime) -> Invitation:
    """Ask somebody by email. Raises CannotInvite, which tells an owner who has the address already."""
    _check_address(email)
    with on_record(by=by, verb="invite", object_type="invitation", fields=[role], now=now) as line:
        _check_owner(by)
        try:
            with transaction.atomic():
                invitation = Invitation.objects.create(
                    name=name, email=email, role=role, therapist=therapist, invited_by=by, sent_at=now
                )
        except IntegrityError as error:
            raise CannotInvite(_("Somebody is invited with this address, or as this therapist, already.")) from error
        line.object_id = str(invitation.pk)
        outbox.queue_invitation(invitation=invitation, now=now)
    return invitation


def send_again(*, invitation_id: int, by: User, now: datetime) -> Invitation:
    """Another link, for another week; the one before is void. Raises InvitationOver, CannotInvite."""
    with on_record(by=by, verb="invite again", object_type="invitation", object_id=invitation_id, now=now):
        _check_owner(by)
        invitation = _lock(invitation_id)
        invitation.generation += 1
        invitation.sent_at, invitation.invited_by = now, by
        invitation.save(update_fields=["generation", "sent_at", "invited_by"])
        outbox.queue_invitation(invitation=invitation, now=now)
    return invitation


def withdraw(*, invitation_id: int, by: User, now: datetime) -> Invitation:
    """The link is void at once. Raises InvitationOver."""
    with on_record(by=by, verb="withdraw invitation", object_type="invitation", object_id=invitation_id, now=now):
        invitation = _lock(invitation_id)
        invitation.delete()
    return invitation


def withdraw_with(*, account: User, by: User, now: datetime) -> None:
    """Whoever owns the clinic no more has invited nobody, and no earlier invitation is a way back in.

    That is what `account` has sent, and what was sent to its address.
    """
    theirs = Q(invited_by=account) | (Q(email__iexact=account.email) if account.email else Q())
    for invitation in Invitation.objects.select_for_update().filter(theirs).order_by("pk"):
        write_entry(by=by, verb="withdraw invitation", object_type="invitation", object_id=invitation.pk, now=now)
        invitation.delete()


def accept(*, token: str, username: str, password: str, now: datetime) -> User:
    """The account of whoever was invited; the invitation ends with it. Raises NameTaken, BadLink."""
    with transaction.atomic():
        invitation = read_invitation(token, now=now, is_to_be_used=True)
        therapist = invitation.therapist
        if therapist and (not therapist.is_active or StaffProfile.objects.filter(therapist=therapist).exists()):
            therapist = None  # who has left since, or whom somebody else became
        user = make_account(
            username=username,
            email=invitation.email,
            password=password,
            role=invitation.role,
            now=now,
            name=invitation.name,
            therapist=therapist,
        )
        write_entry(by=user, verb="take invitation up", object_type="invitation", object_id=invitation.pk, now=now)
        invitation.delete()
    return user


def suggest_username(name: str) -> str:
    """From a name, the first word of it that nobody signs in with yet, with a number where all are taken; may be empty."""
    first = "".join(letter for letter in name.split(maxsplit=1)[0].lower() if letter.isalnum() or letter in "-_.")[:140]
    if not first:
        return ""
    taken = {one.lower() for one in User.objects.filter(username__istartswith=first).values_list("username", flat=True)}
    return next(
        one for one in (first, *(f"{first}{number}" for number in range(2, len(taken) + 3))) if one not in taken
    )


def _lock(invitation_id: int) -> Invitation:
    invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if invitation is None:
        raise InvitationOver(_("This invitation is over: it was used, or withdrawn."))
    return invitation


def _check_owner(by: User) -> None:
    """Asked under a lock: of an invitation and the end of its sender's account at the same moment one gives way."""
    if not is_owner(by):
        raise CannotInvite(_("You do not own this clinic any more."))


def _check_address(email: str) -> None:
    account = User.objects.filter(email__iexact=email).order_by("-is_active", "pk").first()
    if account is not None and account.is_active:
        raise CannotInvite(_("%(name)s has an account with this address already.") % {"name": full_name(account)})
    if account is not None:
        raise CannotInvite(
            _("%(name)s has a disabled account with this address. Enable that one.") % {"name": full_name(account)}
        )
