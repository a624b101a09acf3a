"""What a visit could be instead: each treatment and length with its price and end, or why the rulebook says no."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.intake.gate import Door, GateRefused, pass_gate
from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.states import MOVABLE
from booking.wording.prices import format_price
from booking.wording.times import Wall, format_time, local_date
from clinic.panel.visit.about import About
from services import catalogue
from services.models import ClinicPolicy, Treatment


@dataclass(frozen=True)
class Length:
    """`is_now`: what the visit is already. `why_not` in words, where it can't be chosen."""

    length_id: int
    treatment: str
    minutes: int
    end: str
    price: str
    is_now: bool
    why_not: str


@dataclass(frozen=True)
class TreatmentPage:
    visit: About
    lengths: tuple[Length, ...]
    chosen: int | None


@dataclass(frozen=True)
class TreatmentUndo:
    """The change that can be taken back, in words."""

    reference: str
    name: str
    before: str
    until: str


def list_lengths(found: Appointment, *, now: datetime) -> tuple[Length, ...]:
    wall, policy = Wall.of_visit(found), ClinicPolicy.current()
    found_lengths = []
    for offer in catalogue.treatments_on_offer():
        why_not = _why_not(found, offer.treatment, now=now)
        found_lengths += [
            Length(
                length_id=length.pk,
                treatment=offer.treatment.name_for_staff,
                minutes=length.minutes,
                end=format_time(found.starts_at + timedelta(minutes=length.minutes), wall),
                price=format_price(length.price, policy.currency, country=found.location.country),
                is_now=(found.treatment_id, found.minutes) == (offer.treatment.pk, length.minutes),
                why_not=why_not,
            )
            for length in offer.lengths
        ]
    return tuple(found_lengths)


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
        return refused.for_staff
    return ""
