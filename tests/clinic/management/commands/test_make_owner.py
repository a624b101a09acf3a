"""`make_owner`: what it makes, what it refuses, and the link that it prints."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from clinic.models import StaffProfile
from tests.cast import PASSWORD
from tests.clinic.panel.pages import SIGN_IN, land, press

pytestmark = pytest.mark.django_db


def make_by_command(capsys: Any, *arguments: str) -> str:
    call_command("make_owner", *arguments)
    return str(capsys.readouterr().out.split()[-1].replace("http://127.0.0.1:8000", ""))


def test_make_owner_prints_a_link_that_sets_the_password_once(capsys: Any, settings: Any) -> None:
    settings.SITE_URL, settings.SECOND_FACTOR_REQUIRED = "", True
    link = make_by_command(capsys, "ann", "--link")
    browser = Browser()

    page = browser.get(link, follow=True)
    done = press(browser, page, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    again = Browser().get(link, follow=True)

    assert (done.request["PATH_INFO"], "Your new password is set." in done.content.decode()) == (SIGN_IN, True)
    assert "This link no longer works" in again.content.decode()
    assert land(browser) == SIGN_IN
    assert User.objects.get().check_password(PASSWORD)


def test_make_owner_adds_another_owner_and_refuses_a_name_that_is_taken(capsys: Any) -> None:
    call_command("make_owner", "ann", "--link")
    call_command("make_owner", "bob", "--link", "--email", "\u200bBob <bob@example.com>")

    for name in ("ann", "ANN"):
        with pytest.raises(CommandError, match="already"):
            call_command("make_owner", name, "--link")

    owners = StaffProfile.objects.filter(role="owner").order_by("pk")
    assert list(owners.values_list("user__email", flat=True)) == ["", "bob@example.com"]


@pytest.mark.parametrize("arguments", [("a b",), ("ann", "--email", "ann"), ("",)])
def test_make_owner_refuses_what_is_no_name_or_address(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("make_owner", "--link", *arguments)

    assert User.objects.count() == 0
