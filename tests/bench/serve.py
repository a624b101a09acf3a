"""`python -m tests.bench.serve up`: manage.py, but each answer says how many statements it took.

That costs a list lookup for each statement. Beside the clinic's own addresses there are the plain floors: what a question
costs when everything is left out but reading the rows and writing the answer, through the same server and middleware.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

STATEMENTS = "X-Statements"
ZONE = ZoneInfo("Europe/Dublin")
CELL = 300  # seconds
DAY_CELLS = 24 * 3600 // CELL
BUSY_CELLS = 15  # an hour and its turnover
OPENS, CLOSES = time(9), time(18)  # of seed_scale

_here = threading.local()


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    import django

    django.setup()
    from django.db.backends.signals import connection_created
    from django.urls import path

    import manage
    from clinic import urls
    from clinic.running import programs

    connection_created.connect(_watch, weak=False)
    make = vars(programs)["get_wsgi_application"]
    vars(programs)["get_wsgi_application"] = lambda: counting(make())
    urls.urlpatterns.append(path("floor/<str:name>", floor))
    manage.main(["manage.py", *arguments])


def counting(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _here.statements = 0

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, (STATEMENTS, str(_here.statements))], *rest)

        return application(environ, start)

    return answer


def _watch(*, connection: Any, **_: Any) -> None:
    if _count not in connection.execute_wrappers:
        connection.execute_wrappers.append(_count)


def _count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    # psycopg sends this one by itself.
    if not sql.startswith("BEGIN"):
        _here.statements = getattr(_here, "statements", 0) + 1
    return execute(sql, params, many, context)


# --- Floors ----------------------------------------------------------------------------------------------------------


def floor(request: Any, name: str) -> Any:
    from django.http import HttpResponse, JsonResponse

    first = date.fromisoformat(request.GET["from"])
    days = int(request.GET.get("days", 1))
    if name == "statement":
        _read("SELECT 1", [])
        return HttpResponse("ok")
    if name == "board":
        return HttpResponse(_board(first))
    free = _free(first, days, therapist=request.GET.get("therapist", ""))
    if name == "days":
        counts = [{"date": day.isoformat(), "count": _any(masks).bit_count()} for day, masks in free.items()]
        return JsonResponse({"days": counts})
    return JsonResponse({"starts": list(_starts(free))})


def _free(first: date, days: int, *, therapist: str) -> dict[date, dict[int, int]]:
    """By day and therapist, the cells in which an hour may begin, as bits."""
    dates = [first + timedelta(days=number) for number in range(days)]
    midnights = [_midnight(day) for day in dates]
    whose, parameters = (" AND therapist_id = %s", [int(therapist)]) if therapist else ("", [])
    rows = _read(
        f"SELECT therapist_id, {_epoch('starts_at')}, {_epoch('busy_until')} FROM booking_appointment "
        "WHERE location_id = (SELECT min(id) FROM services_location) AND starts_at >= %s AND starts_at < %s "
        f"AND state NOT IN ('cancelled', 'expired'){whose}",
        [_moment(midnights[0]), _moment(midnights[-1] + 86_400), *parameters],
    )
    people = [int(therapist)] if therapist else [row[0] for row in _read("SELECT id FROM services_therapist", [])]
    taken: dict[tuple[int, int], int] = {}
    for who, start, end in rows:
        at = (start - midnights[0]) // 86_400
        bits = ((1 << (end - start) // CELL) - 1) << (start - midnights[at]) // CELL
        taken[at, who] = taken.get((at, who), 0) | bits
    opened = ((1 << _cells(CLOSES)) - 1) & ~((1 << _cells(OPENS)) - 1)
    return {
        day: {who: _where_it_fits(opened & ~taken.get((at, who), 0)) for who in people}
        for at, day in enumerate(dates)
        if day.isoweekday() != 7
    }


def _where_it_fits(free: int) -> int:
    fits, width = free, 1
    while width < BUSY_CELLS:
        step = min(width, BUSY_CELLS - width)
        fits &= fits >> step
        width += step
    return fits


def _any(masks: dict[int, int]) -> int:
    found = 0
    for mask in masks.values():
        found |= mask
    return found


def _starts(free: dict[date, dict[int, int]]) -> Iterator[dict[str, Any]]:
    for day, masks in free.items():
        texts = [f"{day.isoformat()}T{cell // 12:02}:{cell % 12 * 5:02}:00+00:00" for cell in range(DAY_CELLS)]
        for who, mask in masks.items():
            for cell in range(0, DAY_CELLS, 3):
                if mask >> cell & 1:
                    yield {"start": texts[cell], "end": texts[cell + 12], "therapist": who}


def _board(day: date) -> str:
    """One statement with the names, and a short line of HTML a visit."""
    begin = _midnight(day)
    rows = _read(
        "SELECT a.reference, a.state, a.wall_time, a.minutes, p.name, r.name, t.name, a.booker_name "
        "FROM booking_appointment a JOIN services_therapist p ON p.id = a.therapist_id "
        "JOIN services_treatment t ON t.id = a.treatment_id LEFT JOIN services_room r ON r.id = a.room_id "
        "WHERE a.starts_at >= %s AND a.starts_at < %s ORDER BY a.starts_at",
        [_moment(begin), _moment(begin + 86_400)],
    )
    return "<!doctype html><title>Day</title>" + "".join(
        f'<p><a href="/panel/visit/{row[0]}/">{row[2]}</a> {" ".join(map(str, row[3:]))}</p>' for row in rows
    )


def _read(sql: str, parameters: list[Any]) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _epoch(column: str) -> str:
    from django.db import connection

    return f"unixepoch({column})" if connection.vendor == "sqlite" else f"extract(epoch from {column})::bigint"


def _moment(seconds: int) -> Any:
    from django.db import connection

    return connection.ops.adapt_datetimefield_value(datetime.fromtimestamp(seconds, UTC))


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=ZONE).timestamp())


def _cells(moment: time) -> int:
    return (moment.hour * 60 + moment.minute) // 5


if __name__ == "__main__":
    main(sys.argv[1:])
