"""Sends a page of the panel as the page draws it, and says where somebody ends who opens one."""

from collections.abc import Mapping
from typing import Any

from django.test import Client as Browser

from tests import pages
from tests.pages import Page

PANEL, SIGN_IN = "/panel/", "/panel/sign-in/"


def press(browser: Browser, page: Any, typed: Mapping[str, str]) -> Any:
    """Fill `typed` into the form of `page` that asks for all of it (the first one for nothing), send it and follow."""
    here = page.request["PATH_INFO"]
    query = page.request.get("QUERY_STRING", "")
    drawn = Page(url=here, status=page.status_code, html=page.content.decode())
    form = next(form for form in drawn.posts if form.names >= set(typed))
    sent = {one.name: one.value for one in form.fields if one.is_on} | dict(typed)
    return browser.post(form.action or f"{here}?{query}", sent, follow=True)


def put_on_to_do(browser: Browser, asked: Page) -> Page:
    """Of visits that a change would strand: choose To do for each. Without a script the button counts only once pressed."""
    form = next(form for form in asked.posts if "stranded_seen" in form.names)
    deeds = {name: "to_do" for name in form.names if name.startswith("stranded_deed_")}
    button = next(button for button in form.buttons if "data-before-button" in button.attrs)
    counted = pages.press(browser, asked, form, answers=deeds, button=button)
    if "data-before-button" not in counted.html:
        return counted
    return pages.press(browser, counted, f"{button.attrs['data-before-button']}, put {len(deeds)} on To do")


def land(browser: Browser, path: str = PANEL) -> str:
    """Where somebody ends who opens `path`."""
    return str(browser.get(path, follow=True).request["PATH_INFO"])
