"""The property that guards the product: every start listed can be booked, and no other start can."""

import os
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, Draft
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import list_starts, nearest_starts, next_starts
from services.facts import current, reading_once
from services.hours import local_day
from services.models import Location, Room, TimeOff
from tests.cast import NOW, TODAY, Clinic, at, make_clinic, make_draft, make_treatment

pytestmark = pytest.mark.django_db

STAFF = By("staff")
NOBODY = Details(name="Niamh", booker_name="Niamh", booker_email="")
IS_LONG = os.environ.get("PROVE") == "1"
# A plain day; those on which the clocks change, one where they change at midnight and one by half an hour, are no
# matter of the engine.
DAYS = [
    ("Europe/Dublin", date(2026, 11, 24)),
    *(
        pytest.param(*one, marks=pytest.mark.once)
        for one in (
            ("Europe/Dublin", date(2026, 10, 25)),
            ("Europe/Dublin", date(2027, 3, 28)),
            ("America/New_York", date(2026, 11, 1)),
            ("Australia/Lord_Howe", date(2027, 4, 4)),
            ("Africa/Cairo", date(2027, 4, 30)),
            ("Asia/Kathmandu", date(2026, 11, 24)),
        )
    ),
]


class Undo(Exception):
    """Takes back what an attempt has written."""


def can_be_kept(*, clinic: Clinic, draft: Draft, starts_at: datetime, therapist_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            appointments.keep_start(
                draft=draft, starts_at=starts_at, therapist_id=therapist_id, address="192.0.2.1", now=now
            )
            raise Undo
    except Undo:
        return True
    except appointments.SlotTaken:
        return False


def fill(clinic: Clinic, *, day: date, now: datetime, chance: random.Random) -> None:
    """Visits, holds that ran out, time off and a closure, at random."""
    span = local_day(date=day, zone=clinic.wish().zone)
    for therapist in clinic.therapists:
        away = span.start + timedelta(minutes=5 * chance.randrange(288))
        TimeOff.objects.create(therapist=therapist, starts_at=away, ends_at=away + timedelta(minutes=50))
    closed = span.start + timedelta(minutes=5 * chance.randrange(288))
    TimeOff.objects.create(location=clinic.location, starts_at=closed, ends_at=closed + timedelta(minutes=35))
    for _ in range(6):
        offered = list_starts(search=Search(clinic.wish(), now), first_date=day, days=1, each_therapist=True)
        if not offered:
            return
        start = chance.choice(offered)
        appointments.book_by_staff(
            wish=clinic.wish(therapist=next(t for t in clinic.therapists if t.pk == start.therapist_id)),
            starts_at=start.starts_at,
            client=None,
            details=NOBODY,
            intake=None,
            by=STAFF,
            now=now,
        )


def marks(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    span = local_day(date=day, zone=zone)
    moment = span.start
    while moment < span.end:
        yield moment
        moment += timedelta(minutes=5)


@pytest.mark.parametrize(("zone", "day"), DAYS)
def test_every_start_listed_can_be_kept_and_no_other_can(zone: str, day: date) -> None:
    clinic = make_clinic(therapists=3, rooms=2, zone=zone, opens="00:00", closes="23:55")
    now = datetime.combine(day, datetime.min.time(), tzinfo=UTC) - timedelta(days=3)
    chance = random.Random(f"{zone} {day}")
    fill(clinic, day=day, now=now, chance=chance)
    draft = make_draft(clinic=clinic, now=now)

    listed = list_starts(search=Search(clinic.wish(), now), first_date=day, days=1, each_therapist=True)

    offered = {(start.starts_at, start.therapist_id) for start in listed}
    others = [
        (moment, therapist.pk)
        for moment in marks(day, clinic.wish().zone)
        for therapist in clinic.therapists
        if (moment, therapist.pk) not in offered
    ]
    asked = sorted(offered) + chance.sample(others, 120)
    if not IS_LONG:
        asked = asked[::5]
    kept = {
        (moment, pk)
        for moment, pk in asked
        if can_be_kept(clinic=clinic, draft=draft, starts_at=moment, therapist_id=pk, now=now)
    }
    assert kept == offered.intersection(asked)
    assert kept


def test_a_day_looks_the_same_alone_and_in_a_row_of_thirty() -> None:
    clinic = make_clinic(therapists=2, rooms=1, opens="00:00", closes="23:55")
    first = date(2026, 10, 20)
    now = datetime(2026, 10, 18, tzinfo=UTC)
    chance = random.Random(3)
    for offset in range(0, 10, 3):
        fill(clinic, day=first + timedelta(days=offset), now=now, chance=chance)

    together = list_starts(search=Search(clinic.wish(), now), first_date=first, days=30)

    alone: list[StartOnOffer] = []
    for offset in range(30):
        alone += list_starts(search=Search(clinic.wish(), now), first_date=first + timedelta(days=offset), days=1)
    assert together == alone


def test_anyone_gives_one_row_per_time_with_the_therapist_who_has_least_to_do() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    wish = clinic.wish()
    book_at(clinic, "09:00", therapist=0)

    starts = list_starts(search=Search(wish, NOW), first_date=TODAY, days=1)

    assert [start.starts_at for start in starts] == sorted({start.starts_at for start in starts})
    assert {start.therapist_id for start in starts} == {clinic.therapists[1].pk}


def test_a_visitors_own_kept_start_counts_as_free() -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)
    before = list_starts(search=Search(clinic.wish(), NOW), first_date=TODAY, days=1)
    appointments.keep_start(
        draft=draft, starts_at=at("14:30"), therapist_id=clinic.therapists[0].pk, address="192.0.2.1", now=NOW
    )

    own = list_starts(search=Search(clinic.wish(), NOW, draft=draft), first_date=TODAY, days=1)
    others = list_starts(search=Search(clinic.wish(), NOW), first_date=TODAY, days=1)

    assert own == before
    assert at("14:30") not in {start.starts_at for start in others}


def test_the_three_nearest_stand_in_order_of_time() -> None:
    nearest = nearest_starts(search=Search(make_clinic().wish(), NOW), around=at("14:30"))

    assert [start.starts_at for start in nearest] == [at("14:15"), at("14:30"), at("14:45")]


def test_a_location_without_rooms_needs_none_and_one_whose_rooms_do_not_suit_offers_nothing() -> None:
    clinic = make_clinic(rooms=0)
    without = list_starts(search=Search(clinic.wish(), NOW), first_date=TODAY, days=1)
    Room.objects.create(location=clinic.location, name="Cellar", is_active=False)

    assert {start.room_id for start in without} == {None}
    assert list_starts(search=Search(clinic.wish(), NOW), first_date=TODAY, days=1) == []


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.once
def test_the_earliest_of_several_wishes_are_the_first_that_each_listing_has(seed: int) -> None:
    """Short and long, with skills and rooms of their own, near, weeks ahead and never."""
    chance = random.Random(seed)
    clinic = make_clinic(therapists=3, rooms=2)
    treatments = [make_treatment(key=key, minutes=(30, 60)) for key in ("early", "late", "unskilled", "swedish")]
    for treatment in treatments[:2]:
        chance.choice(clinic.therapists).treatments.add(treatment)
    clinic.rooms[0].treatments.set(chance.sample(treatments, 2))
    away = at("00:00") + timedelta(days=chance.choice([1, 2, 5, 20, 200]))
    TimeOff.objects.create(therapist=chance.choice(clinic.therapists), starts_at=at("00:00"), ends_at=away)
    fill(clinic, day=TODAY, now=NOW, chance=chance)
    wishes = [Wish(treatment, chance.choice([30, 60]), clinic.location) for treatment in treatments]

    together = next_starts(wishes=wishes, now=NOW, count=3)

    listed = [list_starts(search=Search(wish, NOW), first_date=TODAY, days=61) for wish in wishes]
    assert together == [starts[:3] for starts in listed]
    assert together[2] == []
    assert len(together[3]) == 3


@pytest.mark.parametrize("count", [1, 4])
def test_the_earliest_of_several_wishes_cost_what_one_costs(count: int) -> None:
    clinic = make_clinic()
    treatments = [make_treatment(key=key) for key in ("swedish", "early", "late", "other")]
    clinic.therapists[0].treatments.set(treatments)
    wishes = [Wish(treatment, 60, clinic.location) for treatment in treatments[:count]]

    current()
    with reading_once(), CaptureQueriesContext(connection) as statements:
        next_starts(wishes=wishes, now=NOW, count=3)

    assert len(statements) == 3


@pytest.mark.parametrize(("therapists", "days"), [(3, 1), (30, 1), (3, 30), (30, 30)])
def test_statements_are_the_same_for_more_therapists_and_days(therapists: int, days: int) -> None:
    clinic = make_clinic(therapists=therapists, rooms=therapists)
    for number in range(0, therapists, 3):
        book_at(clinic, "12:00", therapist=number)

    current()
    with reading_once(), CaptureQueriesContext(connection) as statements:
        list_starts(search=Search(clinic.wish(), NOW), first_date=TODAY, days=days)

    assert len(statements) == 3


def book_at(clinic: Clinic, start: str, *, therapist: int) -> Appointment:
    return appointments.book_by_staff(
        wish=clinic.wish(therapist=clinic.therapists[therapist]),
        starts_at=at(start),
        client=None,
        details=NOBODY,
        intake=None,
        by=STAFF,
        now=NOW,
    )


def test_a_place_that_was_closed_meanwhile_has_no_starts() -> None:
    clinic = make_clinic()
    wish = clinic.wish()
    assert list_starts(search=Search(wish, NOW), first_date=TODAY, days=2)

    Location.objects.update(is_active=False)

    assert list_starts(search=Search(wish, NOW), first_date=TODAY, days=2) == []
    draft = make_draft(clinic=clinic)
    with pytest.raises(appointments.SlotTaken):
        appointments.keep_start(
            draft=draft, starts_at=at("14:00"), therapist_id=clinic.therapists[0].pk, address="a", now=NOW
        )
