import base64
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError

from booking.messages import reasons
from booking.messages.delivery import Delivery, NoConnection, Post, Result
from booking.messages.plain import one_line
from booking.messages.rows import make_message_id
from booking.messages.sender import Sender, find_sender
from services.models import ClinicPolicy


class Command(BaseCommand):
    help = "Sends one email to ADDRESS, as the clinic would, and says in one sentence what the mail server made of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        policy = ClinicPolicy.current()
        sender = find_sender(policy=policy)
        if sender is None:
            raise CommandError(f"Not sent. {reasons.NO_SENDER}")
        mail = _write(sender, policy, address)
        try:
            with Post() as post:
                post.open()
                delivery = post.hand_over(mail)
        except NoConnection as error:
            raise CommandError(f"Not sent. {error}{_quote(error.answer)}") from error
        self._say(delivery, sender=sender, address=address)

    def _say(self, delivery: Delivery, *, sender: Sender, address: str) -> None:
        if delivery.result is Result.SENT:
            where = f" It is a file in {settings.EMAIL_FILE_PATH}." if "file_backend" in settings.EMAIL_BACKEND else ""
            self.stdout.write(f"Sent from {sender.address} to {one_line(address)}.{where}{_quote(delivery.answer)}")
            return
        certainty = "Perhaps sent." if delivery.result is Result.UNCLEAR else "Not sent."
        raise CommandError(f"{certainty} {delivery.reason}{_quote(delivery.answer)}")


def _write(sender: Sender, policy: ClinicPolicy, address: str) -> EmailMessage:
    return EmailMessage(
        subject=f"Test from {one_line(policy.clinic_name)}",
        body="This is a test. Emails from the clinic reach you.\n",
        from_email=str(sender),
        to=[address],
        reply_to=[policy.contact_email] if policy.contact_email else [],
        headers={"Message-ID": make_message_id(), "Auto-Submitted": "auto-generated"},
    )


def _quote(answer: str) -> str:
    """What the server said, without what only we and it may know."""
    return f" The server said: {_without_secrets(answer)}" if answer else ""


def _without_secrets(text: str) -> str:
    user, password = settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD
    secrets = [password, user]
    secrets += [base64.b64encode(one.encode()).decode() for one in (password, user, f"\0{user}\0{password}")]
    for secret in secrets:
        text = text.replace(secret, "***") if len(secret) > 3 else text
    return text
