"""Who may do what in the panel. The table is the rule; docs/roles.md is generated from it.

Each question comes as a pair: `may` answers, `check` raises. A visit that is somebody else's looks like one that is not
there.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import Http404

from booking.models import CALLED_OFF, UNBOOKED, Appointment, Client
from booking.notes.reading import has_grant, treats
from booking.rules.conditions import CORRECTED_ANSWERS, NOTE_TO_READ
from clinic.models import StaffProfile
from services.models import ClinicPolicy

OWNER, RECEPTION, THERAPIST = StaffProfile.Role.OWNER, StaffProfile.Role.RECEPTION, StaffProfile.Role.THERAPIST


class Reach(StrEnum):
    """Whose visits a right covers."""

    NONE = "no"
    OWN = "own"
    ALL = "all"
    IF_SET = "if the clinic says so"


class Right(StrEnum):
    SEE_BOARD = "see the day board"
    SEE_TO_DO = "see what waits, and take it up"
    CHOOSE_MAILS = "choose which emails one gets oneself"
    SEE_VISIT = "see a visit, its history and its messages"
    SEE_PERSON = "see a person's record"
    SEE_CONTACTS = "see a client's contacts"
    SEE_RESTRICTIONS = "see what to be careful about"
    SEE_ANSWERS = "see answers to the safety check"
    READ_CONCERNS = "read and settle what a client writes in the safety check"
    READ_NOTES = "read treatment notes"
    GRANT_NOTES = "let somebody read a person's treatment notes"
    WRITE_NOTES = "write the note of a visit"
    STEP_VISIT = "take the steps of the day (arrived, in treatment, done, no-show)"
    CHANGE_VISIT = "book, confirm, move and cancel"
    REBOOK = "book a client's next visit with the same therapist"
    REVOKE_LINKS = "make the links in a visit's earlier emails stop working"
    FIND_CLIENTS = "search for clients"
    CORRECT_PEOPLE = "correct who somebody is, group a household, and merge two records"
    WRITE_LINES = "write what others should know about a client"
    WORK_CASES = "work on cases"
    CLEAR_CASES = "record a physician's letter"
    CHANGE_ROTA = "enter time off and closures"
    BLOCK_TIME = "keep time free of visits (lunch, a meeting)"
    SEND_MESSAGES = "send a message again"
    RELEASE_MESSAGES = "let mail go out after a restore"
    HANDLE_DATA = "hand over or erase a person's data, and say how long data is kept"
    READ_RULEBOOK = "read the safety rulebook"
    SIGN_RULEBOOK = "record the clinician's signature"
    SEE_NUMBERS = "see numbers of visits, hours and people"
    SEE_INCOME = "see income, and outcomes of the safety check as numbers"
    SEE_OVERRIDES = "see which rules were overridden, by whom and why"
    SEE_TRAIL = "read who saw and changed what"
    SET_UP = "set the clinic up"


TABLE: dict[Right, dict[str, Reach]] = {
    Right.SEE_BOARD: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.SEE_TO_DO: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.CHOOSE_MAILS: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.ALL},
    Right.SEE_VISIT: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.SEE_PERSON: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.SEE_CONTACTS: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.NONE},
    Right.SEE_RESTRICTIONS: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.SEE_ANSWERS: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.OWN},
    Right.READ_CONCERNS: {OWNER: Reach.ALL, RECEPTION: Reach.IF_SET, THERAPIST: Reach.OWN},
    Right.READ_NOTES: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.OWN},
    Right.GRANT_NOTES: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.NONE},
    Right.WRITE_NOTES: {OWNER: Reach.OWN, RECEPTION: Reach.NONE, THERAPIST: Reach.OWN},
    Right.STEP_VISIT: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.CHANGE_VISIT: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.NONE},
    Right.REBOOK: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.REVOKE_LINKS: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.NONE},
    Right.FIND_CLIENTS: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.CORRECT_PEOPLE: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.NONE},
    Right.WRITE_LINES: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.WORK_CASES: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.NONE},
    Right.CLEAR_CASES: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.NONE},
    Right.CHANGE_ROTA: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.NONE},
    Right.BLOCK_TIME: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.OWN},
    Right.SEND_MESSAGES: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.NONE},
    Right.RELEASE_MESSAGES: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.NONE},
    Right.HANDLE_DATA: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.NONE},
    Right.READ_RULEBOOK: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.ALL},
    Right.SIGN_RULEBOOK: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.NONE},
    Right.SEE_NUMBERS: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.OWN},
    Right.SEE_INCOME: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.NONE},
    Right.SEE_OVERRIDES: {OWNER: Reach.ALL, RECEPTION: Reach.ALL, THERAPIST: Reach.NONE},
    Right.SEE_TRAIL: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.NONE},
    Right.SET_UP: {OWNER: Reach.ALL, RECEPTION: Reach.NONE, THERAPIST: Reach.NONE},
}


class Denied(Exception):
    """This role may not do that."""


@dataclass(frozen=True)
class Member:
    """Somebody who works here, as far as rights go.

    `granted`: what the clinic's policy adds to the role. With None that is asked for when a page needs to know.
    """

    user_id: int
    role: str
    therapist_id: int | None
    granted: frozenset[Right] | None = frozenset()

    def reach(self, right: Right) -> Reach:
        found = TABLE[right].get(self.role, Reach.NONE)
        if found is Reach.IF_SET:
            granted = _granted_by_policy() if self.granted is None else self.granted
            return Reach.ALL if right in granted else Reach.NONE
        return found


def find_member(user: AbstractBaseUser | AnonymousUser) -> Member | None:
    """The member of staff behind a signed-in user; None for anybody else, and for a disabled account."""
    if not user.is_authenticated or not user.is_active:
        return None
    profile = StaffProfile.objects.filter(user_id=user.pk).first()
    if profile is None:
        return None
    return Member(user_id=user.pk, role=profile.role, therapist_id=profile.therapist_id, granted=None)


def _granted_by_policy() -> frozenset[Right]:
    """What the policy says where the table leaves it to the clinic."""
    return frozenset({Right.READ_CONCERNS}) if ClinicPolicy.current().reception_reads_concerns else frozenset()


# What has to be read before it can be settled; whoever changes visits settles everything else.
SETTLED_BY_READING = {NOTE_TO_READ: Right.READ_CONCERNS, CORRECTED_ANSWERS: Right.SEE_ANSWERS}


def settling_right(kind: str) -> Right:
    """Whoever settles a condition of this kind needs this right over the visit."""
    return SETTLED_BY_READING.get(kind, Right.CHANGE_VISIT)


def may(member: Member, right: Right, *, visit: Appointment | None = None) -> bool:
    """Whether `member` has `right`: at all, or over `visit`."""
    reach = member.reach(right)
    if reach is Reach.OWN and visit is not None:
        return member.therapist_id is not None and visit.therapist_id == member.therapist_id
    return reach is not Reach.NONE


def check(member: Member, right: Right) -> None:
    """Raise Denied unless `member` has `right` over anything at all. Asked before anything is loaded."""
    if not may(member, right):
        raise Denied


def check_visit(member: Member, right: Right, *, visit: Appointment) -> None:
    """Raise Denied where the role has no such right, and Http404 where the visit is somebody else's."""
    check(member, right)
    if not may(member, right, visit=visit):
        raise Http404


def may_see(member: Member, right: Right, *, client: Client) -> bool:
    """Whether `member` has `right` over a person: a therapist over whoever has or had a visit with them."""
    reach = member.reach(right)
    if reach is Reach.OWN:
        visits = client.appointments.exclude(state__in=UNBOOKED | CALLED_OFF)
        return member.therapist_id is not None and visits.filter(therapist_id=member.therapist_id).exists()
    return reach is not Reach.NONE


def check_person(member: Member, right: Right, *, client: Client) -> None:
    """Raise Denied where the role has no such right, and Http404 where the person is nobody of theirs."""
    check(member, right)
    if not may_see(member, right, client=client):
        raise Http404


def may_read_notes(member: Member, client: Client | None, now: datetime) -> bool:
    """Owners those of everybody; a therapist those of whom they treat, and where an owner has let them in."""
    reach = member.reach(Right.READ_NOTES)
    if reach is not Reach.OWN or client is None:
        return reach is Reach.ALL
    is_theirs = member.therapist_id is not None and treats(client, therapist_id=member.therapist_id, now=now)
    return is_theirs or has_grant(client, reader_id=member.user_id, now=now)


def as_markdown() -> str:
    """The table as the page docs/roles.md."""
    rows = [f"| {right} | {' | '.join(TABLE[right][role] for role in StaffProfile.Role)} |" for right in Right]
    head = "# Who may do what\n\nGenerated from `clinic/panel/door/rights.py` by `manage.py write_docs`. "
    note = "“Own” is a therapist's own visits, and whoever has or had one with them; what is somebody else's looks like what is not there. “If the clinic says so” is a setting of the policy.\n\n"
    return (
        head
        + note
        + "\n".join([f"| right | {' | '.join(StaffProfile.Role)} |", "| --- | --- | --- | --- |", *rows])
        + "\n"
    )
