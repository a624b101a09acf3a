"""Which migrations this code knows. How tables come from one version to another is in tests/test_upgrades.py."""

import pytest
from django.apps import apps

from clinic.running import versions


def test_migrations_that_this_code_does_not_have_are_named() -> None:
    named = ["booking.0001_initial", "booking.9999_of_tomorrow", "elsewhere.0001_initial"]

    assert versions.unknown(named) == ["booking.9999_of_tomorrow", "elsewhere.0001_initial"]


@pytest.mark.django_db
def test_at_the_version_of_the_code_the_models_are_the_codes_own() -> None:
    assert versions.models_as_stored() is apps
