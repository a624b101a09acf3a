"""The nearest time of a visit's own day, for any number of visits at once."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment
from booking.scheduling.elsewhere import DAYS, find_elsewhere
from services.models import Treatment, WorkingHours
from tests.cast import NOW, Clinic, at, book, make_clinic, take_off

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

Found = dict[int, tuple[str, int]]


def away(clinic: Clinic, visit: Appointment, number: int = 0) -> None:
    day = visit.starts_at.replace(hour=0, minute=0)
    take_off(clinic.therapists[number], starts_at=day, ends_at=day + timedelta(days=1))


def found_for(*visits: Appointment) -> Found:
    """The time and the therapist for each visit that has somewhere to go."""
    read = Appointment.objects.select_related("treatment", "location").filter(pk__in=[one.pk for one in visits])
    return {
        pk: (start.starts_at.isoformat(), start.therapist_id)
        for pk, start in find_elsewhere(list(read), now=NOW).items()
    }


def test_the_same_hour_with_another_else_the_nearest_of_the_day_else_nothing(clinic: Clinic) -> None:
    ben = clinic.therapists[1]
    same, near, none = (book(clinic, "12:00", days=days) for days in (1, 2, 3))
    for visit in (same, near, none):
        away(clinic, visit)
    book(clinic, "11:30", therapist=1, days=2)
    away(clinic, none, 1)

    found = found_for(same, near, none)

    assert found[same.pk] == (at("12:00", day=same.starts_at.date()).isoformat(), ben.pk)
    assert sorted(found) == sorted([same.pk, near.pk])
    start, who = found[near.pk]
    assert (who, start[:10], start != near.starts_at.isoformat()) == (ben.pk, near.starts_at.date().isoformat(), True)


def test_what_the_visit_takes_itself_is_free_for_it(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(therapists=2, rooms=1)
    visit = book(clinic, "12:00", days=1)
    away(clinic, visit)

    assert found_for(visit) == {visit.pk: (visit.starts_at.isoformat(), clinic.therapists[1].pk)}


def test_what_is_far_off_can_wait(clinic: Clinic) -> None:
    soon, later = book(clinic, "12:00", days=1), book(clinic, "12:00", days=1 + DAYS)

    assert sorted(found_for(soon, later)) == [soon.pk]


def test_statements_are_the_same_for_one_and_for_many() -> None:
    clinic = make_clinic(therapists=30, rooms=30)
    visits = [book(clinic, "12:00", therapist=number, days=1 + number % 10) for number in range(30)]
    counts = []
    for some in (visits[:1], visits):
        found_for(*some)
        with CaptureQueriesContext(connection) as seen:
            found_for(*some)
        counts.append((len(seen), len(found_for(*some))))

    assert counts == [(counts[0][0], 1), (counts[0][0], 30)]


def test_all_at_once_no_two_are_given_one_place_and_a_client_is_in_one_place_at_a_time(time_machine: Any) -> None:
    """Ben is there from twelve to three, and the third client is treated by Cara from a quarter to two."""
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(therapists=3, rooms=3)
    visits = [book(clinic, start, days=1) for start in ("12:00", "13:15", "15:00")]
    book(clinic, "13:45", days=1, therapist=2, client=visits[2].client)
    WorkingHours.objects.filter(therapist=clinic.therapists[1]).update(opens=time(12), closes=time(15))
    for number in (0, 2):
        away(clinic, visits[0], number)

    alone = [found_for(visit)[visit.pk][0][11:16] for visit in visits]
    read = Appointment.objects.select_related("treatment", "location").filter(pk__in=[one.pk for one in visits])
    together = find_elsewhere(list(read.order_by("starts_at")), now=NOW, all_at_once=True)

    assert alone == ["12:00", "13:15", "12:45"]
    assert {pk: start.starts_at.strftime("%H:%M") for pk, start in together.items()} == {
        visits[0].pk: "12:00",
        visits[1].pk: "13:15",
    }


def test_nothing_is_found_where_no_other_time_could_help(clinic: Clinic) -> None:
    visit = book(clinic, "12:00", days=1)
    away(clinic, visit)
    found = found_for(visit)

    Treatment.objects.filter(pk=clinic.treatment.pk).update(is_active=False)

    assert (len(found), found_for(visit)) == (1, {})
