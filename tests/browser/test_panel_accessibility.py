"""Every page of the panel, on small and large screens, with large text, dark and in forced colours."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.browser.conftest import Desk
from tests.browser.measures import Measure
from tests.browser.panel_states import ALL_PAGES, TABLE, PanelWalk
from tests.browser.staff import sit_signed_in
from tests.browser.test_keyboard import SHOWS_FOCUS
from tests.cast import Clinic

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("walk", TABLE, ids=lambda walk: walk.__name__)
def test_every_page_of_the_panel_can_be_used_by_everybody(desk: Desk, clinic_of_today: Clinic, walk: PanelWalk) -> None:
    """On every device no serious finding of axe; nothing but the board scrolls sideways, nothing is squeezed."""
    page = desk.sit()
    measure = Measure(page)

    faults = {row: measure.faults(" ".join(["panel", walk.__name__, *row])) for row in walk(page, clinic_of_today)}

    assert {row: found for row, found in faults.items() if found} == {}
    assert tuple(faults) == TABLE[walk]


def test_every_page_of_the_panel_has_a_row() -> None:
    rows = {page for rows in TABLE.values() for page, _state in rows}

    assert rows == ALL_PAGES


TABLES = {
    "messages": "Latest messages",
    "cases": "Cases that are waiting",
    "overrides": "Safety decisions",
    "trail": "Who looked at what",
}


def test_a_table_that_may_scroll_has_a_name_is_reached_by_tab_and_shows_the_focus(desk: Desk) -> None:
    page = sit_signed_in(desk)
    shown = {}

    for path, name in TABLES.items():
        page.goto(f"/panel/{path}/")
        tab_to_region(page, name)
        shown[path] = (page.evaluate(SHOWS_FOCUS), page.get_by_role("table", name=name).count())

    assert shown == dict.fromkeys(TABLES, (True, 1))


def test_every_box_that_may_scroll_has_a_name_and_can_have_the_focus() -> None:
    """Whether or not it scrolls at the sizes above."""
    templates = (Path(settings.BASE_DIR) / "templates" / "panel").rglob("*.html")
    boxes = [tag for one in templates for tag in re.findall('<div class="panel-scroll".*?>', one.read_text("utf-8"))]

    assert len(boxes) >= 8
    assert [box for box in boxes if 'tabindex="0" role="region" aria-labelledby=' not in box] == []


def tab_to_region(page: Page, name: str) -> None:
    region = page.get_by_role("region", name=name)
    for _press in range(40):
        page.keyboard.press("Tab")
        if region.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"no Tab leads to {name}")
