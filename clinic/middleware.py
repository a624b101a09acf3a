"""What a request passes before anything of ours looks at it."""

import logging
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost, ObjectDoesNotExist, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from booking.limits import LimitReached
from booking.networks import Proxies, find_visitor, is_proxy, parse_proxies
from booking.trouble import trouble_of
from booking.web.errors import API_PATH, bad_request, not_found, not_this_way, too_large, too_many
from clinic.panel.door.sessions import STAFF_PATHS
from clinic.running.sizes import LISTS, longest_body
from services import facts

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)

# Nothing on any page asks for these; a script that got in shall not either.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)
# Asked by programs that know an address and no name.
FOR_ANY_HOST = frozenset({"/healthz", "/readyz", "/metrics"})
NUL = "\x00"


class ClientAddressMiddleware:
    """Makes REMOTE_ADDR the visitor's own address, for rate limits and the audit trail alike.

    What a peer says of others, or of how it came, is not believed unless it is a proxy of ours: see `booking.networks`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        proxies = _proxies(str(settings.TRUSTED_PROXIES))
        peer = request.META.get("REMOTE_ADDR", "")
        if not is_proxy(peer=peer, proxies=proxies):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        request.META["REMOTE_ADDR"] = find_visitor(
            peer=peer, forwarded_for=request.META.get("HTTP_X_FORWARDED_FOR", ""), proxies=proxies
        )
        return self.get_response(request)


class HostMiddleware:
    """A host that is not ours gets a plain refusal and one line in the log; what programs ask for answers for any."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in FOR_ANY_HOST:
            request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        try:
            request.get_host()
        except DisallowedHost:
            logger.warning("refused a request for a host that is not in ALLOWED_HOSTS")
            return HttpResponse("There is no such site here.\n", status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class RefuseMiddleware:
    """Refuses what no browser sends, before it reaches a form or the database: bodies of megabytes, the character NUL.

    Also answers for the limits that views run into.

    Text is UTF-8, whatever the request says of itself: other encodings can hold what no database takes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _length(request) > longest_body(request.path):
            return too_large(request, is_list=request.path.startswith(LISTS))
        if request.encoding is not None:
            request.encoding = settings.DEFAULT_CHARSET
        if _has_nul(request) or _asks_for_pattern(request):
            return bad_request(request, ValueError())
        answer = self.get_response(request)
        is_for_people = not request.path.startswith(API_PATH) and request.path not in FOR_ANY_HOST
        if answer.status_code == 405 and not answer.content and is_for_people:
            return not_this_way(request, answer.headers.get("Allow", ""))
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A limit that a view leaves to us.

        In the admin also a row that is not there, and a query that its pages can't read: they look for neither. What
        tripped over a query is in the log all the same.
        """
        if isinstance(exception, LimitReached):
            return too_many(request, exception)
        if not _is_of_admin(request):
            return None
        if isinstance(exception, ObjectDoesNotExist):
            return not_found(request, exception)
        is_known = isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation) or trouble_of(exception)
        if request.method in ("GET", "HEAD") and request.GET and not is_known:
            logger.warning("a page of the admin could not read its query: %s", type(exception).__name__)
            return bad_request(request, exception)
        return None


class FactsMiddleware:
    """Who only reads, and every visitor, asks once a request whether the clinic's facts have changed.

    Staff who write may be writing those facts, and see at once what they wrote.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") and request.path.startswith(STAFF_PATHS):
            return self.get_response(request)
        with facts.reading_once():
            return self.get_response(request)


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


@lru_cache(maxsize=8)
def _proxies(text: str) -> Proxies:
    return parse_proxies(text)


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _is_of_admin(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


def _asks_for_pattern(request: HttpRequest) -> bool:
    """The admin would hand any regular expression on to the database: one can be wrong, or take for ever."""
    return _is_of_admin(request) and any(name.endswith("regex") for name in request.GET)


def _has_nul(request: HttpRequest) -> bool:
    """In the path, the query or a cookie. Form fields are looked at by their forms, and the API says what is wrong."""
    query = [] if request.path.startswith(API_PATH) else request.GET.lists()
    asked = [text for pair in query for text in (pair[0], *pair[1])]
    return any(NUL in text for text in (request.path_info, *asked, *request.COOKIES.values()))
