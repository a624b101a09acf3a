"""Mail transports that misbehave, for the rows' side of the story; the servers' side is told with a real sink."""

from collections.abc import Sequence
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from booking.messages.delivery import NotHandedOver

NAME = f"{__name__}.Scripted"


class Scripted(BaseEmailBackend):
    """Takes the next entry of `script` for each mail ("sent", "away", "unclear") and for each opening ("closed")."""

    script: list[str] = []

    def __init__(self, **_: Any) -> None:
        super().__init__()

    def open(self) -> None:
        if self.script and self.script[0] == "closed":
            self.script.pop(0)
            raise ConnectionRefusedError

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        step = self.script.pop(0) if self.script else "sent"
        if step == "away":
            raise NotHandedOver
        mail.outbox.extend(email_messages)
        if step == "unclear":
            raise TimeoutError
        return len(email_messages)
