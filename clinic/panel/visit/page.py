"""One visit as the panel shows it, to each role what it may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from booking.intake.stops import find_stop
from booking.models import Appointment, Message, State
from booking.scheduling import appointments
from booking.scheduling.states import AT_THE_DESK, MOVABLE, STAFF, STEPS, UNTREATED, WITHOUT_LINKS
from booking.scheduling.stranding import open_row
from booking.wording.answers import Answered, answers_in_words
from booking.wording.phones import format_phone
from booking.wording.times import Wall, format_day, format_moment, format_span, local_date, promised_time
from clinic.panel.door.rights import Member, Right, check_visit, may
from clinic.panel.staff_page import show
from clinic.panel.stranded import describe_note
from clinic.panel.visit.cautions import describe_cautions
from clinic.panel.visit.move import find_undo
from clinic.panel.visit.open_points import list_concerns, list_points
from clinic.panel.visit.words import EVENT_WORDS, NEXT, STOP_WORDS, WORDS
from clinic.record.audit import write_view


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


def find_visit(reference: str, member: Member, right: Right) -> Appointment:
    """The visit, if there is one that `member` has `right` over; Http404 otherwise."""
    visit = related().filter(reference=reference).first() if "\0" not in reference else None
    if visit is None:
        raise Http404
    check_visit(member, right, visit=visit)
    return visit


def show_about(
    request: HttpRequest,
    member: Member,
    found: Appointment,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page about one thing that can be done with the visit."""
    write_view(by=request.user, client_id=found.client_id, now=timezone.now(), fields=["visit"])
    return show(request, member, template, about(found) | dict(context), status=status)


def show_visit(
    request: HttpRequest,
    member: Member,
    found: Appointment,
    now: datetime,
    *,
    typed: Typed = NOTHING_TYPED,
    status: int = 200,
) -> HttpResponse:
    """The whole visit; with `typed` in its fields again, or quoted where such a field is no longer there."""
    write_view(by=request.user, client_id=found.client_id, now=now, fields=fields_shown(member, found))
    wall = Wall.of_visit(found)
    stop = find_stop(visit=found, now=now) if found.state in UNTREATED else None
    points, concerns = list_points(member, found), list_concerns(member, found)
    careful = describe_cautions(member, found, now) if may(member, Right.SEE_RESTRICTIONS, visit=found) else None
    context = about(found) | {
        "stop_words": STOP_WORDS[stop] if stop else "",
        "stranded": describe_note(row, found) if (row := open_row(found)) else None,
        "promised": promised_time(found) if found.wall_time_lost_at and found.state in MOVABLE else "",
        "was_told_of_stop": any(
            message.kind == Message.Kind.STOPPED and message.state == Message.State.SENT
            for message in found.messages.all()
        ),
        "day": local_date(found.starts_at, wall.zone),
        "careful": careful,
        "has_nothing": bool(careful and careful["is_nothing"] and not points and not concerns),
        "answers": _answers(found) if may(member, Right.SEE_ANSWERS, visit=found) else (),
        "points": points,
        "concerns": concerns,
        "answer_by": answer_by(found),
        "next_step": next_step(member, found, now),
        "other_steps": _other_steps(member, found, now),
        "was_asked_again": appointments.was_asked_again(found, now=now),
        "may_keep_time": may(member, Right.CHANGE_VISIT, visit=found),
        "may_change": may(member, Right.CHANGE_VISIT, visit=found) and found.state in MOVABLE,
        "needs_form": found.state in UNTREATED and appointments.needs_form(found, now=now),
        "form_was_sent": any(
            message.kind == Message.Kind.FORM_MISSING
            and message.version == found.version
            and message.state != Message.State.SUPPRESSED
            for message in found.messages.all()
        ),
        "may_read_out": may(member, Right.STEP_VISIT, visit=found),
        "may_revoke_links": may(member, Right.REVOKE_LINKS, visit=found) and found.state not in WITHOUT_LINKS,
        "may_undo": may(member, Right.CHANGE_VISIT, visit=found) and found.state == State.CANCELLING,
        "undo": find_undo(found, now=now) if may(member, Right.CHANGE_VISIT, visit=found) else None,
        "earlier": _earlier(found),
        "mails": [
            (format_moment(message.sent_at or message.due_at, wall), message) for message in found.messages.all()
        ],
        "history": [
            (format_moment(event.at, wall), EVENT_WORDS.get(event.verb, event.verb), event)
            for event in found.events.all()
        ],
        "typed": typed,
    }
    context["not_saved"] = _without_a_field(typed, context)
    template = "panel/visit/side.html" if request.headers.get("HX-Request") else "panel/visit/visit.html"
    return show(request, member, template, context, status=status)


def answer_by(found: Appointment) -> str:
    """When a request ends by itself, in words; empty for every other visit."""
    if found.state != State.REQUESTED or found.deadline_at is None:
        return ""
    return format_moment(found.deadline_at, Wall.of_visit(found))


def _without_a_field(typed: Typed, context: Mapping[str, Any]) -> str:
    """The words that were typed into a field which the page no longer has."""
    step, visit = context["next_step"], context["visit"]
    has_reason = step is not None and step[0] == State.IN_TREATMENT and visit.intake is None
    still_open = {point.kind for point in context["points"] if point.may_settle}
    if typed.reason and not has_reason:
        return typed.reason
    if typed.remark and typed.kind not in still_open:
        return typed.remark
    return typed.time


def related() -> QuerySet[Appointment]:
    related = Appointment.objects.select_related("client", "treatment", "therapist", "room", "location", "intake")
    return related.prefetch_related("conditions", "messages", "events__by")


def last_event(found: Appointment) -> int | None:
    return max((event.pk for event in found.events.all()), default=None)


def about(found: Appointment) -> dict[str, Any]:
    wall = Wall.of_visit(found)
    return {
        "visit": found,
        "moment": format_moment(found.starts_at, wall),
        "phone": format_phone(found.booker_phone, country=found.location.country),
        "span": format_span(found.starts_at, found.ends_at, wall),
        "seen_event": last_event(found),
    }


def _answers(found: Appointment) -> tuple[Answered, ...]:
    """All that was answered, in the words of the questions that were asked then."""
    intake = found.intake
    return () if intake is None else answers_in_words(intake.answers, version=intake.schema_version)


def next_step(member: Member, found: Appointment, now: datetime) -> tuple[str, str] | None:
    """The one primary button; None where there is none, or not yet."""
    source = State(found.state)
    return next((step for step in _steps(member, found, now) if step[0] == NEXT.get(source)), None)


def _other_steps(member: Member, found: Appointment, now: datetime) -> list[tuple[str, str]]:
    source = State(found.state)
    return [step for step in _steps(member, found, now) if step[0] != NEXT.get(source)]


def _steps(member: Member, found: Appointment, now: datetime) -> list[tuple[str, str]]:
    """The steps whose time has come, as target and button."""
    if not _may_step(member, found):
        return []
    source = State(found.state)
    opens = {
        step.target: step.opens_at(found.starts_at) for step in STEPS if step.source == source and STAFF in step.actors
    }
    return [
        (target.value, str(WORDS[source, target]))
        for target, opens_at in opens.items()
        if (source, target) in WORDS and (opens_at is None or opens_at <= now)
    ]


def _may_step(member: Member, found: Appointment) -> bool:
    right = Right.CHANGE_VISIT if found.state in AT_THE_DESK else Right.STEP_VISIT
    return may(member, right, visit=found)


def _earlier(found: Appointment) -> list[tuple[str, Appointment]]:
    """The latest visits before this one, each with its day where it was."""
    if found.client is None:
        return []
    rows = Appointment.objects.filter(client=found.client, starts_at__lt=found.starts_at).exclude(pk=found.pk)
    latest = rows.select_related("treatment", "therapist").order_by("-starts_at")[:5]
    return [(format_day(local_date(one.starts_at, ZoneInfo(one.time_zone)), with_year=True), one) for one in latest]


def fields_shown(member: Member, found: Appointment) -> list[str]:
    shown = ["visit"]
    if may(member, Right.SEE_CONTACTS, visit=found):
        shown.append("contacts")
    if may(member, Right.SEE_RESTRICTIONS, visit=found):
        shown.append("restrictions")
    if may(member, Right.SEE_ANSWERS, visit=found):
        shown.append("answers")
    return shown
