"""A disk that fills while the clinic runs, and empties again: it goes on by itself, and what was answered is there.

By a limit of the size of files, which any user may set and lift for the own processes; in the long version also by a
small file system that is really full, where mounting is permitted.
"""

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.faults.clinics import Clinic
from tests.faults.visitors import Visitor, book_by_pages, mails_to
from tests.programs import MANAGE, demo, run, wait_until
from tests.servers import free_port

IS_LONG = os.environ.get("PROVE") == "1"
FULL_SECONDS = 45.0 if IS_LONG else 1.0
SMALL_DISK = "16m"


Start = Callable[[Path], Clinic]


@pytest.fixture
def start(seeded: Path) -> Iterator[Start]:
    started: list[Clinic] = []

    def start_clinic(folder: Path) -> Clinic:
        shutil.copytree(seeded, folder, dirs_exist_ok=True)
        started.append(Clinic(variables=demo(folder=folder, PORT=str(free_port()))))
        started[-1].wait_until_up()
        return started[-1]

    yield start_clinic
    for clinic in started:
        if clinic.parent.poll() is None:
            clinic.end()


@contextmanager
def files_may_not_grow(clinic: Clinic) -> Iterator[None]:
    """For every process of the clinic, and those that it starts meanwhile."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int) -> None:
        for pid in clinic.everybody():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))

    limit(0)
    try:
        yield
    finally:
        limit(resource.RLIM_INFINITY if hard == resource.RLIM_INFINITY else hard)


@contextmanager
def disk_is_full(clinic: Clinic) -> Iterator[None]:
    filler = clinic.folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            while True:
                try:
                    file.write(b"\0" * size)
                except OSError:
                    break
    try:
        yield
    finally:
        filler.unlink()


def visits_in(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "clinic.sqlite3")
    rows = connection.execute("SELECT reference FROM booking_appointment WHERE booker_email = 'niamh@example.com'")
    found = [str(reference) for (reference,) in rows]
    connection.close()
    return sorted(found)


def check_that_it_goes_on(clinic: Clinic, fill: Callable[[Clinic], AbstractContextManager[None]]) -> None:
    first = book_by_pages(clinic)
    wait_until(lambda: mails_to(clinic.folder, first) == 1)
    visitor, before = Visitor(clinic), clinic.programs()

    with fill(clinic):
        meanwhile = visitor.look_and_press(seconds=FULL_SECONDS)
    wait_until(lambda: visitor.press().status_code == 200)
    second = book_by_pages(clinic)
    wait_until(lambda: mails_to(clinic.folder, second) == 1)
    wait_until(clinic.is_up)

    print(f"full for {FULL_SECONDS:.0f} s: {sorted(meanwhile)}")
    assert {status for status, _ in meanwhile} <= {200, 503}
    assert (503, True) in meanwhile
    assert {has_phone for _, has_phone in meanwhile} == {True}
    assert {first, second} <= set(visits_in(clinic.folder))
    assert len(visits_in(clinic.folder)) == len(set(visits_in(clinic.folder)))
    after = clinic.programs()
    assert {name: pid for name, pid in after.items() if name.startswith("web")} == {
        name: pid for name, pid in before.items() if name.startswith("web")
    }
    assert set(after) == set(before)


def test_when_files_may_not_grow_for_a_while_the_clinic_goes_on(start: Start, tmp_path: Path) -> None:
    check_that_it_goes_on(start(tmp_path / "data"), files_may_not_grow)


@pytest.mark.prove
def test_when_its_whole_disk_is_full_for_a_while_the_clinic_goes_on(start: Start, tmp_path: Path) -> None:
    with small_disk(tmp_path / "data"):
        clinic = start(tmp_path / "data")
        check_that_it_goes_on(clinic, disk_is_full)
        clinic.end()


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Where this user may not mount, the folder stays on the large disk, and the test fails by not filling it."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


# --- At the start


def run_where_files_may_not_grow(*command: str, variables: dict[str, str]) -> tuple[int, str]:
    done = run("bash", "-c", 'ulimit -f 0; exec "$@"', "bash", *command, variables=variables)
    return done.status, done.err


REFUSED = "The clinic can't start: the disk does not take what is written: it is full, over a quota, or broken.\n"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("migrate", "The clinic can't start: the disk of DATA_DIR is full. See .env.example.\n"),
        ("up", "The clinic can't start: the disk of DATA_DIR is full. See .env.example.\n"),
    ],
)
def test_a_first_start_on_a_full_disk_is_a_sentence(command: str, sentence: str, tmp_path: Path) -> None:
    assert run_where_files_may_not_grow(*MANAGE, command, variables=demo(folder=tmp_path)) == (1, sentence)
    assert list(tmp_path.iterdir()) == []


def test_a_start_on_a_disk_that_is_full_by_now_is_a_sentence_and_the_next_one_works(
    start: Start, seeded: Path, tmp_path: Path
) -> None:
    shutil.copytree(seeded, tmp_path / "data")
    variables = demo(folder=tmp_path / "data", PORT=str(free_port()))

    refused = run_where_files_may_not_grow(*MANAGE, "up", variables=variables)
    clinic = start(tmp_path / "data")

    assert refused == (1, REFUSED)
    assert clinic.is_up()
