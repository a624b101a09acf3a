"""A visitor without a script, who answers the page that is open and presses its button until the journey ends."""

from collections.abc import Mapping
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from tests.pages import Form, Page, press, press_value, read

START = reverse("booking:start")
DETAILS = {"booker_name": "Niamh Byrne", "booker_email": "niamh@example.com", "for_whom": "me"}
MOST_PAGES = 20


def walk(browser: Browser, answers: Mapping[str, Any], *, treatments: tuple[str, ...] = ("swedish",)) -> Page:
    """From the next time of a treatment on the start page to the booked visit, or to the page that says why not."""
    page = wish(browser, treatments=treatments)
    for _ in range(MOST_PAGES):
        if page.url.startswith("/visit/") or page.outcome in ("EMERGENCY", "PHYSICIAN"):
            return page
        page = take_step(browser, page, answers)
    raise AssertionError(f"no end after {MOST_PAGES} pages: {page.url}, {page.title.strip()}")


def wish(browser: Browser, *, treatments: tuple[str, ...] = ("swedish",), number: int = 0) -> Page:
    """Press a time on the start page: the page that follows."""
    page = read(browser.get(START))
    for key in treatments:
        starts = [(form, button) for form, button in page.starts if _sends(form, key)]
        if starts:
            form, button = starts[number]
            return press(browser, page, form, button=button)
    raise AssertionError(f"no time for {treatments} on the start page")


def choose(browser: Browser, treatment: str = "swedish:60") -> Page:
    """A treatment and length without a time, on the page of its times; or `not_sure` on that of all treatments."""
    key, _colon, minutes = treatment.partition(":")
    path = (
        reverse("booking:one_treatment", args=[key]) + f"?minutes={minutes}"
        if minutes
        else reverse("booking:treatment")
    )
    return press_value(browser, read(browser.get(path)), treatment)


def choices(page: Page) -> list[str]:
    """What can be chosen on the page of all treatments once the safety check is done: "swedish:60"."""
    return [button.value for form in page.posts for button in form.buttons if button.name == "treatment"]


def take_step(browser: Browser, page: Page, answers: Mapping[str, Any]) -> Page:
    """Answer the page that is open, and press its button."""
    if page.starts:
        form, button = page.starts[0]
        return press(browser, page, form, button=button)
    if page.outcome in ("CLEAR", "CAUTION"):
        return go_on(browser, page)
    form = max(page.posts, key=lambda one: len(one.fields))
    return press(browser, page, form, answers={**DETAILS, **answers})


def go_on(browser: Browser, page: Page) -> Page:
    """The one thing to press on a result."""
    for form in page.posts:
        for button in form.buttons:
            if "btn-primary" in button.attrs.get("class", ""):
                return press(browser, page, form, button=button)
    link = next(link for link in page.links if "btn-primary" in link.attrs.get("class", ""))
    return read(browser.get(link.href, follow=True))


def _sends(form: Form, key: str) -> bool:
    return any(one.name == "treatment" and one.value.startswith(f"{key}:") for one in form.fields)
