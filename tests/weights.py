"""Weighs the public pages of the demo clinic: `python -m tests.weights`. Writes docs/weights.md.

Each page is opened in a browser that has nothing in its cache, with the cookies of a visitor who has come that far:
what crossed the line, compressed as it was, how many requests it took, and how much moved while it was drawn.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.environment import ROOT, find_chromium
from tests.pictures import (
    CHROMIUM_ARGUMENTS,
    NOTHING,
    TINGLING,
    answer_all,
    answer_page,
    choose_treatment,
    running_demo,
    submit,
)

REPORT = ROOT / "docs" / "weights.md"
MOST_BYTES, MOST_REQUESTS, MOST_SHIFT = 150_000, 6, 0.01
# Pages of the same small kind, to which only a link in a mail leads.
NOT_WEIGHED = frozenset({"terms", "reminders", "cleared", "visit_email", "visit_move_check"})
# Layout shifts, summed up from the first frame on.
WATCH = """
    window.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifted += entry.value; }))
        .observe({type: "layout-shift", buffered: true});
"""
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True, kw_only=True)
class Weight:
    """`name` as in booking/web/urls.py, `bytes` as sent, with headers."""

    name: str
    bytes: int
    requests: int
    shift: float
    hosts: frozenset[str]

    @property
    def is_within(self) -> bool:
        return self.bytes <= MOST_BYTES and self.requests <= MOST_REQUESTS and self.shift < MOST_SHIFT


def main() -> int:
    chromium = find_chromium()
    if chromium is None:
        print("There is no chromium on this machine (on Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="clinic-weights-") as data,
        running_demo(Path(data)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        weights = weigh_all(browser, address)
        browser.close()
    REPORT.write_text(as_markdown(weights), encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8"))
    return 0 if all(weight.is_within for weight in weights) else 1


def weigh_all(browser: Browser, address: str) -> list[Weight]:
    """Every public page, on a phone: there the layout has the most to shift."""
    visitor = browser.new_context(base_url=address)
    page = visitor.new_page()
    weights = [weigh(browser, visitor, name=name, url=page.url) for name in walk(page)]
    visitor.close()
    return weights


def walk(page: Page) -> Iterator[str]:
    """A visitor's way through all pages; the page that is named is open."""
    for name, path in (
        ("start", "/"),
        ("move_or_cancel", "/move-or-cancel/"),
        ("spasms", "/spasms/"),
        ("therapists", "/therapists/"),
        ("therapist", "/therapists/1/"),
        ("find_us", "/find-us/"),
        ("privacy", "/privacy/"),
        ("accessibility", "/accessibility/"),
        ("treatment", "/book/"),
        ("one_treatment", "/book/treatment/swedish/"),
    ):
        page.goto(path)
        yield name
    choose_treatment(page, "")
    answer_all(page, TINGLING)
    page.goto("/book/letter/")
    yield "letter"
    page.context.clear_cookies()
    choose_treatment(page, "")
    answer_page(page, NOTHING)
    submit(page)
    yield "safety_page"  # the urgent signs: the longest of them
    answer_all(page, NOTHING)
    page.goto("/book/result/")
    yield "outcome"
    page.goto("/book/when/")
    yield "when"
    page.locator("button[name=start]").first.click()
    yield "details"
    page.fill("[name=booker_name]", "Niamh Kelly")
    page.fill("[name=booker_email]", "niamh@clients.example")
    submit(page)
    yield "visit"
    address = page.url
    for name in ("move", "cancel", "confirm", "your-data"):
        page.goto(f"{address}{name}/")
        yield f"visit_{name.replace('-', '_')}"


def weigh(browser: Browser, visitor: BrowserContext, *, name: str, url: str) -> Weight:
    """One view with an empty cache."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, storage_state=visitor.storage_state())
    page = context.new_page()
    page.add_init_script(WATCH)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    sizes: list[int] = []
    hosts: set[str] = set()
    line.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(url, wait_until="networkidle")
    page.evaluate(TWO_FRAMES)
    shift = float(page.evaluate("window.shifted"))
    context.close()
    return Weight(name=name, bytes=sum(sizes), requests=len(sizes), shift=shift, hosts=frozenset(hosts))


def as_markdown(weights: list[Weight]) -> str:
    head = (
        "# What a page weighs\n\n"
        "Written by `make pictures` from the demo clinic: each public page in Chromium at 360 px with an empty cache. "
        f"A test holds every page to at most {MOST_BYTES // 1000} kB as sent, {MOST_REQUESTS} requests, a layout shift "
        f"under {MOST_SHIFT}, and nothing from another host.\n\n"
        "| page | kB | requests | layout shift |\n| --- | ---: | ---: | ---: |\n"
    )
    return head + "".join(
        f"| {weight.name.replace('_', ' ')} | {weight.bytes / 1000:.0f} | {weight.requests} | {weight.shift:.3f} |\n"
        for weight in weights
    )


if __name__ == "__main__":
    sys.exit(main())
