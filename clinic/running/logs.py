"""One line per record, without anything that a visitor wrote.

An exception's message can hold an answer ("invalid choice: ..."), a driver's error holds the row, and the path of a
visit is the key to it. So a traceback is printed as places and the class of the error, and a request as its view.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

# A record that can't be written, for the disk is full, would else be told on stderr, values and all.
logging.raiseExceptions = False

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlainFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        told = _without_values(record)
        # A text made by another handler would bring the messages back in.
        told.exc_text = None
        return super().format(told)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        return describe_error(exc_info=ei)


class JsonFormatter(PlainFormatter):
    """Like `PlainFormatter`, for programs: one object per line. `at` is UTC; `error` is there where there was one."""

    def format(self, record: logging.LogRecord) -> str:
        told = _without_values(record)
        line = {
            "at": datetime.fromtimestamp(told.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": told.levelname,
            "logger": told.name,
            "message": told.getMessage(),
        }
        if told.exc_info and told.exc_info[1]:
            line["error"] = describe_error(exc_info=told.exc_info)
        return json.dumps(line, ensure_ascii=False)


def describe_error(*, exc_info: ExcInfo) -> str:
    """The places that the error passed and the classes in its chain, never a message or a value."""
    lines = []
    error = exc_info[1]
    while error is not None:
        lines.append(f"{type(error).__module__}.{type(error).__qualname__} at")
        lines += [
            f"  {place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


def _without_values(record: logging.LogRecord) -> logging.LogRecord:
    told = logging.makeLogRecord(record.__dict__)
    if told.name.startswith("django.request"):
        told.msg, told.args = _describe_request(record), None
    elif told.name.startswith("django.security"):
        told.msg, told.args = "refused a suspicious request", None
    elif told.name == "celery.app.trace" and told.exc_info:
        told.msg, told.args = f"task {_task_name(record)} did not succeed", None
    elif told.name.startswith("celery.") and told.exc_info and _is_broker_away(told.exc_info[1]):
        # Wherever that was noticed: the worker connects again by itself, and nothing of value was there.
        told.msg, told.args, told.exc_info = "the broker is away", None, None
    return told


def _is_broker_away(error: BaseException | None) -> bool:
    # Not imported here: settings import this, and only the worker and the beat speak to a broker.
    redis = sys.modules.get("redis")
    return redis is not None and isinstance(error, redis.ConnectionError | redis.TimeoutError)


def _describe_request(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    view = match.view_name or match.func.__qualname__ if match else "no view"
    return f"{getattr(record, 'status_code', '-')} {getattr(request, 'method', '-')} {view}"


def _task_name(record: logging.LogRecord) -> str:
    data: dict[str, Any] = getattr(record, "data", None) or {}
    return str(data.get("name", "-"))
