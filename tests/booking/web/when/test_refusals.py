import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.urls import reverse

from booking.intake.gate import Door, GateRefused
from booking.rules.levels import Level
from booking.scheduling.appointments import NothingKept, TooManyOpen, TooManyWaiting
from booking.web.when.refusals import answer_refusal
from services.refusals import Refusal


def gate(level: str) -> GateRefused:
    return GateRefused("Not with these answers.", door=Door.BOOK, level=level)


@pytest.mark.parametrize(
    ("refusal", "page"),
    [
        (gate(Level.CAUTION), "treatment"),
        (gate(Level.PHYSICIAN), "outcome"),
        (gate(""), "outcome"),
        (TooManyOpen(), "details"),
        (TooManyWaiting(), "details"),
        (NothingKept(), "when"),
    ],
)
def test_a_refusal_leads_to_where_the_visitor_can_go_on_and_is_told_there(refusal: Refusal, page: str) -> None:
    request = HttpRequest()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]

    answer = answer_refusal(request, refusal)

    assert (answer.status_code, answer["Location"]) == (302, reverse(f"booking:{page}"))
    assert [(message.level_tag, str(message)) for message in get_messages(request)] == [("warning", str(refusal))]
