"""The rows of the bench, measured on one running clinic."""

import html
import itertools
import re
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from tests.bench import table
from tests.bench.asking import Answer, Asker, Seen, addresses
from tests.bench.clinics import Place, Size
from tests.bench.table import Row
from tests.cast import RELAXING
from tests.journeys.walker import walk

OFFER = "treatment=swedish&minutes=60"
QUESTIONS: Mapping[str, str] = {
    table.ONE_DAY: "/api/v1/starts?" + OFFER + "&therapist={therapist}&from={day}&days=1",
    table.DAYS: "/api/v1/days?" + OFFER + "&therapist=any&from={day}&days=30",
    table.ALL_STARTS: "/api/v1/starts?" + OFFER + "&from={day}&days=14",
    table.FLOOR_STATEMENT: "/floor/statement?from={day}",
    table.FLOOR_ONE_DAY: "/floor/starts?therapist={therapist}&from={day}",
    table.FLOOR_DAYS: "/floor/days?from={day}&days=30",
    table.FLOOR_ALL_STARTS: "/floor/starts?from={day}&days=14",
    table.FLOOR_BOARD: "/floor/board?from={day}",
}
BOARD = "/panel/?date={day}"
# One of an older version may be missing; it is left out then.
PANEL_PAGES: Mapping[str, str] = {
    "month": "/panel/month/",
    "visit": "/panel/visit/{visit}/",
    "move a visit": "/panel/visit/{visit}/move/",
    "book": "/panel/book/",
    "find a time": "/panel/find/",
    "person": "/panel/people/{person}/",
    "messages": "/panel/messages/",
    "cases": "/panel/cases/",
    "time off": "/panel/time-off/",
    "to do": "/panel/to-do/",
    "my notifications": "/panel/my-emails/",
    "people": "/panel/people/",
    "reports": "/panel/reports/",
    "reports of a year": "/panel/reports/?{year}",
    "a report of a year as a file": "/panel/reports/hours.csv?{year}",
    "set-up": "/panel/set-up/",
    "place": "/panel/set-up/place/",
    "mail": "/panel/set-up/mail/",
    "going live": "/panel/set-up/go-live/",
    "policy": "/panel/set-up/policy/",
    "website": "/panel/set-up/website/",
    "rooms": "/panel/set-up/rooms/",
    "people and hours": "/panel/set-up/people/",
    "reminders": "/panel/set-up/reminders/",
    "overrides": "/panel/overrides/",
    "trail": "/panel/trail/",
    "rulebook": "/panel/rulebook/",
    "phrases for notes": "/panel/set-up/notes/",
    "accounts and roles": "/panel/set-up/staff/",
    "personal data": "/panel/set-up/personal-data/",
}
# What differs from one walk to the next.
TOKEN = re.compile(r"/visit/[^/]+/")

visitors = zip(itertools.count(1), addresses(), strict=False)


def measure(place: Place, size: Size, *, rounds: int) -> Iterator[Row]:
    def row(name: str, seen: Sequence[Seen]) -> Row:
        return Row(
            name=name,
            therapists=size.therapists,
            days=size.days,
            seconds=statistics.median(one.seconds for one in seen),
            ok_seconds=statistics.median(one.ok_seconds for one in seen),
            statements=statistics.median_low([one.statements for one in seen]),
        )

    for name, address in QUESTIONS.items():
        yield row(name, ask_again_and_again(place.asker(), address.format_map(place.known), rounds=rounds))
    reception, owner = place.asker(role="reception"), place.asker(role="owner")
    board = BOARD.format_map(place.known)
    yield row(table.BOARD, ask_again_and_again(reception, board, rounds=rounds))
    here = refresh_address(reception.ask("GET", board), board)
    yield row(table.REFRESH, ask_again_and_again(reception, here, rounds=rounds, headers=refresh_headers))
    for name, address in PANEL_PAGES.items():
        seen = ask_again_and_again(owner, address.format_map(place.known), rounds=rounds)
        if seen:
            yield row(f"{table.PANEL_PREFIX}{name}", seen)
    yield from measure_journey(place, rounds=rounds, row=row)


def ask_again_and_again(
    asker: Asker,
    address: str,
    *,
    rounds: int,
    headers: Callable[[Answer | None], Mapping[str, str]] = lambda _shown: {},
) -> list[Seen]:
    """After three to warm up. Nothing where there is no such page. `headers` are made from the page that is open."""
    shown: Answer | None = None
    for number in range(rounds + 3):
        if number == 3:
            asker.seen = []
        answer = asker.ask("GET", address, headers=headers(shown))
        if answer.status_code == 404:
            return []
        assert answer.status_code in (200, 304), f"{address}: {answer.status_code}"
        if answer.status_code == 200:
            shown = answer
    seen, asker.seen = asker.seen or [], None
    return seen


def refresh_address(page: Answer, board: str) -> str:
    """What an open board asks for, as it says itself."""
    named = re.search(r'data-refresh="([^"]+)"', page.content.decode())
    return urljoin(board, html.unescape(named[1])) if named else board


def refresh_headers(shown: Answer | None) -> dict[str, str]:
    """As static/panel.js asks."""
    tag = shown.get("etag") if shown else ""
    return {"X-Refresh": "1"} | ({"If-None-Match": tag} if tag else {})


def measure_journey(place: Place, *, rounds: int, row: Callable[[str, Sequence[Seen]], Row]) -> Iterator[Row]:
    """So many people book, one after the other; each request of theirs, all POSTs, and the whole."""
    walks = [book(place) for _ in range(rounds + 1)][1:]
    by_what: dict[str, list[Seen]] = {}
    for seen in walks:
        for one in seen:
            by_what.setdefault(one.what, []).append(one)
    requests = [row(f"Journey: {what}", seen) for what, seen in by_what.items()]
    yield from requests
    posts = [found for found in requests if "POST" in found.name]
    middle = sorted(posts, key=lambda found: found.seconds)[len(posts) // 2]
    wholes = [_sum(seen, "whole") for seen in walks]
    all_posts = row("", [_sum([one for one in seen if one.what.startswith("POST")], "posts") for seen in walks])
    yield Row(
        name=table.A_POST,
        therapists=middle.therapists,
        days=middle.days,
        seconds=statistics.median(found.seconds for found in posts),
        ok_seconds=middle.ok_seconds,
        statements=all_posts.statements,
    )
    yield row(table.BOOKING, wholes)


def book(place: Place) -> list[Seen]:
    number, address = next(visitors)
    seen: list[Seen] = []
    browser: Any = place.asker(address=address, seen=seen)
    page = walk(browser, RELAXING | {"booker_email": f"client{number}@clients.example"})
    browser.close()
    assert "data-reference" in page.main, f"not booked: {page.url} {page.title}"
    return [Seen(**vars(one) | {"what": TOKEN.sub("/visit/…/", one.what)}) for one in seen]


def _sum(seen: Sequence[Seen], what: str) -> Seen:
    return Seen(
        what=what,
        seconds=sum(one.seconds for one in seen),
        ok_seconds=statistics.median(one.ok_seconds for one in seen),
        statements=sum(one.statements for one in seen),
    )
