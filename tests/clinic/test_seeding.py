"""The demo clinic and the large one: what others rely on to find there."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from booking.models import Appointment, Client
from services.facts import current
from services.models import Therapist
from tests.cast import make_client

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MONDAY = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)


def seed(command: str, **options: int) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("command", ["seed_demo", "seed_scale"])
def test_real_clients_are_never_mixed_with_invented_ones(command: str) -> None:
    make_client()

    with pytest.raises(CommandError, match="real clients"):
        seed(command)

    assert (Client.objects.count(), Appointment.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        pytest.param("seed_demo", {"weeks": 1}, marks=pytest.mark.prove),
        ("seed_scale", {"therapists": 2, "history_days": 1}),
    ],
)
def test_who_holds_facts_sees_what_was_seeded(
    command: str, options: dict[str, int], settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    before = current().names(Therapist)

    seed(command, **options)

    assert (before, current().names(Therapist)) == ({}, dict(Therapist.objects.values_list("pk", "name")))
    assert current().names(Therapist) != {}
