import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from booking.models import Heartbeat
from tests.cast import make_client

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_says_how_much_was_written_and_writes_over_nothing(tmp_path: Path) -> None:
    make_client()
    said, path = io.StringIO(), tmp_path / "day.backup"

    call_command("backup", path, stdout=said)
    written = path.read_bytes()
    with pytest.raises(CommandError, match="is already there"):
        call_command("backup", path)

    rows, _space, rest = said.getvalue().partition(" ")
    assert int(rows) > 0
    assert rest == f"rows in {path}. Without HEALTH_DATA_KEYS nobody can read them: keep these elsewhere.\n"
    assert path.read_bytes() == written
    assert list(Heartbeat.objects.values_list("name", flat=True)) == [Heartbeat.BACKUP]
