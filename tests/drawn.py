"""Opens a site as its pages draw it: follows each link, fills in each form, presses each button, and puts all back.

What a button must do is named by its words (`Does`). Every press runs in a savepoint of its own with a browser of its
own, so a press can't prepare the ground for another.
"""

import copy
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Self, TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit

from django.apps import apps
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import Resolver404, resolve
from django.utils import timezone

from tests.cast import NAME, PASSWORD
from tests.pages import Button, Field, Form, Page, read, submit

Kept = TypeVar("Kept")
BAD = (400, 404, 405, 422, 500, 501, 503)
# Written by looking: who was here, who looked at whom, what was decided anew of the same answers, who asks how often.
A_START = "(a start)"
TRACES = frozenset(
    {
        "django_session",
        "clinic_auditentry",
        "booking_decision",
        "booking_spent",
        "booking_heartbeat",
        "booking_searchkey",
    }
)
MOST_QUERIES = 2  # of one page: days, pages of a list, filters
IS_LONG = os.environ.get("PROVE") == "1"
# What each visit and each case is like is the point of the walk; of the pages about one of many others a few are enough.
EACH_IS_DIFFERENT = ("panel:visit", "panel:case")
MOST_OF_A_KIND = 1000 if IS_LONG else 2  # addresses of one view
MOST_REPEATS = 1000 if IS_LONG else 1  # states in which the same words are pressed on it


@dataclass(frozen=True)
class Does:
    """What a button does: the tables that it changes, the page that follows, and what that page says."""

    changes: frozenset[str] = frozenset()
    to: str = ""
    says: str = ""
    may_change: frozenset[str] = frozenset()
    file: str = ""
    refused: str = ""


def refuses(says: str) -> Does:
    """A press that can't be granted as things are: it changes nothing, and the page says why."""
    return Does(refused=says)


def does(changes: str = "", *, to: str = "", says: str = "", also: str = "", file: str = "") -> Does:
    """`changes` and `also` (what it may change) are names of models in any app, with blanks between."""
    return Does(_tables(changes), to, says, _tables(also), file)


@dataclass
class Figures:
    pages: int = 0
    states: set[tuple[str, str, str]] = field(default_factory=set)
    forms: int = 0
    links: int = 0
    pressed: set[str] = field(default_factory=set)
    # In how many states the same words of the same page were pressed by the same role.
    repeats: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.pages} pages in {len(self.states)} states, {self.forms} forms sent with {len(self.pressed)} "
            f"different buttons, {self.links} links followed"
        )


@dataclass
class Walker:
    """Walks for one role from some pages, and keeps what was wrong in words. `within`: addresses to stay under."""

    role: str
    browser: Browser
    expected: Mapping[str, Does]
    fills: Mapping[str, Mapping[str, Any]]
    figures: Figures
    state: str = ""
    within: str = ""
    faults: list[str] = field(default_factory=list)
    _seen: dict[str, set[str]] = field(default_factory=dict)
    _kinds: Counter[str] = field(default_factory=Counter)
    _pressed: set[tuple[str, str, str]] = field(default_factory=set)
    _cookies: SimpleCookie | None = None

    def walk(self, *paths: str) -> None:
        """Everything that can be reached by links from these pages."""
        waiting = list(paths)
        while waiting:
            address = waiting.pop(0)
            if self._is_new(address):
                waiting += self._open(address)

    def _open(self, address: str) -> list[str]:
        self.figures.links += 1
        reader = _twin(self.browser)
        with put_back(), Changes() as changes:
            response = reader.get(address, follow=True)
            if changed := changes.find() - TRACES:
                self._say(f"opening {address} changes {sorted(changed)}")
        if response.status_code in BAD:
            self._say(f"{address} leads to {response.status_code}")
            return []
        page = read(response)
        if not page.html:
            return []
        self.figures.pages += 1
        self.figures.states.add((self.role, _name(page.url), self.state))
        self._cookies = reader.cookies
        self.look_at(page)
        found = [urljoin(page.address, link.href) for link in page.links if _is_ours(link.href)]
        return [one for one in found if one.startswith(self.within)]

    def look_at(self, page: Page) -> None:
        """What is wrong with the page itself, its parts that are fetched later, and each of its buttons."""
        for fault in [*page.faults, *(f"the id {one} stands twice" for one in page.doubles)]:
            self._say(f"{page.address}: {fault}")
        for part in list(_parts(page)):
            self._look_at_part(page, part)
        self.press_all(page)

    def _look_at_part(self, page: Page, address: str) -> None:
        if not self._is_new(f"part {address}"):
            return
        reader = _twin(self.browser)
        with put_back():
            response = reader.get(urljoin(page.address, address), headers={"HX-Request": "true"})
        self.figures.links += 1
        if response.status_code != 200:
            self._say(f"{page.address}: the part {address} answers {response.status_code}")
            return
        if b"<html" in response.content:
            return  # a page of its own, of which a script takes what it needs
        # What the part asks for is sent from the page into which it is put.
        part = Page(url=page.url, query=page.query, status=200, html=response.content.decode())
        for one in set(part.ids) & set(page.ids):
            self._say(f"{page.address}: the id {one} stands in the page and in its part {address}")
        cookies, self._cookies = self._cookies, reader.cookies
        self.press_all(part, within=address)
        self._cookies = cookies

    def press_all(self, page: Page, *, within: str = "") -> None:
        for form in (form for form in page.forms if form.method != "dialog"):
            # Without a button, Enter in a field sends it; where there is no field either, nothing does.
            enter = [Button("")] if any(one.kind != "hidden" for one in form.fields) else []
            for button in form.buttons or enter:
                words = name_of(form, button)
                key = (_name(within or page.url), self.state, words)
                if key in self._pressed or "hidden" in form.attrs:
                    continue
                self._pressed.add(key)
                if not self._is_enough(key[0], words):
                    self.press(page, form, button)

    def press(self, page: Page, form: Form, button: Button) -> None:
        """Fill the form in, send it, and compare what happened with what the button's words promise."""
        words = name_of(form, button)
        self.figures.forms += 1
        self.figures.pressed.add(words)
        where = f"“{button.words}” on {page.address}"
        view = _name(page.url)
        expected = find_expected(self.expected, words, view=view, state=self.state)
        if expected is None:
            self._say(f"{where}: nobody has named what it must do")
            return
        with put_back(), Changes() as changes:
            filled = fill_validly(form, find_expected(self.fills, words, view=view, state=self.state) or {})
            response = submit(_twin(self.browser, self._cookies), page, form, button, filled, follow=True)
            for fault in judge(response, expected, changes.find()):
                self._say(f"{where}: {fault}")

    def _is_enough(self, view: str, words: str) -> bool:
        """Whether they were pressed in enough other states; never where something of their own is expected in this one."""
        own = (f"{words} @ {view} | {self.state}", f"{words} | {self.state}")
        if view in EACH_IS_DIFFERENT or any(key in self.expected for key in own):
            return False
        self.figures.repeats[self.role, view, words] += 1
        return self.figures.repeats[self.role, view, words] > MOST_REPEATS

    def _is_new(self, address: str) -> bool:
        """Whether to open it: each page once, of a list at most a few queries, and a few pages of one kind."""
        path, query = urlsplit(urldefrag(address).url)[2:4]
        seen = self._seen.setdefault(path, set())
        if query in seen or len(seen) > MOST_QUERIES:
            return False
        if not seen and (view := _name(path)) not in EACH_IS_DIFFERENT:
            self._kinds[view] += 1
            if self._kinds[view] > MOST_OF_A_KIND:
                return False
        seen.add(query)
        return True

    def _say(self, fault: str) -> None:
        self.faults.append(f"{self.role}, {self.state}: {fault}")


ERRORS = re.compile(r"(?:invalid-feedback|field-error|panel-message-error)[^>]*>(.*?)</", re.DOTALL)


def judge(response: Any, expected: Does, changed: set[str]) -> Iterator[str]:
    """What did not happen as the words of the button promise."""
    if expected.refused:
        yield from _judge_refusal(response, expected, changed - TRACES)
    elif response.status_code in BAD:
        errors = [" ".join(one.split()) for one in ERRORS.findall(read(response).html)]
        yield f"answers {response.status_code} at {response.request['PATH_INFO']} {errors}"
    elif response.status_code == 403:
        yield "is drawn for somebody who may not press it"
    else:
        yield from _judge_page(response, expected)
        yield from _judge_tables(expected, changed - TRACES)


def _judge_page(response: Any, expected: Does) -> Iterator[str]:
    page, kind = read(response), response.get("Content-Type", "")
    if expected.file and not kind.startswith(expected.file):
        yield f"gives {kind}, not {expected.file}"
    if expected.to and not expected.file and not re.fullmatch(expected.to, page.address):
        yield f"leads to {page.address}, not to {expected.to}"
    if expected.says and expected.says not in " ".join(page.html.split()):
        yield f"is not followed by “{expected.says}”"
    if page.title.strip().startswith("Error"):
        yield f"is followed by an error at {page.address} {[' '.join(one.split()) for one in ERRORS.findall(page.html)]}"


def _judge_refusal(response: Any, expected: Does, changed: set[str]) -> Iterator[str]:
    if response.status_code not in (409, 422):
        yield f"is not refused, but answers {response.status_code}"
    if changed:
        yield f"is refused and changes {sorted(changed)}"
    if expected.refused not in " ".join(read(response).html.split()):
        yield f"is refused without the words “{expected.refused}”"


def _judge_tables(expected: Does, changed: set[str]) -> Iterator[str]:
    if missing := expected.changes - changed:
        yield f"does not change {sorted(missing)}"
    if more := changed - expected.changes - expected.may_change:
        yield f"changes {sorted(more)} as well"


def find_expected(expected: Mapping[str, Kept], words: str, *, view: str, state: str) -> Kept | None:
    """By the words on that page in that state, on that page, in that state, anywhere; or by how they begin ("Erase*")."""
    for key in (f"{words} @ {view} | {state}", f"{words} @ {view}", f"{words} | {state}", words):
        if key in expected:
            return expected[key]
    starts = [key for key in expected if key.endswith("*") and words.startswith(key[:-1])]
    return expected[max(starts, key=len)] if starts else None


def name_of(form: Form, button: Button) -> str:
    """The words of a button without what differs from row to row; whatever chooses a start is one and the same."""
    if "data-start" in button.attrs:
        return A_START
    return re.sub(r"\d+", "#", button.words)


# --- Filling in ----------------------------------------------------------------------------------------------------


def fill_validly(form: Form, given: Mapping[str, Any]) -> dict[str, list[str]]:
    """An answer to everything that is asked: what is filled in stays, of lists the harmless choice."""
    sent: dict[str, list[str]] = {}
    for name in dict.fromkeys(one.name for one in form.fields):
        controls = [one for one in form.fields if one.name == name]
        values = _as_list(given[name]) if name in given else _answer(controls)
        if values is not None:
            sent[name] = values
    return sent


def _answer(controls: list[Field]) -> list[str] | None:
    first = controls[0]
    if first.kind in ("radio", "checkbox"):
        return _choose(controls)
    if first.value or first.kind == "hidden" or first.attrs.get("tabindex") == "-1":
        return [first.value]
    return [_type(first)]


def _choose(controls: list[Field]) -> list[str] | None:
    chosen = [one.value for one in controls if one.is_on]
    if chosen:
        return chosen
    if len(controls) == 1 and controls[0].kind == "checkbox":
        is_agreement = controls[0].is_required or controls[0].value in ("true", "yes")
        return [controls[0].value] if is_agreement else None
    values = [one.value for one in controls]
    return [next((value for value in values if HARMLESS.fullmatch(value)), values[0])]


HARMLESS = re.compile(r"none|no|false|not_.*|never|me|.*_none|no_.*")


def _type(control: Field) -> str:
    match control.kind:
        case "select":
            return next((value for value in control.choices if value), "")
        case "date":
            return max(timezone.localdate().isoformat(), control.attrs.get("min", ""))
        case "time":
            return "12:00"
        case "number":
            least = float(control.attrs.get("min", "1") or 1)
            most = float(control.attrs.get("max", "40") or 40)
            return str(int(max(least, min(40, most))))
        case "email":
            return "niamh@example.com"
        case "tel":
            return "01 555 0142"
        case "password":
            return PASSWORD
    if control.attrs.get("inputmode") == "numeric":
        return "40"
    return NAME


def _as_list(given: Any) -> list[str]:
    return [str(one) for one in (given if isinstance(given, list) else [given])]


# --- Reading -------------------------------------------------------------------------------------------------------


def _parts(page: Page) -> Iterator[str]:
    """Addresses that a script fetches into the page."""
    yield from re.findall(r'hx-get="([^"]+)"', page.html.replace("&amp;", "&"))


def _is_ours(href: str) -> bool:
    parts = urlsplit(href)
    return (
        not parts.scheme
        and not parts.netloc
        and bool(parts.path or parts.query)
        and not parts.path.startswith("/static/")
    )


def _name(address: str) -> str:
    """The page behind an address, whatever it is about."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return address


def _twin(browser: Browser, cookies: SimpleCookie | None = None) -> Browser:
    """A browser that checks as the real ones do, with the same cookies, or those that a page has given since."""
    twin = Browser(enforce_csrf_checks=True)
    twin.cookies = copy.deepcopy(browser.cookies if cookies is None else cookies)
    return twin


# --- The database --------------------------------------------------------------------------------------------------


@contextmanager
def put_back() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Changes:
    """The tables whose rows are not what they were. Only those that are written to are read, just before the first time.

    A statement that names no table that it writes to (a trigger, a procedure) is unknown here, and fails.
    """

    def __init__(self) -> None:
        self.before: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.wrapper = connection.execute_wrapper(self._watch)
        self.wrapper.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.wrapper.__exit__(*error)

    def find(self) -> set[str]:
        return {table for table, mark in self.before.items() if _mark(table) != mark}

    def _watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        assert found or READS.match(sql), sql
        if found and found["table"] not in self.before:
            self.before[found["table"]] = _mark(found["table"])
        return execute(sql, params, many, context)


WRITES = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(?P<table>\w+)"', re.IGNORECASE)
READS = re.compile(r"[\s(]*(?:SELECT|WITH|SAVEPOINT|RELEASE|ROLLBACK|SET|PRAGMA|DECLARE)\b", re.IGNORECASE)


def _mark(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return hashlib.md5(repr(sorted(map(repr, cursor.fetchall()))).encode(), usedforsecurity=False).hexdigest()


def _tables(names: str) -> frozenset[str]:
    known = {model.__name__: model._meta.db_table for model in apps.get_models()}
    return frozenset(known[name] for name in names.split())
