import itertools
import random
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from booking.models import Appointment, Claim, Client, State
from booking.models.reference import ALPHABET, make_public_id
from booking.scheduling.claims import KEPT_AFTER, claims_of
from clinic.seeding import invented_email, invented_name, refuse_real_clients
from services.hours import wall_time
from services.models import Location, Room, Therapist, Treatment, WorkingHours
from services.opening import open_online_booking

ZONE = ZoneInfo("Europe/Dublin")
OPENS, CLOSES = time(9), time(18)
MINUTES, TURNOVER_MINUTES = 60, 15
AHEAD_DAYS = 14
FILLED = 0.7  # of the visits that would fit
BATCH = 5_000
REFERENCE_LETTERS = 7
STAYS_AWAY = 0.05  # of the clients


class Plan(NamedTuple):
    """A visit that is going to be made."""

    number: int
    therapist: Therapist
    room: Room
    client: Client
    treatment: Treatment
    starts_at: datetime
    has_come: bool


class Command(BaseCommand):
    help = "Fills an empty database with a large clinic, for measurement. The same seed gives the same clinic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--therapists", type=int, default=30, choices=range(1, 1001), metavar="1..1000")
        parser.add_argument("--history-days", type=int, default=200, choices=range(7301), metavar="0..7300")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, therapists: int, history_days: int, seed: int, **options: Any) -> None:
        refuse_real_clients()
        with transaction.atomic():
            location, people, rooms = make_place(count=therapists)
            clients = make_clients(count=therapists * 12)
            visits = make_visits(
                location=location,
                therapists=people,
                rooms=rooms,
                clients=clients,
                history_days=history_days,
                chance=random.Random(seed),  # noqa: S311 - a repeatable clinic, no secret
                now=timezone.now(),
            )
        self.stdout.write(f"{therapists} therapists, {len(clients)} clients, {visits} visits.")


def make_place(*, count: int) -> tuple[Location, list[Therapist], list[Room]]:
    """A location with a room for each therapist, all of whom work Monday to Saturday and give every treatment."""
    open_online_booking(now=timezone.now())
    location = Location.objects.create(
        name="Scale Street", address="1 Scale Street", phone="01 555 0100", time_zone=ZONE.key
    )
    therapists = Therapist.objects.bulk_create(Therapist(name=invented_name(number)) for number in range(count))
    skills = Therapist.treatments.through
    skills.objects.bulk_create(
        skills(therapist=therapist, treatment=treatment)
        for therapist in therapists
        for treatment in Treatment.objects.filter(is_active=True)
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(therapist=therapist, location=location, weekday=weekday, opens=OPENS, closes=CLOSES)
        for therapist in therapists
        for weekday in range(1, 7)
    )
    rooms = Room.objects.bulk_create(Room(location=location, name=f"Room {n + 1}", order=n) for n in range(count))
    return location, therapists, rooms


def make_clients(*, count: int) -> list[Client]:
    """Invented clients; more than there are visits on a day, so that nobody is in two places."""
    start = Client.objects.count()
    return Client.objects.bulk_create(
        (
            Client(name=invented_name(number), email=invented_email(number), created_at=timezone.now())
            for number in range(start, start + count)
        ),
        batch_size=BATCH,
    )


def make_visits(
    *,
    location: Location,
    therapists: list[Therapist],
    rooms: list[Room],
    clients: list[Client],
    history_days: int,
    chance: random.Random,
    now: datetime,
) -> int:
    """Visits from `history_days` ago to two weeks ahead; claims only where they are still kept. Returns how many."""
    treatments = list(Treatment.objects.filter(is_active=True, lengths__minutes=MINUTES))
    today = now.astimezone(ZONE).date()
    numbers = itertools.count(Appointment.objects.count())
    total = 0
    for offset in range(-history_days, AHEAD_DAYS + 1):
        day = today + timedelta(days=offset)
        if day.isoweekday() == WorkingHours.Weekday.SUNDAY:
            continue
        arrivals = iter(chance.sample(clients, len(clients)))
        plans = [
            Plan(
                number=next(numbers),
                therapist=therapist,
                room=room,
                client=next(arrivals),
                treatment=chance.choice(treatments),
                starts_at=starts_at,
                has_come=chance.random() >= STAYS_AWAY,
            )
            for starts_at in starts_of(day)
            for therapist, room in zip(therapists, rooms, strict=True)
            if chance.random() < FILLED
        ]
        first_kept = now - KEPT_AFTER - timedelta(minutes=MINUTES + TURNOVER_MINUTES)
        write_past([plan for plan in plans if plan.starts_at <= first_kept], location=location, now=now)
        kept = [make_visit(plan, location=location, now=now) for plan in plans if plan.starts_at > first_kept]
        Appointment.objects.bulk_create(kept, batch_size=BATCH)
        Claim.objects.bulk_create((claim for visit in kept for claim in claims_of(visit)), batch_size=BATCH)
        total += len(plans)
    return total


def write_past(plans: list[Plan], *, location: Location, now: datetime) -> None:
    """Visits without claims, past any number: what those of one start have alike is made ready for the database once."""
    if not plans:
        return
    fields = [field for field in Appointment._meta.concrete_fields if not field.primary_key]
    at = {field.attname: position for position, field in enumerate(fields)}
    rows = []
    for _, same in itertools.groupby(plans, key=attrgetter("starts_at")):
        alike: list[Any] = []
        for plan in same:
            if not alike:
                visit = make_visit(plan, location=location, now=now)
                alike = [field.get_db_prep_save(getattr(visit, field.attname), connection) for field in fields]
            row = alike.copy()
            row[at["public_id"]] = make_public_id()
            row[at["reference"]] = reference_of(plan.number)
            row[at["state"]] = state_of(plan, now=now).value
            row[at["client_id"]], row[at["booker_name"]] = plan.client.pk, plan.client.name
            row[at["treatment_id"]] = plan.treatment.pk
            row[at["therapist_id"]], row[at["room_id"]] = plan.therapist.pk, plan.room.pk
            rows.append(row)
    names = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which takes six times as long over the other way
            with cursor.copy(f"COPY {Appointment._meta.db_table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {Appointment._meta.db_table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - names of our own


def starts_of(day: date) -> Iterator[datetime]:
    """The starts of back-to-back visits on a local day."""
    step = timedelta(minutes=MINUTES + TURNOVER_MINUTES)
    start = datetime.combine(day, OPENS, tzinfo=ZONE).astimezone(UTC)
    closing = datetime.combine(day, CLOSES, tzinfo=ZONE).astimezone(UTC)
    while start + timedelta(minutes=MINUTES) <= closing:
        yield start
        start += step


def reference_of(number: int) -> str:
    """A different one for each number: of a million that are drawn, some are drawn twice."""
    letters = ""
    for _ in range(REFERENCE_LETTERS):
        number, rest = divmod(number, len(ALPHABET))
        letters = ALPHABET[rest] + letters
    return letters


def state_of(plan: Plan, *, now: datetime) -> State:
    if plan.starts_at + timedelta(minutes=MINUTES) >= now:
        return State.BOOKED
    return State.COMPLETED if plan.has_come else State.NO_SHOW


def make_visit(plan: Plan, *, location: Location, now: datetime) -> Appointment:
    ends_at = plan.starts_at + timedelta(minutes=MINUTES)
    return Appointment(
        reference=reference_of(plan.number),
        state=state_of(plan, now=now),
        client=plan.client,
        treatment=plan.treatment,
        minutes=MINUTES,
        therapist=plan.therapist,
        room=plan.room,
        location=location,
        starts_at=plan.starts_at,
        ends_at=ends_at,
        busy_until=ends_at + timedelta(minutes=TURNOVER_MINUTES),
        wall_time=wall_time(plan.starts_at, ZONE),
        time_zone=ZONE.key,
        price=Decimal(80),
        currency="EUR",
        booker_name=plan.client.name,
        created_at=plan.starts_at - timedelta(days=7),
    )
