"""PostgreSQL is killed, or freezes, under a clinic that runs: pages say so with the clinic's phone, and it goes on."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.clinics import Clinic
from tests.faults.visitors import Visitor, book_by_pages, mails_to
from tests.programs import MANAGE, demo, run, run_python, wait_until
from tests.servers import Server, free_port, start_postgresql

IS_LONG = os.environ.get("PROVE") == "1"
AWAY_SECONDS = 60.0 if IS_LONG else 1.0


@pytest.fixture
def server() -> Iterator[Server]:
    server = start_postgresql(keeps_data=True)
    yield server
    server.thaw()
    server.stop()


@pytest.fixture
def running_clinic(server: Server, tmp_path: Path) -> Iterator[Clinic]:
    variables = demo(folder=tmp_path / "data", DATABASE_URL=server.url, PORT=str(free_port()))
    migrated = run(*MANAGE, "migrate", "--verbosity", "0", variables=variables)
    made = run_python("from tests.faults.clinic_script import make; make()", variables=variables)
    assert (migrated.status, migrated.err, made.status, made.err) == (0, "", 0, "")
    clinic = Clinic(variables=variables)
    clinic.wait_until_up()
    yield clinic
    if clinic.parent.poll() is None:
        server.thaw()
        clinic.end()


def check_that_it_goes_on(clinic: Clinic, server: Server, *, how: str) -> None:
    first = book_by_pages(clinic)
    visitor, web = (
        Visitor(clinic),
        {name: pid for name, pid in clinic.programs().items() if name.startswith("web")},
    )

    server.kill() if how == "killed" else server.freeze()
    begun = time.monotonic()
    meanwhile = visitor.look_and_press(seconds=AWAY_SECONDS)
    print(f"{how} for {time.monotonic() - begun:.0f} s: {sorted(meanwhile)}")
    server.start() if how == "killed" else server.thaw()
    wait_until(lambda: visitor.press().status_code == 200)
    second = book_by_pages(clinic)
    wait_until(lambda: mails_to(clinic.folder, first) == mails_to(clinic.folder, second) == 1, seconds=120)
    wait_until(clinic.is_up, seconds=120)

    assert meanwhile == {(503, True)}
    assert {name: pid for name, pid in clinic.programs().items() if name.startswith("web")} == web


def test_when_the_server_is_killed_pages_say_so_until_it_is_back(running_clinic: Clinic, server: Server) -> None:
    check_that_it_goes_on(running_clinic, server, how="killed")


@pytest.mark.prove
def test_when_the_server_freezes_pages_say_so_until_it_thaws(running_clinic: Clinic, server: Server) -> None:
    check_that_it_goes_on(running_clinic, server, how="frozen")
