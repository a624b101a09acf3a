"""A visitor without a script, who answers the page that is open and presses its button until the journey ends."""

from collections.abc import Mapping
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from tests.pages import Page, press, read

START = reverse("booking:treatment")
DETAILS = {"booker_name": "Niamh Byrne", "booker_email": "niamh@example.com", "for_whom": "me"}
MOST_PAGES = 20


def walk(browser: Browser, answers: Mapping[str, Any], *, treatments: tuple[str, ...] = ("swedish",)) -> Page:
    """From the first page to the booked visit, or to the page that says why not."""
    page = read(browser.get(START))
    for _ in range(MOST_PAGES):
        if page.url.startswith("/visit/") or page.outcome in ("EMERGENCY", "PHYSICIAN"):
            return page
        page = take_step(browser, page, answers, treatments=treatments)
    raise AssertionError(f"no end after {MOST_PAGES} pages: {page.url}, {page.title.strip()}")


def take_step(
    browser: Browser, page: Page, answers: Mapping[str, Any], *, treatments: tuple[str, ...] = ("swedish",)
) -> Page:
    """Answer the page that is open."""
    if page.starts:
        form, button = page.starts[0]
        return press(browser, page, form, button=button)
    if page.outcome in ("CLEAR", "CAUTION"):
        return read(browser.get(reverse("booking:when")))
    form = max(page.posts, key=lambda one: len(one.fields))
    wanted = {**DETAILS, **answers}
    if "treatment" in form.names:
        offered = [one.value for one in form.fields if one.name == "treatment"]
        wanted["treatment"] = next(value for key in treatments for value in offered if key in value and "60" in value)
    return press(browser, page, form, answers=wanted)
