"""Who mails are from: header, envelope and calendar agree, and nobody guesses."""

import pytest
from django.core import mail
from pytest_django import Settings

from booking.intake.stops import is_stopped
from booking.messages import outbox, reasons
from booking.messages.sender import Sender, find_sender
from clinic.running.mailbox import Mailbox
from tests.booking.messages.factories import make_message, make_policy, make_visit
from tests.cast import NOW
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("mail_from", "contact", "expected"),
    [
        (Mailbox("The Clinic", "hello@clinic.example"), "desk@alder.example", Sender("The Clinic", "hello@clinic.example")),
        (Mailbox("", "hello@clinic.example"), "desk@alder.example", Sender("Alder Street Massage", "hello@clinic.example")),
        (Mailbox(), "desk@alder.example", Sender("Alder Street Massage", "desk@alder.example")),
        (Mailbox("The Clinic", "hello@clinic.example"), "", Sender("The Clinic", "hello@clinic.example")),
        (Mailbox(), "", None),
    ],
)  # fmt: skip
def test_what_the_environment_says_comes_first(
    mail_from: Mailbox, contact: str, expected: Sender | None, settings: Settings
) -> None:
    settings.MAIL_FROM, settings.IS_DEMO = mail_from, False
    settings.SITE_URL = "https://booking.clinic.example"

    assert find_sender(policy=make_policy(contact_email=contact)) == expected


def test_without_a_sender_mails_wait_and_the_row_says_why(settings: Settings) -> None:
    settings.IS_DEMO = False
    make_policy(contact_email="")
    message = make_message(visit=make_visit())

    sweep = outbox.send_due(ask_gate=is_stopped, now=NOW)

    message.refresh_from_db()
    assert (str(sweep), mail.outbox) == ("1 due: 1 deferred; the mail server is away", [])
    assert (message.state, message.reason) == ("deferred", reasons.NO_SENDER)


def test_envelope_and_header_name_the_same_sender(sink: Sink, settings: Settings) -> None:
    settings.MAIL_FROM = Mailbox('Massage "am Fluß", Köln', "hallo@müller.example")
    make_policy()
    make_message(visit=make_visit())

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    (written,) = sink.contents()[-1:]
    assert sink.senders()[-1] == "hallo@xn--mller-kva.example"
    assert str(written["From"]).endswith("<hallo@xn--mller-kva.example>")
    assert written["Reply-To"] == "desk@alder.example"
