"""Each way to fail is one true sentence, said before anything is installed or seeded."""

import os
import socket
import sys
from ipaddress import ip_address
from pathlib import Path

import pytest

from clinic.running.listening import CannotListen, Place, listen, own_address, take_port
from tests.environment import ROOT
from tests.programs import demo, run
from tests.servers import free_port

ASK = (sys.executable, "-S", "clinic/running/listening.py")  # -S: not one package is there


def place_at(port: int, *, bind: str = "127.0.0.1") -> Place:
    return Place(bind=ip_address(bind), port=port)


def test_a_port_is_ours_but_answers_nobody_until_it_listens() -> None:
    place = place_at(free_port())

    with take_port(place=place) as taken:
        with socket.socket() as visitor:
            before = visitor.connect_ex(("127.0.0.1", place.port))
        listen(taken=taken, place=place)
        with socket.socket() as visitor:
            after = visitor.connect_ex(("127.0.0.1", place.port))

    assert (before != 0, after) == (True, 0)


def test_a_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CannotListen) as refused:
            take_port(place=place_at(port))

    assert str(refused.value) == f"Port {port} is taken; set PORT to a free one."


def test_of_two_that_took_a_port_at_once_one_is_refused() -> None:
    place = place_at(free_port())

    with take_port(place=place) as first, take_port(place=place) as second:
        listen(taken=first, place=place)
        with pytest.raises(CannotListen) as refused:
            listen(taken=second, place=place)

    assert str(refused.value) == f"Port {place.port} is taken; set PORT to a free one."


def test_an_address_of_another_machine_is_a_sentence() -> None:
    with pytest.raises(CannotListen) as refused:
        take_port(place=place_at(free_port(), bind="192.0.2.7"))

    assert str(refused.value) == "192.0.2.7 is not an address of this machine; set BIND to one that is."


def test_every_address_of_either_kind_is_listened_on() -> None:
    place = place_at(free_port(), bind="::")

    with take_port(place=place) as taken:
        listen(taken=taken, place=place)
        found = []
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family) as visitor:
                found.append(visitor.connect_ex((host, place.port)))

    assert found == [0, 0]


@pytest.mark.parametrize(
    ("bind", "host"), [("127.0.0.1", "127.0.0.1"), ("192.168.1.5", "192.168.1.5"), ("::1", "[::1]")]
)
def test_the_own_address_is_the_one_that_is_listened_on(bind: str, host: str) -> None:
    assert own_address(place=place_at(8000, bind=bind)) == host


def test_the_own_address_among_all_is_one_that_can_be_listened_on() -> None:
    host = own_address(place=place_at(8000, bind="0.0.0.0"))

    take_port(place=place_at(free_port(), bind=host)).close()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"PORT": "http", "BIND": "*"},
            (
                "The clinic can't start: BIND must be an IP address without a port, like 127.0.0.1, 0.0.0.0 or ::; "
                "PORT must be a whole number from 1 to 65535. See .env.example.\n"
            ),
        ),
        ({"BIND": "192.0.2.7"}, "192.0.2.7 is not an address of this machine; set BIND to one that is.\n"),
    ],
)
def test_a_bare_python_says_what_is_wrong_before_anything_is_installed(changes: dict[str, str], sentence: str) -> None:
    done = run(*ASK, variables=changes)

    assert (done.status, done.out, done.err) == (1, "", sentence)


def test_a_bare_python_says_nothing_where_the_port_is_free() -> None:
    done = run(*ASK, variables={"PORT": str(free_port())})

    assert (done.status, done.out, done.err) == (0, "", "")


def test_make_run_says_at_once_that_the_port_is_taken(tmp_path: Path) -> None:
    """Before the folder is made, with what a demo is made of."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = run("make", "-s", "run", variables=demo(folder=tmp_path / "data", PORT=str(port)))

    assert done.out == ""
    assert done.err.startswith(f"Port {port} is taken; set PORT to a free one.\n")
    assert (done.status, (tmp_path / "data").exists()) == (2, False)


def test_a_port_that_is_not_permitted_is_a_sentence() -> None:
    """As a user who may not: the machine says which ports are for root only."""
    first_free = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from clinic.running import listening\n"
        "os.geteuid() or os.setuid(65534)\n"
        "sys.argv = ['']; sys.exit(listening.main())"
    )
    assert first_free > 81, os.uname()

    done = run(sys.executable, "-c", code, str(ROOT), variables={"PORT": "81"})

    assert (done.status, done.out) == (1, "")
    assert done.err == "Port 81 is not permitted to this user; set PORT to one from 1024 on.\n"
