"""What README, operations and deploy/ tell people to run is there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.environment import ROOT

PAGES = ("README.md", "docs/operations.md", "CONTRIBUTING.md", "SECURITY.md")
DEPLOY = sorted((ROOT / "deploy").iterdir())


def texts() -> dict[str, str]:
    files = [ROOT / name for name in PAGES] + DEPLOY
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def find_unknown_commands(text: str) -> set[str]:
    return set(re.findall(r"manage\.py ([a-z_]+)", text)) - set(get_commands())


def test_every_command_that_people_are_told_to_run_is_there() -> None:
    assert {name: found for name, text in texts().items() if (found := find_unknown_commands(text))} == {}


def test_a_command_that_is_gone_is_found() -> None:
    assert find_unknown_commands("run `manage.py up` and `manage.py restart_all`") == {"restart_all"}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    folder, text = (ROOT / page).parent, (ROOT / page).read_text(encoding="utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^):]+)\)", text)]

    assert [link for link in links if link and not (folder / link).exists()] == []


def test_every_make_target_that_people_are_told_to_use_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = {name for text in texts().values() for name in re.findall(r"`make ([a-z]+)", text)}

    assert told - targets == set()


def test_files_of_deploy_that_people_copy_are_there() -> None:
    told = {name for text in texts().values() for name in re.findall(r"deploy/([A-Za-z.-]+[a-z])", text)}

    assert {name for name in told if not list((ROOT / "deploy").glob(f"{name}*"))} == set()


@pytest.mark.parametrize("unit", [file for file in DEPLOY if file.suffix in (".service", ".timer")], ids=str)
def test_systemd_reads_the_units(unit: Path) -> None:
    """By Debian's own reader where it is there; all it may miss is the program, which is not installed at that path."""
    program = shutil.which("systemd-analyze")
    said = (
        subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False).stderr
        if program
        else ""
    )

    assert [line for line in said.splitlines() if "is not executable: No such file" not in line] == []
