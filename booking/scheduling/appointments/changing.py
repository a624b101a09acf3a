"""The steps of a visit's day, and what is settled or confirmed of it meanwhile. Moving and cancelling stand beside it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from booking.cases import follow_up
from booking.intake.gate import AtTheDoor, Door, Passage, pass_gate
from booking.messages import outbox
from booking.messages.corrections import Known
from booking.models import Appointment, Case, Condition, Message, State
from booking.rules.conditions import FORM_MISSING, NOTE_TO_READ
from booking.scheduling import stranding
from booking.scheduling.appointments.ledger import (
    CLIENT,
    By,
    before_step,
    check_link,
    check_own_repeat,
    check_step,
    check_unchanged,
    free_former_place,
    read_locked,
    record,
)
from booking.scheduling.appointments.refusals import NotAllowed, TooLate
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.appointments.treating import add_conditions, was_asked_again
from booking.scheduling.availability import Reason
from booking.scheduling.deadlines import request_deadline
from booking.scheduling.fitting import Why
from booking.scheduling.search import wish_of
from booking.scheduling.states import OCCUPYING, OF_THE_DAY, UNTREATED, is_overdue
from services.blanks import is_blank
from services.models import ClinicPolicy

# What a client is told of a step that staff take; the other steps happen in the clinic, before the client's eyes.
TOLD = {
    (State.REQUESTED, State.BOOKED): Message.Kind.CONFIRMED,
    (State.REQUESTED, State.CANCELLED): Message.Kind.DECLINED,
}
# The key in an event's changes that says which rule was overridden; its reason stands beside it.
OVERRIDE = "override"
# What a kept time lacks where it is outside of hours.
OUT_OF_HOURS = frozenset({Why.HOURS, Why.TIME_OFF, Why.CLOSED})
# Stepping back asks nobody. A request is confirmed by the same rule by which it would be booked today.
DOORS = {
    (State.REQUESTED, State.BOOKED): Door.BOOK,
    (State.BOOKED, State.ARRIVED): Door.ARRIVE,
    (State.ARRIVED, State.IN_TREATMENT): Door.TREAT,
}


@in_one_transaction
def change_state(
    *,
    appointment: Appointment,
    target: State,
    by: By,
    now: datetime,
    reason: str = "",
    seen_event: int | None = None,
    acknowledged: bool = False,
) -> Appointment:
    """One step of the day, forward or back: arrive, treat, complete, miss, confirm, decline, refuse, free now.

    Nothing else: a cancellation is taken back by `undo_cancel`, with its deadline. `acknowledged`: the therapist has read what to be careful about. `reason` overrides a missing form, and nothing
    else. Raises NotAllowed, TooEarly, TooLate, ChangedMeanwhile, GateRefused.
    """
    visit = read_locked(appointment.pk)
    if visit.state == target:
        check_own_repeat(visit, seen_event=seen_event, by=by)
        return visit
    check_unchanged(visit, seen_event=seen_event)
    source, before = State(visit.state), before_step(visit, by=by)
    verb = check_step(visit, target=target, by=by, among=OF_THE_DAY, now=now)
    if target == State.BOOKED:
        check_not_run_out(visit, now=now)
    if (source, target) in DOORS:
        done = AtTheDoor(asked_again=was_asked_again(visit, now=now), acknowledged=acknowledged, override=reason)
        passage = _ask_gate(visit, door=DOORS[source, target], by=by, now=now, done=done)
        _check_settled(visit, asked=passage.conditions, target=target)
    visit.state, visit.deadline_at = target, None
    free_former_place(visit)
    changes = _override(visit) if target == State.IN_TREATMENT and source == State.ARRIVED else {}
    kind = TOLD.get((source, target))
    tell(visit, verb=verb, by=by, kind=kind, before=before, reason=reason, now=now, changes=changes)
    if target not in OCCUPYING:
        visit.claims.all().delete()
    if (source in UNTREATED) != (target in UNTREATED):
        stranding.look_at(visit, now=now)
    if source == State.REQUESTED:
        state = Case.State.CLOSED if target == State.BOOKED else Case.State.DECLINED
        follow_up.close_for_appointment(appointment=visit, state=state, by=by.user, now=now)
    return visit


@in_one_transaction
def keep_time(
    *, appointment: Appointment, by: By, now: datetime, seen_event: int | None = None, reason: str = ""
) -> Appointment:
    """Staff keep the time of a visit that does not fit there, for as long as it lacks the same. Twice is once.

    With a `reason` a time outside of hours is listed, as one that staff book there is. Raises NotAllowed where it fits,
    ChangedMeanwhile.
    """
    visit = read_locked(appointment.pk)
    row = stranding.open_row(visit)
    if row is None:
        raise NotAllowed(_("This visit does not need a new time."))
    if row.kept_at is not None:
        return visit
    check_unchanged(visit, seen_event=seen_event)
    stranding.keep(row, by=by.user, now=now)
    is_listed = not is_blank(reason) and row.why in OUT_OF_HOURS
    changes = {OVERRIDE: Reason.OFF_SHIFT.name.lower()} if is_listed else {}
    record(visit, verb="keep time", by=by, now=now, reason=reason, changes=changes)
    return visit


@in_one_transaction
def settle_condition(
    *,
    appointment: Appointment,
    kind: str,
    by: By,
    now: datetime,
    remark: str = "",
    seen_event: int | None = None,
) -> Condition:
    """Staff have seen the note, spoken to the guardian, called, read. Settling twice keeps the first.

    A concern is settled with words (`remark`) that say what came of it. To settle a missing form without one is an
    override: it needs words, too, and is listed. Raises NotAllowed, ChangedMeanwhile.
    """
    visit = read_locked(appointment.pk)
    condition = visit.conditions.get(kind=kind)
    if condition.settled_at is not None:
        check_own_repeat(visit, seen_event=seen_event, by=by)
        return condition
    check_unchanged(visit, seen_event=seen_event)
    override = _override(visit) if kind == FORM_MISSING else {}
    if override and is_blank(remark):
        raise NotAllowed(_("The safety check is missing. Take the form, or write why you go on without."))
    if needs_words(visit, kind) and is_blank(remark):
        raise NotAllowed(_("Write what you found out, or what to be careful about."))
    condition.settled_at, condition.settled_by, condition.remark = now, by.user, remark
    condition.save(update_fields=["settled_at", "settled_by", "remark"])
    record(
        visit,
        verb="settle",
        by=by,
        now=now,
        reason=remark if override else "",
        changes={"condition": kind} | override,
    )
    return condition


def needs_words(visit: Appointment, kind: str) -> bool:
    """Whether a condition of this kind is settled only with words: a concern, or a form that is still missing."""
    return kind == NOTE_TO_READ or (kind == FORM_MISSING and bool(_override(visit)))


@in_one_transaction
def confirm_attendance(*, appointment: Appointment, now: datetime) -> Appointment:
    """The client has said "I'm coming": a moment, not a state. Raises TooLate, NotAllowed, LinkRevoked."""
    visit = read_locked(appointment.pk)
    check_link(visit, opened=appointment)
    check_before_start(visit, by=By("client"), now=now)
    if visit.state != State.BOOKED:
        raise NotAllowed(_("This visit is %(state)s.") % {"state": visit.get_state_display()})
    if visit.confirmed_at is None:
        visit.confirmed_at = now
        visit.save(update_fields=["confirmed_at"])
        record(visit, verb="say coming", by=By("client"), now=now)
    return visit


@in_one_transaction
def set_reminders(*, appointment: Appointment, wanted: bool, now: datetime) -> Appointment:
    """Turn this visit's reminder mails off or on. Raises LinkRevoked."""
    visit = read_locked(appointment.pk)
    check_link(visit, opened=appointment)
    if visit.wants_reminders != wanted:
        visit.wants_reminders = wanted
        visit.save(update_fields=["wants_reminders"])
        record(visit, verb="reminders on" if wanted else "reminders off", by=By("client"), now=now)
    return visit


def check_before_start(visit: Appointment, *, by: By, now: datetime) -> None:
    if not by.is_staff and now >= visit.starts_at:
        raise TooLate(_("This visit has already begun. Please call us."), for_staff=_("This visit has already begun."))


def _check_settled(visit: Appointment, *, asked: Collection[str], target: State) -> None:
    """Nothing is confirmed or treated while something is open; only the last door may override a missing form.

    `asked` is what the gate asks for now: also what has come up since the visit was made.
    """
    if target == State.ARRIVED:
        add_conditions(visit, kinds=asked)
        return
    settled = dict(visit.conditions.values_list("kind", "settled_at"))
    still_open = {kind for kind in {*settled, *asked} if settled.get(kind) is None}
    if target == State.IN_TREATMENT:
        still_open -= {FORM_MISSING}
    if still_open:
        raise NotAllowed(_("Something is still to be settled before this visit can go on."))


def _ask_gate(visit: Appointment, *, door: Door, by: By, now: datetime, done: AtTheDoor) -> Passage:
    """On the day of the visit, or today where it is treated later than planned."""
    return pass_gate(
        door=door,
        intake=visit.intake,
        treatment=visit.treatment,
        on_date=max(visit.starts_at, now).astimezone(wish_of(visit).zone).date(),
        by_staff=by.is_staff,
        now=now,
        client=visit.client,
        done=done,
    )


def check_not_run_out(visit: Appointment, *, now: datetime) -> None:
    """Others may have been shown its time already, whether or not the sweep has come by."""
    if visit.state == State.REQUESTED and is_overdue(visit, now=now):
        raise TooLate(
            _("We could not confirm this request in time. Please book a new visit."),
            for_staff=_("Nobody answered this request in time, so it has ended. If the client still comes, book anew."),
        )


def renew_request_deadline(visit: Appointment, *, now: datetime) -> None:
    """As if it had been made for this start; where that is over already, as if it were made now.

    What staff made never ends by itself.
    """
    if visit.state != State.REQUESTED or not _was_asked_by_client(visit):
        return
    for made_at in (visit.created_at, now):
        visit.deadline_at = request_deadline(
            made_at=made_at,
            starts_at=visit.starts_at,
            notice=timedelta(minutes=ClinicPolicy.current().notice_minutes),
            zone=wish_of(visit).zone,
        )
        if visit.deadline_at > now:
            return


def _was_asked_by_client(visit: Appointment) -> bool:
    return visit.events.filter(verb="request", actor=CLIENT.kind).exists()


def _override(visit: Appointment) -> dict[str, Any]:
    """What the event says where a rule was overridden, so that it can be listed."""
    return {OVERRIDE: FORM_MISSING} if visit.intake is None else {}


def tell(
    visit: Appointment,
    *,
    verb: str,
    by: By,
    kind: Message.Kind | None,
    before: Known | None,
    now: datetime,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    """Save the change with its event, and queue the mail that tells of it; a told change raises the version.

    `before`: see `before_step`, asked before anything was changed.
    """
    if kind is not None:
        visit.version += 1
    visit.save()
    record(visit, verb=verb, by=by, now=now, reason=reason, changes=changes)
    outbox.announce(appointment=visit, kind=kind, now=now, before=before)
