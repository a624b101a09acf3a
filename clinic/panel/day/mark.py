"""The mark of a day's page: a refresh that shows the same one is answered by 304, for three statements in all.

A mark names the state of things, in which every row counts that a day is drawn from (`booking.changes`), and until when
time alone changes nothing: a kept start runs out, a visit is late, free time begins later. The minute of now is not part
of it: the page moves that on by itself.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.utils.translation import get_language

from booking.changes import read_number
from clinic.panel.door.rights import Member
from clinic.panel.door.sessions import is_refresh
from clinic.panel.door.signed_in import user_of
from services import facts


@dataclass(frozen=True)
class State:
    """What everything on a page depends on, but for what its address asks for."""

    text: str

    def name_for(self, query: str) -> str:
        """The name of the state for the page with this query. The view is part of the state, named or not."""
        asked = sorted(pair for pair in parse_qsl(query.removeprefix("?")) if pair[0] != "view")
        return hashlib.sha256(repr((self.text, asked)).encode()).hexdigest()[:32]


def read_state(request: HttpRequest, member: Member, *, view: str) -> State:
    """The state of things for this person and view. To be read before anything else is. One statement."""
    user, number = user_of(request), read_number() or secrets.token_hex()
    # What was read before may be older than the number.
    facts.forget()
    return State(repr((number, user.pk, user.username, user.is_superuser, member, view, get_language())))


def make_mark(state: State, *, query: str, holds_until: datetime) -> str:
    """As an ETag. `query` as the refresh of the page asks: with the day and the place that were left open before."""
    return f'"{state.name_for(query)}.{holds_until.timestamp()}"'


def still_holds(request: HttpRequest, *, state: State, now: datetime) -> bool:
    """Whether the page that asks for its own refresh is as a new one would be."""
    if not is_refresh(request):
        return False
    shown, _dot, until = request.headers.get("If-None-Match", "").removeprefix("W/").strip('"').partition(".")
    try:
        return shown == state.name_for(request.GET.urlencode()) and now.timestamp() < float(until)
    except ValueError:
        return False
