"""A mail server that misbehaves and then recovers: nothing is lost, copies only where no answer came. On both engines."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.models import Message
from tests.booking.messages.factories import make_many
from tests.cast import NOW
from tests.faults.mail_workers import use_sink
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

MAILS = 6
# Behaviour: the states it leaves after one sweep, and the copies of each mail when all is over.
STORY = {
    "busy at once": ({"deferred": 6}, [1] * 6),
    "hang at once": ({"deferred": 6}, [1] * 6),
    "421": ({"deferred": 6}, [1] * 6),
    "rcpt 421": ({"deferred": 6}, [1] * 6),
    "451": ({"deferred": 6}, [1] * 6),
    "rcpt 451": ({"deferred": 6}, [1] * 6),
    "mail 550": ({"deferred": 6}, [1] * 6),
    "550": ({"failed": 6}, [0] * 6),
    "rcpt 550": ({"failed": 6}, [0] * 6),
    "drop before content": ({"deferred": 6}, [1] * 6),
    "hang at data": ({"deferred": 6}, [1] * 6),
    # After two silent ends the rest waits; those two are sent once more.
    "drop after content": ({"deferred": 4, "queued": 2}, [1, 1, 1, 1, 2, 2]),
    "hang after content": ({"deferred": 4, "queued": 2}, [1, 1, 1, 1, 2, 2]),
}


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def copies(sink: Sink) -> list[int]:
    found = Counter(mail.message_id for mail in sink.mails())
    return sorted(found[message_id] for message_id in Message.objects.values_list("message_id", flat=True))


def sweep_until_quiet(now: datetime) -> None:
    """A sweep every minute of test time, for two hours."""
    for minutes in range(1, 121):
        outbox.send_due(ask_gate=is_stopped, now=now + timedelta(minutes=minutes))


@pytest.mark.parametrize("behaviour", STORY)
def test_a_server_that_misbehaves_and_recovers(sink: Sink, settings: Settings, behaviour: str) -> None:
    make_many(MAILS)
    use_sink(sink.port, seconds=0.5, settings=settings)
    sink.behave(behaviour)

    outbox.send_due(ask_gate=is_stopped, now=NOW)
    after_one_sweep = states()
    sink.behave("well")
    sweep_until_quiet(NOW)

    expected_states, expected_copies = STORY[behaviour]
    assert after_one_sweep == expected_states
    assert copies(sink) == expected_copies
    assert states() == ({"failed": 6} if "failed" in expected_states else {"sent": 6})


def test_a_server_that_is_not_there_and_comes_back(sink: Sink, settings: Settings) -> None:
    make_many(MAILS)
    use_sink(sink.port, seconds=0.5, settings=settings)
    sink.server.kill()

    for minutes in range(30):
        outbox.send_due(ask_gate=is_stopped, now=NOW + timedelta(minutes=minutes))
    while_away = states()
    sink.server.start()
    sweep_until_quiet(NOW + timedelta(minutes=30))

    assert (while_away, states(), copies(sink)) == ({"deferred": 6}, {"sent": 6}, [1] * 6)


def test_a_server_that_never_answers_leaves_each_mail_to_staff_after_two_copies(sink: Sink, settings: Settings) -> None:
    make_many(2)
    use_sink(sink.port, seconds=0.2, settings=settings)
    sink.behave("drop after content")

    sweep_until_quiet(NOW)

    assert (states(), copies(sink)) == ({"unknown": 2}, [2, 2])
