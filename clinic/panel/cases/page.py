"""What the pages about cases show: the list, and one case with its letters and its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from booking import links
from booking.intake.decisions import current_decision
from booking.intake.findings import Findings
from booking.models import Case, Clearance, Decision
from booking.rules.levels import GRAVE
from booking.wording.times import Wall, format_moment, local_date, zone_name
from clinic.panel.cases.forms import CaseStepForm, ClearanceForm
from clinic.panel.cases.waiting import EVENT_WORDS, WaitingCase, describe_case, describe_waiting
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.home import home_phone, home_wall
from services import catalogue

CLOSED_SHOWN = timedelta(days=14)
MOST_CLOSED = 50
NOBODY_KNOWN = Q(contact_name="", contact_email="", contact_phone="")


@dataclass(frozen=True)
class WaitingLine:
    case_id: int
    urgency: str
    until: str
    name: str
    why: str
    state: str
    waiting_for: str
    owner: str


@dataclass(frozen=True)
class ClosedLine:
    case_id: int
    name: str
    kind: str
    state: str


@dataclass(frozen=True)
class CasesPage:
    """`counted`: how many of the closed left nothing to find them by."""

    waiting: tuple[WaitingLine, ...]
    closed: tuple[ClosedLine, ...]
    counted: int


@dataclass(frozen=True)
class LetterLine:
    """`cleared_url`: the link to choose a time with, while the letter counts; else `no_longer` says why it does not."""

    written_by: str
    written_date: date
    valid_until: date
    allowed: tuple[str, ...]
    avoid: tuple[str, ...]
    note: str
    recorded_by: str
    recorded_at: str
    cleared_url: str
    no_longer: str
    may_take_back: bool


@dataclass(frozen=True)
class HistoryLine:
    moment: str
    what: str
    who: str
    note: str


@dataclass(frozen=True)
class CasePage:
    """`waits` while somebody has to act; `kind` is said where they have not, since its reasons say it. `level`: the result.

    `visit` is its reference, `person` their id in addresses. Both may be empty.
    """

    case_id: int
    name: str
    kind: str
    state: str
    level: str
    visit: str
    waits: WaitingCase | None
    phone: str
    email: str
    may_call: bool
    notes: tuple[str, ...]
    person: str
    form: forms.Form
    letters: tuple[LetterLine, ...]
    clearance_form: forms.Form | None
    zone: str
    history: tuple[HistoryLine, ...]


def load_cases(member: Member, *, now: datetime) -> CasesPage:
    rows = Case.objects.select_related("owner", "appointment")
    waiting = describe_waiting(rows.filter(state__in=Case.OPEN), member=member, wall=home_wall(), now=now)
    closed = rows.exclude(state__in=Case.OPEN).filter(closed_at__gt=now - CLOSED_SHOWN)
    return CasesPage(
        waiting=tuple(_waiting_line(one, now) for one in waiting),
        closed=tuple(
            ClosedLine(case.pk, case.contact_name, case.get_kind_display(), case.get_state_display())
            for case in closed.exclude(NOBODY_KNOWN)[:MOST_CLOSED]
        ),
        counted=closed.filter(NOBODY_KNOWN).count(),
    )


def describe_page(
    case: Case, *, member: Member, form: CaseStepForm, clearance_form: ClearanceForm, now: datetime
) -> CasePage:
    """`case` with `since`, its intake, visit, client and owner. The letter's form is left out where none can be recorded."""
    wall = home_wall()
    decision = current_decision(intake=case.intake, now=now) if case.intake else None
    waits = describe_case(case, member=member, wall=wall, now=now) if Case.State(case.state).is_open else None
    letters = list(case.clearances.select_related("intake", "recorded_by").order_by("-id"))
    today = local_date(now, wall.zone)
    counts = next((one for one in letters if one.voided_at is None and one.valid_until >= today), None)
    may_clear = may(member, Right.CLEAR_CASES)
    asks_letter = may_clear and case.kind == Case.Kind.PHYSICIAN and counts is None
    return CasePage(
        case_id=case.pk,
        name=case.contact_name,
        kind="" if waits else capfirst(case.get_kind_display()),
        state=capfirst(case.get_state_display()),
        level=decision.get_level_display() if decision and decision.level else "",
        visit=case.appointment.reference if case.appointment else "",
        waits=waits,
        phone=home_phone(case.contact_phone),
        email=case.contact_email,
        may_call=case.may_call,
        notes=tuple(_notes(decision, waits)) if decision and may(member, Right.SEE_ANSWERS) else (),
        person=case.client.public_id if case.client and not case.client.erased_at else "",
        form=form,
        letters=tuple(_letter_line(one, wall, counts=one == counts, may_clear=may_clear) for one in letters),
        clearance_form=clearance_form if asks_letter else None,
        zone=zone_name(wall.zone),
        history=tuple(_history(case, wall)),
    )


def _waiting_line(waits: WaitingCase, now: datetime) -> WaitingLine:
    case = waits.case
    return WaitingLine(
        case_id=case.pk,
        urgency=waits.urgency_words,
        until=waits.until,
        name=case.contact_name,
        why=waits.why_words,
        state=case.get_state_display(),
        waiting_for=timesince(case.opened_at, now),
        owner=case.owner.username if case.owner else "",
    )


def _notes(decision: Decision, waits: WaitingCase | None) -> Iterable[str]:
    """What the rulebook notes for staff, where the reasons above do not say it already."""
    for reason in Findings.of(decision).reasons:
        if reason.level in GRAVE and not (waits and reason.staff in waits.why):
            yield reason.staff


def _was_taken_back(letter: Clearance, wall: Wall) -> bool:
    """Rather than replaced by another once it had run out."""
    return letter.voided_at is not None and local_date(letter.voided_at, wall.zone) <= letter.valid_until


def _letter_line(letter: Clearance, wall: Wall, *, counts: bool, may_clear: bool) -> LetterLine:
    return LetterLine(
        written_by=letter.written_by,
        written_date=letter.written_date,
        valid_until=letter.valid_until,
        allowed=tuple(catalogue.names_of(keys=letter.allowed_treatments)),
        avoid=tuple(letter.limits.get("avoid", ())),
        note=letter.limits.get("note", ""),
        recorded_by=letter.recorded_by.username,
        recorded_at=format_moment(letter.recorded_at, wall),
        cleared_url=links.cleared_url(letter) if counts else "",
        no_longer=_("This letter was taken back.")
        if _was_taken_back(letter, wall)
        else _("This letter is out of date."),
        may_take_back=may_clear and letter.voided_at is None,
    )


def _history(case: Case, wall: Wall) -> Iterable[HistoryLine]:
    for event in case.events.select_related("by"):
        yield HistoryLine(
            moment=format_moment(event.at, wall, with_year=True),
            what=str(EVENT_WORDS.get(event.verb, event.verb)),
            who=event.by.username if event.by else _("the system"),
            note=event.note or "",
        )
