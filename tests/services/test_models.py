"""Every named constraint of this floor bites, on both engines, and takes the values at its edges."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from services.models import (
    ClinicPolicy,
    Location,
    Room,
    Therapist,
    TimeOff,
    Treatment,
    TreatmentLength,
    WorkingHours,
)
from tests.constraints import violated
from tests.services.places import make_location, make_room, make_therapist, make_treatment

pytestmark = pytest.mark.django_db

NINE, TEN = datetime(2026, 11, 26, 9, tzinfo=UTC), datetime(2026, 11, 26, 10, tzinfo=UTC)


def treatment(**fields: Any) -> Treatment:
    words = {"name": "n", "summary": "s", "description": "d", "suits": "s"}
    return Treatment(**({"key": "other", "firmness": 1, **words} | fields))


def length(**fields: Any) -> TreatmentLength:
    return TreatmentLength(**({"treatment": make_treatment(), "minutes": 30, "price": Decimal(50)} | fields))


def room(**fields: Any) -> Room:
    return Room(**({"location": make_room(make_location(), "Room 1").location, "name": "Room 2"} | fields))


def hours(**fields: Any) -> WorkingHours:
    row = {
        "therapist": make_therapist(),
        "location": make_location(),
        "weekday": 1,
        "opens": time(9),
        "closes": time(17),
    }
    return WorkingHours(**(row | fields))


def time_off(**fields: Any) -> TimeOff:
    return TimeOff(**({"therapist": make_therapist(), "starts_at": NINE, "ends_at": TEN} | fields))


def policy(**fields: Any) -> ClinicPolicy:
    ClinicPolicy.objects.all().delete()
    return ClinicPolicy(**({"pk": 1} | fields))


REFUSED: list[tuple[str, Callable[..., models.Model], dict[str, Any]]] = [
    ("treatment_turnover_in_fives_to_two_hours", treatment, {"turnover_minutes": 12}),
    ("treatment_turnover_in_fives_to_two_hours", treatment, {"turnover_minutes": 125}),
    ("length_once_per_treatment", length, {"minutes": 60}),
    ("length_in_fives_to_eight_hours", length, {"minutes": 0}),
    ("length_in_fives_to_eight_hours", length, {"minutes": 31}),
    ("length_in_fives_to_eight_hours", length, {"minutes": 485}),
    ("length_price_not_negative", length, {"price": Decimal("-0.01")}),
    ("room_name_once_per_location", room, {"name": "Room 1"}),
    ("hours_weekday_is_iso", hours, {"weekday": 0}),
    ("hours_weekday_is_iso", hours, {"weekday": 8}),
    ("hours_close_after_they_open", hours, {"opens": time(9), "closes": time(9)}),
    ("hours_close_after_they_open", hours, {"opens": time(17), "closes": time(9)}),
    ("hours_on_five_minute_marks", hours, {"opens": time(9, 1)}),
    ("hours_on_five_minute_marks", hours, {"closes": time(17, 0, 1)}),
    ("hours_last_day_not_before_first", hours, {"first_date": date(2026, 11, 2), "last_date": date(2026, 11, 1)}),
    ("timeoff_of_one_therapist_or_one_location", time_off, {"therapist": None}),
    ("timeoff_ends_after_it_starts", time_off, {"ends_at": NINE}),
    ("timeoff_on_five_minute_marks", time_off, {"ends_at": TEN.replace(minute=7)}),
    ("timeoff_on_five_minute_marks", time_off, {"starts_at": NINE.replace(second=1)}),
    ("treatment_is_like_one_of_the_four", treatment, {"like": "sports_massage"}),
    ("treatment_is_like_one_of_the_four", treatment, {"like": ""}),
    ("policy_is_one_row", policy, {"pk": 2}),
    ("policy_grid_in_fives", policy, {"grid_minutes": 0}),
    ("policy_grid_in_fives", policy, {"grid_minutes": 7}),
    ("policy_horizon_one_day_to_two_years", policy, {"horizon_days": 0}),
    ("policy_horizon_one_day_to_two_years", policy, {"horizon_days": 731}),
    ("policy_notice_at_most_thirty_days", policy, {"notice_minutes": 43_201}),
    ("policy_keeps_one_to_thirty_years", policy, {"keep_health_years": 0}),
    ("policy_keeps_one_to_thirty_years", policy, {"keep_trail_years": 31}),
]

TAKEN: list[tuple[Callable[..., models.Model], dict[str, Any]]] = [
    (treatment, {"turnover_minutes": 0}),
    (treatment, {"turnover_minutes": 120}),
    (length, {"minutes": 5}),
    (length, {"minutes": 480, "price": Decimal(0)}),
    (room, {}),
    (hours, {"weekday": 7, "opens": time(0), "closes": time(23, 55)}),
    (hours, {"first_date": date(2026, 11, 1), "last_date": date(2026, 11, 1)}),
    (hours, {"last_date": date(2026, 11, 1)}),
    (time_off, {"ends_at": NINE.replace(minute=5)}),
    (policy, {"grid_minutes": 5, "horizon_days": 1}),
    (policy, {"grid_minutes": 120, "horizon_days": 730}),
]


@pytest.mark.parametrize(("name", "make", "fields"), REFUSED)
@pytest.mark.both_engines
def test_the_database_refuses(name: str, make: Callable[..., models.Model], fields: dict[str, Any]) -> None:
    row = make(**fields)

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save(force_insert=True)

    assert violated(refusal.value) == name


@pytest.mark.parametrize(("make", "fields"), TAKEN)
@pytest.mark.both_engines
def test_the_database_takes_the_edges(make: Callable[..., models.Model], fields: dict[str, Any]) -> None:
    row = make(**fields)

    row.save(force_insert=True)

    assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_time_off_has_one_owner_not_both() -> None:
    row = time_off(location=make_location())

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save()

    assert violated(refusal.value) == "timeoff_of_one_therapist_or_one_location"


def test_a_constraint_bites_on_a_change_too() -> None:
    row = hours()
    row.save()

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        WorkingHours.objects.filter(pk=row.pk).update(closes=time(8))

    assert violated(refusal.value) == "hours_close_after_they_open"


def test_every_named_constraint_is_tried() -> None:
    named = {
        constraint.name
        for model in (Location, Room, Treatment, TreatmentLength, Therapist, WorkingHours, TimeOff, ClinicPolicy)
        for constraint in model._meta.constraints
    }

    assert {name for name, _make, _fields in REFUSED} == named


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "GMT+1", "../../etc/passwd", "dublin"])
def test_a_location_refuses_an_unknown_zone(zone: str) -> None:
    place = Location(name="n", address="a", phone="p", time_zone=zone)

    with pytest.raises(ValidationError) as refusal:
        place.full_clean()

    assert list(refusal.value.message_dict) == ["time_zone"]


def test_the_policy_is_the_row_or_its_defaults() -> None:
    ClinicPolicy.objects.all().delete()
    before = ClinicPolicy.current()
    ClinicPolicy.objects.create(pk=1, notice_minutes=90)

    assert (before.pk, before.notice_minutes, before.horizon_days, before.grid_minutes) == (1, 120, 60, 15)
    assert ClinicPolicy.current().notice_minutes == 90


def test_rows_have_names() -> None:
    row = hours()

    assert [str(row), str(time_off()), str(length()), row.therapist.first_name] == [
        "Ana Ruiz, Monday 09:00–17:00",
        "Ana Ruiz: away",
        "Hot stones (like deep tissue), 30 min",
        "Ana",
    ]


@pytest.mark.parametrize(
    ("key", "like", "counts_as", "name"),
    [
        ("sports_massage", "deep_tissue", "deep_tissue", "Sports massage (like deep tissue)"),
        ("scalp_massage", "swedish", "swedish", "Sports massage (like Swedish)"),
        ("old", "gone", "deep_tissue", "Sports massage (like deep tissue)"),
        ("old", "", "deep_tissue", "Sports massage (like deep tissue)"),
        ("swedish", "deep_tissue", "swedish", "Sports massage"),
    ],
)
def test_a_treatment_counts_as_itself_or_what_it_is_like_and_in_doubt_as_the_strictest(
    key: str, like: str, counts_as: str, name: str
) -> None:
    found = Treatment(key=key, like=like, name="Sports massage")

    assert (found.counts_as, found.name_for_staff) == (counts_as, name)


def test_a_treatment_that_is_added_is_like_the_strictest_and_uses_heat() -> None:
    assert (Treatment().like, Treatment().uses_heat) == ("deep_tissue", True)


@pytest.mark.parametrize("blank", [" ", "\u200b", "\u2800", "\u3164"])
@pytest.mark.parametrize("model", [Location, Room, Treatment, Therapist])
def test_a_name_that_nobody_could_see_is_refused_in_words(model: type[models.Model], blank: str) -> None:
    with pytest.raises(ValidationError) as refused:
        model(name=blank).clean_fields()

    assert refused.value.message_dict["name"] in (["Write a name that can be seen."], ["This field cannot be blank."])
