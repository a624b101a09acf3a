"""Turning the start that a visitor keeps into a visit, at once or by a press in the mail."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from booking.intake.drafts import lock_draft
from booking.messages import floods, outbox
from booking.models import (
    TYPED,
    Appointment,
    Draft,
    Message,
    Origin,
    SlotHold,
    State,
    Submission,
)
from booking.scheduling.appointments import bounds
from booking.scheduling.appointments.holding import (
    NothingChosen,
    NothingKept,
    hold_for,
    new_appointment,
    read_kept,
    read_unkept,
    wish_of_draft,
)
from booking.scheduling.appointments.ledger import (
    CLIENT,
    check_link,
    lock_person,
    place,
    read_locked,
    record,
    write_claims,
)
from booking.scheduling.appointments.offering import offered_start
from booking.scheduling.appointments.refusals import Refused, TooLate
from booking.scheduling.appointments.settling import Details, ask_gate, local_day, set_booker, set_people, settle_state
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.search import Search, wish_of
from booking.scheduling.states import MOVABLE
from services import catalogue
from services.locks import lock_parents


class KeyReused(Refused):
    """The same form was sent again with other details."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(_("This form was already sent with other details. Your visit was booked the first time."))
        self.appointment = appointment


class AlreadyBooked(Refused):
    """This journey has already led to a visit."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(_("You have already booked this visit."))
        self.appointment = appointment


@in_one_transaction
def book(*, draft: Draft, details: Details, key: str, now: datetime, hand: bounds.Hand | None = None) -> Appointment:
    """Book the start that is kept for this visitor: *requested* where something must be settled first, else *booked*.

    Beyond what one `hand` (None: not counted) may book, and for a start that could not be kept, the visit stays *held*
    until a press in the mail: see `bounds`. Writes the client, the visit, its claims, event, mails and `key` in one
    transaction. The same key from the same draft with the same details gives the same visit again. Raises KeyReused,
    AlreadyBooked, NothingKept, GateRefused, SlotTaken, ClientBusy, TooManyOpen, TooManyWaiting.
    """
    draft = lock_draft(draft)
    body_hash = _hash(draft, details)
    known = list(Submission.objects.filter(Q(draft_id=draft.pk) | Q(pk=key)).order_by("-created_at"))
    if (earlier := _still_counts(known, draft)) is not None:
        return _replay(earlier, key=key, body_hash=body_hash)
    if any(one.key == key for one in known):
        raise NothingKept  # somebody else's key: it says nothing about this visitor
    waits = False
    if hand is not None:
        bounds.wait_for_turn(hand=hand, email=details.booker_email, now=now)
        waits = bounds.needs_press(hand=hand, email=details.booker_email, now=now)
    appointment, kept_at = _read_wanted(draft, now=now)
    if not _is_on_offer(appointment):
        raise NothingKept  # it was taken off the list since the start was kept
    if appointment.intake_id == draft.intake_id:
        draft.intake = appointment.intake  # read with it
    waits = waits or kept_at is None
    # Whose answers these are is known also where the link that brought them was used twice.
    client = lock_person(draft.client or (draft.intake.client if draft.intake else None))
    passage = ask_gate(appointment, intake=draft.intake, client=client, by_staff=False, now=now)
    wish = wish_of(appointment, therapist_id=appointment.therapist_id)
    search = Search(wish, now, draft=draft, client=client, notice_from=kept_at)
    start = offered_start(search=search, starts_at=appointment.starts_at)
    place(appointment, start=start)
    appointment.intake = draft.intake
    if waits:
        _wait_for_press(appointment, draft=draft, details=details, hand=hand, kept_at=kept_at or now, now=now)
    else:
        SlotHold.objects.filter(draft=draft).delete()
        set_people(appointment, client=client, details=details, now=now)
        settle_state(appointment, passage=passage, by=CLIENT, now=now)
    if hand is not None:
        bounds.remember(appointment, hand=hand)
    Submission.objects.create(key=key, draft_id=draft.pk, body_hash=body_hash, appointment=appointment, created_at=now)
    return appointment


@in_one_transaction
def confirm_email(*, appointment: Appointment, now: datetime) -> Appointment:
    """The press in the mail: book what was held until then, through the same gate. A second press changes nothing.

    Raises TooLate, GateRefused, SlotTaken, ClientBusy, LinkRevoked.
    """
    visit = read_locked(appointment.pk)
    check_link(visit, opened=appointment)
    hold = SlotHold.objects.select_related("draft__client", "draft__intake__client").filter(appointment=visit).first()
    if visit.state in MOVABLE:
        return visit
    is_over = visit.deadline_at is None or visit.deadline_at <= now
    is_gone = not _is_on_offer(visit)
    if visit.state != State.HELD or hold is None or not hold.unconfirmed_name or is_over or is_gone:
        raise TooLate(_("This time is no longer held for you. Please choose a time again."))
    assert hold.draft is not None, "only a visitor's booking waits for a press"
    client = lock_person(hold.draft.client or (visit.intake.client if visit.intake else None))
    passage = ask_gate(visit, intake=visit.intake, client=client, by_staff=False, now=now)
    wish = wish_of(visit, therapist_id=visit.therapist_id)
    search = Search(wish, now, draft=hold.draft, client=client, notice_from=hold.kept_at)
    start = offered_start(search=search, starts_at=visit.starts_at)
    place(visit, start=start)
    details = Details(name=hold.unconfirmed_name, **{name: getattr(visit, name) for name in TYPED})
    hold.delete()
    Origin.objects.filter(appointment=visit).update(proved_at=now)
    set_people(visit, client=client, details=details, now=now)
    settle_state(visit, passage=passage, by=CLIENT, now=now)
    return visit


def _is_on_offer(visit: Appointment) -> bool:
    """Whether it is still on the list for its day."""
    return catalogue.is_on_offer(treatment=visit.treatment, minutes=visit.minutes, on=local_day(visit))


def find_booked(*, draft: Draft) -> Appointment | None:
    """The visit that this journey has led to, if it has."""
    submission = _submissions(draft).first()
    return submission.appointment if submission else None


def _submissions(draft: Draft) -> QuerySet[Submission]:
    """What this journey has led to; not what nobody pressed for in time."""
    rows = Submission.objects.select_related("appointment").filter(draft_id=draft.pk)
    return rows.exclude(appointment__state=State.EXPIRED)


def _still_counts(known: Sequence[Submission], draft: Draft) -> Submission | None:
    """The newest of this draft, where somebody pressed for it in time."""
    own = (one for one in known if one.draft_id == draft.pk)
    return next((one for one in own if one.appointment.state != State.EXPIRED), None)


def _read_wanted(draft: Draft, *, now: datetime) -> tuple[Appointment, datetime | None]:
    """The visitor's start, its resources locked, and since when it is kept; None where nobody keeps it."""
    try:
        kept = read_kept(draft, now=now)
    except NothingKept:
        wanted = read_unkept(draft)
        if wanted is None:
            raise
    else:
        return kept, kept.hold.kept_at
    starts_at, therapist_id = wanted
    if draft.location_id is None:
        raise NothingChosen
    lock_parents(therapist_ids={therapist_id}, location_ids={draft.location_id})
    wish = wish_of_draft(draft, therapist_id=therapist_id)
    start = offered_start(search=Search(wish, now, draft=draft), starts_at=starts_at)
    return new_appointment(draft=draft, wish=wish, start=start, now=now), None


def _wait_for_press(
    appointment: Appointment,
    *,
    draft: Draft,
    details: Details,
    hand: bounds.Hand | None,
    kept_at: datetime,
    now: datetime,
) -> None:
    """Hold the visit for half an hour, and send the mail whose press books it."""
    if hand is not None:
        bounds.check_waiting(hand=hand, now=now)
    appointment.state = State.HELD
    appointment.deadline_at = min(now + bounds.PRESS_WITHIN, appointment.starts_at)
    set_booker(appointment, details)
    appointment.save()
    write_claims(appointment)
    address = hand.network if hand else ""
    hold_for(draft, appointment, address=address, kept_at=kept_at, unconfirmed_name=details.name)
    if not floods.has_room(details.booker_email, now=now):
        raise bounds.TooManyWaiting  # nobody would hear in time that a press is wanted
    record(appointment, verb="wait for press", by=CLIENT, now=now)
    outbox.announce(appointment=appointment, kind=Message.Kind.CONFIRM_EMAIL, now=now)


def _hash(draft: Draft, details: Details) -> str:
    body = json.dumps([draft.pk, asdict(details)], sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def _replay(submission: Submission, *, key: str, body_hash: str) -> Appointment:
    if submission.key != key:
        raise AlreadyBooked(submission.appointment)
    if submission.body_hash != body_hash:
        raise KeyReused(submission.appointment)
    return submission.appointment
