"""The shortest valid rows, and a small cast: a clinic in Dublin, its therapists, clients who may book."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from booking.intake.decisions import current_decision
from booking.intake.drafts import LIFETIME
from booking.models import Client, Draft, Intake
from booking.rules.questionnaire import IN_FORCE
from booking.scheduling.starts import Wish
from booking.scheduling.stranding import reviewing
from services import rota
from services.models import (
    ClinicPolicy,
    Location,
    Room,
    Therapist,
    TimeOff,
    Treatment,
    TreatmentLength,
    WorkingHours,
)
from tests.booking.rules.answers import complete

# A Monday in winter: Dublin is at UTC, so that times read the same in tests.
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)

RELAXING: dict[str, Any] = {
    "consent": True,
    "age_years": 40,
    "complaint_type": "relaxation_only",
    "emergency_symptoms": ["none"],
    "signs_now": ["none"],
    "conditions": ["none"],
    "medications": ["none"],
    "body": ["none"],
}

# Something that a doctor's view could change, and a doctor who has agreed: a note is to be looked at first.
WITH_A_NOTE: dict[str, Any] = {"conditions": ["immune_suppressed"], "doctor_review": "cleared"}


@dataclass(frozen=True)
class Clinic:
    location: Location
    treatment: Treatment
    therapists: list[Therapist]
    rooms: list[Room]

    def wish(self, *, minutes: int = 60, therapist: Therapist | None = None) -> Wish:
        return Wish(self.treatment, minutes, self.location, therapist.pk if therapist else None)


def make_treatment(
    *,
    key: str = "swedish",
    minutes: tuple[int, ...] = (60,),
    turnover: int = 15,
    like: str = Treatment.Kind.DEEP_TISSUE,
    uses_heat: bool = False,
) -> Treatment:
    """One of the four, or one that the clinic added, which is `like` one of them."""
    treatment, _ = Treatment.objects.update_or_create(
        key=key,
        defaults={
            "like": key if key in Treatment.Kind.values else like,
            "uses_heat": uses_heat,
            "name": key.replace("_", " ").capitalize(),
            "summary": "Long strokes.",
            "description": "Long strokes.",
            "suits": "Resting.",
            "firmness": 1,
            "turnover_minutes": turnover,
        },
    )
    for length in minutes:
        TreatmentLength.objects.update_or_create(
            treatment=treatment, minutes=length, defaults={"price": Decimal(length)}
        )
    return treatment


def make_clinic(
    *, therapists: int = 1, rooms: int = 1, zone: str = "Europe/Dublin", opens: str = "09:00", closes: str = "17:00"
) -> Clinic:
    """Open every day from `opens` to `closes`; everybody gives Swedish, 60 minutes plus 15 of turnover."""
    confirmed = {"emergency_number_confirmed": True, "keep_confirmed_at": NOW}
    ClinicPolicy.objects.update_or_create(pk=1, defaults=confirmed)
    treatment = make_treatment()
    location = Location.objects.create(
        name="Alder Street", address="14 Alder Street", phone="01 555 0142", time_zone=zone
    )
    made = [
        make_therapist(f"Therapist {number}", location, treatment, opens, closes) for number in range(1, therapists + 1)
    ]
    return Clinic(
        location=location,
        treatment=treatment,
        therapists=made,
        rooms=[Room.objects.create(location=location, name=f"Room {number}", order=number) for number in range(rooms)],
    )


def make_therapist(name: str, location: Location, treatment: Treatment, opens: str, closes: str) -> Therapist:
    therapist = Therapist.objects.create(name=name)
    therapist.treatments.add(treatment)
    WorkingHours.objects.bulk_create(
        WorkingHours(
            therapist=therapist,
            location=location,
            weekday=weekday,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
        )
        for weekday in range(1, 8)
    )
    return therapist


def make_client(name: str = "Niamh Byrne") -> Client:
    return Client.objects.create(name=name, email="niamh@example.com", created_at=NOW)


def make_intake(*, answers: dict[str, Any] | None = None, now: datetime = NOW, **fields: Any) -> Intake:
    """A complete intake with the decision of the rulebook of today; CLEAR unless `answers` say otherwise."""
    intake = Intake.objects.create(
        answers=complete(RELAXING | (answers or {})),
        schema_version=IN_FORCE,
        consent_text_version="2",
        consented_at=now,
        created_at=now,
        **fields,
    )
    current_decision(intake=intake, now=now)
    return intake


def make_draft(*, clinic: Clinic, answers: dict[str, Any] | None = None, now: datetime = NOW, **fields: Any) -> Draft:
    """A visitor who has chosen a treatment and answered the safety check."""
    return Draft.objects.create(
        treatment=clinic.treatment,
        minutes=60,
        location=clinic.location,
        intake=make_intake(answers=answers, now=now),
        consented_at=now,
        created_at=now,
        expires_at=now + LIFETIME,
        **fields,
    )


def take_off(therapist: Therapist, *, starts_at: datetime, ends_at: datetime, reason: str = "") -> TimeOff:
    """Time off, whatever it strands."""
    with reviewing(now=NOW) as review:
        return rota.add_time_off(
            therapist=therapist, starts_at=starts_at, ends_at=ends_at, reason=reason, review=review
        )


def at(text: str, *, day: date = TODAY) -> datetime:
    """A UTC moment on the day of the tests: at("14:30")."""
    return datetime.combine(day, time.fromisoformat(text), tzinfo=UTC)


def soon(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)
