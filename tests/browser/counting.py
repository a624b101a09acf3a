"""What a job takes, counted by the browser: presses, fields that were typed into, and pages that were loaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page

# A press is the pointer going down, a key outside of words (Enter, an arrow, a shortcut), or a choice from a list. A field
# is typed into once, however long the words.
TELL = """
    document.addEventListener("pointerdown", () => window.tell("press"), true);
    document.addEventListener("keydown", ({key, target}) => {
        if (key === "Enter" || key.startsWith("Arrow") || !target.matches("input, textarea")) window.tell("press");
    }, true);
    document.addEventListener("input", ({target}) => {
        if (target.matches("select")) window.tell("press");
        else if (!["radio", "checkbox"].includes(target.type)) window.tell(`typed: ${target.id || target.name}`);
    }, true);
"""


@dataclass(frozen=True, order=True)
class Taken:
    """By one job."""

    presses: int
    typed: int
    loads: int


class Counter:
    """Of one page, from its next address on."""

    def __init__(self, page: Page) -> None:
        self._page, self._presses, self._typed, self._loads = page, 0, set[str](), 0
        page.expose_function("tell", self._tell)
        page.add_init_script(TELL)
        page.on("domcontentloaded", self._load)

    def _tell(self, what: str) -> None:
        if what == "press":
            self._presses += 1
        else:
            self._typed.add(what)

    def _load(self, _page: Page) -> None:
        self._loads += 1

    def start(self) -> None:
        """From here on a new job is counted."""
        self._presses, self._typed, self._loads = 0, set(), 0

    def taken(self) -> Taken:
        # What is looked for may be there before the page has loaded.
        self._page.wait_for_load_state("domcontentloaded")
        return Taken(self._presses, len(self._typed), self._loads)


@contextmanager
def job(counter: Counter, found: dict[str, Taken], name: str) -> Iterator[None]:
    """What happens within is the job `name`."""
    counter.start()
    yield
    found[name] = counter.taken()
