"""Lists of visits that are brought in, and the steps that it takes."""

from datetime import datetime

from django.contrib.auth.models import User

from booking.carrying import bringing
from booking.carrying.bringing import Upload
from booking.carrying.visits.bringing import look
from booking.models import Bringing
from tests.cast import NOW

HEADINGS = "Date,Time,Treatment,Minutes,Therapist,Client\n"


def line(start: str = "10:00", *, day: str = "2026-11-24", therapist: int = 1, name: str = "Niamh Byrne") -> str:
    return f"{day},{start},Swedish,60,Therapist {therapist},{name}\n"


def upload(content: bytes | str, user: User, *, now: datetime = NOW) -> Bringing:
    """Uploaded and looked at, so that it can be applied."""
    content = content.encode() if isinstance(content, str) else content
    row = bringing.upload(file=Upload("visits.csv", content), kind=Bringing.Kind.VISITS, by=user, now=now)
    look(row, now=now)
    return row
