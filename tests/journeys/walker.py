"""A visitor without a script: reads the forms of a page, fills in what it asks by name, and presses its button."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

START = reverse("booking:treatment")
DETAILS = {"booker_name": "Niamh Byrne", "booker_email": "niamh@example.com", "for_whom": "me"}
MOST_PAGES = 20


@dataclass
class Field:
    """One control of a form. `value` is what it would send, `is_on` whether it is chosen."""

    name: str
    kind: str
    value: str
    is_on: bool = True


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {one.name for one in self.fields}


class Page(HTMLParser):
    """A page as the walker sees it: what it is, and what can be sent from it."""

    def __init__(self, *, url: str, status: int, html: str) -> None:
        super().__init__()
        self.url, self.status, self.html = url, status, html
        self.main: dict[str, str] = {}
        self.title = ""
        self.forms: list[Form] = []
        self._inside: list[str] = []
        self._select: str | None = None
        self.feed(html)

    @property
    def outcome(self) -> str:
        return self.main.get("data-outcome", "")

    @property
    def posts(self) -> list[Form]:
        return [form for form in self.forms if form.method == "post"]

    @property
    def starts(self) -> list[tuple[Form, dict[str, str]]]:
        """The buttons that choose a start, with their forms."""
        return [(form, button) for form in self.posts for button in form.buttons if "data-start" in button]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.main = found
        elif tag == "title":
            self._inside.append(tag)
        elif tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get").lower()))
        elif self.forms:
            self._take(tag, found)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.title += data

    def _take(self, tag: str, found: dict[str, str]) -> None:
        form = self.forms[-1]
        if tag in ("input", "textarea") and found.get("name"):
            kind = found.get("type", "text") if tag == "input" else "text"
            is_on = kind not in ("radio", "checkbox") or "checked" in found
            form.fields.append(Field(found["name"], kind, found.get("value", ""), is_on))
        elif tag == "select":
            self._select = found.get("name")
        elif tag == "option" and self._select and ("selected" in found or self._select not in form.names):
            form.fields = [one for one in form.fields if one.name != self._select]
            form.fields.append(Field(self._select, "select", found.get("value", "")))
        elif tag == "button":
            form.buttons.append(found)


def read(response: Any) -> Page:
    """The page behind a response of Django's client, redirects followed."""
    html = response.content.decode() if response.get("Content-Type", "").startswith("text/html") else ""
    return Page(url=response.request["PATH_INFO"], status=response.status_code, html=html)


def fill(form: Form, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the form sends once the visitor has answered what it asks; what is typed beforehand stays."""
    sent: dict[str, list[str]] = {}
    for one in form.fields:
        given = answers.get(one.name)
        if one.kind in ("radio", "checkbox"):
            if one.value in _as_words(given) if given is not None else one.is_on:
                sent.setdefault(one.name, []).append(one.value)
        else:
            sent.setdefault(one.name, []).append(str(given) if given is not None else one.value)
    return sent


def press(
    browser: Browser,
    page: Page,
    form: Form,
    *,
    answers: Mapping[str, Any] | None = None,
    button: int | dict[str, str] = 0,
) -> Page:
    """Send a form of the page with one of its buttons."""
    pressed = form.buttons[button] if isinstance(button, int) else button
    sent = fill(form, answers or {})
    if pressed.get("name"):
        sent[pressed["name"]] = [pressed.get("value", "")]
    return read(browser.post(form.action or page.url, sent, follow=True))


def walk(browser: Browser, answers: Mapping[str, Any], *, treatments: tuple[str, ...] = ("swedish",)) -> Page:
    """From the first page to the booked visit, or to the page that says why not."""
    page = read(browser.get(START))
    for _ in range(MOST_PAGES):
        if page.url.startswith("/visit/") or page.outcome in ("EMERGENCY", "PHYSICIAN"):
            return page
        page = take_step(browser, page, answers, treatments=treatments)
    raise AssertionError(f"no end after {MOST_PAGES} pages: {page.url}, {page.title.strip()}")


def take_step(
    browser: Browser, page: Page, answers: Mapping[str, Any], *, treatments: tuple[str, ...] = ("swedish",)
) -> Page:
    """Answer the page that is open."""
    if page.starts:
        form, button = page.starts[0]
        return press(browser, page, form, button=button)
    if page.outcome in ("CLEAR", "CAUTION"):
        return read(browser.get(reverse("booking:when")))
    form = max(page.posts, key=lambda one: len(one.fields))
    wanted = {**answers, "duration_hours_unit": "hours", **DETAILS}
    if "treatment" in form.names:
        offered = [one.value for one in form.fields if one.name == "treatment"]
        wanted["treatment"] = next(value for key in treatments for value in offered if key in value and "60" in value)
    return press(browser, page, form, answers=wanted)


def _as_words(given: Any) -> set[str]:
    values = given if isinstance(given, list) else [given]
    return {str(value).lower() if isinstance(value, bool) else str(value) for value in values}
