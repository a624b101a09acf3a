"""What the commands of the booking system print."""

import json
import subprocess
import sys

import pytest

from tests.booking.rules.answers import complete
from tests.environment import ROOT


@pytest.mark.parametrize("arguments", ["rulebook --format md", "rulebook --format json", "triage"])
def test_a_reader_who_stops_reading_is_no_error(arguments: str) -> None:
    long_list = json.dumps([complete({})] * 1000)  # more than a pipe holds
    writer = subprocess.Popen(
        [sys.executable, "manage.py", *arguments.split()],
        cwd=ROOT,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    assert writer.stderr is not None

    writer.stdout.close()
    writer.stdin.write(long_list if arguments == "triage" else "")
    writer.stdin.close()

    with writer.stderr:
        assert (writer.stderr.read(), writer.wait()) == ("", 0)
