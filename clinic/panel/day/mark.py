"""The mark of a day's page: a refresh that shows the same one is answered by 304, for three statements in all.

A mark names the state of things, in which every row counts that a day is drawn from (`booking.changes`), and until when
time alone changes nothing: a kept start runs out, a visit is late, free time begins later. The minute of now is not part
of it: the page moves that on by itself.
"""

import hashlib
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language

from booking.changes import read_number
from clinic.panel.door.rights import Member
from clinic.panel.door.sessions import is_refresh
from clinic.panel.door.signed_in import user_of
from services import facts


def read_state(request: HttpRequest, member: Member, *, view: str) -> str:
    """The state of things for this page as it is asked for, by this person. To be read before anything else is."""
    user, number = user_of(request), read_number()
    # What was read before may be older than the number.
    facts.forget()
    # A refresh says which view it means, also where the page was asked for without one.
    asked = sorted((name, values) for name, values in request.GET.lists() if name != "view")
    parts = (
        number,
        (user.pk, user.username, user.is_superuser, member),
        (asked, view, get_language()),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def make_mark(state: str, *, holds_until: datetime) -> str:
    """As an ETag."""
    return f'"{state}.{holds_until.timestamp()}"'


def still_holds(request: HttpRequest, *, state: str, now: datetime) -> bool:
    """Whether the page that asks for its own refresh is as a new one would be."""
    if not is_refresh(request):
        return False
    shown, _dot, until = request.headers.get("If-None-Match", "").removeprefix("W/").strip('"').partition(".")
    try:
        return shown == state and now.timestamp() < float(until)
    except ValueError:
        return False
