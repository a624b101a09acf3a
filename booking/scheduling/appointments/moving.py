"""Moving a visit, and moving it back while its former place is still claimed."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from booking.intake.gate import Door, pass_gate
from booking.late_changes import kept_deadline
from booking.messages import outbox
from booking.models import Appointment, FormerPlace, Message
from booking.scheduling import stranding
from booking.scheduling.appointments.changing import check_before_start, check_not_run_out, renew_request_deadline
from booking.scheduling.appointments.ledger import (
    CLIENT,
    By,
    before_step,
    check_here,
    check_link,
    check_unchanged,
    free_former_place,
    place,
    read_locked,
    record,
    write_claims,
)
from booking.scheduling.appointments.off_rota import as_override, keep_there, start_for_staff
from booking.scheduling.appointments.refusals import ChangedMeanwhile, NotAllowed, TooLate
from booking.scheduling.appointments.transactions import LockAgain, in_one_transaction
from booking.scheduling.search import Search, wish_of
from booking.scheduling.states import MOVABLE
from services import catalogue
from services.models import ClinicPolicy

MOVE, UNDO_MOVE = "move", "undo move"
# What a move changes of a visit, and undoing it puts back.
MOVED_FIELDS = (
    "therapist_id",
    "room_id",
    "starts_at",
    "ends_at",
    "busy_until",
    "wall_time",
    "time_zone",
    "wall_time_lost_at",
    "first_free_until",
    "confirmed_at",
)


@in_one_transaction
def move(
    *,
    appointment: Appointment,
    starts_at: datetime,
    therapist_id: int | None,
    by: By,
    now: datetime,
    seen_event: int | None = None,
    seen_start: datetime | None = None,
    tell_client: bool = True,
    reason: str = "",
) -> Appointment:
    """Give the visit another start (UTC) and therapist (None: anyone), under the same reference.

    Moving to where it already is changes nothing, unless it does not fit there. Its former place stays claimed until the time to undo is over; one
    from an earlier move is free from here on. A late change keeps the deadline for free changes. `seen_event` is the
    last event, `seen_start` the start, that the editor saw. Staff may move off the grid and outside of the therapist's
    hours with a `reason`, which is listed. Raises NotAllowed, ByPhone, TooLate, ChangedMeanwhile, GateRefused,
    SlotTaken, ClientBusy, LinkRevoked.
    """
    visit = read_locked(appointment.pk, also_therapists=_may_get_it(appointment, therapist_id))
    check_link(visit, opened=appointment, by=by)
    check_here(visit, by=by)
    check_before_start(visit, by=by, now=now)
    is_there = visit.starts_at == starts_at and therapist_id in (None, visit.therapist_id)
    if visit.state in MOVABLE and is_there and stranding.open_row(visit) is None:
        return visit
    check_unchanged(visit, seen_event=seen_event)
    _check_still_at(visit, seen_start)
    if visit.state not in MOVABLE:
        raise NotAllowed(_("This visit is %(state)s and can't be moved.") % {"state": visit.get_state_display()})
    check_not_run_out(visit, now=now)
    wish = wish_of(visit, therapist_id=therapist_id)
    pass_gate(
        door=Door.MOVE,
        intake=visit.intake,
        treatment=visit.treatment,
        on_date=starts_at.astimezone(wish.zone).date(),
        by_staff=by.is_staff,
        now=now,
        client=visit.client,
    )
    search = Search(wish, now, moving=visit, client=visit.client, by_staff=by.is_staff)
    start, outweighed = start_for_staff(search=search, starts_at=starts_at, reason=reason if by.is_staff else "")
    policy = ClinicPolicy.current()
    free_former_place(visit)
    former = FormerPlace(
        appointment=visit, actor=by.kind, was_told=tell_client, **{name: getattr(visit, name) for name in MOVED_FIELDS}
    )
    before, known = _place(visit), before_step(visit, by=by)
    visit.first_free_until = kept_deadline(visit, policy=policy, now=now)
    place(visit, start=start)
    visit.version += 1 if tell_client else 0
    visit.confirmed_at = None
    renew_request_deadline(visit, now=now)
    visit.save()
    former.kept_until = _undo_until(former, visit, policy=policy, now=now)
    former.save()
    write_claims(visit, former=former)
    if outweighed:
        keep_there(visit, by=by, now=now)
    else:
        stranding.look_at(visit, now=now)
    changes = {"before": before, "told": tell_client, **as_override(outweighed)}
    record(visit, verb=MOVE, by=by, now=now, reason=reason if outweighed else "", changes=changes)
    outbox.announce(appointment=visit, kind=Message.Kind.MOVED if tell_client else None, now=now, before=known)
    return visit


@in_one_transaction
def undo_move(*, appointment: Appointment, by: By, now: datetime) -> Appointment:
    """Put the visit back where it was before its last move, and free the place that it leaves.

    Undoing twice is undoing once. A client undoes their own move only. Raises NotAllowed, TooLate, LinkRevoked; SlotTaken
    and ClientBusy never, as long as the visit has its claims.
    """
    former = find_former_place(appointment)
    visit = read_locked(appointment.pk, also_therapists={former.therapist_id} if former else ())
    if former != (former := find_former_place(visit)):
        raise LockAgain
    check_link(visit, opened=appointment, by=by)
    if visit.state not in MOVABLE:
        raise NotAllowed(_("This visit is %(state)s and can't be moved.") % {"state": visit.get_state_display()})
    if former is None or former.kept_until <= now:
        if _was_undone(visit):
            return visit
        raise TooLate(_("The time to undo this has passed. You can move the visit again."))
    if not may_undo(former, by=by):
        raise NotAllowed(_("We moved this visit ourselves. Choose another time, or call us."))
    before, known = _place(visit), before_step(visit, by=by)
    for name in MOVED_FIELDS:
        setattr(visit, name, getattr(former, name))
    renew_request_deadline(visit, now=now)
    visit.version += 1 if former.was_told else 0
    visit.save()
    former.delete()
    write_claims(visit)  # it has these cells already; the index has the last word
    stranding.look_at(visit, now=now)
    record(visit, verb=UNDO_MOVE, by=by, now=now, changes={"before": before, "told": former.was_told})
    kind = Message.Kind.RESTORED if former.was_told else None
    outbox.announce(appointment=visit, kind=kind, now=now, before=known)
    return visit


def find_former_place(visit: Appointment) -> FormerPlace | None:
    """Where the visit was before its last move, also where the time to undo it is over; None once that was freed."""
    return FormerPlace.objects.select_related("therapist", "room").filter(appointment=visit).first()


def may_undo(former: FormerPlace, *, by: By) -> bool:
    """A client does not take back what staff have done."""
    return by.is_staff or former.actor == CLIENT.kind


def _place(visit: Appointment) -> dict[str, str | int | None]:
    """As an event says it."""
    return {"starts_at": visit.starts_at.isoformat(), "therapist": visit.therapist_id, "room": visit.room_id}


def _undo_until(former: FormerPlace, visit: Appointment, *, policy: ClinicPolicy, now: datetime) -> datetime:
    """Some minutes, at the latest until the visit begins. One that should have begun before is put back by staff only."""
    begins = [start for start in (former.starts_at, visit.starts_at) if start > now]
    return min([now + timedelta(minutes=policy.undo_minutes), *begins])


def _may_get_it(appointment: Appointment, therapist_id: int | None) -> set[int]:
    """Every therapist who may end up with the visit has to be locked before the question is asked."""
    if therapist_id is not None:
        return {therapist_id}
    able = catalogue.therapists_for(treatment=appointment.treatment, location=appointment.location)
    return {therapist.pk for therapist in able}


def _check_still_at(visit: Appointment, seen_start: datetime | None) -> None:
    """Raise ChangedMeanwhile where the visit is not where the editor saw it."""
    last = visit.events.order_by("-id").first()
    if seen_start is not None and seen_start != visit.starts_at and last is not None:
        raise ChangedMeanwhile(last)


def _was_undone(visit: Appointment) -> bool:
    last = visit.events.order_by("-id").first()
    return last is not None and last.verb == UNDO_MOVE
