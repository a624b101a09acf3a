"""Answers the pages of the journey in a browser, with the mouse."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Locator, Page

from booking.cases import clearances
from booking.cases.clearances import Letter
from booking.models import Case, Clearance, Client
from booking.web.journey import SESSION_KEY
from services.models import Location, Room, Therapist, Treatment
from tests.cast import Clinic, make_draft, make_intake

NOTHING: dict[str, Any] = {
    "consent": "true",
    "age_years": "40",
    "complaint_type": "relaxation_only",
    "emergency_symptoms": "none",
    "signs_now": "none",
    "conditions": "none",
    "medications": "none",
    "body": "none",
}
PAIN = NOTHING | {
    "complaint_type": "pain",
    "sites": "neck",
    "onset": "by_itself",
    "duration": "up_to_2_weeks",
    "pattern": "weekly",
    "severity": "moderate",
    "pain_signs": "none",
    "head_symptoms": "none",
    "background": "none",
    "feel": "hard_to_move",
}
DETAILS = {"booker_name": "Niamh O’Sullivan", "booker_email": "niamh@example.ie"}


def go_on(page: Page) -> None:
    """The page's primary button or link."""
    press(page.locator("main .btn-primary").first)


def press(button: Locator) -> None:
    """Press it and wait for the page that follows, however slow the line.

    For its load, not for a navigation: what the script writes into the history counts as one too.
    """
    with button.page.expect_event("load"):
        button.click()


def choose(page: Page, treatment: str = "swedish:60") -> None:
    """A treatment and length without a time; or `not_sure`."""
    key, _colon, minutes = treatment.partition(":")
    page.goto(f"/book/treatment/{key}/?minutes={minutes}" if minutes else "/book/")
    press(page.locator(f"main button[name=treatment][value='{treatment}']"))


def wish(page: Page, treatment: str = "swedish", *, number: int = 0) -> None:
    """Press one of the next times of a treatment on the start page."""
    page.goto("/")
    press(page.locator(f"#{treatment} button[data-start]").nth(number))


def answer(page: Page, answers: Mapping[str, Any]) -> None:
    """Whatever of the answers the page asks, in its order; the page stays open."""
    for name, value in answers.items():
        fields = page.locator(f"main form [name='{name}']:visible")
        if not fields.count():
            continue
        kind = fields.first.evaluate("field => field.type")
        if kind in ("radio", "checkbox"):
            page.check(f"main form [name='{name}'][value='{value}']")
        elif kind == "select-one":
            fields.first.select_option(value)
        else:
            fields.first.fill(value)


def answer_all(page: Page, answers: Mapping[str, Any]) -> None:
    """Through all pages of the safety check, to the result."""
    for _page in range(12):
        if "/book/safety/" not in page.url:
            return
        answer(page, answers)
        go_on(page)
    raise AssertionError(page.url)


def take_seat(page: Page, answers: dict[str, Any] | None = None, *, then: str = "/book/when/") -> None:
    """A visitor whose safety check is done, without walking through it. `answers` are what is not as usual in it."""
    clinic_of_the_test = Clinic(
        location=Location.objects.get(),
        treatment=Treatment.objects.get(key="swedish"),
        therapists=list(Therapist.objects.all()),
        rooms=list(Room.objects.all()),
    )
    session = SessionStore()
    session[SESSION_KEY] = make_draft(clinic=clinic_of_the_test, answers=answers, now=timezone.now()).pk
    session.create()
    page.goto("/privacy/")  # a page of this host, to hang the cookie on
    page.context.add_cookies([{"name": "sessionid", "value": str(session.session_key), "url": urljoin(page.url, "/")}])
    page.goto(then)


def keep_start(page: Page) -> None:
    """From the result to the details, with a start some days ahead."""
    page.goto("/book/when/")
    press_start(page, day=3, number=2)


def press_start(page: Page, *, day: int, number: int = 0) -> None:
    """A start of a day on the page, both counted from 0; later days are folded."""
    shown = page.locator("section.day").nth(day)
    if shown.locator("details").count():
        shown.locator("summary").click()
    press(shown.locator("button[data-start]").nth(number))


def give_details(page: Page) -> None:
    """From the details to the booked visit."""
    for name, value in DETAILS.items():
        page.fill(f"[name={name}]", value)
    page.check("[name=for_whom][value=me]")
    go_on(page)


def book_all(page: Page) -> str:
    """A visit, from the choice of a start on; returns its address."""
    take_seat(page)
    keep_start(page)
    give_details(page)
    return page.url


def clear_person(client: Client) -> Clearance:
    """A physician's letter for this person, recorded by staff."""
    letter = Letter(
        written_by="Dr Farrell",
        written_date=timezone.now().date(),
        allowed_treatments=("swedish",),
        valid_until=timezone.now().date() + timedelta(days=30),
    )
    make_intake(
        answers={"conditions": ["cancer"], "cancer_status": "active", "doctor_review": "not_seen"},
        client=client,
        now=timezone.now(),
    )
    case = Case.objects.latest("id")
    return clearances.record_clearance(
        case=case, letter=letter, by=User.objects.create(username="owner"), now=timezone.now()
    )
