"""Another treatment or length for a visit that is booked, at its own start, and taking that back."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from booking.intake.gate import Door, pass_gate
from booking.messages import outbox
from booking.messages.corrections import Known
from booking.models import Appointment, AppointmentEvent, Message
from booking.scheduling import stranding
from booking.scheduling.appointments.changing import check_not_run_out
from booking.scheduling.appointments.ledger import (
    By,
    before_step,
    check_unchanged,
    free_former_place,
    place,
    read_locked,
    record,
    write_claims,
)
from booking.scheduling.appointments.off_rota import start_in_place
from booking.scheduling.appointments.refusals import NotAllowed, TooLate
from booking.scheduling.appointments.settling import local_day
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.search import Search, Wish
from booking.scheduling.states import MOVABLE
from services import catalogue
from services.models import ClinicPolicy, Treatment

CHANGE_TREATMENT, UNDO_TREATMENT = "change treatment", "undo treatment"


@in_one_transaction
def change_treatment(
    *,
    appointment: Appointment,
    treatment: Treatment,
    minutes: int,
    by: By,
    now: datetime,
    seen_event: int | None = None,
    tell_client: bool = True,
) -> Appointment:
    """Give the visit another treatment or length (minutes), at the price of the visit's day; reference, start and therapist stay.

    What it is already changes nothing. The room can become another one. A visit that is off the grid or outside of hours
    already may stay so. A move that could be undone stands from here on. `seen_event` is the last event that the editor saw. Raises NotAllowed, TooLate, ChangedMeanwhile, GateRefused,
    SlotTaken and NotOnOffer with the reason why it does not fit there, ClientBusy.
    """
    visit = read_locked(appointment.pk)
    if (visit.treatment_id, visit.minutes) == (treatment.pk, minutes):
        return visit
    check_unchanged(visit, seen_event=seen_event)
    _check_open(visit, now=now)
    try:
        length = catalogue.find_length(treatment_key=treatment.key, minutes=minutes, on=local_day(visit))
    except (catalogue.UnknownTreatment, catalogue.UnknownLength) as error:
        raise NotAllowed(str(error)) from error
    was, known = _as_it_was(visit), before_step(visit, by=by)
    price = (length.price, ClinicPolicy.current().currency)
    _become(visit, length.treatment, minutes, price, takes_back=False, now=now)
    visit.version += 1 if tell_client else 0
    visit.save()
    _write(visit, verb=CHANGE_TREATMENT, by=by, known=known, now=now, changes={"was": was, "told": tell_client})
    return visit


@in_one_transaction
def undo_treatment(*, appointment: Appointment, by: By, now: datetime) -> Appointment:
    """Give the visit the treatment, length and price back that it had before its last change. Twice is once.

    Raises NotAllowed, TooLate, GateRefused, and SlotTaken where the time that it needs has gone to somebody else.
    """
    visit = read_locked(appointment.pk)
    last = visit.events.order_by("-id").first()
    if last is not None and last.verb == UNDO_TREATMENT:
        return visit
    if last is None or undo_treatment_until(visit, last) <= now:
        raise TooLate(_("The time to undo this has passed. You can change the treatment again."))
    _check_open(visit, now=now)
    before, told = last.changes["was"], last.changes["told"]
    was, known = _as_it_was(visit), before_step(visit, by=by)
    treatment = Treatment.objects.get(pk=before["treatment"])
    _become(
        visit, treatment, before["minutes"], (Decimal(before["price"]), before["currency"]), takes_back=True, now=now
    )
    visit.version += 1 if told else 0
    visit.save()
    _write(visit, verb=UNDO_TREATMENT, by=by, known=known, now=now, changes={"was": was, "told": told})
    return visit


def undo_treatment_until(visit: Appointment, last: AppointmentEvent) -> datetime:
    """Until when the change that was the `last` event can be taken back; that event's own moment for any other."""
    if last.verb != CHANGE_TREATMENT:
        return last.at
    until = last.at + timedelta(minutes=ClinicPolicy.current().undo_minutes)
    return min(until, visit.starts_at) if visit.starts_at > last.at else until


def _check_open(visit: Appointment, *, now: datetime) -> None:
    if visit.state not in MOVABLE:
        said = _("This visit is %(state)s, so its treatment stays.")
        raise NotAllowed(said % {"state": visit.get_state_display()})
    check_not_run_out(visit, now=now)


def _as_it_was(visit: Appointment) -> dict[str, str | int]:
    return {
        "treatment": visit.treatment_id,
        "minutes": visit.minutes,
        "price": str(visit.price),
        "currency": visit.currency,
    }


def _become(
    visit: Appointment,
    treatment: Treatment,
    minutes: int,
    price: tuple[Decimal, str],
    *,
    takes_back: bool,
    now: datetime,
) -> None:
    """On the locked, unsaved visit, once the gate and the diary have said that it can be."""
    pass_gate(
        door=Door.MOVE,
        intake=visit.intake,
        treatment=treatment,
        on_date=local_day(visit),
        by_staff=True,
        now=now,
        client=visit.client,
    )
    wish = Wish(treatment, minutes, visit.location, visit.therapist_id)
    search = Search(wish, now, moving=visit, client=visit.client, by_staff=True)
    start = start_in_place(search=search, visit=visit, takes_back=takes_back)
    visit.treatment, visit.minutes = treatment, minutes
    visit.price, visit.currency = price
    place(visit, start=start)


def _write(
    visit: Appointment, *, verb: str, by: By, known: Known | None, now: datetime, changes: dict[str, object]
) -> None:
    free_former_place(visit)
    write_claims(visit)
    stranding.look_at(visit, now=now)
    record(visit, verb=verb, by=by, now=now, changes=changes)
    kind = Message.Kind.RESTORED if verb == UNDO_TREATMENT else Message.Kind.CHANGED
    outbox.announce(appointment=visit, kind=kind if changes["told"] else None, now=now, before=known)
