"""The one thing that is remembered after the browser was closed, for a day."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser

from booking.web.wish import LASTS, NAME, Wished, recall, remember
from tests.cast import NOW
from tests.pages import read

WISHED = Wished("swedish", 60, 7)
WITH_A_START = Wished("swedish", 60, 7, (NOW, 3))


def cookie(wished: Wished = WISHED) -> str:
    response = HttpResponse()
    remember(response, wished)
    return str(response.cookies[NAME].value)


def asked(value: str) -> HttpRequest:
    request = HttpRequest()
    request.COOKIES[NAME] = value
    return request


def test_a_wish_is_known_for_a_day(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    request = asked(cookie())

    found = []
    for seconds in (LASTS, 1):
        time_machine.shift(seconds)
        found.append(recall(request))

    assert found == [WISHED, None]


def test_the_start_that_was_pressed_is_part_of_it(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)

    assert recall(asked(cookie(WITH_A_START))) == WITH_A_START


@pytest.mark.parametrize("value", ["", "swedish 60 7", "x"])
def test_what_we_did_not_sign_is_no_wish(value: str) -> None:
    assert recall(asked(value)) is None


@pytest.mark.django_db
@pytest.mark.usefixtures("clinic")
def test_a_wish_that_somebody_has_changed_is_none() -> None:
    browser = Browser()
    browser.cookies["wish"] = "swedish 60 1:1aaaaa:AAAA"

    assert "You were asking for" not in read(browser.get("/")).html
