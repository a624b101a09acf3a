from collections.abc import Iterator

import pytest

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
