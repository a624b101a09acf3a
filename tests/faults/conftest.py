import shutil
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
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a clinic that has its tables and nothing in them. To be copied: migrating takes seconds."""
    folder = tmp_path_factory.mktemp("migrated")
    done = run(*MANAGE, "migrate", "--verbosity", "0", variables=demo(folder=folder))
    assert (done.status, done.out, done.err) == (0, "", "")
    return folder


@pytest.fixture(scope="session")
def seeded(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that has never run."""
    folder = Path(shutil.copytree(migrated, tmp_path_factory.mktemp("seeded"), dirs_exist_ok=True))
    done = run(*MANAGE, "seed_demo", "--weeks=0", "--verbosity", "0", variables=demo(folder=folder))
    assert (done.status, done.err) == (0, "")
    return folder
