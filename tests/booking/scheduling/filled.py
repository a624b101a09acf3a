"""Clinics at random in the database, and searches in them: for asking the product and the slow oracle the same."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from booking.models import Appointment, Client, Draft, FormerPlace, SlotHold, State
from booking.scheduling.search import Search, Wish
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
from tests.booking.scheduling.clinics import FIVE, ZONES, change_dates, make_week


@dataclass(frozen=True)
class Filled:
    """A clinic with visits in every state around `day`, all of them saved. `now` is near it, not on a mark."""

    day: date
    now: datetime
    places: list[Location]
    treatments: list[Treatment]
    therapists: list[Therapist]
    visits: list[Appointment]
    drafts: list[Draft]

    def search(self, chance: random.Random) -> Search:
        wish = Wish(
            chance.choice(self.treatments),
            chance.choice([15, 30, 60, 90]),
            chance.choice(self.places),
            chance.choice([None, chance.choice(self.therapists).pk]),
        )
        movable = [visit for visit in self.visits if visit.client_id]
        return Search(
            wish,
            self.now,
            draft=chance.choice([None, *self.drafts]),
            moving=chance.choice([None, None, chance.choice(movable)]) if movable else None,
            client=chance.choice([None, chance.choice(movable).client]) if movable else None,
            by_staff=chance.random() < 0.3,
        )

    def moment(self, chance: random.Random) -> datetime:
        """On a mark most of the time."""
        midnight = datetime.combine(self.day, time(), tzinfo=UTC)
        moment = midnight + chance.randrange(-100, 500) * FIVE
        return moment if chance.random() < 0.9 else moment + timedelta(seconds=chance.randrange(300))


def make_filled(chance: random.Random) -> Filled:
    zones = chance.sample(ZONES, 2)
    changes = change_dates(zones[0])
    day = chance.choice(changes) if changes and chance.random() < 0.5 else date(2026, 11, chance.randrange(1, 29))
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    now = midnight + timedelta(seconds=chance.randrange(-40 * 3600, 20 * 3600))
    ClinicPolicy.objects.update_or_create(
        pk=1,
        defaults={
            "grid_minutes": chance.choice([5, 15, 15, 20, 60]),
            "notice_minutes": chance.choice([0, 7, 120]),
            "horizon_days": chance.choice([1, 3, 60]),
            "opened_at": now,
            "stopped_at": None if chance.random() < 0.9 else now,
        },
    )
    places = [
        Location.objects.create(name=zone, address="1", phone="1", time_zone=zone)
        for zone in zones[: chance.choice([1, 1, 2])]
    ]
    treatments = make_treatments(chance)
    rooms = Room.objects.bulk_create(
        Room(location=place, name=f"Room {number}", order=chance.randrange(3), is_active=chance.random() < 0.9)
        for place in places
        for number in range(chance.choice([0, 1, 2, 3]))
    )
    for room in rooms:
        room.treatments.set(chance.choice([[], [], treatments[:1]]))
    therapists = [make_therapist(chance, places, treatments) for _number in range(chance.choice([1, 2, 3]))]
    make_time_off(chance, places, therapists, midnight)
    clients = Client.objects.bulk_create(Client(name=f"Client {number}", created_at=now) for number in range(3))
    visits = [
        make_visit(
            chance,
            place=chance.choice(places),
            rooms=rooms,
            treatments=treatments,
            therapists=therapists,
            clients=clients,
            midnight=midnight,
            now=now,
        )
        for _number in range(chance.choice([0, 3, 8, 16]))
    ]
    Appointment.objects.bulk_create(visits)
    drafts = hold_for_drafts(chance, visits, now)
    move_some(chance, visits, rooms, therapists, now)
    return Filled(day, now, places, treatments, therapists, visits, drafts)


def make_treatments(chance: random.Random) -> list[Treatment]:
    Treatment.objects.update(is_active=False)
    made = [
        Treatment.objects.create(
            key=f"kind_{number}",
            name=f"Kind {number}",
            summary="1",
            description="1",
            suits="1",
            firmness=1,
            order=number,
            turnover_minutes=chance.choice([0, 10, 15, 120]),
        )
        for number in range(2)
    ]
    TreatmentLength.objects.bulk_create(
        TreatmentLength(treatment=treatment, minutes=minutes, price=1)
        for treatment in made
        for minutes in chance.sample([15, 30, 60, 90], 2)
    )
    return made


def make_therapist(chance: random.Random, places: list[Location], treatments: list[Treatment]) -> Therapist:
    therapist = Therapist.objects.create(name="Ana", is_active=chance.random() < 0.9)
    therapist.treatments.set(chance.choice([treatments, treatments, treatments[:1]]))
    WorkingHours.objects.bulk_create(
        WorkingHours(
            therapist=therapist,
            location=place,
            weekday=span.weekday,
            opens=span.opens,
            closes=span.closes,
            first_date=chance.choice([None, None, date(2020, 1, 1)]),
            last_date=chance.choice([None, None, date(2030, 1, 1)]),
        )
        for place in places
        for span in make_week(chance)
    )
    return therapist


def make_time_off(
    chance: random.Random, places: list[Location], therapists: list[Therapist], midnight: datetime
) -> None:
    owners: list[dict[str, Any]] = [*({"therapist": one} for one in therapists), *({"location": one} for one in places)]
    for owner in owners:
        if chance.random() < 0.4:
            starts_at = midnight + chance.randrange(-200, 500) * FIVE
            TimeOff.objects.create(starts_at=starts_at, ends_at=starts_at + chance.randrange(1, 80) * FIVE, **owner)


def make_visit(
    chance: random.Random,
    *,
    place: Location,
    rooms: list[Room],
    treatments: list[Treatment],
    therapists: list[Therapist],
    clients: list[Client],
    midnight: datetime,
    now: datetime,
) -> Appointment:
    state = chance.choice([*State, State.BOOKED, State.BOOKED, State.BOOKED, State.HELD, State.REQUESTED])
    minutes = chance.choice([15, 30, 60, 90, 480])
    starts_at = midnight + chance.randrange(-250, 600) * FIVE
    ends_at = starts_at + timedelta(minutes=minutes)
    deadline = now + timedelta(minutes=chance.choice([-10, 0, 10]))
    has_deadline = state in {State.HELD, State.CANCELLING} or chance.random() < 0.5
    return Appointment(
        state=state,
        client=None if state in {State.HELD, State.EXPIRED} else chance.choice(clients),
        treatment=chance.choice(treatments),
        minutes=minutes,
        therapist=chance.choice(therapists),
        room=chance.choice([None, *(room for room in rooms if room.location_id == place.pk)]),
        location=place,
        starts_at=starts_at,
        ends_at=ends_at,
        busy_until=ends_at + timedelta(minutes=chance.choice([0, 10, 15, 120])),
        wall_time="2026-11-23T14:30",
        time_zone=place.time_zone,
        price=1,
        currency="EUR",
        cancelled_from=State.BOOKED if state == State.CANCELLING else "",
        deadline_at=deadline if has_deadline else None,
        created_at=now,
    )


def hold_for_drafts(chance: random.Random, visits: list[Appointment], now: datetime) -> list[Draft]:
    """Kept starts belong to drafts; one more draft has none."""
    held = [visit for visit in visits if visit.state == State.HELD]
    drafts = Draft.objects.bulk_create(Draft(created_at=now, expires_at=now) for _number in range(len(held) + 1))
    SlotHold.objects.bulk_create(
        SlotHold(appointment=visit, draft=draft, address="192.0.2.1", kept_at=now)
        for visit, draft in zip(held, drafts, strict=False)
    )
    return drafts


def move_some(
    chance: random.Random, visits: list[Appointment], rooms: list[Room], therapists: list[Therapist], now: datetime
) -> None:
    """Some visits were moved from somewhere, and the move can be undone, just now no more, or not since long."""
    for visit in visits:
        if chance.random() < 0.25:
            starts_at = visit.starts_at + chance.randrange(-100, 100) * FIVE
            FormerPlace.objects.create(
                appointment=visit,
                kept_until=now + timedelta(minutes=chance.choice([-10, 0, 10])),
                actor="client",
                was_told=True,
                therapist=chance.choice(therapists),
                room=chance.choice([None, *(room for room in rooms if room.location_id == visit.location_id)]),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=visit.minutes),
                busy_until=starts_at + timedelta(minutes=visit.minutes + 15),
                wall_time="2026-11-23T14:30",
                time_zone=visit.time_zone,
            )
