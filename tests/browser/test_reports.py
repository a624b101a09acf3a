"""The page of numbers in a browser: what goes on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.staff import sit_signed_in
from tests.cast import Clinic

pytestmark = pytest.mark.browser


def test_on_paper_every_table_is_whole_and_nothing_can_be_pressed(desk: Desk, clinic_of_today: Clinic) -> None:
    page = sit_signed_in(desk)
    page.goto("/panel/reports/")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    tables, folded = page.locator("main details"), page.locator("main details:not([open])")
    before = folded.count()

    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert (before, folded.count(), page.locator("main table:visible").count()) == (
        tables.count() - 1,
        0,
        tables.count(),
    )
    assert page.locator(":is(a, button, summary, input):visible").all_inner_texts() == []
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert folded.count() == before
