"""Starts as a client reads them."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment
from booking.web.when.forms import StartForm
from booking.web.when.in_words import Day, Shown
from booking.web.when.picker import FreeDay, Picker
from services.models import ClinicPolicy, Location, Treatment, WorkingHours
from tests.booking.web.visitors import at_check, make_visit
from tests.cast import NOW, TODAY, Clinic, at, make_clinic, make_draft, make_therapist

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def pick(clinic: Clinic, query: str = "", *, now: datetime = NOW, **more: Any) -> Picker:
    return Picker(wish=clinic.wish(), query=QueryDict(query), now=now, **more)


def shown(picker: Picker) -> dict[str, Any]:
    """What the buttons say: the soonest, and the days."""
    form = picker.start_form()
    lists: dict[str, Any] = form.helper.layout.fields[0].shown
    return lists


def times(day: Day) -> dict[str, list[str]]:
    return {part.title: [start.time for start in part.starts] for part in day.parts}


def names(starts: list[Shown]) -> list[str]:
    return [f"{start.weekday} {start.date}, {start.time} {start.with_whom}" for start in starts]


def test_the_three_soonest_are_named_in_full() -> None:
    clinic = make_clinic()

    soonest = shown(pick(clinic))["soonest"]

    assert names(soonest) == [
        "Today, Monday 23 November, 10:00 with Therapist 1",
        "Today, Monday 23 November, 10:15 with Therapist 1",
        "Today, Monday 23 November, 10:30 with Therapist 1",
    ]
    assert soonest[0].instant == "2026-11-23T10:00:00+00:00"


def test_only_days_with_starts_are_listed_and_the_others_named() -> None:
    clinic = make_clinic()
    WorkingHours.objects.filter(weekday__in=(3, 5)).delete()

    picker = pick(clinic)

    assert [day.iso for day in picker.days] == [
        "2026-11-23", "2026-11-24", "2026-11-26", "2026-11-28", "2026-11-29"
    ]  # fmt: skip
    assert shown(picker)["nothing_free"] == "Nothing free on Wednesday 25 and Friday 27 November."


def test_a_week_without_starts_leads_to_the_next_free_day() -> None:
    clinic = make_clinic()
    WorkingHours.objects.update(first_date=TODAY + timedelta(days=20))

    picker = pick(clinic)
    around = picker.around()

    assert shown(picker)["nothing_free"] == "Nothing free from Monday 23 November to Sunday 29 November."
    assert around.next_free == FreeDay(label="Sunday 13 December", url="?from=2026-12-13")


def test_nothing_free_at_all_offers_no_day() -> None:
    clinic = make_clinic()
    WorkingHours.objects.all().delete()

    picker = pick(clinic)

    around = picker.around()
    assert (picker.days, picker.soonest, around.next_free, around.later) == ([], [], None, "")


def test_weeks_are_paged_within_today_and_the_horizon() -> None:
    clinic = make_clinic()
    ClinicPolicy.objects.update(horizon_days=10)

    first, second = pick(clinic).around(), pick(clinic, "from=2026-11-30").around()

    assert (first.earlier, first.later) == ("", "?from=2026-11-30")
    assert (second.earlier, second.later) == ("?", "")


def test_the_soonest_stay_on_top_of_every_week() -> None:
    clinic = make_clinic()

    lists = shown(pick(clinic, "from=2026-12-07"))

    assert lists["soonest"][0].instant == "2026-11-23T10:00:00+00:00"
    assert lists["days"][0].iso == "2026-12-07"


def test_one_therapist_can_be_chosen_and_stays_chosen() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    second = clinic.therapists[1]

    picker = pick(clinic, f"therapist={second.pk}&from=2026-11-24")

    assert {start.therapist_id for start in picker.week} == {second.pk}
    assert [words for _value, words in picker.narrowing.whom()] == ["Anyone", "Therapist 1", "Therapist 2"]
    assert picker.around().narrowed_to == "Therapist 2, any day, any time"
    assert picker.around().later == f"?therapist={second.pk}&from=2026-12-01"


@pytest.mark.parametrize("text", ["99999", "ana", "-1", "1' OR 1=1", "9" * 5000])
def test_an_unknown_therapist_shows_everybody_and_says_so(text: str) -> None:
    clinic = make_clinic()

    picker = pick(clinic, f"therapist={text}")

    assert picker.wish.therapist_id is None
    assert picker.problems == ["That therapist is not here any more. These are all free times."]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("soon", "Write a date like 2026-11-23."),
        ("2026-02-30", "Write a date like 2026-11-23."),
        ("0001-01-01", "Choose a day from today on that is already open for booking."),
        ("9999-12-31", "Choose a day from today on that is already open for booking."),
        ("2026-11-22", "Choose a day from today on that is already open for booking."),
        ("2027-03-01", "Choose a day from today on that is already open for booking."),
    ],
)
def test_a_wrong_date_shows_today_and_says_so(text: str, sentence: str) -> None:
    clinic = make_clinic()

    picker = pick(clinic, f"from={text}")

    assert picker.first_day == TODAY
    assert picker.date_form.errors["from"] == [sentence]


def test_a_repeated_hour_is_labelled_and_a_missing_one_is_not_there() -> None:
    clinic = make_clinic(opens="00:30", closes="03:00")
    back, forth = "from=2026-10-25", "from=2027-03-28"
    ClinicPolicy.objects.update(horizon_days=200)

    autumn = times(pick(clinic, back, now=datetime(2026, 10, 20, tzinfo=NOW.tzinfo)).days[0])["Morning"]
    spring = times(pick(clinic, forth, now=NOW).days[0])["Morning"]

    assert [time for time in autumn if "01:30" in time] == ["01:30 (first time)", "01:30 (second time)"]
    assert [time for time in spring if time.startswith("01:")] == []


def test_the_zone_is_named_once_and_rules_the_times() -> None:
    clinic = make_clinic()
    Location.objects.update(time_zone="Asia/Tokyo")
    clinic.location.refresh_from_db()

    picker = pick(clinic)

    assert picker.around().zone == "Tokyo time"
    assert shown(picker)["days"][0].parts[0].starts[0].instant.endswith("+09:00")


def test_the_kept_start_is_marked() -> None:
    clinic = make_clinic()
    _browser, draft = at_check(clinic)
    kept = Appointment.objects.select_related("therapist").get()

    days = shown(pick(clinic, draft=draft, kept=kept))["days"]

    marked = [start.time for day in days for part in day.parts for start in part.starts if start.is_kept]
    assert marked == ["14:30"]


def asked_for(time: str, *, therapist: str = "any") -> QueryDict:
    return QueryDict(urlencode({"taken": at(time).isoformat(), "taken_of": therapist}))


def test_after_a_start_was_taken_the_three_nearest_are_shown() -> None:
    clinic = make_clinic()
    make_visit(clinic, starts_at=at("14:30"))
    picker = pick(clinic)

    taken = picker.read_taken(asked_for("14:30"))

    assert taken is not None
    assert taken.sentence == "Monday 14:30 has just been taken. These three are the nearest."
    assert [start.starts_at for start in picker.near(taken.starts_at)] == [at("13:00"), at("13:15"), at("15:45")]


@pytest.mark.parametrize(
    "text", ["", "nonsense", "2026-11-23T14:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_nonsense_in_the_address_took_no_start(text: str) -> None:
    clinic = make_clinic()

    assert pick(clinic).read_taken(QueryDict(urlencode({"taken": text}))) is None


def test_a_start_that_is_free_was_not_taken() -> None:
    clinic = make_clinic()

    assert pick(clinic).read_taken(asked_for("14:30")) is None


def test_a_start_that_one_therapist_lost_is_said_though_another_has_it() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    make_visit(clinic, starts_at=at("14:30"))
    busy, free = clinic.therapists

    said = [pick(clinic).read_taken(asked_for("14:30", therapist=str(one.pk))) for one in (busy, free)]

    assert [taken and taken.sentence for taken in said] == [
        "Monday 14:30 has just been taken. These three are the nearest.",
        None,
    ]


def test_a_time_that_nobody_took_is_not_called_taken() -> None:
    clinic = make_clinic()

    taken = pick(clinic).read_taken(asked_for("14:35"))

    assert taken is not None
    assert taken.sentence == "Monday 14:35 is not one of our starting times. These three are the nearest."


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026-11-23T14:30:00+00:00",
        "2026-11-23T14:30:00+00:00 999",
        "2026-11-23T14:30:00+00:00 one",
        "2026-11-23T14:30:00 1",
        "0001-01-01T00:00:00+00:00 1",
        "9999-12-31T23:59:59-12:00 1",
        "tomorrow 1",
        "x" * 5000,
    ],
)
def test_an_edited_start_is_refused_in_words(value: str) -> None:
    form = StartForm({"start": value}, therapist_ids={1}, now=NOW)

    assert not form.is_valid()
    assert list(form.errors) == ["start"]


def test_the_number_of_statements_does_not_grow_with_therapists_or_visits() -> None:
    clinic = make_clinic(rooms=30)
    draft = make_draft(clinic=clinic)
    with CaptureQueriesContext(connection) as few:
        shown(pick(clinic, draft=draft))
    for number in range(2, 31):
        make_therapist(f"Therapist {number}", clinic.location, clinic.treatment, "09:00", "17:00")
    for hour in range(9, 16, 2):
        make_visit(clinic, starts_at=at(f"{hour:02}:00", day=TODAY + timedelta(days=1)))
    with CaptureQueriesContext(connection) as many:
        shown(pick(clinic, draft=draft))

    assert len(few) == len(many)
    assert Treatment.objects.filter(is_active=True).exists()
