"""How long somebody stays signed in: 15 minutes without doing anything, 12 hours at most."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

IDLE = timedelta(minutes=15)
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
        if request.path.startswith(STAFF_PATHS) and request.user.is_authenticated:
            keep_or_end(request, now=timezone.now())
        return self.get_response(request)


def keep_or_end(request: HttpRequest, *, now: datetime) -> None:
    """End the session when it is over, else note that somebody was here."""
    since, seen = (_read(request, key) or now for key in (SINCE, SEEN))
    if now - since > LONGEST or now - seen > IDLE:
        logout(request)
        return
    if SINCE not in request.session:
        request.session[SINCE] = now.isoformat()
    if not is_refresh(request):
        request.session[SEEN] = now.isoformat()


def is_refresh(request: HttpRequest) -> bool:
    """Whether the page asked by itself, without anybody having touched it."""
    return request.headers.get("X-Refresh") == "1"


def _read(request: HttpRequest, key: str) -> datetime | None:
    text = request.session.get(key)
    return datetime.fromisoformat(text) if text else None
