"""`restore`, as a clinic uses it. What a backup holds and refuses is in tests/clinic/running/test_backup.py."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from booking.models import Appointment
from tests.cast import TODAY
from tests.clinic.running.test_backup import empty_the_database
from tests.programs import MANAGE, demo, run

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_demo_on_sqlite_moves_to_the_engine_at_hand(tmp_path: Path, settings: Any, capsys: Any) -> None:
    """By the commands, as a clinic that has outgrown its one file would do it."""
    variables = demo(folder=tmp_path) | {"HEALTH_DATA_KEYS": ",".join(settings.HEALTH_DATA_KEYS)}
    for command in (("migrate", "--verbosity", "0"), ("seed_demo", "--weeks=1"), ("backup", f"{tmp_path}/demo.backup")):
        done = run(*MANAGE, *command, variables=variables)
        assert (done.status, done.err) == (0, "")
    empty_the_database()

    call_command("restore", f"{tmp_path}/demo.backup")

    assert "; 0 visits differ from their claims." in capsys.readouterr().out
    assert Appointment.objects.count() > 20
    assert User.objects.filter(is_superuser=True).exists()
    assert Appointment.objects.filter(starts_at__date__gte=TODAY).first() is not None
