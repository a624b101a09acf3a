"""The address that mails come from, as the environment says it."""

import pytest

from clinic.running.environment import read_environment
from clinic.running.mailbox import Mailbox
from tests.programs import production


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("", Mailbox()),
        (" hello@clinic.example ", Mailbox("", "hello@clinic.example")),
        ("<hello@clinic.example>", Mailbox("", "hello@clinic.example")),
        ("The Clinic <hello@clinic.example>", Mailbox("The Clinic", "hello@clinic.example")),
        ("The Clinic, Dublin 8<hello@clinic.example>", Mailbox("The Clinic, Dublin 8", "hello@clinic.example")),
        ('"The \\"Best\\" Clinic" <hello@clinic.example>', Mailbox('The "Best" Clinic', "hello@clinic.example")),
        ("Praxis Müller <praxis@müller.example>", Mailbox("Praxis Müller", "praxis@müller.example")),
    ],
)
def test_the_sender_may_have_a_name(text: str, mailbox: Mailbox) -> None:
    found = read_environment(variables=production(MAIL_FROM=text))

    assert (found.faults, found.mail_from) == ((), mailbox)


@pytest.mark.parametrize(
    "text",
    [
        "clinic",
        "clinic@",
        "The Clinic",
        "The Clinic <hello>",
        "The Clinic <>",
        "a@clinic.example, b@clinic.example",
        "A <a@clinic.example>, B <b@clinic.example>",
        "The Clinic <hello@clinic.example> x",
        "The Clinic\r\nBcc: all@clinic.example <hello@clinic.example>",
        "The Clinic <hello@clinic.example\nBcc: all@clinic.example>",
        "hello@clinic.example\nBcc: all@clinic.example",
        "The\x00Clinic <hello@clinic.example>",
        "The \u202eClinic <hello@clinic.example>",
        "müller@clinic.example",
        f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example",
    ],
)
def test_a_sender_that_is_not_one_address_stops_the_start(text: str) -> None:
    found = read_environment(variables=production(MAIL_FROM=text))

    sentence = "MAIL_FROM must be one address, like hello@clinic.example or The Clinic <hello@clinic.example>"
    assert (found.faults, found.mail_from) == ((sentence,), Mailbox())
