"""How long the safety check is, counted in the browser: answers given, lines to choose from, and words that are seen."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Desk
from tests.browser.walk import NOTHING, PAIN, answer, choose, go_on

pytestmark = pytest.mark.browser

# What is folded or hidden is not read.
WORDS = """
    main => main.innerText.split(/\\s+/).filter(Boolean).length
        - [...main.querySelectorAll(".visually-hidden")].filter(one => one.checkVisibility())
            .reduce((sum, one) => sum + one.innerText.split(/\\s+/).filter(Boolean).length, 0)
"""


def walk_through(page: Page, answers: dict[str, str]) -> tuple[int, int, int, int]:
    """Pages, answers, lines (choices and boxes) and words that a client sees on the way."""
    pages = asked = lines = words = 0
    while "/book/safety/" in page.url:
        answer(page, answers)
        shown = page.locator("main form.questions [name]:visible")
        pages += 1
        words += page.locator("main").evaluate(WORDS)
        lines += page.locator("main form.questions").locator("[type=radio]:visible, [type=checkbox]:visible").count()
        required = "fields => new Set(fields.filter(field => field.type !== 'textarea').map(field => field.name)).size"
        asked += shown.evaluate_all(required)
        go_on(page)
    return pages, asked, lines, words


@pytest.mark.parametrize(
    ("answers", "expected"), [(NOTHING, (4, 8, 51, 702)), (PAIN, (5, 16, 96, 1131))], ids=["to relax", "a stiff neck"]
)
def test_a_new_client_answers_so_much(desk: Desk, answers: dict[str, str], expected: tuple[int, int, int, int]) -> None:
    page = desk.sit(PHONE)
    choose(page)

    assert walk_through(page, answers) == expected
