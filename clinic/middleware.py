from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

# Nothing on any page asks for these; a script that got in shall not either.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)


class ClientAddressMiddleware:
    """Makes REMOTE_ADDR the visitor's own address, for rate limits, lock-outs and the audit trail alike.

    Each proxy of ours appends the address that it saw, so the visitor's is the TRUSTED_PROXIES-th from the right;
    whatever stands left of that was typed by the visitor and proves nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(
            peer=request.META.get("REMOTE_ADDR", ""),
            forwarded_for=request.META.get("HTTP_X_FORWARDED_FOR", ""),
            trusted_proxies=settings.TRUSTED_PROXIES,
        )
        return self.get_response(request)


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


def client_address(*, peer: str, forwarded_for: str, trusted_proxies: int) -> str:
    """With fewer entries than proxies someone went past one of them: then the peer is all that is known."""
    if trusted_proxies == 0:
        return peer
    addresses = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    if len(addresses) < trusted_proxies:
        return peer
    return addresses[-trusted_proxies]
