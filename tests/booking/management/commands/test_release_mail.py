import io
from typing import Any

import pytest
from django.core.management import call_command

from booking.messages import parking
from tests.booking.messages.factories import make_message, make_visit, state_of
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def release_mail(**options: Any) -> str:
    out = io.StringIO()
    call_command("release_mail", stdout=out, **options)
    return out.getvalue()


def test_it_lists_what_waits_and_sends_nothing_until_it_is_told_to() -> None:
    row = make_message(visit=make_visit())
    parking.park(now=NOW)

    listed = release_mail()
    still_parked = parking.is_parked()
    released = release_mail(send=True)

    assert listed.splitlines() == [
        "2026-11-23 08:00 UTC  booked  niamh@example.com",
        "Nothing was sent. Say --send or --discard-due.",
    ]
    assert (still_parked, released, parking.is_parked(), state_of(row)) == (
        True,
        "Released; 0 mails were discarded.\n",
        False,
        ("queued", ""),
    )


def test_a_queue_that_is_not_parked_is_left_as_it_is() -> None:
    row = make_message(visit=make_visit())

    assert release_mail(discard_due=True) == "The queue is not parked: mail goes out.\n"
    assert state_of(row) == ("queued", "")
