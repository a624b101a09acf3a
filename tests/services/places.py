"""The shortest valid rows of this floor."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from services.models import Location, Room, Therapist, Treatment, TreatmentLength, WorkingHours


def make_location(name: str = "Alder Street", *, zone: str = "Europe/Dublin", is_active: bool = True) -> Location:
    return Location.objects.create(
        name=name, address=f"14 {name}", phone="01 555 0142", time_zone=zone, is_active=is_active
    )


def make_treatment(key: str = "hot_stones", *, minutes: tuple[int, ...] = (60,), **fields: Any) -> Treatment:
    words = {"name": key.replace("_", " ").capitalize(), "summary": "s", "description": "d", "suits": "s"}
    treatment = Treatment.objects.create(key=key, firmness=1, **(words | fields))
    for length in minutes:
        TreatmentLength.objects.create(treatment=treatment, minutes=length, price=Decimal(length))
    return treatment


def make_therapist(name: str = "Ana Ruiz", *treatments: Treatment, is_active: bool = True) -> Therapist:
    therapist = Therapist.objects.create(name=name, is_active=is_active)
    therapist.treatments.set(treatments)
    return therapist


def make_hours(therapist: Therapist, location: Location, *, weekday: int = 1, **fields: Any) -> WorkingHours:
    times = {"opens": time(9), "closes": time(17)}
    return WorkingHours.objects.create(therapist=therapist, location=location, weekday=weekday, **(times | fields))


def make_room(location: Location, name: str = "Room 1", *treatments: Treatment, **fields: Any) -> Room:
    room = Room.objects.create(location=location, name=name, **fields)
    room.treatments.set(treatments)
    return room


def unasked(**_: object) -> None:
    """A review where there are no visits to look at."""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
