from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import MANAGE, demo, run
from tests.smtp_sink import Sink, start_sink


@pytest.fixture(scope="session")
def shared_sink() -> Iterator[Sink]:
    sink = start_sink()
    yield sink
    sink.stop()


@pytest.fixture
def sink(shared_sink: Sink) -> Sink:
    """A mail server in a process of its own that behaves well and has nothing yet."""
    shared_sink.forget()
    shared_sink.behave("well")
    return shared_sink


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that has never run."""
    folder = tmp_path_factory.mktemp("seeded")
    for command in ("migrate", "seed_demo"):
        done = run(*MANAGE, command, "--verbosity", "0", variables=demo(folder=folder))
        assert (done.status, done.err) == (0, "")
    return folder
