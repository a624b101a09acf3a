"""Keeping a start for a member of staff, while the person whom it is for is looked up."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from booking.intake.decisions import newest_intake
from booking.intake.gate import Door, is_outdated, pass_gate
from booking.models import Appointment, Client, SlotHold, State
from booking.scheduling.appointments.ledger import By, lapse, read_locked, record, write_claims
from booking.scheduling.appointments.offering import offered_start
from booking.scheduling.appointments.settling import fill
from booking.scheduling.appointments.transactions import LockAgain, in_one_transaction
from booking.scheduling.search import Search, Wish, as_it_is
from booking.wording.times import local_date
from services import facts
from services.locks import lock_parents
from services.models import ClinicPolicy


@in_one_transaction
def keep_for_staff(
    *, wish: Wish, starts_at: datetime, by: By, now: datetime, client: Client | None = None
) -> Appointment:
    """Keep `starts_at` (UTC) with the therapist of `wish` for this member of staff; one kept before is given up for it.

    Nobody else gets it for as long as a visitor's start is kept. Writes the held appointment, its claims and event. With
    a `client` the gate is asked already. Raises GateRefused, SlotTaken (NotOnOffer), NotAllowed.
    """
    assert wish.therapist_id is not None, "a start is kept with somebody"
    assert by.user is not None, "staff have an account"
    held = _held(by)
    lock_parents(
        therapist_ids={wish.therapist_id, *([held.therapist_id] if held else [])},
        location_ids={wish.location.pk, *([held.location_id] if held else [])},
    )
    wish = as_it_is(wish)
    if client is not None:
        _ask_gate(client, wish=wish, starts_at=starts_at, now=now)
    if held != (held := _held(by)):
        raise LockAgain  # the same hand pressed twice: what the other press kept is theirs, and nobody has taken it
    search = Search(wish, now, moving=held, by_staff=True)
    start = offered_start(search=search, starts_at=starts_at)
    visit = held or Appointment(state=State.HELD, created_at=now)
    fill(visit, wish=wish, start=start)
    visit.deadline_at = now + timedelta(minutes=ClinicPolicy.current().hold_minutes)
    visit.save()
    write_claims(visit, is_new=held is None)
    SlotHold.objects.bulk_create(
        [SlotHold(user=by.user, appointment=visit, address="", kept_at=now)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["appointment", "kept_at"],
    )
    record(visit, verb="keep", by=by, now=now)
    return visit


@in_one_transaction
def release_for_staff(*, by: By, now: datetime) -> None:
    """Give the start back that this member of staff keeps; nothing happens where none is kept."""
    held = _held(by)
    if held is not None:
        visit = read_locked(held.pk, before=held)
        if visit.state == State.HELD:
            lapse(visit, now=now, by=by)


def find_kept_for_staff(*, by: By, now: datetime) -> Appointment | None:
    """The start that is kept for this member of staff at this moment, for show. Locks and writes nothing."""
    kept = _kept(by).filter(deadline_at__gt=now).first()
    if kept is not None:
        facts.fill_in(kept, "treatment", "therapist", "room", "location")
    return kept


def take_kept(*, by: By, wish: Wish, starts_at: datetime, now: datetime) -> Appointment | None:
    """The kept start, where it is the one that is about to be booked. Under the locks of its resources; it stays held."""
    kept = _kept(by).filter(deadline_at__gt=now, starts_at=starts_at, location=wish.location).first()
    if kept is None or wish.therapist_id not in (None, kept.therapist_id):
        return None
    SlotHold.objects.filter(appointment=kept).delete()
    return kept


def _kept(by: By) -> QuerySet[Appointment]:
    return Appointment.objects.filter(hold__user=by.user, state=State.HELD) if by.user else Appointment.objects.none()


def _held(by: By) -> Appointment | None:
    return _kept(by).first()


def _ask_gate(client: Client, *, wish: Wish, starts_at: datetime, now: datetime) -> None:
    intake, day = newest_intake(client), local_date(starts_at, wish.zone)
    pass_gate(
        door=Door.KEEP,
        intake=intake if intake is not None and not is_outdated(intake=intake, on_date=day, now=now) else None,
        treatment=wish.treatment,
        on_date=day,
        by_staff=True,
        now=now,
        client=client,
    )
