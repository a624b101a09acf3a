"""Lists that are brought in, and the steps that it takes."""

from datetime import datetime

from django.contrib.auth.models import User

from booking.carrying import bringing
from booking.carrying.bringing import Upload
from booking.models import Bringing
from tests.cast import NOW


def make_list(size: int) -> bytes:
    """People who are all somebody else: "Person 7", with an email and a number."""
    lines = [f"Person{at} Walsh{at},p{at}@example.ie,085 {at // 10_000 + 200} {at % 10_000:04}" for at in range(size)]
    return "\n".join(["Name,Email,Mobile", *lines]).encode()


def upload(content: bytes | str, user: User, *, now: datetime = NOW) -> Bringing:
    """Uploaded and looked at, so that it can be applied."""
    content = content.encode() if isinstance(content, str) else content
    row = bringing.upload(file=Upload("clients.csv", content), by=user, now=now)
    bringing.look(row, today=now.date())
    return row


def bring(content: bytes | str, user: User, *, now: datetime = NOW) -> Bringing:
    return bringing.apply(upload(content, user, now=now), now=now)
