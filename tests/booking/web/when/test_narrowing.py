"""Which starts a visitor wants to see."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from booking.web.when.narrowing import Narrowing
from services.models import Therapist
from tests.booking.web.when.test_picker import pick, shown, times
from tests.cast import at, make_clinic, make_therapist

ANA, TOM, KIT = (
    Therapist(pk=1, name="Ana Ruiz", gender="woman"),
    Therapist(pk=2, name="Tom Byrne", gender="man"),
    Therapist(pk=3, name="Kit Low"),
)
ALL = (ANA, TOM, KIT)


def read(query: str, people: tuple[Therapist, ...] = ALL) -> Narrowing:
    return Narrowing.read(QueryDict(query), people=people)


@pytest.mark.parametrize(
    ("query", "state", "found", "nothing"),
    [
        ("", "Anyone, any day, any time", "2 times", "No times until 8 December."),
        (
            "therapist=woman&part=evening&part=afternoon",
            "A woman, any day, afternoons and evenings",
            "2 times with a woman, afternoons and evenings",
            "No afternoon and evening times with a woman until 8 December.",
        ),
        (
            "therapist=2&day=1&day=3",
            "Tom Byrne, Monday and Wednesday, any time",
            "2 times with Tom Byrne, on Monday and Wednesday",
            "No times with Tom Byrne on Monday and Wednesday until 8 December.",
        ),
        (
            "part=morning&part=afternoon&part=evening",
            "Anyone, any day, any time",
            "2 times",
            "No times until 8 December.",
        ),
        ("part=night&day=9", "Anyone, any day, any time", "2 times", "No times until 8 December."),
    ],
)
def test_it_is_said_in_words(query: str, state: str, found: str, nothing: str) -> None:
    narrowing = read(query)

    assert (narrowing.state(), narrowing.found(2), narrowing.nothing(until="8 December")) == (state, found, nothing)


def test_a_gender_counts_only_for_those_who_stated_theirs() -> None:
    assert (read("therapist=woman").among, read("therapist=man").among, read("").among) == (
        frozenset({1}),
        frozenset({2}),
        None,
    )


def test_a_woman_or_a_man_can_be_chosen_only_where_both_have_somebody() -> None:
    assert [words for _value, words in read("").whom()] == [
        "Anyone", "A woman", "A man", "Ana Ruiz", "Tom Byrne", "Kit Low"
    ]  # fmt: skip
    assert [words for _value, words in read("", (ANA, KIT)).whom()] == ["Anyone", "Ana Ruiz", "Kit Low"]
    assert read("therapist=woman", (ANA, KIT)).is_known is False


def test_only_what_is_not_as_usual_stands_in_the_address() -> None:
    assert read("therapist=any&part=evening&day=7&x=1").query() == [("part", "evening"), ("day", "7")]
    assert read("therapist=3").query() == [("therapist", "3")]


@pytest.mark.parametrize(("hour", "admitted"), [(11, False), (12, True), (16, True), (17, False)])
def test_the_afternoon_is_from_noon_to_five_by_the_clock_of_the_place(hour: int, admitted: bool) -> None:
    assert read("part=afternoon").admits(datetime(2026, 11, 23, hour, 59 * (hour == 16), tzinfo=UTC)) is admitted


@pytest.mark.django_db
@pytest.mark.both_engines
def test_the_page_shows_what_is_wanted_and_says_what_it_has_found() -> None:
    clinic = make_clinic(opens="09:00", closes="19:00")
    Therapist.objects.update(gender="man")
    ana = make_therapist("Ana Ruiz", clinic.location, clinic.treatment, "15:00", "19:00")
    Therapist.objects.filter(pk=ana.pk).update(gender="woman")

    picker = pick(clinic, "therapist=woman&part=evening&day=2")

    lists = shown(picker)
    assert {start.therapist_id for start in picker.week} == {ana.pk}
    assert (lists["soonest"], [times(day) for day in lists["days"]]) == (
        [],
        [{"Evening": ["17:00", "17:15", "17:30", "17:45", "18:00"]}],
    )
    around = picker.around()
    assert around.found == "5 times with a woman, evenings, on Tuesday"
    assert around.later == "?therapist=woman&part=evening&day=2&from=2026-11-30"
    assert around.all_times == "?"


@pytest.mark.django_db
def test_where_nothing_is_wanted_this_week_the_next_day_is_said() -> None:
    clinic = make_clinic(opens="09:00", closes="12:00")

    nothing = pick(clinic, "part=evening").around()
    later = pick(clinic, "part=morning&day=1", now=at("11:30")).around()

    assert (nothing.found, nothing.next_free) == ("No evening times.", None)
    assert later.found == "No morning times on Monday until Monday 30 November."
