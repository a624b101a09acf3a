"""Staff at the panel, and visits for them to work with."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page

from booking.models import Appointment
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts
from tests.browser.conftest import DESK, Desk
from tests.cast import NAME, PASSWORD, Clinic, book, make_member
from tests.cast import sign_in as sign_in_without_form


def sign_in(page: Page) -> Page:
    """As a new owner, to the day."""
    make_member("owner", name="reception", password=PASSWORD)
    page.goto("/panel/")
    page.fill("[name=username]", "reception")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1#board-title")
    return page


def sit_signed_in(desk: Desk, size: tuple[int, int] = DESK) -> Page:
    """A new owner on the day, who came without the form: what a test of the panel begins with."""
    page = desk.sit(size)
    session = sign_in_without_form("owner", name="reception").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": desk.address}])
    page.goto("/panel/")
    page.wait_for_selector("h1#board-title")
    return page


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def book_tomorrow(
    clinic: Clinic, *, therapist: int = 0, number: int = 0, with_form: bool = True, name: str = NAME, **answers: Any
) -> Appointment:
    """A visit tomorrow, with a form of now. `number` counts the hours that are still free."""
    now = timezone.now()
    wish = clinic.wish(therapist=clinic.therapists[therapist])
    start = list_starts(search=Search(wish, now, by_staff=True), first_date=tomorrow().date(), days=1)[number * 4]
    return book(clinic, start.starts_at, therapist=therapist, name=name, answers=answers, with_form=with_form, now=now)
