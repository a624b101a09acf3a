"""What is said before a broker of our own is started. One that runs is in tests/faults."""

from pathlib import Path

import pytest

from clinic.running import broker
from clinic.running.broker import LONGEST_SOCKET_PATH, broker_fault

TOO_LONG = "the path of DATA_DIR is too long for a socket in it; choose a shorter one or set REDIS_URL"


@pytest.mark.parametrize(("bytes_too_many", "said"), [(0, None), (1, TOO_LONG)])
def test_a_socket_with_too_long_a_path_is_a_sentence(bytes_too_many: int, said: str | None) -> None:
    """Counted in bytes, of which “ä” has two."""
    path = Path("/ä".ljust(LONGEST_SOCKET_PATH + bytes_too_many - 1, "x"))

    assert broker_fault(path=path) == said


def test_a_machine_for_which_there_is_no_valkey_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(broker, "valkey_binary", lambda: tmp_path / "valkey-server")

    assert broker_fault(path=tmp_path / "s") == (
        "there is no Valkey for this kind of machine; set REDIS_URL to a server of your own"
    )
