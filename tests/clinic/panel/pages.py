"""Sends a page of the panel as the page draws it, and says where somebody ends who opens one."""

from collections.abc import Mapping
from typing import Any

from django.test import Client as Browser

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


def land(browser: Browser, path: str = PANEL) -> str:
    """Where somebody ends who opens `path`."""
    return str(browser.get(path, follow=True).request["PATH_INFO"])
