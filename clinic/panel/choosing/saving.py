"""What becomes of each visit that a change strands: chosen beside it before the change is saved, and done together with it.

Whoever saves is shown the visits first, each with a time that is free, and a button that counts what it will do. What
comes back is counted again. Where the visits, or what the button said, are others by then, nothing is saved, and they are
shown anew; so, too, where a time is gone. Else the change, the moves and what is kept are one transaction.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from booking.models import Appointment, AppointmentEvent, Stranding
from booking.scheduling import appointments
from booking.scheduling.stranding import Review, reviewing
from clinic.panel.before_saving import left_as_typed
from clinic.panel.choosing.page import ChoicesPage, Question, describe_question
from clinic.panel.choosing.sent import KEEP, MOVE, OURS, TO_DO, Sent
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.door.signed_in import hand_of
from clinic.panel.stranded import say_stranded
from clinic.record.audit import on_record
from services.refusals import Refusal


class AskFirst(Exception):
    """Nothing is saved: there is something to choose, or to look at again."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.news)
        self.question = question


class Settled:
    """A `rota.Review` of the change; once it is saved, what has become of the visits."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self.moved = self.kept = self.waiting = 0

    def __call__(self, *, therapist_ids: Collection[int] = (), location_ids: Collection[int] = ()) -> None:
        self._review(therapist_ids=therapist_ids, location_ids=location_ids)

    def rows(self) -> list[Stranding]:
        return self._review.stranded()

    def say_done(self) -> str:
        """What was moved and kept; empty where nothing was."""
        parts = {"moved": self.moved, "kept": self.kept}
        said = [
            ngettext("%(moved)s visit is moved.", "%(moved)s visits are moved.", self.moved) if self.moved else "",
            ngettext("%(kept)s visit keeps its time.", "%(kept)s visits keep their time.", self.kept)
            if self.kept
            else "",
        ]
        return " ".join(one for one in said if one) % parts

    def say(self) -> str:
        """What follows "Saved."."""
        return " ".join(one for one in (self.say_done(), say_stranded(self.waiting)) if one)


@contextmanager
def asking_first(request: HttpRequest, member: Member, *, now: datetime) -> Iterator[Settled]:
    """A transaction for one change, in place of `reviewing`, with what was chosen for the visits that it strands.

    Raises AskFirst, and then everything is taken back.
    """
    with reviewing(now=now) as review:
        may_choose = may(member, Right.CHANGE_VISIT)
        sent = Sent.read(request, may_choose=may_choose)
        sent.lock()
        settled = Settled(review)
        yield settled
        rows = settled.rows()
        if rows or sent.seen:
            marks = _marks(rows)
            news = sent.why_not_yet(marks)
            faults = {} if news or sent.why_fault else _settle(request, rows, sent, settled, marks=marks, now=now)
            if news or sent.why_fault or faults:
                raise AskFirst(describe_question(rows, sent, marks=marks, news=news, faults=faults, now=now))


def show_choices(
    request: HttpRequest, member: Member, asked: AskFirst, *, verb: str, carried: Mapping[str, str] | None = None
) -> HttpResponse:
    """`verb`: what the button does besides ("Save"); `carried`: what goes along besides what was typed."""
    typed = left_as_typed(request, carried=carried, without=OURS)
    page = ChoicesPage(asked.question.with_verb(verb), typed)
    return show(request, member, "panel/before_saving.html", page, status=409)


def _marks(rows: Sequence[Stranding]) -> dict[str, str]:
    """By reference: the visit with its last event, so that what happens to it meanwhile is noticed."""
    events = AppointmentEvent.objects.filter(appointment__in=[row.appointment_id for row in rows])
    last = dict(events.order_by("pk").values_list("appointment_id", "pk"))
    return {row.appointment.reference: f"{row.appointment.reference}:{last.get(row.appointment_id, 0)}" for row in rows}


def _settle(
    request: HttpRequest,
    rows: Sequence[Stranding],
    sent: Sent,
    settled: Settled,
    *,
    marks: Mapping[str, str],
    now: datetime,
) -> dict[str, str]:
    """Do what was chosen, all of it or nothing. Returns by reference why something could not be done."""
    faults: dict[str, str] = {}
    try:
        with transaction.atomic():
            for row in rows:
                visit = row.appointment
                try:
                    _do(request, visit, sent, seen_event=int(marks[visit.reference].partition(":")[2]), now=now)
                except Refusal as refusal:
                    faults[visit.reference] = refusal.for_staff
            if faults:
                raise _TakenBack
    except _TakenBack:
        return faults
    deeds = [sent.of(row.appointment.reference).deed for row in rows]
    settled.moved, settled.kept, settled.waiting = (deeds.count(deed) for deed in (MOVE, KEEP, TO_DO))
    return {}


class _TakenBack(Exception):
    """Something could not be done, so nothing is."""


def _do(request: HttpRequest, visit: Appointment, sent: Sent, *, seen_event: int, now: datetime) -> None:
    wanted, by = sent.of(visit.reference), hand_of(request)
    record = {"by": request.user, "object_type": "visit", "object_id": visit.reference, "now": now}
    if wanted.deed == MOVE and wanted.starts_at is not None:
        with on_record(verb="move", fields=["starts_at", "therapist"], **record):  # type: ignore[arg-type]
            appointments.move(
                appointment=visit,
                starts_at=wanted.starts_at,
                therapist_id=wanted.therapist_id,
                by=by,
                now=now,
                seen_event=seen_event,
                tell_client=wanted.tells or not visit.booker_email,
            )
    elif wanted.deed == KEEP:
        with on_record(verb="keep time", **record):  # type: ignore[arg-type]
            appointments.keep_time(appointment=visit, by=by, now=now, seen_event=seen_event, reason=sent.why)
