"""Pages for when something goes wrong, in the same voice. Those for a failing server need no database.

Registered in clinic/urls.py (handler400, 403, 404, 500) and as CSRF_FAILURE_VIEW.
"""

import sys
from collections.abc import Callable

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.limits import LimitReached, Spending
from booking.trouble import trouble_of
from booking.web.card import read_card
from booking.web.site import show

API_PATH = "/api/"
_API_SENTENCES: dict[int, Callable[[], str]] = {
    400: lambda: _("The request could not be read."),
    403: lambda: _("This is not allowed."),
    404: lambda: _("There is nothing at this address."),
    429: lambda: _("Too many requests. Try again later."),
    413: lambda: _("The request is too large."),
    500: lambda: _("Something broke on our side."),
    503: lambda: _("We can’t reach our records for a moment."),
}
RETRY_SECONDS = 60


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _show_or_plain(request, "errors/400.html", status=400)


def too_large(request: HttpRequest, *, is_list: bool = False) -> HttpResponse:
    """More was sent than anybody would type. None of it was read."""
    is_file = (request.content_type or "").startswith("multipart/")
    of_a_file = "errors/413_list.html" if is_list else "errors/413_picture.html"
    return _show_or_plain(request, of_a_file if is_file else "errors/413.html", status=413)


def too_many(request: HttpRequest, refusal: LimitReached) -> HttpResponse:
    """One visitor has done this as often as they may for now (429), or too many are doing it at this moment (503)."""
    answer = _show_or_plain(request, "errors/429.html", status=429 if isinstance(refusal, Spending) else 503)
    answer["Retry-After"] = str(refusal.retry_after)
    return answer


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _show_or_plain(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _show_or_plain(request, "errors/404.html", status=404)


def not_this_way(request: HttpRequest, allowed: str) -> HttpResponse:
    """Somebody typed the address of a button, or a program sent what this address does not take."""
    answer = _show_or_plain(request, "errors/405.html", status=405)
    answer["Allow"] = allowed
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The browser sent no cookie, or an old one. Nothing was done, and the page can be sent again."""
    return _show_or_plain(request, "errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where the database is away or the disk full. Reads only the file with the clinic's name and phone."""
    status = 503 if trouble_of(sys.exception()) else 500
    answer = _without_database(request, f"errors/{status}.html", status=status)
    if status == 503:
        answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _show_or_plain(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """The page in the usual frame, or with what is known without the database."""
    if request.path.startswith(API_PATH):
        return _without_database(request, template, status=status)
    try:
        return show(request, template, status=status)
    except Error:
        return _without_database(request, template, status=status)


def _without_database(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """JSON, if that is what was asked for."""
    if request.path.startswith(API_PATH):
        return JsonResponse({"detail": _API_SENTENCES[status]()}, status=status)
    return HttpResponse(render_to_string(template, {"site": read_card()}), status=status)
