"""What the page of one person shows: each role sees what it may."""

from dataclasses import dataclass
from datetime import datetime

from booking.models import UNBOOKED, Client
from booking.people.alike import fold
from booking.wording.times import format_date, local_date
from clinic.panel.door.rights import Member, Right, may, may_read_notes, may_see
from clinic.panel.home import home_phone, home_wall
from clinic.panel.person.around import (
    MAILS_SHOWN,
    CaseRow,
    LetterRow,
    Line,
    Look,
    Mail,
    Other,
    Undo,
    age_band,
    describe_undo,
    is_minor,
    list_alike,
    list_cases,
    list_household,
    list_letters,
    list_lines,
    list_looks,
    list_person_mails,
)
from clinic.panel.person.checks import Check, describe_person_cautions, list_checks
from clinic.panel.person.visits import Visits, list_visits
from clinic.panel.visit.cautions import Cautions


@dataclass(frozen=True)
class May:
    """What the member may see and do with this person."""

    see_contacts: bool
    see_restrictions: bool
    see_answers: bool
    read_notes: bool
    correct: bool
    write_lines: bool
    book: bool
    work_cases: bool
    grant_notes: bool
    handle_data: bool
    see_trail: bool


@dataclass(frozen=True)
class PersonPage:
    """Words are empty, and parts empty or None, where there is nothing to say or nothing that the member may see.

    `booked_by`: who booked the latest visit, where that is somebody else. `number` is that of the trail's lines.
    """

    public_id: str
    number: int
    name: str
    phone: str
    email: str
    age: str
    since: str
    access: str
    booked_by: str
    is_minor: bool
    may: May
    undo: Undo | None
    cautions: Cautions | None
    careful_look: str
    lines: tuple[Line, ...]
    visits: Visits
    checks: tuple[Check, ...]
    letters: tuple[LetterRow, ...]
    cases: tuple[CaseRow, ...]
    mails: tuple[Mail, ...]
    household: tuple[Other, ...]
    alike: tuple[Other, ...]
    looks: tuple[Look, ...]
    typed_line: str = ""

    @property
    def newest_mails(self) -> tuple[Mail, ...]:
        return self.mails[:MAILS_SHOWN]

    @property
    def earlier_mails(self) -> tuple[Mail, ...]:
        return self.mails[MAILS_SHOWN:]

    @property
    def guardian(self) -> str:
        """Who books and pays for a minor: said under the name."""
        return self.booked_by if self.is_minor else ""


def describe_person(member: Member, found: Client, now: datetime, *, page: int = 1, typed_line: str = "") -> PersonPage:
    """The record, with page `page` of the past visits; `typed_line` that could not be written is in its field again."""
    wall, rights = home_wall(), what_may(member, found, now)
    today = local_date(now, wall.zone)
    access, booked_by = _last_booking(found)
    cautions, lines = describe_person_cautions(member, found, wall, now), list_lines(found, wall)
    return PersonPage(
        public_id=found.public_id,
        number=found.pk,
        name=found.name,
        phone=home_phone(found.phone) if rights.see_contacts else "",
        email=found.email if rights.see_contacts else "",
        age=age_band(found.born, today),
        since=format_date(local_date(found.created_at, wall.zone)),
        access=access,
        booked_by=booked_by if rights.see_contacts and fold(booked_by) != fold(found.name) else "",
        is_minor=is_minor(found.born, today),
        may=rights,
        undo=describe_undo(found, wall, now) if rights.correct else None,
        cautions=cautions,
        careful_look=_look(cautions, has_lines=bool(lines)),
        lines=lines,
        visits=list_visits(member, found, now, page=page, reads_notes=rights.read_notes),
        checks=list_checks(member, found, wall) if rights.see_restrictions else (),
        letters=list_letters(found, today) if rights.see_restrictions else (),
        cases=list_cases(found, wall) if rights.work_cases else (),
        mails=list_person_mails(found, wall) if rights.see_contacts else (),
        household=list_household(found) if rights.correct else (),
        alike=list_alike(found) if rights.correct else (),
        looks=list_looks(found, wall) if rights.see_trail else (),
        typed_line=typed_line,
    )


def what_may(member: Member, found: Client, now: datetime) -> May:
    return May(
        see_contacts=may_see(member, Right.SEE_CONTACTS, client=found),
        see_restrictions=may_see(member, Right.SEE_RESTRICTIONS, client=found),
        see_answers=may_see(member, Right.SEE_ANSWERS, client=found),
        read_notes=may_read_notes(member, found, now),
        correct=may(member, Right.CORRECT_PEOPLE),
        write_lines=may_see(member, Right.WRITE_LINES, client=found),
        book=may(member, Right.CHANGE_VISIT),
        work_cases=may(member, Right.WORK_CASES),
        grant_notes=may(member, Right.GRANT_NOTES),
        handle_data=may(member, Right.HANDLE_DATA),
        see_trail=may(member, Right.SEE_TRAIL),
    )


def fields_shown(page: PersonPage) -> list[str]:
    """What the trail says of a look at this page."""
    shown = {"contacts": page.may.see_contacts, "restrictions": page.may.see_restrictions}
    shown |= {"answers": page.may.see_answers, "notes": page.visits.shows_notes}
    return ["record", *(name for name, is_shown in shown.items() if is_shown)]


def _look(cautions: Cautions | None, *, has_lines: bool) -> str:
    """The class of the box of cautions in the stylesheet."""
    if cautions is not None and cautions.is_stop:
        return "side-stop"
    return "side-caution" if has_lines or (cautions is not None and not cautions.is_nothing) else ""


def _last_booking(found: Client) -> tuple[str, str]:
    """What was asked for, and by whom, with the latest booking."""
    rows = found.appointments.exclude(state__in=UNBOOKED).order_by("-created_at", "-pk")
    last = rows.only("access_needs", "booker_name").first()
    return (last.access_needs, last.booker_name) if last else ("", "")
