"""Staff at the panel, and visits for them to work with."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts
from clinic.models import StaffProfile
from tests.browser.conftest import book_begun
from tests.cast import Clinic, make_intake

__all__ = ["OWNER", "PASSWORD", "book", "book_begun", "sign_in", "tomorrow"]
PASSWORD = "a long enough password"
OWNER = "owner"


def sign_in(page: Page) -> Page:
    """As a new owner, to the day."""
    user = User.objects.create_user("reception", password=PASSWORD)
    StaffProfile.objects.create(user=user, role=OWNER)
    page.goto("/panel/")
    page.fill("[name=username]", "reception")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1#board-title")
    return page


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def book(
    clinic: Clinic,
    *,
    name: str = "Niamh Byrne",
    therapist: int = 0,
    number: int = 0,
    with_form: bool = True,
    **answers: Any,
) -> Appointment:
    """A visit tomorrow, with a form of now. `number` counts the hours that are still free."""
    now = timezone.now()
    wish = clinic.wish(therapist=clinic.therapists[therapist])
    start = list_starts(search=Search(wish, now, by_staff=True), first_date=tomorrow().date(), days=1)[number * 4]
    return appointments.book_by_staff(
        wish=wish,
        starts_at=start.starts_at,
        client=None,
        details=Details(name=name, booker_name=name, booker_email=""),
        intake=make_intake(answers=answers, now=now) if with_form else None,
        by=By("staff"),
        now=now,
    )
