from tests.booking.messages.conftest import shared_sink, sink

__all__ = ["shared_sink", "sink"]
