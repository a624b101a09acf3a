"""No database: nothing is asked to write these sentences."""

import pytest

from booking.scheduling.appointments.refusals import NotOnOffer, SlotTaken, not_offered
from booking.scheduling.availability import Reason
from booking.scheduling.search import Wish
from services.models import Location, Treatment
from tests.cast import at

WISH = Wish(Treatment(name="Swedish"), 60, Location(time_zone="Europe/Dublin", country="IE"))


@pytest.mark.parametrize("reason", Reason)
def test_only_what_others_have_is_taken_and_all_else_could_never_be_booked(reason: Reason) -> None:
    refusal = not_offered(reason, starts_at=at("14:30"), wish=WISH)

    expected = SlotTaken if reason in (Reason.TAKEN, Reason.NO_ROOM) else NotOnOffer
    assert (type(refusal), refusal.reason, refusal.starts_at) == (expected, reason, at("14:30"))


def test_clients_read_one_sentence_and_staff_another() -> None:
    refusal = not_offered(Reason.TAKEN, starts_at=at("14:30"), wish=WISH)

    assert (str(refusal), refusal.for_staff) == (
        "14:30 has just been taken.",
        "Everybody who gives Swedish is taken at 14:30.",
    )
