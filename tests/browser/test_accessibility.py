"""Every public page in every state, on a phone and on a desk, light and dark: axe, layout, titles and focus.

With PICTURES=folder in the environment a picture of each is kept there, to be looked at.
"""

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

from tests.browser.conftest import Desk
from tests.browser.states import ALL_PAGES, TABLE, Walk

pytestmark = pytest.mark.browser

Scheme = Literal["dark", "light"]


def serious_findings(page: Page) -> list[str]:
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


# Width, text size in percent, scheme. The first two in every run, all in `make prove`.
DEVICES = [
    pytest.param(320, 100, "light", id="phone"),
    pytest.param(1280, 200, "dark", id="desk, large text, dark"),
    *(
        pytest.param(*device, marks=pytest.mark.prove)
        for device in (
            (1280, 100, "light"),
            (360, 200, "light"),
            (640, 200, "light"),
            (768, 200, "dark"),
            (1440, 100, "dark"),
        )
    ),
]


@pytest.mark.parametrize("walk", TABLE, ids=lambda walk: walk.__name__)
@pytest.mark.parametrize(("width", "text", "scheme"), DEVICES)
def test_every_page_can_be_used_by_everybody(desk: Desk, walk: Walk, width: int, text: int, scheme: Scheme) -> None:
    """No serious finding of axe, nothing scrolls sideways, what is to be pressed is large enough, errors are told."""
    page = desk.sit((width, 900), color_scheme=scheme)
    # As in the settings of a browser: rem and the breakpoints follow.
    sizes = {"standard": 16 * text // 100, "fixed": 13 * text // 100}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
    faults: dict[tuple[str, str], list[str]] = {}
    titles: dict[str, set[str]] = {}

    for row in walk(page):
        faults[row] = (
            serious_findings(page) + layout_faults(page) + error_faults(page, is_fresh=row[1].endswith("error"))
        )
        if text == 100:  # a picture of a whole page sets the size of the text back
            keep_picture(page, " ".join([walk.__name__, *row, str(width)]))
        titles.setdefault(title_of(page), set()).add(page.locator("h1").inner_text())
    size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")

    assert {row: found for row, found in faults.items() if found} == {}
    assert tuple(faults) == TABLE[walk]
    assert {title: headings for title, headings in titles.items() if len(headings) > 1} == {}
    assert size == sizes["standard"]


def test_every_public_page_has_a_row() -> None:
    rows = {page for rows in TABLE.values() for page, _state in rows}

    assert ALL_PAGES - rows == set()
    assert rows - ALL_PAGES == {"an error", "call_me"}


def test_no_two_pages_have_the_same_title() -> None:
    templates = Path(settings.BASE_DIR) / "templates"
    found = Counter(
        title
        for folder in ("pages", "booking", "visit", "errors")
        for template in (templates / folder).glob("*.html")
        for title in re.findall(r"{% block title %}(.*?){% endblock %}", template.read_text(encoding="utf-8"))
    )

    assert len(found) > 20
    assert [title for title, count in found.items() if count > 1] == []


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{re.sub(r'[^a-z0-9]+', '-', name)}.png", full_page=True)


def title_of(page: Page) -> str:
    return page.title().removeprefix("Error: ").partition(" – ")[0]


def error_faults(page: Page, *, is_fresh: bool) -> list[str]:
    """A page with an error says so in its title, and its summary has the focus; any other has a title without."""
    summary = page.locator(".error-summary")
    found = {
        "one heading": page.locator("h1").count() == 1,
        "a title": bool(title_of(page)),
        "Error: in the title": page.title().startswith("Error:") == (summary.count() == 1),
        "focus on the summary": not is_fresh or page.locator(".error-summary:focus").count() == 1,
    }
    return [f"not: {what}" for what, is_so in found.items() if not is_so]


def layout_faults(page: Page) -> list[str]:
    faults: list[str] = page.evaluate(
        """() => {
            const root = document.documentElement;
            const faults = [];
            if (root.scrollWidth > root.clientWidth) {
                const wide = [...document.querySelectorAll("body *")].filter(
                    (part) => part.getBoundingClientRect().right > root.clientWidth + 1
                );
                faults.push(`scrolls sideways: ${wide.slice(0, 3).map((part) => part.outerHTML.slice(0, 90))}`);
            }
            const alone = "button, .btn, label.choice, label.option, a.option, .site-header a, .site-footer a, "
                + ".change a, .back a, .actions > a, summary, input.form-control, select, .reason > p > a";
            for (const part of document.querySelectorAll(alone)) {
                const box = part.getBoundingClientRect();
                if (box.width > 0 && box.height > 0 && box.height < 43.5 && !part.closest(".field-trap")) {
                    faults.push(`${Math.round(box.height)} px high: ${part.outerHTML.slice(0, 90)}`);
                }
            }
            return faults;
        }"""
    )
    return faults
