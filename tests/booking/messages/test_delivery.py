"""What each behaviour of a mail server is taken for. The server is real, in a process of its own."""

import smtplib
from typing import Any

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from booking.messages import reasons
from booking.messages.delivery import Delivery, NoConnection, Post, Result
from tests.booking.messages import backends
from tests.smtp_sink import Mail, Sink


def make_mail(*, to: str = "niamh@example.com", body: str = "Hello", **fields: Any) -> EmailMessage:
    return EmailMessage(
        subject="Your visit",
        body=body,
        from_email="Clinic <clinic@clinic.test>",
        to=[to],
        headers={"Message-ID": "<one@clinic.test>", "Date": "Mon, 23 Nov 2026 08:00:00 +0000"},
        **fields,
    )


def hand_over(mail: EmailMessage) -> Delivery:
    with Post() as post:
        post.open()
        return post.hand_over(mail)


def not_from_us(code: int, *, is_trouble: bool = False) -> Delivery:
    reason = f"The mail server refuses the clinic's own address ({code})."
    return Delivery(Result.TEMPORARY, reason, is_trouble=is_trouble, is_ours=True)


OURS = ("530", "530 5.7.0", "535 5.7.8", "550 5.1.8", "553 5.1.7", "553 5.7.1", "554 5.7.1", "450 4.1.8")
ANSWERS = [
    ("well", Delivery(Result.SENT), True),
    ("rcpt 451", Delivery(Result.TEMPORARY, "The mail server asks to try again later (451)."), False),
    ("rcpt 450 4.2.1", Delivery(Result.TEMPORARY, "The mail server asks to try again later (450 4.2.1)."), False),
    ("rcpt 421", Delivery(Result.TEMPORARY, "The mail server asks to try again later (421).", True), False),
    ("rcpt 550", Delivery(Result.PERMANENT, "The mail server refused it for good (550)."), False),
    ("rcpt 550 5.1.1", Delivery(Result.PERMANENT, "The mail server refused it for good (550 5.1.1)."), False),
    ("rcpt 501 5.1.3", Delivery(Result.PERMANENT, "The mail server refused it for good (501 5.1.3)."), False),
    ("rcpt 553", Delivery(Result.PERMANENT, "The mail server refused it for good (553)."), False),
    ("rcpt 550 5.7.1", Delivery(Result.PERMANENT, "The mail server refused it for good (550 5.7.1)."), False),
    # The sender's fault, said when the recipient is named: nobody's mail is given up for it.
    *[(f"rcpt {code}", not_from_us(int(code[:3])), False) for code in OURS],
    ("mail 451", not_from_us(451, is_trouble=True), False),
    ("mail 501", not_from_us(501, is_trouble=True), False),
    ("mail 530 5.7.0", not_from_us(530, is_trouble=True), False),
    ("mail 550", not_from_us(550, is_trouble=True), False),
    ("mail 553", not_from_us(553, is_trouble=True), False),
    ("421", Delivery(Result.TEMPORARY, "The mail server asks to try again later (421).", True), False),
    ("451", Delivery(Result.TEMPORARY, "The mail server asks to try again later (451)."), False),
    ("452", Delivery(Result.TEMPORARY, "The mail server asks to try again later (452)."), False),
    ("550", Delivery(Result.PERMANENT, "The mail server refused it for good (550)."), False),
    ("554 5.7.1", Delivery(Result.PERMANENT, "The mail server refused it for good (554 5.7.1)."), False),
    ("drop before content", Delivery(Result.TEMPORARY, reasons.LOST_BEFORE, True), False),
    ("hang at data", Delivery(Result.TEMPORARY, reasons.LOST_BEFORE, True), False),
    ("drop after content", Delivery(Result.UNCLEAR, reasons.NO_ANSWER, True), True),
    ("hang after content", Delivery(Result.UNCLEAR, reasons.NO_ANSWER, True), True),
]


@pytest.mark.parametrize(("behaviour", "expected", "may_be_out"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_what_a_server_does_with_one_mail(sink: Sink, behaviour: str, expected: Delivery, may_be_out: bool) -> None:
    sink.behave(behaviour)

    delivery = hand_over(make_mail())

    assert delivery == expected
    assert sink.mails() == ([Mail("<one@clinic.test>", "niamh@example.com")] if may_be_out else [])


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ("busy at once", "The mail server does not let us in (421)."),
        ("hang at once", reasons.NOT_REACHED),
    ],
)
def test_a_server_that_does_not_let_us_in(sink: Sink, behaviour: str, expected: str) -> None:
    sink.behave(behaviour)

    with pytest.raises(NoConnection) as error:
        hand_over(make_mail())

    assert (str(error.value), sink.mails()) == (expected, [])


def test_no_server_at_all(sink: Sink) -> None:
    sink.server.kill()

    with pytest.raises(NoConnection) as error:
        hand_over(make_mail())

    sink.server.start()
    assert str(error.value) == reasons.NOT_REACHED


def test_a_wrong_password_is_no_connection(sink: Sink, settings: Settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "clinic", "wrong"

    with pytest.raises(NoConnection):
        hand_over(make_mail())

    assert sink.mails() == []


def test_many_mails_share_a_connection_and_trouble_starts_a_new_one(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    connect = smtplib.SMTP.connect

    def counting(self: smtplib.SMTP, host: str = "localhost", port: int = 0, **others: Any) -> object:
        opened.append(port)
        return connect(self, host, port, **others)

    monkeypatch.setattr(smtplib.SMTP, "connect", counting)
    found = []
    with Post() as post:
        for behaviour in ("well", "well", "550", "well", "drop before content", "well"):
            sink.behave(behaviour)
            post.open()
            found.append(post.hand_over(make_mail()).result)

    assert found == [
        Result.SENT, Result.SENT, Result.PERMANENT, Result.SENT, Result.TEMPORARY, Result.SENT,
    ]  # fmt: skip
    assert len(opened) == 3


@pytest.mark.parametrize(
    "address",
    [
        "niamhé@example.com",
        "no at sign",
        "two@@example.com",
        "a\r\nBcc: b@example.com",
        "a@example.com, b@example.com",
        "a@\0",
    ],
)
def test_an_address_that_cannot_be_written_to_fails_for_good(sink: Sink, address: str) -> None:
    assert hand_over(make_mail(to=address)) == Delivery(Result.PERMANENT, reasons.BAD_ADDRESS)
    assert sink.mails() == []


def test_a_domain_in_other_letters_is_written_in_punycode(sink: Sink) -> None:
    assert hand_over(make_mail(to="niamh@bücher.example")).result == Result.SENT
    assert sink.mails() == [Mail("<one@clinic.test>", "niamh@xn--bcher-kva.example")]


@pytest.mark.parametrize("body", ["a\n.\nb", ".", "..", "\n.", "a\n..b\n.", "x" * 5000, "ä€😀\n", "", "a\r\n.\r\nb"])
def test_lines_with_dots_and_all_letters_arrive_as_they_were_written(sink: Sink, body: str) -> None:
    assert hand_over(make_mail(body=body)).result == Result.SENT

    received = sink.contents()[-1].get_payload(decode=True)
    assert isinstance(received, bytes)
    assert received.decode().replace("\r\n", "\n").rstrip("\n") == body.replace("\r\n", "\n").rstrip("\n")


def test_no_reason_repeats_what_the_server_said(sink: Sink) -> None:
    """The sink's answer quotes the recipient, as many servers do."""
    sink.behave("rcpt 550")

    assert "niamh" not in hand_over(make_mail()).reason


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("sent", Delivery(Result.SENT)),
        ("away", Delivery(Result.TEMPORARY, reasons.NOT_REACHED, True)),
        ("unclear", Delivery(Result.UNCLEAR, reasons.NO_ANSWER, True)),
    ],
)
def test_other_transports(settings: Settings, step: str, expected: Delivery) -> None:
    settings.EMAIL_BACKEND = backends.NAME
    backends.Scripted.script.append(step)

    assert hand_over(make_mail()) == expected
