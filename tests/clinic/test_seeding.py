"""The demo clinic and the large one: what others rely on to find there."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from booking.models import Appointment, Client
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
