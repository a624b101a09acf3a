"""A visit as every page about it names it."""

from dataclasses import dataclass

from django import forms

from booking.models import Appointment
from booking.wording.times import Wall, format_moment, format_span
from clinic.panel.visit.load import last_event


@dataclass(frozen=True)
class About:
    """`name`, `room` and `person` (their id in addresses) are empty where there is none. `treatment` as staff call it, `treatment_name` as clients do."""

    reference: str
    name: str
    person: str
    moment: str
    span: str
    treatment: str
    treatment_name: str
    therapist: str
    room: str
    email: str
    has_form: bool
    seen_event: int | None


@dataclass(frozen=True)
class FormPage:
    """A page that asks one thing about a visit."""

    visit: About
    form: forms.Form


def about(found: Appointment) -> About:
    wall = Wall.of_visit(found)
    return About(
        reference=found.reference,
        name=found.client.name if found.client else "",
        person=found.client.public_id if found.client and not found.client.erased_at else "",
        moment=format_moment(found.starts_at, wall),
        span=format_span(found.starts_at, found.ends_at, wall),
        treatment=found.treatment.name_for_staff,
        treatment_name=found.treatment.name,
        therapist=found.therapist.name,
        room=found.room.name if found.room else "",
        email=found.booker_email,
        has_form=found.intake is not None,
        seen_event=last_event(found),
    )
