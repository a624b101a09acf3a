from pathlib import Path
from typing import Any

import pytest

from booking.web.card import FILE_NAME, Card, keep_card, read_card
from booking.web.site import load_site
from services.models import ClinicPolicy, Location
from tests.cast import make_clinic

CARD = Card(name="Alder Street Massage", phone="01 555 0142")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_what_was_kept_is_read() -> None:
    keep_card(CARD)

    assert read_card() == CARD
    assert read_card().phone_href == "tel:015550142"


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", '"text"', '{"name": "A"}', '{"name": 1, "phone": {}}' + " " * 10 + "{", "[" * 9000]
)
def test_what_can_not_be_read_says_nothing_and_is_written_anew(folder: Path, text: str) -> None:
    (folder / FILE_NAME).write_text(text)
    before = read_card()

    keep_card(CARD)

    assert (before, read_card()) == (Card(), CARD)


def test_a_folder_in_its_place_goes(folder: Path) -> None:
    (folder / FILE_NAME / "inside").mkdir(parents=True)
    before = read_card()

    keep_card(CARD)

    assert (before, read_card()) == (Card(), CARD)


def test_a_folder_that_is_gone_is_no_matter_of_the_page(folder: Path) -> None:
    folder.rmdir()

    keep_card(CARD)

    assert read_card() == Card()


def test_whoever_reads_the_clinics_facts_keeps_them(db: None) -> None:
    make_clinic()
    load_site()
    first = read_card()

    ClinicPolicy.objects.update_or_create(pk=1, defaults={"clinic_name": "Elm Street Massage"})
    Location.objects.update(phone="01 555 0199")
    load_site()

    assert first.phone == "01 555 0142"
    assert read_card() == Card(name="Elm Street Massage", phone="01 555 0199")
