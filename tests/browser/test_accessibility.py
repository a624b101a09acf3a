"""Every public page in every state, on small and large screens, with large text, dark and in forced colours."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Desk
from tests.browser.measures import Measure
from tests.browser.states import ALL_PAGES, TABLE, Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("walk", TABLE, ids=lambda walk: walk.__name__)
def test_every_page_can_be_used_by_everybody(desk: Desk, walk: Walk) -> None:
    """On every device no serious finding of axe, nothing wide or squeezed; errors are told, titles are different."""
    page = desk.sit()
    measure = Measure(page)
    faults: dict[tuple[str, str], list[str]] = {}
    titles: dict[str, set[str]] = {}

    for row in walk(page):
        errors = error_faults(page, is_fresh=row[1].endswith("error"))
        faults[row] = errors + measure.faults(" ".join([walk.__name__, *row]))
        titles.setdefault(title_of(page), set()).add(page.locator("h1").inner_text())

    assert {row: found for row, found in faults.items() if found} == {}
    assert tuple(faults) == TABLE[walk]
    assert {title: headings for title, headings in titles.items() if len(headings) > 1} == {}


def test_every_public_page_has_a_row() -> None:
    rows = {page for rows in TABLE.values() for page, _state in rows}

    assert ALL_PAGES - rows == set()
    assert rows - ALL_PAGES == {"an error", "call_me"}


def test_no_two_pages_have_the_same_title() -> None:
    templates = Path(settings.BASE_DIR) / "templates"
    found = Counter(
        title
        for folder in ("web", "errors")
        for template in (templates / folder).rglob("*.html")
        for title in re.findall(r"{% block title %}(.*?){% endblock %}", template.read_text(encoding="utf-8"))
    )

    assert len(found) > 20
    assert [title for title, count in found.items() if count > 1] == []


def test_the_treatments_are_printed_with_their_prices_and_nothing_to_press(desk: Desk) -> None:
    page = desk.sit()
    page.goto("/book/")
    page.emulate_media(media="print")

    printed = page.locator("main").inner_text()

    assert ("60 min" in printed, "€" in printed, "Suggest one for me" in printed) == (True, True, False)


def title_of(page: Page) -> str:
    return page.title().removeprefix("Error: ").partition(" – ")[0]


def gets_focus(element: Locator) -> bool:
    """Autofocus is served with the first picture that the browser draws, which may be after the page has loaded."""
    try:
        expect(element).to_be_focused()
    except AssertionError:
        return False
    return True


def error_faults(page: Page, *, is_fresh: bool) -> list[str]:
    """A page with an error says so in its title, and its summary has the focus; any other has a title without."""
    summary = page.locator(".error-summary")
    found = {
        "one heading": page.locator("h1").count() == 1,
        "a title": bool(title_of(page)),
        "Error: in the title": page.title().startswith("Error:") == (summary.count() == 1),
        "focus on the summary": not is_fresh or gets_focus(summary),
    }
    return [f"not: {what}" for what, is_so in found.items() if not is_so]
