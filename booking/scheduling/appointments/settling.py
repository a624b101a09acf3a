"""What every way to book ends in: the gate, who is treated and who booked, the state with its claims, case and mail."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from booking.cases import follow_up
from booking.intake.gate import Door, Passage, pass_gate
from booking.messages import outbox
from booking.models import TYPED, Appointment, Case, Client, Condition, Intake, Message, State
from booking.scheduling.appointments.ledger import By, before_step, check_step, place, record, write_claims
from booking.scheduling.appointments.refusals import NotAllowed
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.deadlines import request_deadline
from booking.scheduling.search import Wish, wish_of
from booking.wording.times import local_date
from services import catalogue
from services.models import ClinicPolicy


@dataclass(frozen=True)
class Details:
    """Who is treated (`name`), and what the booker typed: a field for each of `TYPED`."""

    name: str
    booker_name: str
    booker_email: str
    booker_phone: str = ""
    access_needs: str = ""
    remark: str = ""


def fill(appointment: Appointment, *, wish: Wish, start: StartOnOffer) -> None:
    """What is booked, at the price of its own day, and where. Raises NotAllowed where it was taken off the list."""
    day = local_date(start.starts_at, wish.zone)
    try:
        length = catalogue.find_length(treatment_key=wish.treatment.key, minutes=wish.minutes, on=day)
    except (catalogue.UnknownTreatment, catalogue.UnknownLength) as error:
        raise NotAllowed(str(error)) from error
    appointment.treatment, appointment.minutes, appointment.location = wish.treatment, wish.minutes, wish.location
    appointment.price, appointment.currency = length.price, ClinicPolicy.current().currency
    place(appointment, start=start)


def ask_gate(
    appointment: Appointment, *, intake: Intake | None, client: Client | None, by_staff: bool, now: datetime
) -> Passage:
    """The passage through the gate to book; raises GateRefused."""
    return pass_gate(
        door=Door.BOOK,
        intake=intake,
        treatment=appointment.treatment,
        on_date=local_day(appointment),
        by_staff=by_staff,
        now=now,
        client=client,
    )


def local_day(appointment: Appointment) -> date:
    """The day of the visit where it takes place."""
    return local_date(appointment.starts_at, wish_of(appointment).zone)


def set_people(appointment: Appointment, *, client: Client | None, details: Details, now: datetime) -> None:
    """A booking creates a client and edits none; the intake becomes that client's."""
    appointment.client = client or Client.objects.create(
        name=details.name, email=details.booker_email, phone=details.booker_phone, created_at=now
    )
    set_booker(appointment, details)
    intake = appointment.intake
    if intake is not None:
        mine = Intake.objects.filter(pk=intake.pk)
        nobodys = mine.filter(client=None, consent_name="")
        if not nobodys.update(client=appointment.client, consent_name=details.booker_name):
            mine.filter(client=None).update(client=appointment.client)
            mine.filter(consent_name="").update(consent_name=details.booker_name)


def set_booker(appointment: Appointment, details: Details) -> None:
    """Keep what the booker typed, on the unsaved visit."""
    for name in TYPED:
        setattr(appointment, name, getattr(details, name))


def settle_state(
    appointment: Appointment,
    *,
    passage: Passage,
    by: By,
    now: datetime,
    reason: str = "",
    changes: dict[str, Any] | None = None,
    tell: bool = True,
) -> None:
    """Save as booked, or as requested where a client's visit has conditions: with claims, event, case and mail.

    `reason` and `changes` go into the event. Not to `tell` plans the reminders alone.
    """
    target = State.REQUESTED if passage.conditions and not by.is_staff else State.BOOKED
    verb, before = check_step(appointment, target=target, by=by), before_step(appointment, by=by)
    appointment.state, appointment.deadline_at = target, None
    if target == State.REQUESTED:
        appointment.deadline_at = request_deadline(
            made_at=now,
            starts_at=appointment.starts_at,
            notice=timedelta(minutes=ClinicPolicy.current().notice_minutes),
            zone=wish_of(appointment).zone,
        )
    is_new = appointment.pk is None
    appointment.save()
    write_claims(appointment, is_new=is_new)
    Condition.objects.bulk_create(Condition(appointment=appointment, kind=kind) for kind in passage.conditions)
    record(appointment, verb=verb, by=by, now=now, reason=reason, changes=changes)
    if target == State.REQUESTED:
        follow_up.open_case(
            kind=Case.Kind.REQUESTED,
            intake=appointment.intake,
            appointment=appointment,
            client=appointment.client,
            now=now,
        )
    kind = Message.Kind.REQUESTED if target == State.REQUESTED else Message.Kind.BOOKED
    outbox.announce(appointment=appointment, kind=kind if tell else None, now=now, before=before)
