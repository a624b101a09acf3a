"""`send_test_mail`: one sentence about what happened, with the server's answer and without secrets."""

import io
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django import Settings

from booking.messages import reasons
from tests.booking.messages.factories import make_policy
from tests.servers import free_port
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def send(address: str = "owner@example.com") -> str:
    said = io.StringIO()
    try:
        call_command("send_test_mail", address, stdout=said)
    except CommandError as error:
        return str(error)
    return said.getvalue().strip()


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        ("well", "Sent from desk@alder.example to owner@example.com. The server said: 250 taken"),
        (
            "mail 553",
            "Not sent. The mail server refuses the clinic's own address (553). The server said: 553 as told",
        ),
        (
            "mail 530 5.7.0",
            "Not sent. The mail server refuses the clinic's own address (530). The server said: 530 5.7.0 as told",
        ),
        (
            "rcpt 550",
            "Not sent. The mail server refused it for good (550). The server said: 550 as told, owner@example.com",
        ),
        ("rcpt 451", "Not sent. The mail server asks to try again later (451). The server said: 451 as told, owner@example.com"),
        ("hang at once", f"Not sent. {reasons.NOT_REACHED}"),
        ("drop after content", f"Perhaps sent. {reasons.NO_ANSWER}"),
    ],
)  # fmt: skip
def test_it_says_what_the_server_made_of_it(sink: Sink, behaviour: str, sentence: str) -> None:
    make_policy()
    sink.behave(behaviour)

    assert send() == sentence


def test_a_server_that_is_not_there(sink: Sink, settings: Settings) -> None:
    make_policy()
    settings.EMAIL_PORT = free_port()

    assert send() == f"Not sent. {reasons.NOT_REACHED}"


def test_a_login_that_the_server_does_not_offer(sink: Sink, settings: Settings) -> None:
    make_policy()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "clinic", "planted-password"

    assert send() == f"Not sent. {reasons.NOT_OFFERED}"


def test_what_the_server_repeats_of_our_login_is_not_shown(sink: Sink, settings: Settings) -> None:
    make_policy()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "planted-user", "planted-password"
    sink.behave("mail 553 planted-user:planted-password")
    # This server offers no login; what it repeats is what counts here.
    settings.EMAIL_HOST_USER = ""

    assert "planted-password" not in send()


def test_without_a_sender_nothing_is_tried(settings: Settings) -> None:
    settings.IS_DEMO = False
    make_policy(contact_email="")

    assert (send(), mail.outbox) == (f"Not sent. {reasons.NO_SENDER}", [])


@pytest.mark.parametrize("address", ["nobody", "a@example.com\nBcc: b@example.com", "", "a@example.com,b@example.com"])
def test_an_address_that_nobody_can_write_to(sink: Sink, address: str) -> None:
    make_policy()

    assert (send(address), sink.mails()) == (f"Not sent. {reasons.BAD_ADDRESS}", [])


def test_files_are_said_to_be_files(settings: Settings, tmp_path: Path) -> None:
    make_policy()
    settings.EMAIL_BACKEND = "booking.messages.file_backend.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)

    assert send() == f"Sent from desk@alder.example to owner@example.com. It is a file in {tmp_path}."
