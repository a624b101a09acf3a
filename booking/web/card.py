"""The clinic's name and phone in a file, for the pages that are shown while the database can't be read.

Whoever reads them from the database leaves a copy there, so the file is never older than the last page.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from booking.own_files import read_text, write_text
from booking.wording.phones import telephone_href

FILE_NAME = "clinic-card.json"


@dataclass(frozen=True)
class Card:
    """Stands in for `Site` on a page. Empty where nothing is known."""

    name: str = ""
    phone: str = ""

    @property
    def phone_href(self) -> str:
        return telephone_href(self.phone)


def keep_card(card: Card) -> None:
    """Side effect: writes the file if it says something else. A disk that refuses must not break the page."""
    if read_card() == card:
        return
    with suppress(OSError):
        write_text(_path(), json.dumps(asdict(card)))


def read_card() -> Card:
    """Never raises: a file that can't be read counts as missing."""
    try:
        kept = json.loads(read_text(_path()) or "")
        return Card(name=str(kept["name"]), phone=str(kept["phone"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return Card()


def _path() -> Path:
    folder: Path = settings.DATA_DIR
    return folder / FILE_NAME
