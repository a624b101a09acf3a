"""The snapshot of the clinic's own facts: right after every change, read once, and nobody's to change."""

import dataclasses
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from django.db import models, transaction

from services import catalogue, facts, stamp
from services.facts import Facts, current, forget, reading_once
from services.hours import WeeklySpan
from services.models import ClinicPolicy, Location, Room, Stamp, Therapist, Treatment, TreatmentLength
from services.stamp import kept_models, make_triggers
from tests.services.places import make_hours, make_location, make_room, make_therapist, make_treatment

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_triggers(db: None) -> Iterator[None]:
    stamp.drop_triggers()
    yield
    make_triggers()


def names() -> list[str]:
    return list(current().names(Therapist).values())


def test_the_facts_are_read_in_one_statement_while_nothing_changes(django_assert_num_queries: Any) -> None:
    held = current()

    with django_assert_num_queries(1):
        again = current()

    assert again is held


def test_a_reading_asks_once_and_once_more_after_forgetting(django_assert_num_queries: Any) -> None:
    current()

    with django_assert_num_queries(2), reading_once():
        first, second = current(), current()
        forget()
        third = current()

    assert first is second is third


def test_a_reading_within_a_reading_is_the_same(django_assert_num_queries: Any) -> None:
    current()

    with django_assert_num_queries(1), reading_once():
        current()
        with reading_once():
            current()
        current()


def test_a_change_is_seen_at_once_and_a_rollback_too() -> None:
    make_therapist("Ana")
    before = names()

    with transaction.atomic():
        make_therapist("Bo")
        during = names()
        transaction.set_rollback(True)

    assert (before, during, names()) == (["Ana"], ["Ana", "Bo"], ["Ana"])


def test_without_a_stamp_the_facts_are_read_anew_and_right() -> None:
    Stamp.objects.all().delete()
    first = current()
    Stamp.objects.all().delete()
    make_therapist("Ana")
    Stamp.objects.all().delete()

    assert (names(), current() is first) == (["Ana"], False)


@pytest.mark.usefixtures("without_triggers")
def test_without_triggers_the_facts_are_right() -> None:
    held = names()
    make_therapist("Ana")

    assert (held, names()) == ([], ["Ana"])


def test_triggers_that_go_are_noticed_by_who_holds_facts() -> None:
    held = names()
    stamp.drop_triggers()
    Therapist.objects.bulk_create([Therapist(name="Ana")])

    found = names()
    make_triggers()

    assert (held, found) == ([], ["Ana"])


def test_facts_that_change_while_they_are_read_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: held under the stamp of before they would stay wrong, or be torn under the stamp of after."""
    load = facts._load
    changed: list[Therapist] = []

    def load_while_somebody_writes(seen: str | None) -> Facts:
        found = load(seen)
        if not changed:
            changed.append(make_therapist("Ana"))
        return found

    make_therapist("Bo").delete()
    monkeypatch.setattr(facts, "_load", load_while_somebody_writes)

    assert (names(), names()) == (["Ana"], ["Ana"])


def test_facts_that_change_all_the_while_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    load = facts._load

    def load_while_somebody_writes(seen: str | None) -> Facts:
        found = load(seen)
        make_therapist("Ana").delete()
        return found

    make_therapist("Bo")
    monkeypatch.setattr(facts, "_load", load_while_somebody_writes)

    found = current()

    assert (list(found.names(Therapist).values()), current() is found) == (["Bo"], False)


def test_nobody_changes_what_all_share() -> None:
    place = make_location("Elm Row")
    ClinicPolicy.objects.update_or_create(pk=1)
    current()

    found, policy = catalogue.find_location(location_id=place.pk), ClinicPolicy.current()
    found.name = "Changed"
    policy.reminder_plan.append("changed")
    with pytest.raises(dataclasses.FrozenInstanceError):
        current().stamp = "changed"  # type: ignore[misc]

    assert catalogue.find_location(location_id=place.pk).name == "Elm Row"
    assert ClinicPolicy.current().reminder_plan == ClinicPolicy().reminder_plan


def test_a_row_is_given_what_it_points_to_without_a_statement_of_its_own(django_assert_num_queries: Any) -> None:
    place = make_location()
    room = Room.objects.get(pk=make_room(place).pk)
    lost = Room(name="Nowhere", location_id=place.pk + 1)
    current()

    with django_assert_num_queries(1), reading_once():
        facts.fill_in(room, "location")
        facts.fill_in(lost, "location")
        facts.fill_in(Room(name="Not said"), "location")
        named = room.location.name

    assert (named, Room.location.is_cached(lost)) == (place.name, False)


def test_what_depends_on_several_tables() -> None:
    here, closed = make_location("Here"), make_location("Closed", is_active=False)
    one, other = make_treatment("one"), make_treatment("other")
    ana, bo, gone = make_therapist("Ana", one, other), make_therapist("Bo", one), make_therapist("Gone", one)
    Therapist.objects.filter(pk=gone.pk).update(is_active=False)
    make_hours(ana, closed)
    for therapist in (gone, bo, ana):
        make_hours(therapist, here, opens="09:00", closes="12:00", weekday=2)
    late = make_room(here, "Late")
    Room.objects.filter(pk=late.pk).update(order=5)
    early, unused = make_room(here, "Early", other), make_room(here, "Unused")
    Room.objects.filter(pk=unused.pk).update(is_active=False)

    found = current()

    assert found.able == {(one.pk, here.pk): (ana.pk, bo.pk), (other.pk, here.pk): (ana.pk,)}
    assert found.hours[bo.pk, here.pk] == (WeeklySpan(2, time(9), time(12)),)
    assert found.skills == {ana.pk: {one.pk, other.pk}, bo.pk: {one.pk}, gone.pk: {one.pk}}
    assert (found.rooms_for(one.pk, here.pk), found.rooms_for(other.pk, here.pk)) == ((late.pk,), (early.pk, late.pk))
    assert found.rooms_for(one.pk, closed.pk) == ()


def test_rows_come_with_every_field_and_in_the_order_of_the_model() -> None:
    make_treatment("late", order=9)
    make_treatment("early", order=0)
    make_location("Elm Row")

    found = current()

    for model in (Location, Treatment, TreatmentLength):
        assert [values(row) for row in found.all_of(model)] == [values(row) for row in model._default_manager.all()]


def values(row: models.Model) -> dict[str, object]:
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}


def test_no_bytes_are_held_in_memory() -> None:
    held = [field for model in kept_models() for field in model._meta.concrete_fields]

    assert [field for field in held if isinstance(field, models.BinaryField)] == [], "Add its table to stamp.LEFT_OUT"


def test_hours_keep_their_dates() -> None:
    here, ana = make_location(), make_therapist("Ana")
    make_hours(ana, here, first_date=date(2026, 1, 1), last_date=date(2026, 6, 30))

    (span,) = current().hours[ana.pk, here.pk]

    assert (span.first_date, span.last_date) == (date(2026, 1, 1), date(2026, 6, 30))
