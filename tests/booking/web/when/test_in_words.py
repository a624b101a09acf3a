"""Starts in words: large ones, whole days, and the days that have none."""

from datetime import date, timedelta

import pytest

from booking.scheduling import appointments
from booking.web.when.in_words import nothing_free_on
from tests.booking.web.when.test_picker import pick, shown, times
from tests.cast import NOW, TODAY, at, make_clinic, make_draft

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

WEEK = [TODAY + timedelta(days=number) for number in range(7)]


@pytest.mark.parametrize(
    ("empty", "sentence"),
    [
        ([], ""),
        ([WEEK[0]], "Nothing free on Monday 23 November."),
        ([WEEK[2], WEEK[4]], "Nothing free on Wednesday 25 and Friday 27 November."),
        (WEEK, "Nothing free from Monday 23 November to Sunday 29 November."),
    ],
)
def test_days_without_a_start_are_named_and_a_whole_week_by_its_ends(empty: list[date], sentence: str) -> None:
    assert nothing_free_on(empty, of=WEEK) == sentence


def test_the_month_is_said_where_it_changes() -> None:
    days = [date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1)]

    assert nothing_free_on(days, of=[*days, date(2026, 12, 2)]) == (
        "Nothing free on Sunday 29, Monday 30 November and Tuesday 1 December."
    )


def test_tomorrow_is_called_so() -> None:
    clinic = make_clinic()

    soonest = shown(pick(clinic, now=at("20:00")))["soonest"]

    assert soonest[0].weekday == "Tomorrow, Tuesday"


def test_a_day_is_told_in_morning_afternoon_and_evening() -> None:
    clinic = make_clinic(opens="11:00", closes="18:15")

    days = shown(pick(clinic))["days"]

    assert [(day.title, day.count) for day in days][:2] == [
        ("Today, Monday 23 November", "26 times"),
        ("Tomorrow, Tuesday 24 November", "26 times"),
    ]
    parts = times(days[0])
    assert list(parts) == ["Morning", "Afternoon", "Evening"]
    assert (parts["Morning"][0], parts["Afternoon"][0], parts["Evening"]) == ("11:00", "12:00", ["17:00", "17:15"])


def test_days_after_the_third_are_folded_but_for_that_of_the_kept_start() -> None:
    clinic = make_clinic(closes="13:00")
    draft = make_draft(clinic=clinic)
    before = [day.is_open for day in pick(clinic).days]
    kept = appointments.keep_start(
        draft=draft,
        starts_at=at("10:30", day=TODAY + timedelta(days=5)),
        therapist_id=clinic.therapists[0].pk,
        address="192.0.2.1",
        now=NOW,
    )

    picker = pick(clinic, draft=draft, kept=kept)

    assert before == [True, True, True, False, False, False, False]
    assert [day.is_open for day in picker.days] == [True, True, True, False, False, True, False]


def test_days_are_folded_sooner_where_each_has_many_starts() -> None:
    clinic = make_clinic(opens="06:00", closes="22:00")

    days = pick(clinic, now=at("03:00")).days

    assert [(len(day.parts), day.count, day.is_open) for day in days[:3]] == [
        (3, "61 times", True),
        (3, "61 times", False),
        (3, "61 times", False),
    ]
