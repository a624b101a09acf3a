import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from clinic.middleware import ClientAddressMiddleware, client_address


@pytest.mark.parametrize(
    ("trusted_proxies", "forwarded_for", "expected"),
    [
        (0, "", "10.0.0.1"),
        (0, "198.51.100.7", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (1, " , 198.51.100.7 ,", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.1"),
        (2, "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "6.6.6.6, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_client_address(trusted_proxies: int, forwarded_for: str, expected: str) -> None:
    found = client_address(peer="10.0.0.1", forwarded_for=forwarded_for, trusted_proxies=trusted_proxies)

    assert found == expected


def test_views_see_the_visitors_address(rf: RequestFactory, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ClientAddressMiddleware(view)(rf.get("/", headers={"x-forwarded-for": "6.6.6.6, 198.51.100.7"}))

    assert seen == ["198.51.100.7"]


def test_every_answer_carries_the_headers(client: Client) -> None:
    answer = client.get("/healthz")

    policy = answer.headers["Content-Security-Policy"]
    assert sorted(part.strip() for part in policy.split(";")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self'",
    ]
    names = ("Referrer-Policy", "X-Frame-Options", "X-Content-Type-Options", "Cross-Origin-Opener-Policy")
    assert [answer.headers[name] for name in names] == ["same-origin", "DENY", "nosniff", "same-origin"]
    assert answer.headers["Permissions-Policy"] == (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
    )
