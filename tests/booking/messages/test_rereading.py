"""What a mail is about, read again at the hand-off. On both engines; rows that nobody can judge are in test_bad_rows.py."""

import pytest
from django.core import mail

from booking.intake.stops import is_stopped
from booking.messages import outbox
from tests.booking.messages.factories import make_message, make_policy, make_visit
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def test_a_mail_goes_to_the_address_of_now() -> None:
    make_policy()
    visit = make_visit()
    row = make_message(visit=visit)
    visit.booker_email = "corrected@example.com"
    visit.save()

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    row.refresh_from_db()
    assert (row.recipient, [one.to for one in mail.outbox]) == ("corrected@example.com", [["corrected@example.com"]])
