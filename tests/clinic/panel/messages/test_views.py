"""What of the mail does not go out, on the board and in the list; and the queue after a restore. Forms as they are drawn."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from booking import tasks
from booking.intake.stops import is_stopped
from booking.messages import outbox, reasons
from booking.models import Appointment, Decision, Message, Parking, State
from clinic.running.health import read_health
from services.models import ClinicPolicy
from tests.booking.messages.factories import make_message, make_policy
from tests.booking.web.visitors import make_visit as book_visit
from tests.booking.web.visitors import path_of
from tests.cast import NOW, Clinic, at, sign_in, soon
from tests.pages import read, send
from tests.servers import free_port
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.once]

Kind = Message.Kind
BOARD, MESSAGES = "panel:board", "panel:messages"


@pytest.fixture(autouse=True)
def policy(clinic: Clinic) -> ClinicPolicy:
    return make_policy()


def shown(browser: Browser, name: str) -> list[str]:
    return list(browser.get(reverse(name)).context["page"].mail_trouble.sentences)


def confirmation(visit: Appointment) -> Message:
    return Message.objects.get(appointment=visit, kind=Kind.BOOKED)


TROUBLES = [
    ("mail 553", "The mail server refuses the clinic's own address (553)."),
    ("mail 501", "The mail server refuses the clinic's own address (501)."),
    ("mail 530 5.7.0", "The mail server refuses the clinic's own address (530)."),
    ("rcpt 553 5.7.1", "The mail server refuses the clinic's own address (553)."),
    ("rcpt 530", "The mail server refuses the clinic's own address (530)."),
    ("rcpt 451", "The mail server asks to try again later (451)."),
    ("452 4.3.1", "The mail server asks to try again later (452 4.3.1)."),
    ("busy at once", "The mail server does not let us in (421)."),
    ("hang at once", reasons.NOT_REACHED),
    ("hang at data", reasons.LOST_BEFORE),
    ("drop before content", reasons.LOST_BEFORE),
    ("drop after content", reasons.NO_ANSWER_SENT_AGAIN),
    ("refused", reasons.NOT_REACHED),
]


# A refusal for all, one for a while, nobody there, and a line that breaks: the others in `make prove`.
EACH_TIME = {"mail 553", "rcpt 451", "refused", "drop after content"}


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [pytest.param(*one, id=one[0], marks=[] if one[0] in EACH_TIME else [pytest.mark.prove]) for one in TROUBLES],
)
def test_mail_that_waits_is_seen_and_goes_out_within_five_minutes_of_the_end(
    behaviour: str, reason: str, sink: Sink, clinic: Clinic, settings: Settings
) -> None:
    """By a test clock: one tick after the booking everybody knows, and what the client reads is true."""
    sink.behave(behaviour)
    port = sink.port
    settings.EMAIL_PORT = free_port() if behaviour == "refused" else port
    visit = book_visit(clinic, starts_at=at("14:00") + timedelta(days=1))
    before = Browser().get(path_of(visit)).content.decode()
    owner, reception = sign_in("owner"), sign_in("reception")

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert f"The confirmation is on its way to {visit.booker_email}." in before
    said = [f"1 email is waiting. {reason}"]
    assert (shown(owner, BOARD), shown(reception, MESSAGES)) == (said, said)
    assert "mail_waits" in read_health(now=NOW).problems
    after = Browser().get(path_of(visit)).content.decode()
    assert "on its way" not in after
    assert "The confirmation to" in after
    sink.behave("well")
    settings.EMAIL_PORT = port
    for minute in range(1, 6):
        outbox.send_due(ask_gate=is_stopped, now=soon(minute))
    assert confirmation(visit).state == "sent"
    assert (shown(owner, BOARD), "mail_waits" in read_health(now=soon(6)).problems) == ([], False)


@pytest.mark.parametrize("behaviour", ["rcpt 501", "rcpt 550 5.1.1", "554 5.6.0", "552"])
def test_a_mail_that_is_refused_for_good_is_seen_until_somebody_has_seen_to_it(
    behaviour: str, sink: Sink, clinic: Clinic
) -> None:
    sink.behave(behaviour)
    visit = book_visit(clinic, starts_at=at("14:00") + timedelta(days=1))
    owner, reception = sign_in("owner"), sign_in("reception")

    outbox.send_due(ask_gate=is_stopped, now=NOW)
    said = shown(owner, BOARD), shown(reception, MESSAGES), read_health(now=NOW).problems[-1]
    client_reads = Browser().get(path_of(visit)).content.decode()
    send(reception, read(reception.get(reverse(MESSAGES))), "Leave it unsent")

    assert said == (["1 email could not be sent."], ["1 email could not be sent."], "mail_failed")
    assert "We could not email" in client_reads
    assert (shown(owner, BOARD), confirmation(visit).reason) == ([], reasons.LEFT)
    assert "mail_failed" not in read_health(now=NOW).problems


def test_what_nobody_picks_up_is_seen_after_two_minutes(clinic: Clinic, time_machine: Any) -> None:
    book_visit(clinic, starts_at=at("14:00") + timedelta(days=1))
    owner = sign_in("owner")
    early = shown(owner, BOARD)

    time_machine.move_to(soon(3), tick=False)

    assert (early, shown(owner, BOARD)) == ([], ["1 email is due and was not tried yet."])


def test_a_stopped_visit_is_marked_on_the_board_and_on_its_page(clinic: Clinic) -> None:
    visit = book_visit(clinic, starts_at=at("14:00"))
    Decision.objects.update(level="PHYSICIAN")
    owner = sign_in("owner")

    board, page = owner.get(reverse(BOARD)), owner.get(reverse("panel:visit", args=[visit.reference]))

    assert [badge.word for block, _ in board.context["page"].board.visits for badge in block.badges] == [
        "Stopped: answers"
    ]
    assert "This visit can’t go ahead yet." in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "words", "button"),
    [
        ({"level": "PHYSICIAN"}, "we have to talk with you about your safety check", None),
        ({"level": "EMERGENCY"}, "we have to talk with you about your safety check", None),
        ({"valid_until": NOW.date() - timedelta(days=1)}, "too old for this visit", "Update my health form"),
    ],
)
def test_the_client_reads_what_stops_the_visit_and_cannot_say_that_they_come(
    changes: dict[str, Any], words: str, button: str | None, clinic: Clinic
) -> None:
    visit = book_visit(clinic, starts_at=at("14:00"))
    Decision.objects.update(**changes)

    page = Browser().get(path_of(visit)).content.decode()
    confirming = Browser().get(path_of(visit, "confirm/"))

    assert "can’t go ahead yet" in page
    assert words in page
    assert "See you on" not in page
    assert [word for word in ("PHYSICIAN", "EMERGENCY", "doctor", "emergency help") if word in page] == []
    assert button is None or button in page
    assert (confirming.status_code, confirming.headers["Location"]) == (302, path_of(visit))


def sweep() -> None:
    list(outbox.each_sweep(clock=lambda: NOW, ask_gate=is_stopped))


def make_queue(clinic: Clinic) -> list[Message]:
    visits = [book_visit(clinic, starts_at=at(hour) + timedelta(days=1)) for hour in ("10:00", "12:00", "14:00")]
    rows = [confirmation(visit) for visit in visits]
    outbox.park(now=NOW)
    return rows


def states(rows: list[Message]) -> list[tuple[str, str]]:
    return list(Message.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list("state", "reason"))


def test_after_a_restore_nothing_goes_out_until_an_owner_has_looked(clinic: Clinic) -> None:
    """Also nothing that is queued meanwhile: a sweep that ends an old request would mail about it."""
    rows = make_queue(clinic)
    request = book_visit(clinic, starts_at=at("16:00") + timedelta(days=1), state=State.REQUESTED)
    Appointment.objects.filter(pk=request.pk).update(deadline_at=NOW)
    owner = sign_in("owner")
    tasks.sweep()
    sweep()
    parked = len(mail.outbox), states(rows), shown(owner, BOARD), read_health(now=NOW).problems

    page = read(owner.get(reverse(MESSAGES)))
    send(owner, page, "Send the others", {"discard": [str(rows[1].pk)]})
    sweep()

    sentence = "Since the restore no email goes out. Somebody has to look at what waits first."
    assert parked == (0, [("queued", "")] * 3, [sentence], ("mail_parked",))
    assert states(rows) == [("sent", ""), ("suppressed", reasons.DISCARDED), ("sent", "")]
    assert (Parking.objects.exists(), shown(owner, BOARD)) == (False, [])


def test_all_that_is_due_can_be_dropped_at_once(clinic: Clinic) -> None:
    rows = make_queue(clinic)
    later = make_message(visit=rows[0].appointment, kind=Kind.REMINDER, key="later", due_at=soon(60))
    owner = sign_in("owner")

    page = read(owner.get(reverse(MESSAGES)))
    send(owner, page, "Drop the 3 that are due, send what comes later")

    assert states([*rows, later]) == [("suppressed", reasons.DISCARDED)] * 3 + [("queued", "")]


def test_reception_sees_that_the_queue_is_parked_and_has_no_button(clinic: Clinic) -> None:
    make_queue(clinic)

    page = read(sign_in("reception").get(reverse(MESSAGES)))

    assert [words for form in page.forms for words in form.words if "Send the" in words or "Drop" in words] == []
