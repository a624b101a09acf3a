"""How long somebody stays signed in: 15 minutes without doing anything, 12 hours at most."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

IDLE = timedelta(minutes=15)
# How old the note that somebody was here may be: without it each page would write the session. It ends a session up to
# so much too early, never too late.
NOTED_EVERY = timedelta(minutes=1)
LONGEST = timedelta(hours=12)
STAFF_PATHS = ("/panel/", "/admin/")
SINCE, SEEN = "staff_since", "staff_seen"


class StaffSessionMiddleware:
    """Signs people out of panel and admin when their time is up. Clients have no accounts and are not touched.

    The board's own refresh does not count as doing something.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_staffs = request.path.startswith(STAFF_PATHS)
        if is_staffs and request.user.is_authenticated:
            keep_or_end(request, now=timezone.now())
        response = self.get_response(request)
        if is_staffs and request.user.is_authenticated and SINCE not in request.session:
            # Somebody has just signed in.
            request.session[SINCE] = request.session[SEEN] = timezone.now().isoformat()
        return response


def keep_or_end(request: HttpRequest, *, now: datetime) -> None:
    """End the session when it is over, else note that somebody was here."""
    since, seen = (_read(request, key) or now for key in (SINCE, SEEN))
    if now - since > LONGEST or now - seen > IDLE:
        logout(request)
        return
    if not is_refresh(request) and (now - seen >= NOTED_EVERY or SEEN not in request.session):
        request.session[SEEN] = now.isoformat()


def end_sessions(user: User) -> None:
    """Every open session of this account ends, wherever it is. Reads all sessions: they name nobody in clear."""
    rows = Session.objects.iterator()
    theirs = [row.pk for row in rows if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=theirs).delete()


def is_refresh(request: HttpRequest) -> bool:
    """Whether the page asked by itself, without anybody having touched it."""
    return request.headers.get("X-Refresh") == "1"


def _read(request: HttpRequest, key: str) -> datetime | None:
    text = request.session.get(key)
    return datetime.fromisoformat(text) if text else None
