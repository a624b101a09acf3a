from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from clinic.panel.finder.answer import Answer, Miss, find_answer
from clinic.panel.finder.choice import Choice
from services import catalogue, facts
from tests.cast import NOW, at, book, make_clinic, make_therapist, take_off

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def ask(query: str = "") -> Answer:
    choice = Choice.read(
        QueryDict(query),
        locations=catalogue.locations_open(),
        offers=catalogue.treatments_on_offer(on=NOW.date()),
        now=NOW,
    )
    return find_answer(choice, now=NOW)


def times(answer: Answer) -> dict[str, list[str]]:
    return {f"{one.day:%a %d}": [f"{start.starts_at:%H:%M}" for start in one.starts] for one in answer.days}


def test_days_and_hours_narrow_the_answer_and_the_tidiest_is_first() -> None:
    clinic = make_clinic()
    book(clinic, "12:30", days=1)

    answer = ask("day=2&after=09:15&before=11:00")

    # Before 9:45 somebody can come for half an hour; a quarter of an hour before 9:15 is nobody's.
    assert times(answer) == {
        "Tue 24": ["09:45", "09:15", "09:30", "10:00"],
        "Tue 01": ["09:45", "09:15", "09:30", "10:00"],
    }
    assert answer.count == 8


def test_some_therapists_are_anyone_of_these() -> None:
    clinic = make_clinic(therapists=3, rooms=3)
    first, second, _third = clinic.therapists
    take_off(first, starts_at=at("09:00"), ends_at=at("12:00"))

    answer = ask(f"with={first.pk}&with={second.pk}&before=12:15")

    today = answer.days[0]
    assert {one.therapist_id for one in today.starts} == {second.pk}


def test_where_nothing_fits_the_nearest_miss_one_wish_each() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    first, second = clinic.therapists
    take_off(first, starts_at=at("00:00"), ends_at=at("00:00", day=date(2026, 12, 20)))

    near = ask(f"with={first.pk}&day=3&after=14:00").near

    assert [(f"{one.start.starts_at:%a %H:%M}", one.start.therapist_id, one.miss) for one in near] == [
        ("Wed 14:00", second.pk, Miss.WHO),
        ("Wed 14:15", second.pk, Miss.WHO),
        ("Wed 14:30", second.pk, Miss.WHO),
    ]


def test_each_missed_wish_is_named_once_before_any_is_named_twice() -> None:
    make_clinic()

    near = ask("day=1&after=17:00").near

    assert {one.miss for one in near} == {Miss.HOURS}
    assert ask("day=1&after=17:00").days == ()


def test_nothing_at_all_is_an_empty_answer() -> None:
    clinic = make_clinic()
    take_off(clinic.therapists[0], starts_at=at("00:00"), ends_at=at("00:00", day=date(2027, 12, 20)))

    assert ask() == Answer(())


@pytest.mark.parametrize("query", ["", "after=23:00"])
def test_the_number_of_statements_does_not_grow(query: str) -> None:
    counts = []
    clinic = make_clinic(therapists=3, rooms=3)
    for many in (1, 27):
        for number in range(many):
            make_therapist(f"Another {many} {number}", clinic.location, clinic.treatment, "09:00", "17:00")
        facts.forget()
        ask(query)
        with CaptureQueriesContext(connection) as seen:
            ask(query)
        counts.append(len(seen))
        for number in range(10):
            book(clinic, "10:00", days=number + many)
    assert counts[0] == counts[1]
