"""Keeping a start for a visitor while the details are typed."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from booking.intake.drafts import lock_draft, save_typed
from booking.intake.ends import delete_counted
from booking.intake.gate import Door, pass_gate
from booking.models import Appointment, Draft, SlotHold, State
from booking.scheduling.appointments import bounds
from booking.scheduling.appointments.ledger import (
    CLIENT,
    lapse,
    place,
    read_locked,
    record,
    write_claims,
)
from booking.scheduling.appointments.offering import offered_start
from booking.scheduling.appointments.refusals import Refused
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import find_start
from booking.wording.times import local_date
from services import catalogue, facts
from services.locks import lock_parents
from services.models import ClinicPolicy

# Beside what was typed: the start that this visitor wants and nobody keeps, as its instant and its therapist.
UNKEPT = "unkept"


class NothingChosen(Refused):
    """No treatment, length and location were chosen yet."""

    def __init__(self) -> None:
        super().__init__(_("Please choose a treatment first."))


class NothingKept(Refused):
    """No start is kept for this visitor, or no longer."""

    def __init__(self) -> None:
        super().__init__(
            _("We are no longer keeping a time for you. Your answers are still here; choose a time again.")
        )


class AlreadyExtended(Refused):
    """A start is kept longer once only."""

    def __init__(self) -> None:
        super().__init__(_("We can keep a time longer only once."))


def wish_of_draft(draft: Draft, *, therapist_id: int | None = None) -> Wish:
    """What the visitor wants to book. Raises NothingChosen."""
    facts.fill_in(draft, "treatment", "location")
    if draft.treatment is None or draft.minutes is None or draft.location is None:
        raise NothingChosen
    return Wish(treatment=draft.treatment, minutes=draft.minutes, location=draft.location, therapist_id=therapist_id)


@in_one_transaction
def keep_start(*, draft: Draft, starts_at: datetime, therapist_id: int, address: str, now: datetime) -> Appointment:
    """Keep `starts_at` (UTC) with a therapist for this visitor; a start kept before is given up for it.

    `address` is the visitor's, for the limit of what one network holds. Writes the held appointment, its claims and
    event. Raises NothingChosen, GateRefused, TooManyKept, SlotTaken (NotOnOffer).
    """
    draft = lock_draft(draft)
    if draft.location_id is None:
        raise NothingChosen
    hand = bounds.Hand(address=address)
    bounds.wait_for_turn(hand=hand, now=now)
    held = _held(draft)
    lock_parents(
        therapist_ids={therapist_id, *([held.therapist_id] if held else [])},
        location_ids={draft.location_id, *([held.location_id] if held else [])},
    )
    wish = wish_of_draft(draft, therapist_id=therapist_id)
    _pass_gate(draft, wish=wish, starts_at=starts_at, now=now)
    bounds.check_keeping(hand=hand, draft=draft, now=now)
    start = offered_start(search=Search(wish, now, draft=draft), starts_at=starts_at)
    if held is not None:
        held = Appointment.objects.get(pk=held.pk)
        if held.state != State.HELD:
            held = None
    appointment = held or Appointment(state=State.HELD, created_at=now)
    _fill(appointment, wish=wish, start=start, draft=draft, now=now)
    appointment.save()
    write_claims(appointment, is_new=held is None)
    hold_for(draft, appointment, address=hand.network, kept_at=now)
    _remember_unkept(draft, "")
    record(appointment, verb="keep", by=CLIENT, now=now)
    return appointment


@in_one_transaction
def want_unkept(*, draft: Draft, starts_at: datetime, therapist_id: int, now: datetime) -> Appointment:
    """Remember `starts_at` (UTC) for a visitor for whom no start can be kept; it stays free for others until booked.

    Writes into the draft only. Raises NothingChosen, GateRefused, SlotTaken (NotOnOffer).
    """
    draft = lock_draft(draft)
    if draft.location_id is None:
        raise NothingChosen
    lock_parents(therapist_ids={therapist_id}, location_ids={draft.location_id})
    wish = wish_of_draft(draft, therapist_id=therapist_id)
    _pass_gate(draft, wish=wish, starts_at=starts_at, now=now)
    start = offered_start(search=Search(wish, now, draft=draft), starts_at=starts_at)
    _remember_unkept(draft, f"{starts_at.isoformat()} {therapist_id}")
    return new_appointment(draft=draft, wish=wish, start=start, now=now)


def find_unkept(*, draft: Draft, now: datetime) -> Appointment | None:
    """The start that this visitor wants and nobody keeps, as an unsaved visit without a deadline.

    None where it is taken, or not on the list any more.
    """
    wanted = read_unkept(draft)
    if wanted is None or None in (draft.treatment, draft.minutes, draft.location):
        return None
    starts_at, therapist_id = wanted
    wish = wish_of_draft(draft, therapist_id=therapist_id)
    day = local_date(starts_at, wish.zone)
    if not catalogue.is_on_offer(treatment=wish.treatment, minutes=wish.minutes, on=day):
        return None
    start = find_start(search=Search(wish, now, draft=draft), starts_at=starts_at)
    return new_appointment(draft=draft, wish=wish, start=start, now=now) if start else None


def wants_unkept(draft: Draft) -> bool:
    """Whether this visitor wants a start that nobody keeps."""
    return read_unkept(draft) is not None


def read_unkept(draft: Draft) -> tuple[datetime, int] | None:
    """Instant (UTC) and therapist of the start that this visitor wants and nobody keeps."""
    moment, _space, therapist_id = (draft.typed or {}).get(UNKEPT, "").partition(" ")
    return (datetime.fromisoformat(moment), int(therapist_id)) if moment else None


def new_appointment(*, draft: Draft, wish: Wish, start: StartOnOffer, now: datetime) -> Appointment:
    """An unsaved visit of this draft at `start`. Raises NothingChosen."""
    appointment = Appointment(state="", created_at=now)
    _fill(appointment, wish=wish, start=start, draft=draft, now=now)
    appointment.deadline_at = None
    return appointment


@in_one_transaction
def keep_longer(*, draft: Draft, now: datetime) -> Appointment:
    """Keep the start for some minutes more, once. Raises NothingKept, AlreadyExtended."""
    draft = lock_draft(draft)
    appointment = read_kept(draft, now=now)
    hold = appointment.hold
    if hold.extended_at is not None:
        raise AlreadyExtended
    assert appointment.deadline_at is not None
    appointment.deadline_at += timedelta(minutes=ClinicPolicy.current().hold_extension_minutes)
    appointment.save(update_fields=["deadline_at"])
    hold.extended_at = now
    hold.save(update_fields=["extended_at"])
    record(appointment, verb="keep longer", by=CLIENT, now=now)
    return appointment


@in_one_transaction
def release_kept(*, draft: Draft, now: datetime) -> None:
    """Give the kept start back; nothing happens where none is kept."""
    draft = lock_draft(draft)
    held = _held(draft)
    if held is not None:
        appointment = read_locked(held.pk, before=held)
        if appointment.state == State.HELD:
            lapse(appointment, now=now, by=CLIENT)


@in_one_transaction
def forget_draft(*, draft: Draft, now: datetime) -> None:
    """Delete a visitor's journey with its answers, and give the kept start back. What was decided stays recorded.

    A booking that waits for a press in its mail needs its journey until then: only what was typed goes.
    """
    draft = lock_draft(draft)
    held = _held(draft)
    if held is not None:
        appointment = read_locked(held.pk, before=held)
        if appointment.state == State.HELD:
            lapse(appointment, now=now, by=CLIENT)
    if SlotHold.objects.filter(draft=draft, appointment__state=State.HELD).exists():
        draft.answers, draft.typed = None, None
        draft.save(update_fields=["answers", "typed"])
    else:
        delete_counted(Draft.objects.filter(pk=draft.pk))


def find_kept(*, draft: Draft, now: datetime) -> Appointment | None:
    """The start that is kept for this visitor at this moment, for show. Locks and writes nothing."""
    rows = Appointment.objects.filter(
        hold__draft=draft, hold__unconfirmed_name="", state=State.HELD, deadline_at__gt=now
    )
    kept = rows.select_related("hold").first()
    if kept is not None:
        facts.fill_in(kept, "treatment", "therapist", "room", "location")
    return kept


def read_kept(draft: Draft, *, now: datetime) -> Appointment:
    """The visitor's live kept start, locked. Raises NothingKept."""
    held = _held(draft)
    if held is None:
        raise NothingKept
    appointment = read_locked(held.pk, before=held)
    appointment.hold = held.hold
    if appointment.state != State.HELD or appointment.deadline_at is None or appointment.deadline_at <= now:
        raise NothingKept
    return appointment


def _pass_gate(draft: Draft, *, wish: Wish, starts_at: datetime, now: datetime) -> None:
    pass_gate(
        door=Door.KEEP,
        intake=draft.intake,
        treatment=wish.treatment,
        on_date=starts_at.astimezone(wish.zone).date(),
        by_staff=False,
        now=now,
    )


def _remember_unkept(draft: Draft, value: str) -> None:
    """Empty: nothing is wanted any more."""
    typed = dict(draft.typed or {})
    if typed.get(UNKEPT, "") != value:
        save_typed(draft=draft, typed=typed | {UNKEPT: value})


def hold_for(
    draft: Draft, appointment: Appointment, *, address: str, kept_at: datetime, unconfirmed_name: str = ""
) -> None:
    """Say for whom the (saved) appointment is held: a draft, which is locked, has one. For this package only."""
    hold = SlotHold(
        draft=draft,
        appointment=appointment,
        address=address,
        kept_at=kept_at,
        unconfirmed_name=unconfirmed_name,
    )
    said = ["appointment", "address", "kept_at", "extended_at", *(["unconfirmed_name"] if unconfirmed_name else [])]
    SlotHold.objects.bulk_create([hold], update_conflicts=True, unique_fields=["draft"], update_fields=said)


def _held(draft: Draft) -> Appointment | None:
    """The visitor's kept start with its hold, as it was a moment ago; not a booking that waits for a press in its mail."""
    hold = (
        SlotHold.objects.select_related("appointment")
        .only("kept_at", "extended_at", "appointment__therapist_id", "appointment__location_id")
        .filter(draft=draft, unconfirmed_name="", appointment__state=State.HELD)
        .first()
    )
    return hold.appointment if hold else None


def _fill(appointment: Appointment, *, wish: Wish, start: StartOnOffer, draft: Draft, now: datetime) -> None:
    policy, day = ClinicPolicy.current(), local_date(start.starts_at, wish.zone)
    try:
        length = catalogue.find_length(treatment_key=wish.treatment.key, minutes=wish.minutes, on=day)
    except (catalogue.UnknownTreatment, catalogue.UnknownLength) as error:
        raise NothingChosen from error  # it was taken off the list since it was chosen
    appointment.treatment, appointment.minutes, appointment.location = wish.treatment, wish.minutes, wish.location
    appointment.price, appointment.currency = length.price, policy.currency
    appointment.intake = draft.intake
    appointment.deadline_at = now + timedelta(minutes=policy.hold_minutes)
    place(appointment, start=start)
