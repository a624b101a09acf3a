import json
import logging
import sys
from typing import Any

import pytest
import redis
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from clinic.running.logs import JsonFormatter, PlainFormatter, describe_error

MARK = "marked-answer-7f3a"


def fail_over_an_answer() -> None:
    try:
        raise KeyError(MARK)
    except KeyError as error:
        raise ValueError(f"{MARK} is no valid choice") from error


def record_of_failure(name: str, message: str, *args: object, **extra: Any) -> logging.LogRecord:
    try:
        fail_over_an_answer()
    except ValueError:
        record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, sys.exc_info())
    record.__dict__.update(extra)
    return record


def test_an_error_is_told_by_place_and_class_and_not_by_what_it_says() -> None:
    text = PlainFormatter().format(record_of_failure("booking.messages.delivery", "message %s was not sent", 12))

    first, *rest = text.splitlines()
    assert first.endswith(" ERROR booking.messages.delivery: message 12 was not sent")
    assert [line for line in rest if not line.startswith("  ")] == [
        "builtins.ValueError at",
        "builtins.KeyError at",
    ]
    assert [line.rpartition(" ")[2] for line in rest if line.startswith("  ")] == [
        "record_of_failure",
        "fail_over_an_answer",
        "fail_over_an_answer",
    ]
    assert MARK not in text


def test_a_text_that_another_handler_made_is_not_reused() -> None:
    record = record_of_failure("booking", "it failed")
    logging.Formatter().format(record)

    assert MARK not in PlainFormatter().format(record)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (redis.ConnectionError("at unix:/srv/clinic/broker.sock"), ["the broker is away"]),
        (redis.TimeoutError(), ["the broker is away"]),
        (ValueError(), ["Couldn't ack 7", "builtins.ValueError at"]),
    ],
)
def test_a_broker_that_is_away_is_one_line(error: Exception, expected: list[str]) -> None:
    told = (type(error), error, None)
    record = logging.LogRecord("celery.worker.request", logging.CRITICAL, __file__, 1, "Couldn't ack %s", (7,), told)

    lines = PlainFormatter().format(record).splitlines()

    assert [lines[0].partition("request: ")[2], *lines[1:]] == expected


def test_a_request_is_told_by_its_view(rf: RequestFactory) -> None:
    request: HttpRequest = rf.get(f"/healthz?key={MARK}")
    request.resolver_match = resolve("/healthz")
    path = f"/visit/{MARK}/"

    record = record_of_failure("django.request", "%s: %s", "Server Error", path, request=request, status_code=500)

    text = PlainFormatter().format(record)
    assert text.splitlines()[0].endswith(" ERROR django.request: 500 GET healthz")
    assert MARK not in text


def test_a_request_that_met_no_view(rf: RequestFactory) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "%s: %s", ("Not Found", MARK), None)
    record.__dict__.update(request=rf.get(f"/{MARK}"), status_code=404)

    assert PlainFormatter().format(record).endswith(" ERROR django.request: 404 GET no view")


def test_a_suspicious_request_is_not_quoted() -> None:
    record = logging.LogRecord("django.security.X", logging.ERROR, __file__, 1, "Invalid: %s", (MARK,), None)

    assert PlainFormatter().format(record).endswith(" ERROR django.security.X: refused a suspicious request")


def test_a_task_is_told_by_its_name() -> None:
    record = record_of_failure(
        "celery.app.trace",
        "Task %(name)s raised %(exc)s",
        {"name": "x", "exc": MARK},
        data={"name": "booking.tasks.sweep"},
    )

    text = PlainFormatter().format(record)
    assert text.splitlines()[0].endswith(" ERROR celery.app.trace: task booking.tasks.sweep did not succeed")
    assert MARK not in text


def test_describe_error_ends_a_chain_that_was_cut() -> None:
    try:
        try:
            raise KeyError(MARK)
        except KeyError:
            raise ValueError(MARK) from None
    except ValueError:
        text = describe_error(exc_info=sys.exc_info())

    assert [line for line in text.splitlines() if not line.startswith("  ")] == ["builtins.ValueError at"]


def test_as_json_a_record_is_one_line_and_says_no_more() -> None:
    text = JsonFormatter().format(record_of_failure("booking.messages.delivery", "message %s\nwas not sent", 12))

    line = json.loads(text)
    assert "\n" not in text
    assert MARK not in text
    assert list(line) == ["at", "level", "logger", "message", "error"]
    assert (line["level"], line["logger"], line["message"]) == (
        "ERROR",
        "booking.messages.delivery",
        "message 12\nwas not sent",
    )
    assert line["error"].startswith("builtins.ValueError at\n")
