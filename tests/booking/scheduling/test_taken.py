"""The product's statements that are written out, and the models' own on the same clinics at random."""

import random
import re
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, State
from booking.scheduling import starts
from booking.scheduling.taken import read_taken
from services.intervals import Interval
from tests.booking.scheduling import slow_starts
from tests.booking.scheduling.filled import Filled, make_filled
from tests.cast import NOW, Clinic, soon

pytestmark = pytest.mark.django_db


class TakeBack(Exception):
    """The next clinic starts from an empty database."""


@pytest.mark.parametrize(
    "seeds", [range(12), pytest.param(range(1000, 3000), marks=pytest.mark.prove)], ids=["a few", "two thousand"]
)
def test_the_database_is_asked_alike_by_the_product_and_by_the_slow_oracle(seeds: range) -> None:
    """Several places and zones, rooms, skills, absences, visits in every state, kept, moved and overdue ones."""
    answered: Counter[str] = Counter()
    for seed in seeds:
        chance = random.Random(seed)
        try:
            with transaction.atomic():
                compare(make_filled(chance), chance, answered, seed)
                raise TakeBack
        except TakeBack:
            pass
    kinds = ("starts", "a start", "no start", "gaps")
    assert {kind for kind in kinds if answered[kind] * 10 < len(seeds)} == set()


def compare(clinic: Filled, chance: random.Random, answered: Counter[str], seed: int) -> None:
    for _number in range(3):
        search, days, each = clinic.search(chance), chance.choice([1, 1, 2, 4]), chance.random() < 0.5
        listed = starts.list_starts(search=search, first_date=clinic.day, days=days, each_therapist=each)
        assert listed == slow_starts.list_starts(
            search=search, first_date=clinic.day, days=days, each_therapist=each
        ), seed
        some = [start.starts_at for start in chance.sample(listed, min(2, len(listed)))]
        for moment in [*some, clinic.moment(chance), clinic.moment(chance)]:
            found = starts.find_start(search=search, starts_at=moment)
            why_not = starts.why_not_offered(search=search, starts_at=moment)
            assert found == slow_starts.find_start(search=search, starts_at=moment), (seed, moment)
            assert why_not == slow_starts.why_not_offered(search=search, starts_at=moment), (seed, moment)
            answered.update(["a start" if found else "no start"])
        answered.update(["starts"] * bool(listed))
    place = chance.choice(clinic.places)
    gaps = starts.list_gaps(location=place, day=clinic.day, now=clinic.now)
    assert gaps == slow_starts.list_gaps(location=place, day=clinic.day, now=clinic.now), seed
    answered.update(["gaps"] * bool(gaps[0]))


def test_visits_are_found_by_their_time_and_not_by_reading_history(clinic: Clinic, engine: str) -> None:
    """Eight visits a day over two years, and the database knows it."""
    make_history(clinic, days=730)
    people, rooms = ([one.pk for one in some] for some in (clinic.therapists, clinic.rooms))

    with CaptureQueriesContext(connection) as asked:
        read_taken(
            therapist_ids=people,
            location_id=clinic.location.pk,
            room_ids=rooms,
            within=Interval(NOW, soon(24 * 60)),
            now=NOW,
        )

    plan = explain(asked[0]["sql"], engine=engine)
    by_time = re.findall(r"(appointment_by_(?:location|therapist))\b.*?starts_at ?>", plan, flags=re.DOTALL)
    assert (len(by_time), re.findall(r"(?:SCAN|Seq Scan on) booking_appointment", plan)) == (2, [])


def make_history(clinic: Clinic, *, days: int) -> None:
    Appointment.objects.bulk_create(
        Appointment(
            state=State.EXPIRED,
            treatment=clinic.treatment,
            minutes=60,
            therapist=clinic.therapists[number % 2],
            room=clinic.rooms[number % 2],
            location=clinic.location,
            starts_at=soon(-number * 180),
            ends_at=soon(60 - number * 180),
            busy_until=soon(75 - number * 180),
            wall_time="2026-11-23T14:30",
            time_zone="Europe/Dublin",
            price=1,
            currency="EUR",
            created_at=NOW,
        )
        for number in range(days * 8)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def explain(statement: str, *, engine: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN QUERY PLAN " if engine == "sqlite" else "EXPLAIN ") + statement)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
