"""Who works here, read in bulk."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking.links import INVITATION_LASTS
from booking.models import Invitation
from booking.notes import granting
from booking.wording.times import Wall, format_day, format_moment
from clinic.models import StaffProfile
from clinic.panel.door.accounts import full_name
from clinic.panel.home import home_wall
from clinic.panel.set_up.staff.page import AccountLine, GrantLine, InvitationLine, StaffPage


def load_staff(*, now: datetime) -> StaffPage:
    """Everybody, in five statements however many they are. Times are those of the first place."""
    wall = home_wall()
    confirmed = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    users = User.objects.annotate(has_factor=Exists(confirmed)).order_by("first_name", "username")
    accounts = list(users.select_related("staff_profile__therapist"))
    return StaffPage(
        accounts=tuple(_describe(user, wall) for user in accounts if user.is_active),
        invited=tuple(_describe_invitation(row, wall, now) for row in Invitation.objects.select_related("therapist")),
        disabled=tuple(_describe(user, wall) for user in accounts if not user.is_active),
        grants=tuple(_load_grants(wall, now)),
    )


def role_name(role: str) -> str:
    """A role as people read it; empty for none."""
    return str(StaffProfile.Role(role).label) if role else ""


def _describe(user: User, wall: Wall) -> AccountLine:
    profile: StaffProfile | None = getattr(user, "staff_profile", None)
    name = full_name(user)
    return AccountLine(
        user_id=user.pk,
        name=name,
        username=user.username if user.username != name else "",
        role=role_name(profile.role if profile else ""),
        therapist=profile.therapist.name if profile and profile.therapist else "",
        last_sign_in=format_moment(user.last_login, wall) if user.last_login else "",
        has_second_factor=user.has_factor,  # type: ignore[attr-defined]
    )


def _describe_invitation(row: Invitation, wall: Wall, now: datetime) -> InvitationLine:
    until = row.sent_at + INVITATION_LASTS
    return InvitationLine(
        invitation_id=row.pk,
        name=row.name,
        email=row.email,
        role=role_name(row.role),
        therapist=row.therapist.name if row.therapist else "",
        until=format_moment(until, wall),
        is_over=now >= until,
    )


def _load_grants(wall: Wall, now: datetime) -> list[GrantLine]:
    return [
        GrantLine(
            reader=full_name(row.reader),
            client=row.client.name,
            until=format_day(granting.last_day(row.until, wall.zone)),
            url=reverse("panel:person_notes", args=[row.client.public_id]),
        )
        for row in granting.running_grants(now=now).defer("reason")
    ]
