"""Invented histories for the reports, and the plain way to look at them: one visit after the other."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from booking.late_changes import ASK_TO_CHOOSE_AGAIN
from booking.models import Appointment, AppointmentEvent, Client, State, Stranding
from booking.reports.periods import Period
from booking.reports.visits import Scope
from services.hours import wall_time
from services.models import Location, Room, Therapist, TimeOff, WorkingHours
from tests.cast import NOW, make_treatment

# Where, and which period: over each kind of clock change, and over week 53 of one year and week 1 of the next.
WHERE_AND_WHEN = (
    ("Europe/Dublin", Period(date(2026, 10, 14), date(2026, 11, 4))),
    ("America/New_York", Period(date(2026, 3, 2), date(2026, 3, 20))),
    ("Australia/Sydney", Period(date(2026, 9, 28), date(2026, 10, 11))),
    ("Europe/Dublin", Period(date(2026, 12, 20), date(2027, 1, 12))),
)
STATES = (
    *[State.COMPLETED] * 6,
    State.NO_SHOW,
    State.BOOKED,
    State.REQUESTED,
    State.CANCELLED,
    State.CANCELLED,
    State.EXPIRED,
)


@dataclass(frozen=True)
class History:
    scope: Scope
    zone: ZoneInfo
    location: Location
    therapists: list[Therapist]
    rooms: list[Room]

    def visits(self, *states: State) -> list[Appointment]:
        """Those of the period, looked at one by one."""
        period = self.scope.period
        return [
            visit
            for visit in Appointment.objects.order_by("id")
            if visit.state in states
            and visit.location_id in self.scope.location_ids
            and period.first <= visit.starts_at.astimezone(ZoneInfo(visit.time_zone)).date() <= period.last
        ]


def make_history(*, zone: str, period: Period, seed: int, visits: int = 120) -> History:
    chance = random.Random(seed)
    clocks = ZoneInfo(zone)
    treatment = make_treatment()
    location = Location.objects.create(name="Here", address="1 Here", phone="1", time_zone=zone)
    elsewhere = Location.objects.create(name="There", address="1 There", phone="1", time_zone="Asia/Kolkata")
    therapists = [Therapist.objects.create(name=f"Therapist {number}") for number in range(3)]
    rooms = [Room.objects.create(location=location, name=f"Room {number}", order=number) for number in range(2)]
    clients = [Client.objects.create(name=f"Client {number}", created_at=NOW) for number in range(25)]
    for therapist in therapists:
        for weekday in range(1, 8):
            opens = time(chance.choice((0, 1, 9)))
            WorkingHours.objects.create(
                therapist=therapist,
                location=location,
                weekday=weekday,
                opens=opens,
                closes=time(13, 30),
                first_date=chance.choice((None, period.first + timedelta(days=5))),
            )
            WorkingHours.objects.create(
                therapist=therapist, location=location, weekday=weekday, opens=time(14), closes=time(20)
            )
    for number in range(12):
        whose = {"location": location} if number % 4 == 0 else {"therapist": chance.choice(therapists)}
        begin = instant(period.first + timedelta(days=chance.randrange(-2, period.days)), clocks, chance)
        TimeOff.objects.create(
            starts_at=begin, ends_at=begin + timedelta(minutes=5 * chance.randrange(1, 500)), **whose
        )
    now = instant(period.last, clocks, chance)
    for number in range(visits):
        place = elsewhere if number % 10 == 0 else location
        there = place.zone
        starts_at = instant(period.first + timedelta(days=chance.randrange(-60, period.days + 10)), there, chance)
        state = chance.choice(STATES)
        made = Appointment.objects.create(
            state=state,
            client=chance.choice(clients),
            treatment=treatment,
            minutes=chance.choice((30, 60, 90)),
            therapist=chance.choice(therapists),
            room=None if place is elsewhere else chance.choice([*rooms, None]),
            location=place,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=60),
            busy_until=starts_at + timedelta(minutes=75),
            wall_time=wall_time(starts_at, there),
            time_zone=there.key,
            price=Decimal(chance.randrange(2000, 9000)) / 100,
            currency=chance.choice(("EUR", "EUR", "EUR", "USD")),
            created_at=starts_at - timedelta(minutes=chance.randrange(60 * 24 * 20)),
        )
        if state is State.CANCELLED:
            call_off(made, chance)
    scope = Scope(period=period, location_ids=(location.pk,), currency="EUR", late_hours=24, now=now)
    return History(scope, clocks, location, therapists, rooms)


def call_off(visit: Appointment, chance: random.Random) -> None:
    """In one of the ways that there are, with all that decides whether it was late."""
    how, actor = chance.choice((("cancel", "client"), ("cancel", "client"), ("cancel", "staff"), ("decline", "staff")))
    at = visit.starts_at - timedelta(hours=chance.randrange(60))
    if chance.random() < 0.2:
        visit.first_free_until = at + timedelta(hours=chance.randrange(-30, 30))
    if chance.random() < 0.1:
        visit.wall_time_lost_at = at - timedelta(days=1)
    visit.save()
    if chance.random() < 0.3:
        Stranding.objects.create(
            appointment=visit,
            why="hours",
            since_at=at + timedelta(hours=chance.choice((-5, 5))),
            kept_at=chance.choice((None, None, at)),
            ended_at=chance.choice((None, at - timedelta(hours=1), at + timedelta(hours=1))),
        )
    before = chance.choice(
        ((), (), (ASK_TO_CHOOSE_AGAIN,), ("move",), (ASK_TO_CHOOSE_AGAIN, "move"), ("move", ASK_TO_CHOOSE_AGAIN))
    )
    for verb, then in [(verb, at - timedelta(hours=2)) for verb in before] + [(how, at), ("free", visit.starts_at)]:
        AppointmentEvent.objects.create(
            appointment=visit, at=then, actor=actor, verb=verb, state=State.CANCELLED, version=1
        )


def instant(day: date, zone: ZoneInfo, chance: random.Random) -> datetime:
    """Some time of a local day that its clocks show, on a mark of five minutes, in UTC."""
    utc = ZoneInfo("UTC")
    midnight = datetime.combine(day, time(), tzinfo=zone).astimezone(utc)
    return midnight + timedelta(minutes=5 * chance.randrange(22 * 12))
