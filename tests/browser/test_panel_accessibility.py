"""Every page of the panel, on small and large screens, with large text, dark and in forced colours."""

import pytest

from tests.browser.conftest import Desk
from tests.browser.measures import Measure
from tests.browser.panel_states import ALL_PAGES, TABLE, PanelWalk
from tests.factories import Clinic

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("walk", TABLE, ids=lambda walk: walk.__name__)
def test_every_page_of_the_panel_can_be_used_by_everybody(desk: Desk, clinic: Clinic, walk: PanelWalk) -> None:
    """On every device no serious finding of axe; nothing but the board scrolls sideways, nothing is squeezed."""
    page = desk.sit()
    measure = Measure(page)

    faults = {row: measure.faults(" ".join(["panel", walk.__name__, *row])) for row in walk(page, clinic)}

    assert {row: found for row, found in faults.items() if found} == {}
    assert tuple(faults) == TABLE[walk]


def test_every_page_of_the_panel_has_a_row() -> None:
    rows = {page for rows in TABLE.values() for page, _state in rows}

    assert rows == ALL_PAGES
