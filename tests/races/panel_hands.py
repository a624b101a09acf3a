"""Members of staff, each in a process of its own, who press a button of the panel at the same moment."""

from datetime import datetime
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.utils import timezone

from clinic.panel.choosing import saving
from clinic.panel.choosing.sent import Sent
from clinic.panel.door.rights import Member
from clinic.panel.door.waiting import MAIL
from clinic.panel.to_do.taking import TakenAlready, take
from tests.races.contest import keep_one


def press(*, session: str, path: str, values: dict[str, Any]) -> list[Any]:
    """POST as who has `session`, empty for nobody: the status and, of a page, its messages and errors."""
    browser = Browser(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    browser.cookies[settings.SESSION_COOKIE_NAME] = session
    answer = browser.post(path, values)
    page = answer.content.decode() if answer.status_code != 302 else ""
    return [answer.status_code, [word for word in WORDS if word in page]]


# What a loser may be told; a page that says none of it has told nothing.
WORDS = (
    "is taken at",
    "after you had opened it",
    "has it already",
    "This link no longer works",
    "Nobody else owns the clinic",
    "Something has changed since this was shown",
    "not everything could be done",
    "Somebody has changed this",
)


def take_up(*, row_id: int, user_id: int) -> str:
    """Take a failed mail up, as the page does, but for its record."""
    user = User.objects.get(pk=user_id)
    member = Member(user_id=user.pk, role="reception", therapist_id=None)
    try:
        take(kind=MAIL, row_id=row_id, member=member, by=user, now=timezone.now())
    except TakenAlready:
        return "has it already"
    return "ok"


def press_or_keep(*, action: str, **arguments: Any) -> list[Any]:
    """A press in the panel, or a visitor who keeps a start of the public page."""
    if action == "press":
        return press(**arguments)
    if action == "press unguarded":
        return press_unguarded(**arguments)
    kept = keep_one(**arguments, now=datetime.now().astimezone().isoformat())
    return [kept, []]


def press_unguarded(**arguments: Any) -> list[Any]:
    """A press that believes what its page showed, and goes on where something could not be done."""
    settle = saving._settle

    def go_on(*args: Any, **kwargs: Any) -> dict[str, str]:
        settle(*args, **kwargs)
        return {}

    with (
        mock.patch.object(Sent, "why_not_yet", return_value=""),
        mock.patch.object(saving, "_settle", go_on),
    ):
        return press(**arguments)
