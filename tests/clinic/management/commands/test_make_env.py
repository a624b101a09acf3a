"""`make_env`: from the example to settings that start."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinic.running.environment import read_environment
from tests.environment import ROOT


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    shutil.copy(ROOT / ".env.example", tmp_path)
    settings.BASE_DIR = tmp_path
    return tmp_path


def read(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return {name: value.strip('"') for name, _is, value in (line.partition("=") for line in lines)}


def test_with_an_email_server_it_is_complete(folder: Path) -> None:
    call_command("make_env", "Booking.Clinic.Example")

    variables = read(folder / ".env") | {"EMAIL_URL": "smtp://127.0.0.1:25", "DATA_DIR": str(folder)}
    environment = read_environment(variables=variables)
    assert environment.faults == ()
    assert environment.site_url == "https://booking.clinic.example"
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_kept(folder: Path) -> None:
    (folder / ".env").write_text("HEALTH_DATA_KEYS=mine\n")

    with pytest.raises(CommandError, match="there already"):
        call_command("make_env", "booking.clinic.example")

    assert (folder / ".env").read_text() == "HEALTH_DATA_KEYS=mine\n"


@pytest.mark.parametrize(
    "host", ["", "clinic", "https://clinic.example", "clinic.example/x", "a b.example", "-.example"]
)
def test_what_is_no_host_writes_nothing(host: str, folder: Path) -> None:
    with pytest.raises(CommandError):
        call_command("make_env", host)

    assert not (folder / ".env").exists()
