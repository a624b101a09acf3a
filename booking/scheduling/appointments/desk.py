"""Booking at the desk or on the phone, for a client who is there or calls."""

from datetime import datetime

from booking.intake.decisions import newest_intake
from booking.intake.gate import is_outdated
from booking.models import Appointment, Client, Intake, Message
from booking.rules.conditions import FORM_MISSING
from booking.scheduling.appointments.asking import ASK_FOR_FORM, ask_by_mail
from booking.scheduling.appointments.ledger import By, lock_person, place
from booking.scheduling.appointments.offering import offered_start
from booking.scheduling.appointments.refusals import NotAllowed
from booking.scheduling.appointments.settling import Details, ask_gate, local_day, set_people, settle_state
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.search import Search, Wish, as_it_is
from services import catalogue
from services.locks import lock_parents
from services.models import ClinicPolicy


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
) -> Appointment:
    """Book for a client on the phone or at the desk: the visit is *booked*, and what has to be settled is open on it.

    A form that is missing is such a condition; one that is too old on that day counts as missing. `send_form`: a form
    that is missing is asked for by mail, where there is an address. Writes the client, the visit, its claims, event and
    mails in one transaction. Raises GateRefused, SlotTaken, ClientBusy, NotAllowed.
    """
    location_ids = {wish.location.pk}
    therapists = catalogue.therapists_for(treatment=wish.treatment, location=wish.location)
    chosen = {therapist.pk for therapist in therapists} if wish.therapist_id is None else {wish.therapist_id}
    lock_parents(therapist_ids=chosen, location_ids=location_ids)
    wish = as_it_is(wish)
    if (standing := lock_person(client)) != client:
        client, intake = standing, newest_intake(standing)  # the record was merged since the person was chosen
    start = offered_start(search=Search(wish, now, client=client, by_staff=True), starts_at=starts_at)
    try:
        length = catalogue.find_length(treatment_key=wish.treatment.key, minutes=wish.minutes)
    except (catalogue.UnknownTreatment, catalogue.UnknownLength) as error:
        raise NotAllowed(str(error)) from error  # it was taken off the list since it was chosen
    appointment = Appointment(
        state="",
        treatment=wish.treatment,
        minutes=wish.minutes,
        location=wish.location,
        price=length.price,
        currency=ClinicPolicy.current().currency,
        created_at=now,
    )
    place(appointment, start=start)
    if intake is not None and not is_outdated(intake=intake, on_date=local_day(appointment), now=now):
        appointment.intake = intake
    passage = ask_gate(appointment, intake=appointment.intake, client=client, by_staff=True, now=now)
    set_people(appointment, client=client, details=details, now=now)
    settle_state(appointment, passage=passage, by=by, now=now)
    if send_form and FORM_MISSING in passage.conditions and details.booker_email:
        ask_by_mail(appointment, kind=Message.Kind.FORM_MISSING, verb=ASK_FOR_FORM, by=by, now=now)
    return appointment
