"""What is to be settled on a visit, and what its client wrote: each member sees what they may read, and who else can."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from booking.intake.decisions import newest_intake
from booking.models import Appointment, Condition
from booking.rules.conditions import FORM_MISSING, NOTE_TO_READ
from booking.scheduling import appointments
from booking.scheduling.states import UNTREATED
from booking.wording.conditions import condition_for_staff
from clinic.models import StaffProfile
from clinic.panel.door.rights import Member, Right, may, settling_right
from services.blanks import is_blank

OTHER_CONCERN = "other_concern"


@dataclass(frozen=True)
class OpenPoint:
    """One condition. `settled` says by whom, with which words. `others` tells somebody who can't settle it who can.

    `remark` is what was typed before a refusal.
    """

    kind: str
    words: str
    settled: str
    may_settle: bool
    others: str
    label: str
    needs_words: bool
    remark: str = ""


@dataclass(frozen=True)
class Concern:
    """What the client wrote in the safety check; `text` is empty where the member may not read it."""

    text: str
    others: str


def list_points(member: Member, found: Appointment) -> list[OpenPoint]:
    is_open = found.state in UNTREATED
    return [_point(member, found, condition, is_open=is_open) for condition in found.conditions.all()]


def list_concerns(member: Member, found: Appointment) -> list[Concern]:
    """What was written for this visit, and what the same person has written since."""
    said = [one for one in dict.fromkeys([found.intake, newest_intake(found.client)]) if one is not None]
    texts = dict.fromkeys(intake.answers.get(OTHER_CONCERN) or "" for intake in said)
    may_read = may(member, Right.READ_CONCERNS, visit=found)
    others = "" if may_read else who_can(Right.READ_CONCERNS, found)
    return [Concern(text if may_read else "", others) for text in texts if not is_blank(text)]


def who_can(right: Right, found: Appointment) -> str:
    """A sentence: who has `right` over this visit, by name."""
    people = User.objects.filter(is_active=True, staff_profile__isnull=False).select_related("staff_profile")
    able = [user for user in people.order_by("username") if _has(user, right, found)]
    treats = [user for user in able if user.staff_profile.therapist_id == found.therapist_id]
    named = [f"{found.therapist.name} ({_('treats')})"] if treats else []
    named += [user.get_full_name() or user.username for user in able if user not in treats]
    if not named:
        return _("Nobody here has an account that can read and settle this.")
    return _("Can read and settle this: %(names)s.") % {"names": ", ".join(named)}


def _has(user: User, right: Right, found: Appointment) -> bool:
    profile: StaffProfile = user.staff_profile
    return may(Member(user_id=user.pk, role=profile.role, therapist_id=profile.therapist_id), right, visit=found)


def _point(member: Member, found: Appointment, condition: Condition, *, is_open: bool) -> OpenPoint:
    right = settling_right(condition.kind)
    may_settle = may(member, right, visit=found)
    return OpenPoint(
        kind=condition.kind,
        words=condition_for_staff(condition.kind),
        settled=_settled(condition, may_read=may_settle or right is Right.CHANGE_VISIT),
        may_settle=may_settle and is_open and condition.settled_at is None,
        others="" if may_settle or condition.settled_at else who_can(right, found),
        label=_label(found, condition.kind),
        needs_words=appointments.needs_words(found, condition.kind),
    )


def _label(found: Appointment, kind: str) -> str:
    if kind == FORM_MISSING and found.intake is None:
        return _("Why without the form")
    return _("What came of it") if kind == NOTE_TO_READ else _("Remark")


def _settled(condition: Condition, *, may_read: bool) -> str:
    if condition.settled_at is None:
        return ""
    by = condition.settled_by.get_full_name() or condition.settled_by.username if condition.settled_by else ""
    said = f"“{condition.remark}”" if condition.remark and may_read else ""
    return ", ".join(part for part in (_("settled"), by, said) if part)
