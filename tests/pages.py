"""A page as who opens it has it: its forms, links and ids, read from the HTML, and pressed as they are drawn.

No test needs to know where a form goes: `find_form` finds it by the words of its button, `press` sends it to the address
that the page names, with what the page puts in it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
BUTTONS = ("submit", "image")
NOT_SENT = ("reset", "button", *BUTTONS)


@dataclass
class Field:
    """One control of a form. `value` is what it would send, `is_on` whether it is chosen or left out.

    A list of which several can be marked sends `marked` instead.
    """

    name: str
    kind: str
    value: str
    is_on: bool = True
    attrs: dict[str, str] = field(default_factory=dict)
    choices: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)

    @property
    def is_required(self) -> bool:
        return "required" in self.attrs

    @property
    def takes_several(self) -> bool:
        return self.kind == "select" and "multiple" in self.attrs


@dataclass
class Button:
    """What is pressed: its words, what it sends, and where to, if it says so itself."""

    words: str = ""
    attrs: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.attrs.get("name", "")

    @property
    def value(self) -> str:
        return self.attrs.get("value", "")


@dataclass
class Form:
    action: str
    method: str
    attrs: dict[str, str] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {one.name for one in self.fields}

    @property
    def words(self) -> list[str]:
        return [button.words for button in self.buttons]


@dataclass
class Link:
    words: str
    href: str
    attrs: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """A page: what it is, what can be sent from it, and where it leads."""

    def __init__(self, *, url: str, status: int, html: str, query: str = "") -> None:
        super().__init__()
        self.url, self.status, self.html, self.query = url, status, html, query
        self.main: dict[str, str] = {}
        self.title = ""
        self.forms: list[Form] = []
        self.links: list[Link] = []
        self.ids: Counter[str] = Counter()
        self._form: Form | None = None
        self._elsewhere: list[tuple[str, Field | Button]] = []
        self._open: list[tuple[str, Button | Link | Field | None]] = []
        # Those of them that what is written inside belongs to.
        self._takers: list[tuple[str, Button | Link | Field | None]] = []
        self._disabled = 0
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        self._give_to_owners()

    @property
    def address(self) -> str:
        """Where a form without an action goes, and what relative addresses start from."""
        return f"{self.url}?{self.query}" if self.query else self.url

    @property
    def outcome(self) -> str:
        return self.main.get("data-outcome", "")

    @property
    def posts(self) -> list[Form]:
        return [form for form in self.forms if form.method == "post"]

    @property
    def starts(self) -> list[tuple[Form, Button]]:
        """The buttons that choose a start, with their forms."""
        return [(form, button) for form in self.posts for button in form.buttons if "data-start" in button.attrs]

    @property
    def doubles(self) -> list[str]:
        """Ids that stand on the page more than once."""
        return [one for one, count in self.ids.items() if count > 1]

    # --- Reading -------------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids[found["id"]] += 1
        made: Button | Link | Field | None = None
        if tag == "main":
            self.main = found
        elif tag == "form":
            self._begin_form(found)
        elif tag in ("a", "area") and "href" in found:
            made = Link("", found["href"], found)
            self.links.append(made)
        elif tag == "fieldset":
            self._disabled += "disabled" in found
        elif tag == "button" or (tag == "input" and found.get("type") in BUTTONS):
            made = self._take_button(tag, found)
        elif tag in ("input", "textarea", "select"):
            made = self._take_field(tag, found)
        elif tag == "option":
            self._take_option(found)
        if tag not in VOID:
            self._begin(tag, made)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if not any(name == tag for name, _made in reversed(self._open)):
            return
        name = ""
        while name != tag:
            closed = self._open.pop()
            name = closed[0]
            if self._takers and self._takers[-1] is closed:
                self._takers.pop()
            if name == "fieldset":
                self._disabled = max(0, self._disabled - 1)

    def handle_data(self, data: str) -> None:
        for name, made in self._takers:
            if name == "title":
                self.title += data
            elif isinstance(made, Button | Link):
                made.words = f"{made.words}{data}"
            elif isinstance(made, Field) and name == "textarea":
                made.value += data

    def _begin(self, tag: str, made: Button | Link | Field | None) -> None:
        self._open.append((tag, made))
        if made or (tag == "title" and not any(outer == "svg" for outer, _ in self._open)):
            self._takers.append(self._open[-1])

    def _begin_form(self, found: dict[str, str]) -> None:
        if self._form is not None:
            self.faults.append("a form stands inside another")
        self._form = Form(found.get("action", ""), found.get("method", "get").lower(), found)
        self.forms.append(self._form)

    def _take_button(self, tag: str, found: dict[str, str]) -> Button | None:
        if tag == "button" and found.get("type", "submit") != "submit":
            return None
        button = Button(found.get("value", "") if tag == "input" else "", found)
        is_default = found.get("aria-hidden") == "true"  # what Enter in a field presses, and nobody sees
        if "disabled" not in found and not self._disabled and not is_default:
            self._place(found, button)
        return button

    def _take_field(self, tag: str, found: dict[str, str]) -> Field | None:
        kind = found.get("type", "text").lower() if tag == "input" else tag
        if not found.get("name") or kind in NOT_SENT or "disabled" in found or self._disabled:
            return None
        is_box = kind in ("radio", "checkbox")
        value = found.get("value", "on" if is_box else "")
        made = Field(found["name"], kind, value, not is_box or "checked" in found, found)
        self._place(found, made)
        return made

    def _take_option(self, found: dict[str, str]) -> None:
        select = next((made for name, made in reversed(self._open) if name == "select"), None)
        if isinstance(select, Field) and "disabled" not in found:
            value = found.get("value", "")
            if "selected" in found:
                select.marked.append(value)
            if "selected" in found or not select.choices:
                select.value = value
            select.choices.append(value)

    def _place(self, found: dict[str, str], made: Field | Button) -> None:
        if "form" in found:
            self._elsewhere.append((found["form"], made))
        elif self._form is not None:
            _put(self._form, made)

    def _give_to_owners(self) -> None:
        owners = {form.attrs["id"]: form for form in self.forms if "id" in form.attrs}
        for owner, made in self._elsewhere:
            if owner in owners:
                _put(owners[owner], made)
            else:
                self.faults.append(f"a control belongs to the form {owner}, which is not there")
        for form in self.forms:
            for button in form.buttons:
                button.words = " ".join(button.words.split())
        for link in self.links:
            link.words = " ".join(link.words.split())
        for form in self.forms:
            for one in form.fields:
                # The first line break after <textarea> is not part of its text.
                one.value = one.value.removeprefix("\r\n").removeprefix("\n") if one.kind == "textarea" else one.value


def read(response: Any) -> Page:
    """The page behind a response of Django's client, redirects followed."""
    html = response.content.decode() if response.get("Content-Type", "").startswith("text/html") else ""
    request = response.request
    return Page(url=request["PATH_INFO"], status=response.status_code, html=html, query=request.get("QUERY_STRING", ""))


def find_form(page: Page, words: str) -> tuple[Form, Button]:
    """The form of the page whose button says `words` (or begins with it, where only one does)."""
    pairs = [(form, button) for form in page.forms for button in form.buttons]
    found = [pair for pair in pairs if pair[1].words == words]
    found = found or [pair for pair in pairs if pair[1].words.startswith(words)]
    assert len(found) == 1, f"{len(found)} buttons “{words}” on {page.address}: {[b.words for _, b in pairs]}"
    return found[0]


def fill(form: Form, answers: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What the form sends once the visitor has answered what it asks; what is typed beforehand stays.

    A file goes as it is, all else as text.
    """
    sent: dict[str, list[Any]] = {}
    for one in form.fields:
        given = answers.get(one.name)
        if one.kind in ("radio", "checkbox"):
            if one.value in _as_words(given) if given is not None else one.is_on:
                sent.setdefault(one.name, []).append(one.value)
        elif one.takes_several:
            sent[one.name] = one.marked if given is None else [str(value) for value in given]
        elif isinstance(given, SimpleUploadedFile):
            sent[one.name] = [given]
        else:
            sent.setdefault(one.name, []).append(str(given) if given is not None else one.value)
    return sent


def send(browser: Browser, page: Page, words: str, answers: Mapping[str, Any] | None = None) -> Any:
    """Press the button that says `words`, with `answers` filled in; the response, redirects not followed.

    Each answer must be one that the form asks for: what the page draws no field for can't be sent from it.
    """
    form, button = find_form(page, words)
    unasked = set(answers or {}) - form.names
    assert not unasked, f"“{words}” on {page.address} does not ask for {sorted(unasked)}"
    return submit(browser, page, form, button, fill(form, answers or {}))


def plant(
    browser: Browser,
    page: Page,
    words: str,
    planted: Mapping[str, str],
    answers: Mapping[str, Any] | None = None,
) -> Any:
    """Like `send`, with fields beside the answers that the form does not have: somebody works around the page."""
    form, button = find_form(page, words)
    assert form.names.isdisjoint(planted), f"“{words}” on {page.address} asks for {sorted(planted)}"
    return submit(browser, page, form, button, fill(form, answers or {}) | dict(planted))


def press(
    browser: Browser,
    page: Page,
    form: Form | str,
    *,
    answers: Mapping[str, Any] | None = None,
    button: int | Button | None = 0,
) -> Page:
    """Send a form of the page with one of its buttons, or none (the Enter key); the page that follows."""
    if isinstance(form, str):
        form, button = find_form(page, form)
    pressed = form.buttons[button] if isinstance(button, int) else button
    return read(submit(browser, page, form, pressed, fill(form, answers or {}), follow=True))


def press_value(browser: Browser, page: Page, value: str, *, answers: Mapping[str, Any] | None = None) -> Page:
    """Press the one button of the page that sends `value`; the page that follows."""
    found = [(form, button) for form in page.posts for button in form.buttons if button.value == value]
    assert len(found) == 1, f"{len(found)} buttons send “{value}” on {page.address}"
    return press(browser, page, found[0][0], answers=answers, button=found[0][1])


def submit(
    browser: Browser,
    page: Page,
    form: Form,
    button: Button | None,
    sent: Mapping[str, Any],
    *,
    follow: bool = False,
) -> Any:
    """The response to exactly what a browser would send, to the address and by the method that the page names."""
    button = button or Button()
    data = dict(sent)
    if button.name:
        data[button.name] = [*data.get(button.name, []), button.value]
    action = button.attrs.get("formaction", form.action)
    address = urldefrag(urljoin(page.address, action) if action else page.address).url
    if button.attrs.get("formmethod", form.method).lower() == "post":
        return browser.post(address, data, follow=follow)
    return browser.get(address.partition("?")[0], data, follow=follow)


def _put(form: Form, made: Field | Button) -> None:
    (form.fields if isinstance(made, Field) else form.buttons).append(made)  # type: ignore[arg-type]


def _as_words(given: Any) -> set[str]:
    values = given if isinstance(given, list) else [given]
    return {str(value).lower() if isinstance(value, bool) else str(value) for value in values}
