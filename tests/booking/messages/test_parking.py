import pytest

from booking.intake.stops import is_stopped
from booking.messages import outbox, parking, reasons
from booking.models import Message
from tests.booking.messages.factories import make_message, make_policy, make_visit, state_of
from tests.cast import NOW, soon

pytestmark = pytest.mark.django_db

DISCARDED = ("suppressed", reasons.DISCARDED)


def make_queue() -> list[Message]:
    """One that is due now, one in an hour."""
    make_policy()
    return [make_message(visit=make_visit(), key=f"in {minutes}", due_at=soon(minutes)) for minutes in (0, 60)]


def test_a_parked_queue_keeps_what_is_due_until_it_is_released() -> None:
    due, later = make_queue()
    parking.park(now=NOW)

    outbox.send_due(ask_gate=is_stopped, now=NOW)
    parked = parking.is_parked(), list(parking.waiting()), state_of(due)
    discarded = parking.release(now=NOW)
    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert parked == (True, [due, later], ("queued", ""))
    assert (discarded, parking.is_parked(), state_of(due), state_of(later)) == (0, False, ("sent", ""), ("queued", ""))


def test_what_was_looked_at_and_not_wanted_is_dropped_and_nothing_else() -> None:
    due, later = make_queue()
    parking.park(now=NOW)

    assert parking.release(discarded=[later.pk], now=NOW) == 1
    assert (state_of(due), state_of(later)) == (("queued", ""), DISCARDED)


def test_all_that_is_due_is_dropped_and_what_falls_due_later_is_kept() -> None:
    due, later = make_queue()
    parking.park(now=NOW)

    assert parking.release(discards_due=True, now=soon(1)) == 1
    assert (state_of(due), state_of(later)) == (DISCARDED, ("queued", ""))
