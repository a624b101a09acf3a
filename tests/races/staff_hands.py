"""People at the door and owners, each in a process of their own, who press at the same moment; and what goes wrong where
the question is asked before the lock."""

from typing import Any
from unittest import mock

from django.utils import timezone

from booking.links import read_invitation
from clinic.panel.door import invitations, staff_changes
from clinic.panel.door.owners import is_last_owner
from clinic.panel.door.password_views import NewPasswordView
from tests.races.panel_hands import press


def press_as_shipped(*, about: Any, **pressed: Any) -> list[Any]:
    """Nothing is taken away."""
    return press(**pressed)


def press_with_an_old_answer_about_the_invitation(*, about: str, **pressed: Any) -> list[Any]:
    """`about`: its token."""
    early = read_invitation(about, now=timezone.now())
    with mock.patch.object(invitations, "read_invitation", return_value=early):
        return press(**pressed)


def press_without_asking_whether_the_password_was_set(*, about: Any, **pressed: Any) -> list[Any]:
    with mock.patch.object(NewPasswordView, "_is_first", return_value=True):
        return press(**pressed)


def press_with_an_old_answer_about_owners(*, about: int, **pressed: Any) -> list[Any]:
    """`about`: whose role is taken."""
    with mock.patch.object(staff_changes, "is_last_owner", return_value=is_last_owner(about)):
        return press(**pressed)
