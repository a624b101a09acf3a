"""What visitors of a running clinic do over the network, and what they find in their post box."""

import time
from pathlib import Path
from typing import Any, cast

from django.test import Client as Browser

from tests.cast import RELAXING
from tests.faults.clinics import Clinic
from tests.journeys.walker import walk
from tests.pages import read
from tests.remote import Answer, RemoteBrowser

PHONE = "01 555 0142"  # of the demo, and of the cast


def book_by_pages(clinic: Clinic) -> str:
    """The reference of a visit that was booked page by page."""
    return walk(as_browser(clinic), RELAXING).main["data-reference"]


def as_browser(clinic: Clinic) -> Browser:
    return cast(Browser, RemoteBrowser(port=clinic.port))


class Visitor:
    """Has the first page of the journey open, and presses its button again and again."""

    def __init__(self, clinic: Clinic) -> None:
        self._browser = RemoteBrowser(port=clinic.port)
        page = read(self._browser.get("/book/"))
        form = next(form for form in page.posts if "not_sure" in [button.value for button in form.buttons])
        self._sent: dict[str, Any] = {field.name: field.value for field in form.fields if field.kind == "hidden"}
        self._sent["treatment"] = "not_sure"

    def press(self) -> Answer:
        return self._browser.post("/book/", self._sent, follow=True)

    def look_and_press(self, *, seconds: float) -> set[tuple[int, bool]]:
        """Status and whether the clinic's phone is on the page."""
        found = set()
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            for answer in (self._browser.get("/"), self._browser.get("/book/"), self.press()):
                found.add((answer.status_code, PHONE in answer.content.decode()))
        return found


def mails_to(folder: Path, reference: str) -> int:
    return sum(reference in file.read_text(encoding="utf-8") for file in (folder / "mail").glob("*.eml"))
