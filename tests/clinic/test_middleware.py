import logging
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from clinic.middleware import ClientAddressMiddleware
from tests.cast import make_clinic


@pytest.mark.parametrize(
    ("trusted_proxies", "peer", "expected"),
    [
        (1, "127.0.0.1", ("198.51.100.7", "https")),
        (1, "203.0.113.9", ("203.0.113.9", None)),
        (0, "127.0.0.1", ("127.0.0.1", None)),
        ("203.0.113.9", "203.0.113.9", ("198.51.100.7", "https")),
        ("203.0.113.9", "127.0.0.1", ("127.0.0.1", None)),
    ],
)
def test_only_a_proxy_of_ours_is_believed(
    rf: RequestFactory, settings: Settings, trusted_proxies: int | str, peer: str, expected: tuple[str, str | None]
) -> None:
    settings.TRUSTED_PROXIES = trusted_proxies
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append((request.META["REMOTE_ADDR"], request.META.get("HTTP_X_FORWARDED_PROTO")))
        return HttpResponse()

    headers = {
        "x-forwarded-for": "6.6.6.6, 198.51.100.7",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil.test",
    }
    ClientAddressMiddleware(view)(rf.get("/", headers=headers, REMOTE_ADDR=peer))

    assert seen == [expected]


def test_a_host_that_is_not_ours_is_one_line_and_a_plain_refusal(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """No database mark: nothing is read for it."""
    with caplog.at_level(logging.INFO):
        answer = client.get("/panel/", headers={"host": "evil.test"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert answer.content == b"There is no such site here.\n"
    assert [(record.name, record.levelname, record.exc_info) for record in caplog.records] == [
        ("clinic.middleware", "WARNING", None)
    ]
    assert "evil.test" not in caplog.text


@pytest.mark.parametrize("host", ["evil.test", "10.2.3.4:8000", "no host at all", "", "a" * 300])
def test_health_is_told_to_any_host(client: Client, db: None, host: str) -> None:
    answers = [client.get(path, headers={"host": host}) for path in ("/healthz", "/readyz")]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_forwarded_host_is_never_believed(client: Client, db: None, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    make_clinic()

    answer = client.get(
        "/panel/find/", headers={"x-forwarded-host": "evil.test", "forwarded": "host=evil.test;for=6.6.6.6"}
    )

    assert answer.headers["Location"] == "/panel/sign-in/?next=%2Fpanel%2Ffind%2F"


@pytest.mark.parametrize("path", ["/visit/%00/", "/?a=%00", "/?%00=1", "/book/?therapist=1%00"])
def test_the_character_nul_is_refused_in_words(client: Client, db: None, path: str) -> None:
    make_clinic()

    answer = client.get(path)

    assert answer.status_code == 400
    assert "That request was not complete" in answer.content.decode()


def test_the_character_nul_in_a_cookie_is_refused_in_words(client: Client, db: None) -> None:
    make_clinic()

    answer = client.get("/", headers={"cookie": 'sessionid="a\\000b"'})

    assert answer.status_code == 400


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


@pytest.mark.parametrize(
    "address",
    [
        "auth/user/?date_joined__year=99999999999999999999",
        "auth/user/?last_login__date__year=99999",
        "auth/user/?last_login__iso_year=99999",
        "auth/user/?username__regex=[",
        "auth/user/?username__iregex=(",
        "services/timeoff/add/?starts_at=9999",
    ],
)
def test_a_query_that_a_page_of_the_admin_cannot_read_is_refused_in_words(admin_client: Client, address: str) -> None:
    answer = admin_client.get(f"/admin/{address}")

    assert (answer.status_code, "We could not read what your browser sent" in answer.content.decode()) == (400, True)


def test_a_fault_of_the_admin_without_a_query_stays_a_fault(admin_client: Client, monkeypatch: Any) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("ours")

    monkeypatch.setattr("django.contrib.auth.admin.UserAdmin.changelist_view", fail)
    admin_client.raise_request_exception = False

    assert admin_client.get("/admin/auth/user/").status_code == 500
