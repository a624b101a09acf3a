"""Treatments are written with keys of their own, and never over what somebody else has changed meanwhile."""

from typing import Any

import pytest

from services import treatments
from services.models import Treatment
from services.policy import fingerprints
from services.treatments import (
    TreatmentChangedMeanwhile,
    TreatmentRefused,
    add_treatment,
    change_treatment,
    is_gentler,
    stored_facts,
)
from tests.services.places import make_location, make_room, make_therapist, make_treatment

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

WORDS = {"summary": "s", "description": "d", "suits": "s", "firmness": 4, "turnover_minutes": 15}


def look_away(**_whose: Any) -> None:
    """Nothing is booked here."""


def add(name: str) -> Treatment:
    return add_treatment(wanted={"name": name, **WORDS}, therapist_ids=[], review=look_away)


def change(treatment: Treatment, **wanted: Any) -> list[str]:
    seen = fingerprints(stored_facts(treatment))
    return change_treatment(treatment=treatment, wanted=wanted, seen=seen, review=look_away)


def test_a_new_treatment_is_like_the_strictest_with_heat_and_not_on_offer() -> None:
    therapist = make_therapist("Ana")

    made = add_treatment(wanted={"name": "Hot stones", **WORDS}, therapist_ids=[therapist.pk], review=look_away)

    assert (made.key, made.like, made.uses_heat, made.is_active) == ("hot_stones", "deep_tissue", True, False)
    assert list(made.therapists.all()) == [therapist]
    assert Treatment.objects.last() == made


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Réflexologie", "reflexologie"),
        ("按摩", "treatment"),
        ("4 hands!", "treatment_4_hands"),
        ("x" * 60, "x" * 30),
        ("Hot stones", "hot_stones_2"),
        ("Swedish", "swedish_2"),
    ],
)
def test_its_key_is_made_from_its_name_and_is_never_one_that_was_used(name: str, key: str) -> None:
    Treatment.objects.all().delete()
    make_treatment("hot_stones", name="Another")

    made = add(name)
    made.full_clean()

    assert made.key == key


def test_two_treatments_of_one_name_are_refused() -> None:
    first = add("Hot stones")

    with pytest.raises(TreatmentRefused, match="There is a HOT stones already"):
        add("HOT stones")
    with pytest.raises(TreatmentRefused):
        change(add("Cold stones"), name="hot stones")
    assert change(first, name="HOT stones") == ["name"]


def test_who_gives_it_and_where_is_changed_for_it_alone() -> None:
    here, other = make_treatment("here"), make_treatment("other")
    ana, tom = make_therapist("Ana", here, other), make_therapist("Tom", other)
    place = make_location()
    every, only = make_room(place, "Every"), make_room(place, "Only", other)

    changed = change(here, therapists=[tom.pk], rooms=[only.pk])

    assert changed == ["therapists", "rooms"]
    assert (set(ana.treatments.all()), set(tom.treatments.all())) == ({other}, {here, other})
    assert [one in every.treatments.all() for one in (here, other)] == [False, True]
    assert set(only.treatments.all()) == {here, other}
    assert stored_facts(here)["rooms"] == [only.pk]


def test_a_room_for_it_alone_does_not_become_one_for_everything() -> None:
    treatment = make_treatment("here")
    room = make_room(make_location(), "Only", treatment)

    with pytest.raises(TreatmentRefused, match="Only suits nothing else"):
        change(treatment, rooms=[])

    assert list(room.treatments.all()) == [treatment]


def test_what_somebody_else_has_changed_is_not_overwritten() -> None:
    treatment = make_treatment("here")
    seen = fingerprints(stored_facts(treatment))
    change(treatment, summary="theirs")

    with pytest.raises(TreatmentChangedMeanwhile) as refused:
        change_treatment(treatment=treatment, wanted={"name": "Mine", "summary": "s"}, seen=seen, review=look_away)

    treatment.refresh_from_db()
    assert (refused.value.fields, treatment.name, treatment.summary) == (("summary",), "Here", "theirs")


@pytest.mark.parametrize(
    ("like", "uses_heat", "gentler"),
    [
        ("deep_tissue", True, False),
        ("swedish", True, True),
        ("myofascial_release", False, True),
        ("trigger_point", True, False),
        ("trigger_point", False, True),
    ],
)
def test_what_fewer_people_are_refused_is_gentler(like: str, uses_heat: bool, gentler: bool) -> None:
    was = Treatment(key="own", like="trigger_point", uses_heat=True)

    assert is_gentler(was, like=like, uses_heat=uses_heat) is gentler
    assert treatments.is_gentler(was, like="trigger_point", uses_heat=True) is False
