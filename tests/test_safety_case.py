"""The safety case names a test for each control; here it is held to its word."""

import ast
from typing import Any

import pytest
import yaml

from tests.environment import ROOT

HAZARDS: list[dict[str, Any]] = yaml.safe_load((ROOT / "docs" / "safety" / "hazards.yml").read_text(encoding="utf-8"))
CONTROLS = [(hazard["id"], control["test"]) for hazard in HAZARDS for control in hazard["controls"]]


@pytest.mark.parametrize(("hazard", "test"), CONTROLS)
def test_the_test_of_a_control_is_there(hazard: str, test: str) -> None:
    path, _, name = test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]

    assert name in names if name else [one for one in names if one.startswith("test_")], f"{hazard}: {test}"


def test_every_hazard_says_what_why_and_what_then() -> None:
    for hazard in HAZARDS:
        assert set(hazard) == {"id", "hazard", "cause", "effect", "controls"}
        assert hazard["controls"]
    assert len({hazard["id"] for hazard in HAZARDS}) == len(HAZARDS)
