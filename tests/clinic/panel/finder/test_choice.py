from datetime import date, time
from typing import Any

import pytest
from django.http import QueryDict

from clinic.panel.finder.choice import Choice, Gap, read_pressed
from clinic.panel.finder.shown_choice import describe_form
from services import catalogue
from services.models import Therapist
from tests.cast import NOW, TODAY, Clinic, at, make_clinic, make_treatment

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def choose(query: str = "") -> Choice:
    return Choice.read(
        QueryDict(query),
        locations=catalogue.locations_open(),
        offers=catalogue.treatments_on_offer(on=NOW.date()),
        now=NOW,
    )


def facts_of(choice: Choice) -> tuple[Any, ...]:
    return choice.wish.treatment.key, choice.wish.minutes, choice.who, choice.days, choice.after, choice.before


def test_an_empty_address_is_the_first_treatment_with_anyone_from_today(clinic: Clinic) -> None:
    choice = choose()

    assert facts_of(choice) == ("swedish", 60, (), (), None, None)
    assert (choice.first, choice.last, choice.among) == (TODAY, date(2026, 12, 6), None)
    assert choice.in_words() == "Swedish 60, anyone, any day"


def test_every_wish_is_read_and_goes_back_into_the_address(clinic: Clinic) -> None:
    pk = clinic.therapists[0].pk
    query = f"treatment=swedish&minutes=60&with={pk}&day=1&day=4&after=12:00&before=16:30&from=2026-11-30&person=abc"

    choice = choose(query)

    assert facts_of(choice) == ("swedish", 60, (str(pk),), (1, 4), time(12), time(16, 30))
    assert (choice.first, choice.among, choice.person) == (date(2026, 11, 30), {pk}, "abc")
    assert choice.in_words() == "Swedish 60, Therapist, Monday and Thursday from 12:00 to 16:30"
    assert facts_of(choose(choice.query())) == facts_of(choice)


@pytest.mark.parametrize(
    "query",
    [
        "treatment=none&minutes=7&location=99&with=99&with=woman&day=8&day=x&after=25:00&before=x&from=1999-01-01",
        "minutes=%00&from=2026-02-30&start=x&therapist=-1&after=&before=&with=&day=",
        "minutes=99999999999&start=2026-11-23T14:00&therapist=1",
    ],
)
def test_what_means_nothing_is_passed_over(query: str, clinic: Clinic) -> None:
    choice = choose(query)

    assert facts_of(choice) == ("swedish", 60, (), (), None, None)
    assert (choice.first, choice.gap) == (TODAY, None)


def test_nothing_is_looked_for_in_the_past_or_beyond_what_staff_book(clinic: Clinic) -> None:
    assert choose("from=2026-11-01").first == TODAY
    assert choose("from=2099-11-01").first == date(2028, 11, 22)


def test_a_woman_or_a_man_where_both_are_stated(clinic: Clinic) -> None:
    first, second = clinic.therapists
    Therapist.objects.filter(pk=first.pk).update(gender="woman")
    assert choose("with=woman").who == ()

    Therapist.objects.filter(pk=second.pk).update(gender="man")
    choice = choose("with=woman")

    assert (choice.who, choice.among, choice.in_words()) == (
        ("woman",),
        {first.pk},
        "Swedish 60, a woman, any day",
    )
    assert choose("with=woman&anyone=on").among is None


def test_a_gap_opens_its_day_with_its_therapist_and_what_they_give(clinic: Clinic) -> None:
    clinic.therapists[0].treatments.add(make_treatment(key="deep_tissue"))
    pk = clinic.therapists[1].pk
    assert choose().wish.treatment.key == "deep_tissue"

    choice = choose(f"start=2026-11-26T14:00:00%2B00:00&therapist={pk}")

    assert facts_of(choice) == ("swedish", 60, (str(pk),), (), None, None)
    assert (choice.first, choice.gap) == (date(2026, 11, 26), Gap(at("14:00", day=date(2026, 11, 26)), pk))


def test_hours_are_those_of_the_place() -> None:
    make_clinic(zone="America/New_York")
    choice = choose("after=09:00&before=10:00")

    assert choice.admits_hours(at("14:00"), at("15:00"))
    assert not choice.admits_hours(at("13:45"), at("14:45"))
    assert not choice.admits_hours(at("14:15"), at("15:15"))


def test_the_weeks_begin_on_mondays() -> None:
    make_clinic()

    weeks = describe_form(choose(""), offers=(), locations=()).weeks

    assert [(one.value, one.words) for one in weeks] == [
        ("2026-11-23", "Today"),
        ("2026-11-30", "Next week"),
        ("2026-12-07", "In 2 weeks"),
        ("2026-12-14", "In 3 weeks"),
        ("2026-12-21", "In 4 weeks"),
    ]


@pytest.mark.parametrize("value", ["", "2026-11-23T14:00:00+00:00", "2026-11-23T14:00:00 1", "x 1", "2026-11-23 1 2"])
def test_a_button_that_was_not_drawn_presses_nothing(value: str) -> None:
    assert read_pressed(value) is None
