"""One visit as the panel shows it: each role sees what it may."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.text import capfirst

from booking.intake.stops import find_stop
from booking.models import Appointment, Message, State
from booking.scheduling import appointments
from booking.scheduling.states import MOVABLE, UNTREATED, WITHOUT_LINKS
from booking.scheduling.stranding import open_row
from booking.wording.answers import Answered
from booking.wording.times import Wall, format_moment, local_date, promised_time
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.stranded import Elsewhere, StrandedNote, describe_note, offer_elsewhere
from clinic.panel.visit.about import About, about
from clinic.panel.visit.again import Again, list_again
from clinic.panel.visit.begin import Begin, describe_begin
from clinic.panel.visit.careful import Careful, describe_careful
from clinic.panel.visit.facts import (
    Contacts,
    EarlierVisit,
    HistoryLine,
    MailLine,
    contacts_of,
    list_answers,
    list_earlier,
    list_history,
    list_mails,
)
from clinic.panel.visit.move import Undo, find_undo
from clinic.panel.visit.note import NoteBeside, describe_note_beside
from clinic.panel.visit.open_points import OpenPoint, list_points
from clinic.panel.visit.since import Since, describe_since
from clinic.panel.visit.steps import NextStep, Step, next_step, other_steps
from clinic.panel.visit.treatments import TreatmentUndo, find_treatment_undo
from clinic.panel.visit.words import STOP_WORDS


@dataclass(frozen=True)
class Typed:
    """What somebody had typed or chosen when a change was refused.

    `reason` of a step, `remark` on a condition of `kind`, or the `time` that the visit should have been moved to.
    """

    reason: str = ""
    kind: str = ""
    remark: str = ""
    time: str = ""


NOTHING_TYPED = Typed()


@dataclass(frozen=True)
class Stopped:
    """Why the visit can't go ahead. `was_told`: the client was, by email, that something has to be settled."""

    words: str
    was_told: bool


@dataclass(frozen=True)
class MissingForm:
    """How the safety check can be had. `reads_out_first`: nothing else can be done about it."""

    may_read_out: bool
    reads_out_first: bool
    was_sent: bool
    may_send: bool


@dataclass(frozen=True)
class VisitPage:
    """Words are empty, and parts None, where there is nothing to say or nothing that the member may see.

    `day` is the visit's own, by its clock. `typed_reason` and `not_saved`: what was typed before a refusal, for its
    field or where that field is gone. `trail_of`: the id of the client whose trail the member may read.
    """

    visit: About
    location_id: int
    day: date
    state: str
    answer_by: str
    undo: Undo | None
    promised: str
    stranded: StrandedNote | None
    elsewhere: Elsewhere | None
    may_keep_time: bool
    stopped: Stopped | None
    careful: Careful | None
    since: Since | None
    note: NoteBeside
    missing_form: MissingForm | None
    next_step: NextStep | None
    begin: Begin | None
    other_steps: tuple[Step, ...]
    may_move: bool
    undo_treatment: TreatmentUndo | None
    again: tuple[Again, ...]
    may_ask_again: bool
    may_undo: bool
    contacts: Contacts | None
    access_needs: str
    remark: str
    is_confirmed: bool
    answers: tuple[Answered, ...]
    earlier: tuple[EarlierVisit, ...]
    mails: tuple[MailLine, ...]
    may_revoke_links: bool
    history: tuple[HistoryLine, ...]
    trail_of: int | None
    typed_reason: str
    not_saved: str


def describe_visit(member: Member, found: Appointment, now: datetime, *, typed: Typed = NOTHING_TYPED) -> VisitPage:
    """The whole visit; with `typed` in its fields again, or quoted where such a field is no longer there."""
    may_change = may(member, Right.CHANGE_VISIT, visit=found)
    may_move = may_change and found.state in MOVABLE
    needs_form = found.state in UNTREATED and appointments.needs_form(found, now=now)
    points = [_with_remark(point, typed) for point in list_points(member, found)]
    step, row = next_step(member, found, now), open_row(found)
    is_homeless = row is not None and row.kept_at is None
    return VisitPage(
        visit=about(found),
        location_id=found.location_id,
        day=local_date(found.starts_at, Wall.of_visit(found).zone),
        state=capfirst(found.get_state_display()),
        answer_by=answer_by(found),
        undo=find_undo(found, now=now) if may_change else None,
        promised=promised_time(found) if found.wall_time_lost_at and found.state in MOVABLE else "",
        stranded=describe_note(row, found) if row else None,
        elsewhere=offer_elsewhere([found], now=now).get(found.pk) if may_move and is_homeless else None,
        may_keep_time=may_change,
        stopped=_stopped(found, now),
        careful=describe_careful(member, found, points, now, needs_form=needs_form),
        since=describe_since(member, found, now),
        note=describe_note_beside(member, found, now),
        missing_form=_missing_form(member, found, may_send=may_move) if needs_form else None,
        next_step=step,
        begin=describe_begin(member, step),
        other_steps=tuple(other_steps(member, found, now)),
        may_move=may_move,
        undo_treatment=find_treatment_undo(found, now=now) if may_move else None,
        again=list_again(found, now=now) if may(member, Right.REBOOK, visit=found) else (),
        may_ask_again=may_move and bool(found.booker_email),
        may_undo=may_change and found.state == State.CANCELLING,
        contacts=contacts_of(found) if may(member, Right.SEE_CONTACTS, visit=found) else None,
        access_needs=found.access_needs,
        remark=found.remark,
        is_confirmed=found.confirmed_at is not None,
        answers=list_answers(found) if may(member, Right.SEE_ANSWERS, visit=found) else (),
        earlier=list_earlier(found),
        mails=list_mails(found),
        may_revoke_links=may(member, Right.REVOKE_LINKS, visit=found) and found.state not in WITHOUT_LINKS,
        history=list_history(found),
        trail_of=found.client_id if may(member, Right.SEE_TRAIL) else None,
        typed_reason=typed.reason,
        not_saved=_without_a_field(typed, step, points),
    )


def answer_by(found: Appointment) -> str:
    """When a request ends by itself, in words; empty for every other visit."""
    if found.state != State.REQUESTED or found.deadline_at is None:
        return ""
    return format_moment(found.deadline_at, Wall.of_visit(found))


def fields_shown(member: Member, found: Appointment) -> list[str]:
    """What the trail says of a look at the whole visit."""
    shown = ["visit"]
    if may(member, Right.SEE_CONTACTS, visit=found):
        shown.append("contacts")
    if may(member, Right.SEE_RESTRICTIONS, visit=found):
        shown.append("restrictions")
    if may(member, Right.SEE_ANSWERS, visit=found):
        shown.append("answers")
    return shown


def _with_remark(point: OpenPoint, typed: Typed) -> OpenPoint:
    return replace(point, remark=typed.remark) if point.kind == typed.kind else point


def _without_a_field(typed: Typed, step: NextStep | None, points: list[OpenPoint]) -> str:
    """The words that were typed into a field which the page no longer has."""
    still_open = {point.kind for point in points if point.may_settle}
    if typed.reason and not (step and step.asks_reason):
        return typed.reason
    if typed.remark and typed.kind not in still_open:
        return typed.remark
    return typed.time


def _stopped(found: Appointment, now: datetime) -> Stopped | None:
    stop = find_stop(visit=found, now=now) if found.state in UNTREATED else None
    if not stop:
        return None
    was_told = any(
        message.kind == Message.Kind.STOPPED and message.state == Message.State.SENT for message in found.messages.all()
    )
    return Stopped(str(STOP_WORDS[stop]), was_told)


def _missing_form(member: Member, found: Appointment, *, may_send: bool) -> MissingForm:
    was_sent = any(
        message.kind == Message.Kind.FORM_MISSING
        and message.version == found.version
        and message.state != Message.State.SUPPRESSED
        for message in found.messages.all()
    )
    return MissingForm(
        may_read_out=may(member, Right.STEP_VISIT, visit=found),
        reads_out_first=not found.booker_email,
        was_sent=was_sent,
        may_send=may_send and bool(found.booker_email),
    )
