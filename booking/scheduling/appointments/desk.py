"""Booking at the desk or on the phone, for a client who is there or calls."""

from dataclasses import replace
from datetime import datetime

from booking.intake.decisions import newest_intake
from booking.intake.gate import is_outdated
from booking.models import Appointment, Client, Intake, Message
from booking.rules.conditions import FORM_MISSING
from booking.scheduling.appointments.asking import ASK_FOR_FORM, ask_by_mail
from booking.scheduling.appointments.ledger import By, lock_person
from booking.scheduling.appointments.off_rota import as_override, keep_there, start_for_staff
from booking.scheduling.appointments.settling import Details, ask_gate, fill, local_day, set_people, settle_state
from booking.scheduling.appointments.staff_keeping import take_kept
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.search import Search, Wish, as_it_is
from services import catalogue
from services.locks import lock_parents


@in_one_transaction
def book_by_staff(
    *,
    wish: Wish,
    starts_at: datetime,
    client: Client | None,
    details: Details,
    intake: Intake | None,
    by: By,
    now: datetime,
    send_form: bool = False,
    reason: str = "",
    tell: bool = True,
    remind: bool = True,
) -> Appointment:
    """Book for a client on the phone or at the desk: the visit is *booked*, and what has to be settled is open on it.

    A form that is missing is such a condition; one that is too old on that day counts as missing. `send_form`: a form
    that is missing is asked for by mail, where there is an address. A start that is kept for the same hand becomes the
    visit. With a `reason`, which is listed, it may be off the grid and outside of the therapist's hours. Not to `tell`
    the client leaves the confirmation out; not to `remind` them turns the visit's reminders off. Writes the client, the
    visit, its claims, event and mails in one transaction. Raises GateRefused, SlotTaken, ClientBusy, NotAllowed.
    """
    location_ids = {wish.location.pk}
    therapists = catalogue.therapists_for(treatment=wish.treatment, location=wish.location)
    chosen = {therapist.pk for therapist in therapists} if wish.therapist_id is None else {wish.therapist_id}
    lock_parents(therapist_ids=chosen, location_ids=location_ids)
    wish = as_it_is(wish)
    if (standing := lock_person(client)) != client:
        client, intake = standing, newest_intake(standing)  # the record was merged since the person was chosen
    kept = take_kept(by=by, wish=wish, starts_at=starts_at, now=now)
    if kept is not None:
        wish = replace(wish, therapist_id=kept.therapist_id)
    search = Search(wish, now, moving=kept, client=client, by_staff=True)
    start, outweighed = start_for_staff(search=search, starts_at=starts_at, reason=reason)
    appointment = kept or Appointment(state="", created_at=now)
    fill(appointment, wish=wish, start=start)
    if intake is not None and not is_outdated(intake=intake, on_date=local_day(appointment), now=now):
        appointment.intake = intake
    passage = ask_gate(appointment, intake=appointment.intake, client=client, by_staff=True, now=now)
    set_people(appointment, client=client, details=details, now=now)
    appointment.wants_reminders = remind
    settle_state(
        appointment,
        passage=passage,
        by=by,
        now=now,
        reason=reason if outweighed else "",
        changes=as_override(outweighed),
        tell=tell,
    )
    if outweighed:
        keep_there(appointment, by=by, now=now)
    if send_form and FORM_MISSING in passage.conditions and details.booker_email:
        ask_by_mail(appointment, kind=Message.Kind.FORM_MISSING, verb=ASK_FOR_FORM, by=by, now=now)
    return appointment
