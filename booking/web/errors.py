"""Pages for when something goes wrong, in the same voice. Those for a failing server need no database.

Registered in clinic/urls.py (handler400, 403, 404, 500) and as CSRF_FAILURE_VIEW.
"""

import sys
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.web.site import show

API_PATH = "/api/"
_API_SENTENCES: dict[int, Callable[[], str]] = {
    400: lambda: _("The request could not be read."),
    403: lambda: _("This is not allowed."),
    404: lambda: _("There is nothing at this address."),
    413: lambda: _("The request is too large."),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _show_or_plain(request, "errors/400.html", status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than anybody types. Nothing of it was read."""
    return _show_or_plain(request, "errors/413.html", status=413)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _show_or_plain(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _show_or_plain(request, "errors/404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The browser sent no cookie, or an old one: nothing was done, and the page can be sent again."""
    return _show_or_plain(request, "errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where the database is away. Nothing is read from anywhere."""
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    status = 503 if is_away else 500
    answer = HttpResponse(render_to_string(f"errors/{status}.html"), status=status)
    if is_away:
        answer["Retry-After"] = "60"
    return answer


def _show_or_plain(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """The page with the clinic's name and phone, or without them where they can't be read. JSON where that was asked."""
    if request.path.startswith(API_PATH):
        return JsonResponse({"detail": _API_SENTENCES[status]()}, status=status)
    try:
        return show(request, template, status=status)
    except DatabaseError:
        return HttpResponse(render_to_string(template), status=status)
