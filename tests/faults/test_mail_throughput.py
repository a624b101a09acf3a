"""How fast mails go out. The figure is printed and kept in docs; no wall clock decides whether a test passes."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from booking.models import Message
from tests.booking.messages.factories import make_many
from tests.cast import NOW
from tests.faults.mail_workers import work
from tests.processes import Crew
from tests.smtp_sink import Sink


@pytest.mark.prove
@pytest.mark.parametrize("kind", [Message.Kind.REMINDER, Message.Kind.BOOKED])
def test_ten_thousand_mails_with_two_workers(crew: Crew, sink: Sink, kind: Message.Kind) -> None:
    mails = 10_000
    make_many(mails, kind=kind)
    calls = [{"port": sink.port, "now": NOW.isoformat(), "rounds": 12, "lease_seconds": 60}] * 2
    # Imports and connections are not what is measured.
    crew.run(work, [call | {"now": (NOW - timedelta(days=1)).isoformat(), "rounds": 1} for call in calls])

    begun = time.monotonic()
    outcomes = crew.run(work, calls, seconds=600)
    seconds = time.monotonic() - begun

    print(f"{mails} mails ({kind}) by two workers in {seconds:.1f} s; {[outcome.value for outcome in outcomes]}")
    found = Counter(mail.message_id for mail in sink.mails())
    assert found == Counter(Message.objects.values_list("message_id", flat=True))
