from clinic.panel.day.layout import grid_css
from tests.environment import ROOT


def test_every_class_of_the_board_is_in_the_stylesheet() -> None:
    assert (ROOT / "static" / "panel-grid.css").read_text(encoding="utf-8") == grid_css()
