from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.smtp_sink import Sink, start_sink


@pytest.fixture(scope="session")
def shared_sink() -> Iterator[Sink]:
    """One mail server for all tests of this folder that need a real one."""
    sink = start_sink(keeps_contents=True)
    yield sink
    sink.stop()


@pytest.fixture
def sink(shared_sink: Sink, settings: Settings) -> Sink:
    """A mail server that behaves well, has nothing yet, and that Django sends to."""
    shared_sink.forget()
    shared_sink.behave("well")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", shared_sink.port
    settings.EMAIL_TIMEOUT = 1
    return shared_sink
