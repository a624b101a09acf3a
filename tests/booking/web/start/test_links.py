"""Links to visits, sent again: found on the page, sent as drawn, and the answer tells nobody whether an address is known."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from booking import limits
from booking.intake.stops import is_stopped
from booking.links import visit_url
from booking.messages import outbox, reasons
from booking.models import Message, State
from tests.booking.messages.factories import EMAIL, STARTS_AT, make_policy, make_visit
from tests.cast import NOW
from tests.pages import Page, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

ANSWER = "If we know this address, your links are on their way."


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    make_policy()


def ask(email: str, browser: Browser | None = None, **extra: Any) -> Page:
    browser = browser or Browser(**extra)
    page = read(browser.get("/move-or-cancel/"))
    return press(browser, page, "Send my link again", answers={"email": email})


def send() -> list[tuple[list[str], str]]:
    outbox.send_due(ask_gate=is_stopped, now=NOW)
    return [(one.to, str(one.body)) for one in mail.outbox]


def test_each_coming_visit_of_the_address_has_its_link_in_order() -> None:
    later, sooner = make_visit(starts_at=STARTS_AT + timedelta(days=7)), make_visit()
    other = make_visit(starts_at=STARTS_AT + timedelta(days=1), booker_email="other@example.com")

    page = ask("Niamh@Example.com")

    ((to, text),) = send()
    assert ANSWER in page.html
    assert (to, mail.outbox[0].subject) == ([EMAIL], "Your coming visits")
    assert 0 < text.index(visit_url(sooner)) < text.index(visit_url(later))
    assert visit_url(other) not in text


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.CANCELLED},
        {"state": State.CANCELLING, "cancelled_from": State.BOOKED, "deadline_at": NOW + timedelta(minutes=5)},
        {"state": State.HELD, "deadline_at": NOW + timedelta(minutes=5)},
        {"starts_at": NOW},
        {"booker_email": ""},
    ],
)
def test_a_visit_that_is_not_coming_is_not_led_to(fields: dict[str, Any]) -> None:
    make_visit(**fields)

    ask(EMAIL)

    assert send() == []
    assert Message.objects.values_list("recipient", "state", "reason").get() == (
        "", Message.State.SUPPRESSED, reasons.NOTHING_COMING,
    )  # fmt: skip


def test_a_visit_that_the_gate_would_stop_is_not_led_to() -> None:
    stopped, free = make_visit(), make_visit(starts_at=STARTS_AT + timedelta(days=1))
    ask(EMAIL)

    outbox.send_due(ask_gate=lambda visit, _now: visit.pk == stopped.pk, now=NOW)

    (sent,) = mail.outbox
    assert (visit_url(stopped) in sent.body, visit_url(free) in sent.body) == (False, True)


def test_a_known_and_an_unknown_address_get_the_same_answer_and_the_same_statements() -> None:
    make_visit()
    seen = []
    for email in (EMAIL, "nobody@example.com"):
        browser = Browser()
        browser.get("/move-or-cancel/")
        with CaptureQueriesContext(connection) as statements:
            html = ask(email, browser).html
        words = [one["sql"].split(" ")[0] for one in statements]
        seen.append((words, html.replace(email, "")))

    assert seen[0][0] == seen[1][0]
    assert ANSWER in seen[0][1]
    assert ANSWER in seen[1][1]
    assert mail.outbox == []


def test_the_mail_goes_to_the_address_of_the_visits_never_to_what_was_typed() -> None:
    """The sign for Kelvin is a k in small letters, and another mailbox."""
    make_visit(booker_email="mike@example.com")

    outbox.queue_links(email="mi\u212ae@example.com", now=NOW)

    assert [to for to, _text in send()] == [["mike@example.com"]]


def test_a_sixth_within_the_hour_has_the_same_answer_and_sends_nothing() -> None:
    make_visit()

    pages = [ask(EMAIL.upper() if number % 2 else EMAIL, REMOTE_ADDR=f"198.51.100.{number}") for number in range(6)]

    assert [ANSWER in page.html for page in pages] == [True] * 6
    assert Message.objects.count() == limits.LINKS_EMAIL.most == 5


def test_a_street_is_let_in_long_after_one_address_is_not() -> None:
    for number in range(30):
        ask(f"n{number}@example.com")

    assert Message.objects.count() == 30


@pytest.mark.parametrize("email", ["", "niamh", "a b@example.com"])
def test_what_is_no_address_is_said_and_queues_nothing(email: str) -> None:
    page = ask(email)

    assert ANSWER not in page.html
    assert "Write the whole address, like" in page.html
    assert not Message.objects.exists()


def test_reading_the_page_queues_nothing() -> None:
    Browser().get("/move-or-cancel/", {"email": EMAIL})

    assert not Message.objects.exists()
