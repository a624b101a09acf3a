"""A real Chromium in front of the shipped settings. Debian's chromium, without anything that calls home."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from booking.models import Appointment
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts
from services.models import WorkingHours
from tests.cast import Clinic, book, make_clinic, make_intake, make_treatment
from tests.environment import find_chromium

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE, DESK = (320, 640), (1280, 900)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, and Django would not let the test itself touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def clinic_of_today(transactional_db: None) -> Clinic:
    """Two therapists, four treatments, open every day."""
    clinic = make_clinic(therapists=2, rooms=2, opens="08:00", closes="20:00")
    for key in ("deep_tissue", "trigger_point", "myofascial_release", "swedish"):
        treatment = make_treatment(key=key, minutes=(30, 60, 90))
        for therapist in clinic.therapists:
            therapist.treatments.add(treatment)
    return clinic


def book_begun(clinic: Clinic, name: str, *, therapist: int = 0, **answers: Any) -> Appointment:
    """A visit that began within the last quarter of an hour, whatever the hour is; its form is three days old."""
    now = timezone.now()
    earlier = now - timedelta(days=1)
    WorkingHours.objects.update(opens=time(0), closes=time(23, 55))
    wish = clinic.wish(therapist=clinic.therapists[therapist])
    starts = list_starts(search=Search(wish, earlier, by_staff=True), first_date=earlier.date(), days=2)
    return book(
        clinic,
        max(start.starts_at for start in starts if start.starts_at <= now),
        therapist=therapist,
        name=name,
        intake=make_intake(answers=answers, now=now - timedelta(days=3)),
        now=earlier,
    )


@dataclass
class Desk:
    """Opens pages for people with different devices, and notes what the browser complains of."""

    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def sit(self, size: tuple[int, int] = DESK, *, script: bool = True, **more: Any) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, base_url=self.address, **more
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _note(self, message: ConsoleMessage) -> None:
        # That an error page has an error's status is no complaint.
        if message.type in ("error", "warning") and "Failed to load resource: the server responded" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def desk(chromium: Browser, clinic_of_today: Clinic, live_server: Any) -> Iterator[Desk]:
    desk = Desk(chromium, live_server.url)
    yield desk
    for context in desk.contexts:
        context.close()
    # A refused style or script (Content-Security-Policy) is told there, as is every error of ours.
    assert desk.complaints == []
