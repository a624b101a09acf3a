"""Visits and mails in any state, without the way there: what the outbox sees of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from booking.models import Appointment, Case, Client, Message, State
from services.hours import wall_time
from services.models import ClinicPolicy, Location, Therapist, Treatment
from tests.cast import NOW, make_client, make_treatment

STARTS_AT = NOW + timedelta(days=3, hours=6, minutes=30)  # Thursday 26 November 2026, 14:30 in Dublin
EMAIL = "niamh@example.com"


def make_policy(**fields: object) -> ClinicPolicy:
    values = {"clinic_name": "Alder Street Massage", "contact_email": "desk@alder.example"} | fields
    policy, _ = ClinicPolicy.objects.update_or_create(pk=1, defaults=values)
    policy.refresh_from_db()
    return policy


def make_location(*, zone: str = "Europe/Dublin") -> Location:
    location, _ = Location.objects.get_or_create(
        name="Alder Street", address="14 Alder Street\nDublin 8", phone="01 555 0142", time_zone=zone
    )
    return location


def make_visit(
    *,
    starts_at: datetime = STARTS_AT,
    minutes: int = 60,
    zone: str = "Europe/Dublin",
    client: Client | None = None,
    **fields: object,
) -> Appointment:
    """A booked visit with its treatment, therapist, location and client; saved."""
    visit = build_visit(starts_at=starts_at, minutes=minutes, zone=zone, client=client or make_client(), **fields)
    visit.save()
    return visit


def build_visit(
    *, starts_at: datetime, client: Client, minutes: int = 60, zone: str = "Europe/Dublin", **fields: object
) -> Appointment:
    """Not saved."""
    therapist = Therapist.objects.filter(name="Ana Ruiz").first() or Therapist.objects.create(name="Ana Ruiz")
    treatment = Treatment.objects.filter(key="swedish").first() or make_treatment()
    ends_at = starts_at + timedelta(minutes=minutes)
    values = {
        "state": State.BOOKED,
        "client": client,
        "treatment": treatment,
        "minutes": minutes,
        "therapist": therapist,
        "location": make_location(zone=zone),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "busy_until": ends_at,
        "wall_time": wall_time(starts_at, ZoneInfo(zone)),
        "time_zone": zone,
        "price": Decimal(85),
        "currency": "EUR",
        "booker_name": "Niamh Byrne",
        "booker_email": EMAIL,
        "created_at": NOW,
    }
    return Appointment(**(values | fields))


def make_message(
    *,
    visit: Appointment | None,
    kind: str = Message.Kind.BOOKED,
    key: str = "",
    due_at: datetime = NOW,
    **fields: object,
) -> Message:
    """A queued mail about `visit` in its version of now."""
    message = build_message(visit=visit, kind=kind, key=key, due_at=due_at, **fields)
    message.save()
    return message


def build_message(
    *,
    visit: Appointment | None,
    kind: str = Message.Kind.BOOKED,
    key: str = "",
    due_at: datetime = NOW,
    **fields: object,
) -> Message:
    """Not saved."""
    key = key or f"visit:{visit.pk if visit else 0}:{visit.version if visit else 0}:{kind}"
    values = {
        "dedupe_key": key,
        "kind": kind,
        "appointment": visit,
        "version": visit.version if visit else 0,
        "recipient": visit.booker_email if visit else "desk@alder.example",
        "due_at": due_at,
        "next_try_at": due_at,
        "message_id": f"<{key.replace(':', '-')}@clinic.test>",
        "created_at": NOW,
    }
    return Message(**(values | fields))


def make_many(
    count: int,
    *,
    kind: str = Message.Kind.REMINDER,
    starts_at: datetime = STARTS_AT,
    due_at: datetime = NOW,
    first: int = 0,
) -> None:
    """`count` visits, each with one due mail; a handful of statements. No quiet hours. A second call needs another `first`."""
    make_policy(quiet_from="00:00", quiet_until="00:00")
    client = make_client()
    model = build_visit(starts_at=starts_at, client=client)
    visits = Appointment.objects.bulk_create(
        [
            build_copy(model, public_id=f"{number:022d}", reference=f"R{number:06d}", email=f"n{number}@example.com")
            for number in range(first, first + count)
        ],
        batch_size=1000,
    )
    Message.objects.bulk_create(
        [build_message(visit=visit, kind=kind, due_at=due_at) for visit in visits], batch_size=1000
    )


def build_copy(visit: Appointment, *, public_id: str, reference: str, email: str) -> Appointment:
    values = {field.attname: getattr(visit, field.attname) for field in Appointment._meta.concrete_fields}
    return Appointment(**(values | {"id": None, "public_id": public_id, "reference": reference, "booker_email": email}))


def make_case(**fields: Any) -> Case:
    """An open case that tells of an emergency sign, of nobody in particular."""
    return Case.objects.create(kind=Case.Kind.EMERGENCY, opened_at=NOW, **fields)


def state_of(message: Message) -> tuple[str, str]:
    """Where the row is by now, and the reason that it gives."""
    message.refresh_from_db()
    return message.state, message.reason
