"""How long somebody stays signed in, in panel and admin, and what ends it at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import StaffProfile
from tests.cast import NOW, PASSWORD, Clinic, make_superuser
from tests.pages import read, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PLACES = ("panel:board", "admin:index")
REFRESH = {"X-Refresh": "1"}
IDLE, LONGEST, SECOND = timedelta(minutes=15), timedelta(hours=12), timedelta(seconds=1)
Travel = Callable[[timedelta], None]


@pytest.fixture
def travel(time_machine: Any) -> Travel:
    """Moves the clock to so long after signing in."""

    def move(since: timedelta) -> None:
        time_machine.move_to(NOW + since, tick=False)

    move(timedelta())
    return move


@pytest.fixture
def boss(clinic: Clinic, travel: Travel) -> Browser:
    """An owner who is a superuser too, and so may enter both places; signed in by the form."""
    make_superuser()
    browser = Browser()
    type_password(browser)
    return browser


def type_password(browser: Browser) -> None:
    page = read(browser.get(reverse("panel:sign_in")))
    answer = send(browser, page, "Sign in", {"username": "boss", "password": PASSWORD})
    assert answer.status_code == 302


def is_in(browser: Browser, place: str, **headers: Any) -> bool:
    answer = browser.get(reverse(place), headers=headers or None)
    assert answer.status_code in {200, 302}
    return answer.status_code == 200


@pytest.mark.parametrize("place", PLACES)
def test_after_a_quarter_of_an_hour_without_doing_anything_the_session_ends(
    place: str, boss: Browser, travel: Travel
) -> None:
    assert is_in(boss, place)

    travel(IDLE)
    at_the_last_moment = is_in(boss, place)
    travel(IDLE + IDLE + SECOND)
    too_late = is_in(boss, place)

    assert (at_the_last_moment, too_late) == (True, False)


@pytest.mark.parametrize("place", PLACES)
def test_that_somebody_is_there_is_written_down_once_a_minute(place: str, boss: Browser, travel: Travel) -> None:
    is_in(boss, place)
    written = []

    for seconds in (1, 59, 60, 61, 119, 120):
        travel(timedelta(seconds=seconds))
        with CaptureQueriesContext(connection) as statements:
            is_in(boss, place)
        written.append(any("UPDATE" in one["sql"] and "django_session" in one["sql"] for one in statements))

    assert written == [False, False, True, False, False, True]


@pytest.mark.parametrize("place", PLACES)
def test_after_twelve_hours_the_session_ends_however_busy(place: str, boss: Browser, travel: Travel) -> None:
    is_in(boss, place)
    minutes = timedelta(minutes=14)
    stayed = []
    for number in range(1, LONGEST // minutes + 1):
        travel(number * minutes)
        stayed.append(is_in(boss, place))

    travel(LONGEST + SECOND)

    assert set(stayed) == {True}
    assert not is_in(boss, place)


def test_the_boards_own_refresh_keeps_nobody_signed_in(boss: Browser, travel: Travel) -> None:
    is_in(boss, "panel:board")
    refreshed = []
    for number in range(1, 18):
        travel(number * timedelta(minutes=1))
        refreshed.append(is_in(boss, "panel:board", **REFRESH))

    assert refreshed == [True] * 15 + [False] * 2


def test_a_session_that_begins_with_a_refresh_ends_too(boss: Browser, travel: Travel) -> None:
    assert is_in(boss, "panel:board", **REFRESH)

    travel(IDLE + SECOND)

    assert not is_in(boss, "panel:board", **REFRESH)


def test_without_the_mark_of_a_refresh_it_would_go_on(boss: Browser, travel: Travel) -> None:
    """The control: the same rhythm, by somebody who is there."""
    for number in range(1, 18):
        travel(number * timedelta(minutes=1))
        assert is_in(boss, "panel:board")


def test_signing_in_again_begins_anew(boss: Browser, travel: Travel) -> None:
    travel(IDLE + SECOND)
    assert not is_in(boss, "panel:board")

    type_password(boss)

    assert is_in(boss, "panel:board")


@pytest.mark.parametrize("place", PLACES)
def test_who_is_disabled_is_out_at_once(place: str, boss: Browser) -> None:
    assert is_in(boss, place)

    User.objects.update(is_active=False)

    assert not is_in(boss, place)


@pytest.mark.parametrize("place", PLACES)
def test_a_changed_password_ends_every_other_session(place: str, boss: Browser) -> None:
    assert is_in(boss, place)

    user = User.objects.get()
    user.set_password("another long password")
    user.save()

    assert not is_in(boss, place)


def test_a_role_that_is_taken_away_opens_nothing_any_more(boss: Browser) -> None:
    assert is_in(boss, "panel:board")

    StaffProfile.objects.all().delete()
    User.objects.update(is_superuser=False)

    assert boss.get(reverse("panel:board")).status_code == 403


def test_a_lower_role_counts_from_the_next_click(boss: Browser) -> None:
    assert is_in(boss, "panel:trail")

    StaffProfile.objects.update(role="reception")

    assert boss.get(reverse("panel:trail")).status_code == 403
    assert is_in(boss, "panel:board")


def test_who_is_no_superuser_any_more_is_out_of_the_admin(boss: Browser) -> None:
    assert is_in(boss, "admin:index")

    User.objects.update(is_superuser=False)

    assert not is_in(boss, "admin:index")


@pytest.mark.parametrize("name", ["board", "cases", "messages", "trail", "board_csv"])
def test_no_page_of_the_panel_stays_in_the_browsers_memory(name: str, boss: Browser) -> None:
    assert "no-store" in boss.get(reverse(f"panel:{name}"))["Cache-Control"]
