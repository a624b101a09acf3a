"""What a visit could be instead: each treatment and length with its price and end, or why the rulebook says no."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from booking.intake.gate import Door, GateRefused, pass_gate
from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.states import MOVABLE
from booking.wording.prices import format_price
from booking.wording.times import Wall, format_time, local_date
from clinic.panel.visit.about import About, about
from clinic.panel.visit.telling import say_beside_undo
from services import catalogue
from services.models import ClinicPolicy, Treatment


@dataclass(frozen=True)
class Length:
    """One that the visit is not yet, and that the rulebook lets pass."""

    length_id: int
    treatment: str
    minutes: int
    end: str
    price: str


@dataclass(frozen=True)
class LeftOut:
    """A treatment that the rulebook rules out for this person on that day."""

    treatment: str
    why: str


@dataclass(frozen=True)
class TreatmentPage:
    visit: About
    lengths: tuple[Length, ...]
    left_out: tuple[LeftOut, ...]
    chosen: int | None


@dataclass(frozen=True)
class TreatmentUndo:
    """The change that can be taken back, in words."""

    reference: str
    name: str
    before: str
    until: str
    told: str


def describe_treatments(found: Appointment, *, chosen: int | None, now: datetime) -> TreatmentPage:
    lengths: list[Length] = []
    left_out: list[LeftOut] = []
    for offer in catalogue.treatments_on_offer(on=local_date(found.starts_at, Wall.of_visit(found).zone)):
        why_not = _why_not(found, offer.treatment, now=now)
        if why_not:
            left_out.append(LeftOut(offer.treatment.name_for_staff, why_not))
        else:
            lengths += [_describe(found, one, offer.treatment.name_for_staff) for one in offer.lengths]
    is_now = (found.treatment.name_for_staff, found.minutes)
    others = tuple(one for one in lengths if (one.treatment, one.minutes) != is_now)
    return TreatmentPage(about(found), others, tuple(left_out), chosen)


def _describe(found: Appointment, length: catalogue.Length, treatment: str) -> Length:
    currency, country = ClinicPolicy.current().currency, found.location.country
    return Length(
        length_id=length.pk,
        treatment=treatment,
        minutes=length.minutes,
        end=format_time(found.starts_at + timedelta(minutes=length.minutes), Wall.of_visit(found)),
        price=format_price(length.price, currency, country=country),
    )


def find_treatment_undo(found: Appointment, *, now: datetime) -> TreatmentUndo | None:
    """The last thing that was done to the visit, where that was a change of treatment that can be taken back."""
    last = max(found.events.all(), key=lambda event: event.pk, default=None)
    until = appointments.undo_treatment_until(found, last) if last is not None else now
    if last is None or found.state not in MOVABLE or until <= now:
        return None
    was = last.changes["was"]
    treatment = Treatment.objects.get(pk=was["treatment"])
    return TreatmentUndo(
        reference=found.reference,
        name=found.client.name if found.client else "",
        before=f"{treatment.name_for_staff} {was['minutes']}",
        until=format_time(until, Wall.of_visit(found)),
        told=say_beside_undo(found, was_told=last.changes["told"], now=now),
    )


def _why_not(found: Appointment, treatment: Treatment, *, now: datetime) -> str:
    """What the gate says of this treatment for this person on that day; empty where it lets it pass."""
    try:
        pass_gate(
            door=Door.MOVE,
            intake=found.intake,
            treatment=treatment,
            on_date=local_date(found.starts_at, Wall.of_visit(found).zone),
            by_staff=True,
            now=now,
            client=found.client,
        )
    except GateRefused as refused:
        # The gate's words for one treatment are for the client; staff read it on a line of its own.
        return _("does not go with the safety check") if refused.is_bookable else refused.for_staff
    return ""
