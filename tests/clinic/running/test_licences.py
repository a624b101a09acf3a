"""What the clinic runs on: its licences are those that the packages name, and their texts come along."""

from importlib import metadata

import pytest

from clinic.running import licences
from tests.environment import ROOT

WITHOUT_TEXT = {"fontpkg"}  # holds no font, only how to find one


def test_the_page_of_licences_is_what_the_packages_say() -> None:
    assert (ROOT / "docs" / "licences.md").read_text(encoding="utf-8") == licences.as_markdown()


def test_every_package_brings_the_text_of_its_licence() -> None:
    assert {name for name in licences.locked_packages() if not licences.has_text(name)} == WITHOUT_TEXT


def test_a_package_that_names_no_licence_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        json: dict[str, object] = {"license": "Dual License", "classifier": ["Topic :: Utilities"]}

    monkeypatch.setattr(metadata, "metadata", lambda _name: Silent)

    with pytest.raises(LookupError, match="silent names no licence"):
        licences.licence_of("silent")
