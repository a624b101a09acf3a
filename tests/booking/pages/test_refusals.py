import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest

from booking.intake.gate import Door, GateRefused
from booking.links import LinkRevoked
from booking.pages.refusals import telling_refusals
from booking.scheduling.appointments import Refused
from services.refusals import Refusal


@pytest.fixture
def request_() -> HttpRequest:
    request = HttpRequest()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def act(refusal: Refusal) -> None:
    raise refusal


@pytest.mark.parametrize("refusal", [Refused("Too late."), GateRefused("Too late.", door=Door.BOOK)])
def test_a_refusal_is_told_on_the_next_page(request_: HttpRequest, refusal: Refusal) -> None:
    with telling_refusals(request_):
        act(refusal)

    assert [(message.level_tag, str(message)) for message in get_messages(request_)] == [("warning", "Too late.")]


def test_nothing_is_told_where_nothing_is_refused(request_: HttpRequest) -> None:
    with telling_refusals(request_):
        pass

    assert list(get_messages(request_)) == []


def test_a_revoked_link_is_no_refusal(request_: HttpRequest) -> None:
    """It is answered with a page of its own, which a sentence on the next page would pre-empt."""
    with pytest.raises(LinkRevoked), telling_refusals(request_):
        raise LinkRevoked
