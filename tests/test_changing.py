"""docs/changing.md: nine recipes, and every file that they name is there."""

import re

import pytest

from tests.environment import ROOT

PAGE = (ROOT / "docs" / "changing.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))
PATHS = re.compile(r"`((?:booking|clinic|services|templates|static|tests|locale)/[\w./-]*)`")
# A folder that comes with the first catalogue.
NOT_THERE_YET = {"locale/"}


def missing(text: str) -> list[str]:
    return [path for path in PATHS.findall(text) if not (ROOT / path).exists() and path not in NOT_THERE_YET]


def test_there_is_a_recipe_for_each_of_nine_changes() -> None:
    assert list(RECIPES) == [
        "A turnover rule",
        "A field of the details form",
        "A kind of mail",
        "A page of the panel",
        "A rule with its question",
        "A place where mails go",
        "A condition",
        "A state of a visit",
        "A language",
    ]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_its_files_and_the_tests_that_hold_the_hand(name: str) -> None:
    steps, held, tests = RECIPES[name].partition("\nHeld by")

    assert (missing(RECIPES[name]), held) == ([], "\nHeld by")
    assert [path for path in PATHS.findall(steps) if not path.startswith("tests/")]
    assert [path for path in PATHS.findall(tests) if path.startswith("tests/") and "/test_" in path]


@pytest.mark.parametrize(
    "name", ["TYPED", "Details", "SCHEMES", "HOLDS", "VERSIONS", "PAGES", "EXPECTED", "CASES", "LANGUAGES"]
)
def test_a_name_is_in_the_file_that_is_named_before_it(name: str) -> None:
    before = PAGE.partition(f"`{name}`")
    paths = PATHS.findall(before[0])[-1:] + PATHS.findall(before[2])[:1]

    sources = [(ROOT / path).read_text(encoding="utf-8") for path in paths if path.endswith(".py")]
    assert any(re.search(rf"^(class )?{name}\b", source, flags=re.MULTILINE) for source in sources), paths


def test_what_is_not_there_is_found() -> None:
    assert missing("`booking/nowhere.py`, `services/rota.py` and `locale/`") == ["booking/nowhere.py"]
