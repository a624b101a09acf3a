"""Ten thousand mails, however long a machine takes over them: `make bench` says how long one takes."""

from collections import Counter

import pytest

from booking.models import Message
from tests.booking.messages.factories import make_many
from tests.cast import NOW
from tests.faults.mail_workers import work
from tests.processes import Crew
from tests.smtp_sink import Sink

MAILS = 10_000
# Nobody dies here, so a mail that is taken up again would be one that a slow machine was still busy with.
LEASE_SECONDS = 24 * 3600
HANGS_AFTER_SECONDS = 2 * 3600.0


@pytest.mark.prove
@pytest.mark.parametrize("kind", [Message.Kind.REMINDER, Message.Kind.BOOKED])
def test_two_workers_send_ten_thousand_mails_once_each(crew: Crew, sink: Sink, kind: Message.Kind) -> None:
    make_many(MAILS, kind=kind)
    call = {"port": sink.port, "now": NOW.isoformat(), "rounds": 0, "lease_seconds": LEASE_SECONDS}

    crew.run(work, [call] * 2, seconds=HANGS_AFTER_SECONDS)

    assert Counter(mail.message_id for mail in sink.mails()) == Counter(
        Message.objects.values_list("message_id", flat=True)
    )
