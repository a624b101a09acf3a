"""Cancelling a visit, and taking that back while its time is still kept."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from booking.cases import follow_up
from booking.models import Appointment, Case, Message, State
from booking.scheduling import stranding
from booking.scheduling.appointments.changing import (
    check_before_start,
    check_not_run_out,
    renew_request_deadline,
    tell,
)
from booking.scheduling.appointments.ledger import (
    By,
    before_step,
    check_here,
    check_link,
    check_own_repeat,
    check_step,
    check_unchanged,
    free_former_place,
    read_locked,
)
from booking.scheduling.appointments.refusals import NotAllowed, TooLate
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.states import CALLED_OFF, MOVABLE
from services.models import ClinicPolicy


@in_one_transaction
def cancel(
    *, appointment: Appointment, by: By, now: datetime, reason: str = "", seen_event: int | None = None
) -> Appointment:
    """Begin to cancel: the time stays claimed until the undo runs out, at the latest until the start.

    Cancelling twice is cancelling once. Raises NotAllowed, ByPhone, TooLate, ChangedMeanwhile, LinkRevoked.
    """
    visit = read_locked(appointment.pk)
    check_link(visit, opened=appointment, by=by)
    if visit.state in CALLED_OFF:
        check_own_repeat(visit, seen_event=seen_event, by=by)
        return visit
    check_here(visit, by=by)
    check_before_start(visit, by=by, now=now)
    check_unchanged(visit, seen_event=seen_event)
    check_not_run_out(visit, now=now)
    verb = check_step(visit, target=State.CANCELLING, by=by)
    undo_until = now + timedelta(minutes=ClinicPolicy.current().undo_minutes)
    before = before_step(visit, by=by)
    visit.cancelled_from, visit.state = visit.state, State.CANCELLING
    visit.deadline_at = min(undo_until, max(visit.starts_at, now))
    free_former_place(visit)
    tell(visit, verb=verb, by=by, kind=Message.Kind.CANCELLED, before=before, reason=reason, now=now)
    stranding.look_at(visit, now=now)
    follow_up.close_for_appointment(appointment=visit, state=Case.State.CLOSED, by=by.user, now=now)
    return visit


@in_one_transaction
def undo_cancel(*, appointment: Appointment, by: By, now: datetime) -> Appointment:
    """Take a cancellation back, within its deadline. Undoing twice is undoing once.

    Raises NotAllowed, TooLate, LinkRevoked.
    """
    visit = read_locked(appointment.pk)
    check_link(visit, opened=appointment, by=by)
    if visit.state in MOVABLE:
        return visit
    if visit.state == State.CANCELLED or (visit.deadline_at is not None and visit.deadline_at <= now):
        raise TooLate(
            _("The time to undo this has passed. You can book a new visit."),
            for_staff=_("The time to undo this has passed. Book a new visit for the client."),
        )
    if visit.state != State.CANCELLING:
        raise NotAllowed(_("This visit is not being cancelled."))
    target = State(visit.cancelled_from)
    verb = check_step(visit, target=target, by=by)
    before = before_step(visit, by=by)
    visit.state, visit.cancelled_from, visit.deadline_at = target, "", None
    renew_request_deadline(visit, now=now)
    tell(visit, verb=verb, by=by, kind=Message.Kind.RESTORED, before=before, now=now)
    stranding.look_at(visit, now=now)
    if target == State.REQUESTED:
        follow_up.reopen_for_appointment(appointment=visit, by=by.user, now=now)
    return visit
