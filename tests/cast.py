"""The cast of the tests: a clinic in Dublin on a Monday in winter, who works there and who comes.

The moment is `NOW`. The clinic is the fixture `clinic` of conftest.py: two therapists and two rooms, open every day from
nine to five. Niamh Byrne comes: `book` books her on the phone, `book_online` on the website, with answers like `CAREFUL`.
Staff sit down at the panel by `sign_in`. Whatever else is called `make_...` is the shortest valid row of its kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.test import Client as Browser

from booking.intake.decisions import current_decision
from booking.intake.drafts import LIFETIME
from booking.models import Appointment, Client, Draft, Intake
from booking.rules.questionnaire import IN_FORCE
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details
from booking.scheduling.search import Wish
from booking.scheduling.stranding import reviewing
from clinic.models import StaffProfile
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

# --- Who comes, and with which answers --------------------------------------------------------------------------------

NAME, EMAIL, PHONE = "Niamh Byrne", "niamh@example.com", "01 555 0199"

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

# What is added to them, by the outcome that it leads to.
CAREFUL: dict[str, Any] = {"medications": ["anticoagulants"]}
DOCTOR_FIRST: dict[str, Any] = {"signs_now": ["unexplained_weight_loss"]}
EMERGENCY: dict[str, Any] = {"emergency_symptoms": ["chest_pain_pressure"]}

# --- Who works there --------------------------------------------------------------------------------------------------

# A member of staff whose name does not matter.
STAFF = By("staff")
PASSWORD = "quiet hands 42"
# How a session begins that passed no sign-in form.
BACKEND = "django.contrib.auth.backends.ModelBackend"


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
    confirmed = dict.fromkeys(("keep_confirmed_at", "opened_at", "prices_confirmed_at"), NOW)
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"emergency_number_confirmed": True, **confirmed})
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


def make_client(name: str = NAME) -> Client:
    return Client.objects.create(name=name, email=EMAIL, created_at=NOW)


def make_intake(*, answers: Mapping[str, Any] | None = None, now: datetime = NOW, **fields: Any) -> Intake:
    """A complete intake with the decision of the rulebook of today; CLEAR unless `answers` say otherwise."""
    intake = Intake.objects.create(
        answers=complete(RELAXING | dict(answers or {})),
        schema_version=IN_FORCE,
        consent_text_version="2",
        consented_at=now,
        created_at=now,
        **fields,
    )
    current_decision(intake=intake, now=now)
    return intake


def make_draft(
    *, clinic: Clinic, answers: Mapping[str, Any] | None = None, now: datetime = NOW, **fields: Any
) -> Draft:
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


def details(name: str = NAME, *, email: str = EMAIL, phone: str = "") -> Details:
    """As typed by who books for herself."""
    return Details(name=name, booker_name=name, booker_email=email, booker_phone=phone)


def book(
    clinic: Clinic,
    start: str | datetime = "14:30",
    *,
    days: int = 0,
    therapist: int = 0,
    name: str = NAME,
    email: str = "",
    phone: str = "",
    client: Client | None = None,
    answers: Mapping[str, Any] | None = None,
    intake: Intake | None = None,
    with_form: bool = True,
    send_form: bool = False,
    by: By = STAFF,
    now: datetime = NOW,
) -> Appointment:
    """A visit booked at the desk or on the phone, `days` from today, with the therapist of that number; no email is left.

    A `client` who is not known yet is made of what was said. The form is CLEAR unless `answers` say otherwise; it is
    `intake` where that is given, and none at all without `with_form`.
    """
    if with_form and intake is None:
        intake = make_intake(answers=answers, now=now)
    return appointments.book_by_staff(
        wish=clinic.wish(therapist=clinic.therapists[therapist]),
        starts_at=_moment(start, days),
        client=client,
        details=details(name, email=email, phone=phone),
        intake=intake,
        send_form=send_form,
        by=by,
        now=now,
    )


def book_online(
    clinic: Clinic,
    start: str | datetime = "14:30",
    *,
    days: int = 0,
    therapist: int = 0,
    name: str = NAME,
    email: str = EMAIL,
    draft: Draft | None = None,
    answers: Mapping[str, Any] | None = None,
    now: datetime = NOW,
    **fields: Any,
) -> Appointment:
    """A visit booked on the website, from a network of its own: the start is kept and then booked.

    The journey is `draft`, or a new one with these `answers` and `fields`.
    """
    draft = draft or make_draft(clinic=clinic, answers=answers, now=now, **fields)
    appointments.keep_start(
        draft=draft,
        starts_at=_moment(start, days),
        therapist_id=clinic.therapists[therapist].pk,
        address=draft.pk,
        now=now,
    )
    return appointments.book(draft=draft, details=details(name, email=email), key=f"key-{draft.pk}", now=now)


def make_member(role: str, clinic: Clinic | None = None, *, number: int = 0, name: str = "", **fields: Any) -> User:
    """Somebody who works here, called like the role unless there is a `name`; `fields` are those of the account.

    A therapist is the one of `clinic` with this number.
    """
    user = User.objects.create_user(name or f"{role}{number or ''}", **fields)
    therapist = clinic.therapists[number] if clinic and role == "therapist" else None
    StaffProfile.objects.create(user=user, role=role, therapist=therapist)
    return user


def make_superuser(name: str = "boss") -> User:
    """An owner who may enter the back office too."""
    return make_member("owner", name=name, password=PASSWORD, is_staff=True, is_superuser=True)


def sign_in(role: str, clinic: Clinic | None = None, *, number: int = 0, name: str = "") -> Browser:
    """The browser of somebody new who works here: see `make_member`."""
    return browser_of(make_member(role, clinic, number=number, name=name))


def browser_of(user: User) -> Browser:
    """A browser in which `user` has just signed in, without the form."""
    browser = Browser()
    browser.force_login(user, backend=BACKEND)
    return browser


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


def _moment(start: str | datetime, days: int) -> datetime:
    return at(start, day=TODAY + timedelta(days=days)) if isinstance(start, str) else start
