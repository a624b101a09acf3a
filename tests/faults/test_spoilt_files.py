"""Whatever lies in DATA_DIR that no program can read: what can be made anew is thrown away, and nothing else notices."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic.settings import BROKER_SOCKET
from tests.faults.clinics import Clinic
from tests.faults.visitors import book_by_pages, mails_to
from tests.programs import demo, wait_until
from tests.servers import free_port

IS_LONG = os.environ.get("PROVE") == "1"
# What programs of the clinic, of now and of earlier versions, keep for themselves.
OUR_OWN = (
    "up.lock",
    BROKER_SOCKET.name,
    "clinic-card.json",
    "first-owner-code",
    "demo-accounts.txt",
    "clinic.sqlite3-shm",
    "beat-schedule",
    "broker",
    "broker-control",
)
Spoil = Callable[[Path], None]


def put_a_folder(path: Path) -> None:
    (path / "inside").mkdir(parents=True)


def put_nothing(path: Path) -> None:
    path.touch()


def put_garbage(path: Path) -> None:
    path.write_bytes(os.urandom(300))


def take_away(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@pytest.fixture
def clinics() -> Iterator[list[Clinic]]:
    started: list[Clinic] = []
    yield started
    for clinic in started:
        if clinic.parent.poll() is None:
            clinic.end()


@pytest.mark.parametrize("spoil", [put_a_folder, pytest.param(put_nothing, marks=pytest.mark.prove), put_garbage])
def test_the_clinic_starts_and_works_whatever_lies_there(
    spoil: Spoil, seeded: Path, clinics: list[Clinic], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(seeded, tmp_path / "data"))
    for name in OUR_OWN:
        take_away(folder / name)
        spoil(folder / name)
    # A folder is what belongs here.
    put_garbage(folder / "mail")

    clinics.append(clinic := Clinic(variables=demo(folder=folder, PORT=str(free_port()))))
    clinic.wait_until_up()
    reference = book_by_pages(clinic)
    wait_until(lambda: mails_to(folder, reference) == 1)
    status, out, err = clinic.end()

    assert (status, err) == (0, "")
    assert "Traceback" not in out
    assert "starts again" not in out


@pytest.mark.prove
@pytest.mark.parametrize("spoil", [put_a_folder, put_nothing, put_garbage])
def test_the_clinic_goes_on_whatever_happens_to_its_files(
    spoil: Spoil, seeded: Path, clinics: list[Clinic], tmp_path: Path
) -> None:
    """The broker is found out by its silence, and comes back."""
    folder = Path(shutil.copytree(seeded, tmp_path / "data"))
    clinics.append(clinic := Clinic(variables=demo(folder=folder, PORT=str(free_port()))))
    clinic.wait_until_up()
    web = {name: pid for name, pid in clinic.programs().items() if name.startswith("web")}

    for name in OUR_OWN:
        if name != "clinic.sqlite3-shm":  # in use: who damages it under the database damages the database
            take_away(folder / name)
            spoil(folder / name)
    reference = book_by_pages(clinic)
    wait_until(lambda: mails_to(folder, reference) == 1, seconds=120)
    wait_until(clinic.is_up, seconds=120)

    assert {name: pid for name, pid in clinic.programs().items() if name.startswith("web")} == web
