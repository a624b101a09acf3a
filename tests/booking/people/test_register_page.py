"""The page of the register, and that the one in docs is made from the table."""

from booking.people.register_page import DECISION, as_markdown
from tests.environment import ROOT


def test_the_page_in_docs_is_the_register() -> None:
    assert (ROOT / "docs" / "personal_data.md").read_text(encoding="utf-8") == as_markdown()


def test_it_names_a_decision_that_is_there() -> None:
    assert [path.name[:4] for path in (ROOT / "docs" / "decisions").glob(f"{DECISION}-nothing-is-erased*.md")] == [
        DECISION
    ]
