"""The treatments and the policy that come with the product."""

import importlib
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from services.models import ClinicPolicy, Location, Treatment, TreatmentLength

pytestmark = pytest.mark.django_db

MIGRATION: Any = importlib.import_module("services.migrations.0002_first_treatments")
EDITOR = SimpleNamespace(connection=connection)


@pytest.fixture(autouse=True)
def _nothing_there(db: None) -> None:
    """Other tests may have emptied the tables, or not: begin with empty ones."""
    TreatmentLength.objects.all().delete()
    Treatment.objects.all().delete()
    ClinicPolicy.objects.all().delete()


def forwards() -> None:
    MIGRATION.add_treatments_and_policy(apps, EDITOR)


def backwards() -> None:
    MIGRATION.take_them_away(apps, EDITOR)


def test_the_four_treatments_come_with_lengths_prices_and_turnover() -> None:
    forwards()

    facts = {
        treatment.key: (
            treatment.name,
            treatment.get_firmness_display(),
            treatment.turnover_minutes,
            [(length.minutes, length.price) for length in treatment.lengths.all()],
        )
        for treatment in Treatment.objects.all()
    }
    assert list(facts.items()) == [
        (
            "deep_tissue",
            ("Deep tissue", "firm", 15, [(30, Decimal(50)), (60, Decimal(85)), (90, Decimal(120))]),
        ),
        ("trigger_point", ("Trigger point therapy", "firm", 15, [(30, Decimal(50)), (60, Decimal(85))])),
        ("myofascial_release", ("Myofascial release", "light to medium", 15, [(60, Decimal(85)), (90, Decimal(120))])),
        ("swedish", ("Swedish", "light to medium", 15, [(30, Decimal(45)), (60, Decimal(75)), (90, Decimal(105))])),
    ]


def test_their_rows_are_valid_as_a_form_would_see_them() -> None:
    forwards()

    for row in [*Treatment.objects.all(), *TreatmentLength.objects.all(), ClinicPolicy.objects.get()]:
        row.full_clean()


def test_their_words_promise_nothing() -> None:
    forwards()

    promises = (
        "heal", "cure", "endorphin", "circulation", "inflammation", "detox", "toxin", "relieve", "relief", "prevent",
        "therapeutic", "guarantee", "!",
    )  # fmt: skip
    for treatment in Treatment.objects.all():
        words = f"{treatment.summary} {treatment.description} {treatment.suits}".lower()
        assert [promise for promise in promises if promise in words] == []


def test_the_policy_row_has_the_defaults() -> None:
    forwards()

    policy = ClinicPolicy.objects.get()

    assert (policy.pk, policy.notice_minutes, policy.horizon_days, policy.free_cancelling_hours) == (1, 120, 60, 24)
    assert (policy.hold_minutes, policy.hold_extension_minutes, policy.undo_minutes, policy.grid_minutes) == (
        10,
        10,
        10,
        15,
    )
    assert (f"{policy.quiet_from:%H:%M}", f"{policy.quiet_until:%H:%M}", policy.currency) == ("21:00", "08:00", "EUR")


def test_a_second_run_changes_nothing_that_a_clinic_has_made_its_own() -> None:
    forwards()
    Treatment.objects.filter(key="swedish").update(name="Classic", turnover_minutes=30)
    TreatmentLength.objects.filter(treatment__key="swedish").exclude(minutes=60).delete()
    ClinicPolicy.objects.update(notice_minutes=30)

    forwards()

    swedish = Treatment.objects.get(key="swedish")
    assert (swedish.name, swedish.turnover_minutes) == ("Classic", 30)
    assert [length.minutes for length in swedish.lengths.all()] == [60]
    assert Treatment.objects.count() == 4
    assert ClinicPolicy.objects.get().notice_minutes == 30


def test_back_and_forth_again() -> None:
    own = Treatment.objects.create(key="own", name="Own", summary="s", description="d", suits="s", firmness=1)
    forwards()

    backwards()

    assert (list(Treatment.objects.all()), ClinicPolicy.objects.count()) == ([own], 0)

    forwards()

    assert Treatment.objects.count() == 5


def test_the_migration_can_be_reversed() -> None:
    assert [operation.reversible for operation in MIGRATION.Migration.operations] == [True]


# --- Later migrations of these rows ----------------------------------------------------------------------------------


def test_places_that_were_there_take_the_country_of_their_zone_and_the_clinic_keeps_its_number() -> None:
    fill = importlib.import_module("services.migrations.0005_locations_have_a_country").fill
    for zone in ("Europe/Berlin", "America/New_York"):
        Location.objects.create(name=zone, address="a", phone="1", time_zone=zone)
    Location.objects.update(country="")
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"emergency_number": "112"})

    fill(apps, None)

    assert list(Location.objects.values_list("country", flat=True)) == ["DE", "US"]
    assert (ClinicPolicy.current().emergency_number, ClinicPolicy.current().emergency_number_confirmed) == (
        "112",
        False,
    )


def test_a_clinic_without_a_place_leaves_the_number_to_its_first_country() -> None:
    fill = importlib.import_module("services.migrations.0005_locations_have_a_country").fill
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"emergency_number": "112"})

    fill(apps, None)

    assert ClinicPolicy.current().emergency_number == ""
    assert ClinicPolicy.current().emergency_number_in("US") == "911"
