"""Nobody's input is an error of ours: every address of the site, with what no browser and no person sends, answers below 500.

Addresses come from the URL list, query parameters from the source, form fields from the pages as they are drawn. Each
request is rolled back, so that a signed-in owner who presses everything does not end the walk.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

from booking import links
from booking.models import Appointment, Case, Message
from clinic.models import StaffProfile
from tests.booking.web.visitors import at_check, make_visit
from tests.cast import NOW, at, make_clinic
from tests.environment import ROOT
from tests.pages import fill, read

pytestmark = pytest.mark.django_db

HUGE = "9" * 30
# In an address, percent-encoded: NUL, broken UTF-8, a surrogate, figures that are no figures of ours, very long.
IN_PATHS = (
    "%00",
    HUGE,
    "-1",
    "0",
    "%FF%FE",
    "%ED%A0%80",
    "%D9%A3",
    "%C2%B2",
    "x" * 3000,
    "%0d%0aX-A:%20b",
    "..",
    "%27%22",
)
TEXTS = (
    "\x00",
    HUGE,
    f"-{HUGE}",
    "-1",
    "²",
    "٣",
    "1e999",
    "NaN",
    "x" * 3000,
    "\u202e\ufeff",
    " \t ",
    "2026-02-30",
    "[]",
)
AS_BYTES = (b"%00", b"%ff", b"%ED%A0%80", b"a=b=c&&&=", b"%", b"+" * 2000, b"a[]=%E2%82")
PARAMETERS = re.compile(r"(?:GET|query)(?:\.get|\.getlist)?[\[(]\s*\"([a-z_]+)\"")
OF_ADMIN = (
    "q",
    "o",
    "p",
    "all",
    "e",
    "_to_field",
    "_popup",
    "_changelist_filters",
    "id__exact",
    "id__in",
    "state__exact",
)
IS_LONG = os.environ.get("PROVE") == "1"
NAMES = ("boss", "clerk", "therapist", "root")


@dataclass
class Site:
    """Browsers by who holds them, and values that lead somewhere for each name of a part of an address."""

    browsers: dict[str, Browser]
    known: dict[str, str]
    wrong: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, who: str, method: str, address: str, **more: Any) -> Any:
        """One request, taken back afterwards. An answer of 500 or above is noted."""
        browser = self.browsers[who]
        with transaction.atomic():
            response = browser.generic(method, address, **more)
            transaction.set_rollback(True)
        self.asked += 1
        if response.status_code >= 500:
            told = {name: str(value)[:60] for name, value in more.items()}
            self.wrong.append(f"{response.status_code} {who} {method} {address[:120]} {told} {error_of(response)}")
        return response


@pytest.fixture
def site(time_machine: Any, settings: Any) -> Site:
    time_machine.move_to(NOW, tick=False)
    settings.SECOND_FACTOR_REQUIRED = False
    clinic = make_clinic(therapists=2, rooms=2)
    visit = make_visit(clinic, starts_at=at("11:00"))
    browser, _draft = at_check(clinic, starts_at=at("14:30"))
    case = Case.objects.create(kind=Case.Kind.REQUESTED, appointment=visit, client=visit.client, opened_at=NOW)
    browsers = {"nobody": Browser(raise_request_exception=False), "visitor": browser}
    browser.raise_request_exception = False
    for name in NAMES:
        browsers[name] = Browser(raise_request_exception=False)
        user = User.objects.create_user(name, is_staff=name == "root", is_superuser=name == "root")
        role = {"boss": "owner", "clerk": "reception", "therapist": "therapist", "root": "owner"}[name]
        therapist = clinic.therapists[0] if role == "therapist" else None
        StaffProfile.objects.create(user=user, role=role, therapist=therapist)
        browsers[name].force_login(user)
    token = links.make_token(visit)
    known = {
        "token": token,
        "reference": visit.reference,
        "case_id": str(case.pk),
        "client_id": str(visit.client_id),
        "message_id": str(Message.objects.earliest("pk").pk),
        "time_off_id": "1",
        "room_id": "1",
        "therapist_id": "1",
        "direction": "up",
        "page_id": "signs",
        "object_id": str(Appointment.objects.earliest("pk").pk),
        "app_label": "booking",
        "content_type_id": "1",
    }
    return Site(browsers=browsers, known=known)


def error_of(response: Any) -> str:
    """Class and place of what was raised, for the list of a failure."""
    info = getattr(response, "exc_info", None)
    if not info:
        return ""
    trace = info[2]
    while trace.tb_next:
        trace = trace.tb_next
    return f"{info[0].__name__}: {str(info[1])[:120]} at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


def routes(patterns: Any = None, before: str = "/") -> Iterator[str]:
    """Every address of the URL list, with its parts by name: /visit/<str:token>/."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", str(pattern.pattern)).strip("^$").replace("\\Z", "")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def address_of(route: str, values: dict[str, str], *, otherwise: str = "1") -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: values.get(part[1], otherwise), route)


def parameters() -> list[str]:
    """Names of query parameters that the source reads."""
    files = [file for app in ("booking", "clinic", "services") for file in (ROOT / app).rglob("*.py")]
    return sorted({name for file in files for name in PARAMETERS.findall(file.read_text())} | set(OF_ADMIN))


def who_asks(route: str) -> tuple[str, ...]:
    if route.startswith("/admin/"):
        return ("root",)
    return ("nobody", "boss", "clerk", "therapist") if route.startswith("/panel/") else ("visitor",)


def some(values: Any, count: int, dice: random.Random) -> list[Any]:
    """All of them in the long version."""
    return list(values) if count >= len(values) else dice.sample(list(values), count)


def fuzz_paths(site: Site, *, count: int, dice: random.Random) -> None:
    for route in routes():
        parts = re.findall(r"<(?:\w+:)?(\w+)>", route)
        for who in some(who_asks(route), count, dice):
            for method in ("GET", "POST") if parts else ("GET",):
                for bad in some(IN_PATHS, count, dice) if parts else ("",):
                    part = dice.choice(parts) if parts else ""
                    site.ask(who, method, address_of(route, site.known | {part: bad}))


def fuzz_queries(site: Site, *, count: int, dice: random.Random, among: str = "/") -> None:
    names = parameters()
    for route in (route for route in routes() if route.startswith(among)):
        for who in some(who_asks(route), count, dice):
            address = address_of(route, site.known)
            for text in some(TEXTS, count, dice):
                # All at once finds one fault a request; each by itself is for the long version.
                asked = [names] if count < len(TEXTS) else [names, *([name] for name in names)]
                for some_names in asked:
                    site.ask(who, "GET", address, QUERY_STRING=query_of(some_names, text))
            for raw in some(AS_BYTES, count, dice):
                site.ask(who, "GET", address, QUERY_STRING=raw.decode("latin-1"))


def query_of(names: list[str], text: str) -> str:
    from urllib.parse import urlencode

    return urlencode(dict.fromkeys(names, text))


def fuzz_forms(site: Site, *, count: int, dice: random.Random) -> None:
    from urllib.parse import urlencode

    for route in routes():
        for who in who_asks(route):
            address = address_of(route, site.known)
            page = site.ask(who, "GET", address)
            if page.status_code != 200 or not page.get("Content-Type", "").startswith("text/html"):
                continue
            for form in read(page).posts:
                sent = fill(form, {})
                for text in some(TEXTS, count, dice):
                    for names in [list(sent)] if count < len(TEXTS) else [list(sent), *([name] for name in sent)]:
                        changed = sent | {name: [text] for name in names}
                        site.ask(
                            who,
                            "POST",
                            form.action or address,
                            data=urlencode(changed, doseq=True),
                            content_type="application/x-www-form-urlencoded",
                        )


BODIES: tuple[tuple[str, bytes], ...] = (
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a\x00"\r\n\r\n\xff\xfe\r\n--x--\r\n',
    ),
    ("multipart/form-data; boundary=\xff", b"--\xff\r\n"),
    (
        "multipart/form-data; boundary=x; charset=utf-7",
        b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n+2AA-\r\n--x--',
    ),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="q"; filename="\x00../a"\r\n\r\na\r\n--x--',
    ),
    ("application/x-www-form-urlencoded; charset=utf-7", b"q=%2B2AA-&booker_name=%2B2AA-"),
    ("application/x-www-form-urlencoded; charset=rot13", b"q=a"),
    ("application/x-www-form-urlencoded", b"%00=%00&q=%ff&username=%00&password=%00"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(1500))),
    ("application/json", b'{"a": NaN'),
    ("text/plain; charset=\xff", b"\x00"),
    ("", b"a=b"),
)
COOKIES = (
    "sessionid=%00",
    'sessionid="\\000"',
    f"sessionid={HUGE}",
    "sessionid=\xff",
    "csrftoken=\x00",
    "staff-device=%00:a:b",
    "=;;=",
    "messages=\xff",
    "x" * 5000,
)
HEADERS: tuple[dict[str, str], ...] = (
    {"HTTP_HOST": "\xff"},
    {"HTTP_X_FORWARDED_FOR": "\x00, " * 500},
    {"HTTP_X_FORWARDED_FOR": "[::1"},
    {"REMOTE_ADDR": "\xff"},
    {"HTTP_ACCEPT_LANGUAGE": "\x00;q=9e99," * 50},
    {"HTTP_REFERER": "http://[::1"},
    {"HTTP_ORIGIN": "http://[::1"},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[::1", "HTTP_HX_CURRENT_URL_URI_AUTOENCODED": "true"},
    {"HTTP_IF_MODIFIED_SINCE": HUGE},
    {"HTTP_IF_NONE_MATCH": '"\xff'},
    {"HTTP_RANGE": "bytes=9-1,-"},
    {"CONTENT_LENGTH": HUGE},
    {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "²"},
)


def fuzz_bodies_cookies_headers(site: Site, *, count: int, dice: random.Random) -> None:
    for route in routes():
        address = address_of(route, site.known)
        for who in some(who_asks(route), count, dice):
            for kind, body in some(BODIES, count, dice):
                site.ask(who, "POST", address, data=body, content_type=kind)
            for header in some(HEADERS, count, dice):
                site.ask(who, dice.choice(["GET", "POST"]), address, **header)
        for cookie in some(COOKIES, count, dice):
            site.ask("nobody", "GET", address, HTTP_COOKIE=cookie)


KINDS = [fuzz_paths, fuzz_queries, fuzz_forms, fuzz_bodies_cookies_headers]


def third(site: Site, monkeypatch: pytest.MonkeyPatch, *, seed: int) -> random.Random:
    """A thinner walk for every day: one of three addresses, drawn by the seed."""
    dice, every = random.Random(seed), list(routes())
    monkeypatch.setattr(f"{__name__}.routes", lambda: iter(dice.sample(every, len(every) // 3)))
    return dice


@pytest.mark.once
@pytest.mark.parametrize("fuzz", KINDS)
def test_no_address_answers_500_whatever_is_sent(site: Site, fuzz: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fuzz(site, count=1, dice=third(site, monkeypatch, seed=7 + KINDS.index(fuzz)))

    assert (site.wrong, site.asked > 50) == ([], True)


@pytest.mark.parametrize("text", ["\x00", HUGE])
@pytest.mark.both_engines
def test_what_only_a_database_refuses_is_no_error_of_ours(
    site: Site, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On both engines: PostgreSQL takes no NUL, and neither takes an integer of thirty figures."""
    if not IS_LONG:
        third(site, monkeypatch, seed=len(text))
    for route in routes():
        if route.startswith(("/admin/booking/", "/panel/", "/api/")):
            who = who_asks(route)[-1]
            site.ask(who, "GET", address_of(route, site.known), QUERY_STRING=query_of(parameters(), text))

    assert (site.wrong, site.asked > 20) == ([], True)


@pytest.mark.prove
@pytest.mark.parametrize("fuzz", KINDS)
def test_no_address_answers_500_whatever_is_sent_at_length(site: Site, fuzz: Any) -> None:
    fuzz(site, count=1000, dice=random.Random())

    assert (site.wrong, site.asked > 1000) == ([], True)


def test_an_error_of_ours_is_found(site: Site, settings: Any) -> None:
    """The control: a view that trusts what it is sent."""
    settings.ROOT_URLCONF = "tests.clinic.trusting_urls"

    fuzz_queries(site, count=1000, dice=random.Random(7), among="/trusting/")

    assert any("ValueError" in line for line in site.wrong)
