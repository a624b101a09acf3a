import errno
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client as Browser
from django.test import RequestFactory

from booking.web import errors
from booking.web.card import Card, keep_card
from tests.cast import NOW, make_clinic


def test_a_page_that_is_not_there_says_what_to_do(db: None) -> None:
    make_clinic()

    answer = Browser().get("/no/such/page")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "We can’t find that page" in page
    assert "01 555 0142" in page


def test_a_form_without_its_cookie_says_what_to_do(db: None, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    make_clinic()

    answer = Browser(enforce_csrf_checks=True).post("/book/", {"treatment": "swedish:60"})

    assert answer.status_code == 403
    assert "Please send that page once more" in answer.content.decode()


def test_a_request_that_is_too_large_is_told_so(db: None) -> None:
    make_clinic()

    typed = "treatment=" + "x" * 3_000_000
    answer = Browser().post("/book/", typed, content_type="application/x-www-form-urlencoded")
    picture = Browser().post("/admin/services/therapist/1/change/", {"upload": "x" * 3_000_000})

    assert (answer.status_code, picture.status_code) == (413, 413)
    assert "That is too much to send at once" in answer.content.decode()
    assert "01 555 0142" in answer.content.decode()
    assert "A file can be up to 1 MB." in picture.content.decode()


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/api/v1/nothing", 404, "There is nothing at this address."),
        ("/api/v1/%00", 400, "The request could not be read."),
    ],
)
def test_a_fault_of_the_api_is_json(db: None, path: str, status: int, sentence: str) -> None:
    answer = Browser().get(path)

    assert (answer.status_code, answer.json()) == (status, {"detail": sentence})


def test_a_server_error_needs_no_database() -> None:
    """No database mark: a query would fail the test."""
    try:
        raise ValueError("marked-answer")
    except ValueError:
        answer = errors.server_error(RequestFactory().get("/"))

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke on our side" in page
    assert "marked-answer" not in page


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("marked-answer"),
        InterfaceError("marked-answer"),
        OSError(errno.ENOSPC, "marked-answer"),
    ],
    ids=repr,
)
def test_a_database_that_is_away_is_said_so_with_the_clinics_phone(
    error: Exception, settings: Any, tmp_path: Path
) -> None:
    """No database mark here either: name and phone come from the file."""
    settings.DATA_DIR = tmp_path
    keep_card(Card(name="Elm Street Massage", phone="01 555 0199"))
    try:
        raise error
    except type(error):
        answer = errors.server_error(RequestFactory().get("/"))
        of_the_api = errors.server_error(RequestFactory().get("/api/v1/starts"))

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "We can’t reach our records" in page
    assert "– Elm Street Massage</title>" in page
    assert '<a class="nowrap" href="tel:015550199">01 555 0199</a>' in page
    assert "marked-answer" not in page
    assert (of_the_api.status_code, of_the_api.content.decode()) == (
        503,
        '{"detail": "We can\\u2019t reach our records for a moment."}',
    )


def test_a_database_that_goes_away_in_the_middle_gives_that_page(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("booking.web.start.views.load_site", fail)

    answer = Browser(raise_request_exception=False).get("/")

    assert answer.status_code == 503
    assert "We can’t reach our records" in answer.content.decode()


@pytest.mark.parametrize(
    ("handler", "status"), [(errors.bad_request, 400), (errors.not_allowed, 403), (errors.not_found, 404)]
)
def test_an_error_page_stands_without_the_clinic_s_facts(
    monkeypatch: pytest.MonkeyPatch, handler: Any, status: int
) -> None:
    def fail() -> None:
        raise OperationalError("away")

    monkeypatch.setattr("booking.web.site.load_site", fail)

    assert handler(RequestFactory().get("/"), ValueError()).status_code == status
