"""The month beside a day: how full each day is, in a fixed number of statements."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.panel.day.month import MonthDay, MonthPage, load_month, quarters
from clinic.panel.door.rights import Member
from services.facts import current, reading_once
from tests.cast import NOW, TODAY, Clinic, at, book, make_clinic, sign_in, take_off

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OWNER = Member(user_id=1, role="owner", therapist_id=None)


def month_of(clinic: Clinic, member: Member = OWNER) -> MonthPage:
    first = TODAY.replace(day=1)
    return load_month(location=clinic.location, first=first, day=TODAY, kept={}, member=member, now=NOW)


def day_of(page: MonthPage, number: int) -> MonthDay:
    return next(day for week in page.weeks for day in week if day.number == number and not day.is_elsewhere)


@pytest.mark.parametrize(
    ("load", "dots"), [(0.0, 0), (0.01, 1), (0.3, 1), (0.5, 2), (0.7, 3), (0.9, 3), (0.94, 3), (0.96, 4), (1.0, 4)]
)
def test_some_is_never_none_and_nearly_all_is_not_full(load: float, dots: int) -> None:
    assert quarters(load) == dots


def test_a_day_says_how_much_of_its_hours_is_booked() -> None:
    clinic = make_clinic()
    for time in ("09:00", "10:15", "11:30"):
        book(clinic, time)
    take_off(clinic.therapists[0], starts_at=at("00:00") + DAY, ends_at=at("00:00") + 2 * DAY)

    page = month_of(clinic)

    assert (page.title, len(page.weeks), page.jumps[1].query) == ("November 2026", 6, "?date=2026-12-14")
    assert day_of(page, 23) == MonthDay(
        number=23,
        words="Monday 23 November, half booked",
        query="?date=2026-11-23",
        dots="●●○○",
        is_closed=False,
        is_elsewhere=False,
        is_today=True,
        is_chosen=True,
    )
    assert [day_of(page, number).words for number in (24, 25)] == [
        "Tuesday 24 November, closed",
        "Wednesday 25 November, nothing booked",
    ]


def test_a_therapist_is_told_the_own_hours_only() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    book(clinic, "09:00", therapist=1)
    members = [Member(user_id=2, role="therapist", therapist_id=one.pk) for one in clinic.therapists]

    words = [day_of(month_of(clinic, member), 23).words for member in (*members, OWNER)]

    assert words == [f"Monday 23 November, {one} booked" for one in ("nothing", "a quarter", "a quarter")]


@pytest.mark.parametrize("therapists", [3, 30])
def test_statements_are_the_same_for_any_clinic(therapists: int) -> None:
    clinic = make_clinic(therapists=therapists, rooms=therapists)
    for number in range(therapists):
        book(clinic, "10:00", therapist=number)
    current()

    with reading_once(), CaptureQueriesContext(connection) as statements:
        month_of(clinic)

    assert len(statements) == 3


def test_a_date_three_weeks_ahead_is_two_presses_away(time_machine: Any) -> None:
    """The month, and three weeks on; what was chosen stays."""
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(rooms=2)
    asked: dict[str, Any] = {
        "date": TODAY.isoformat(),
        "location": clinic.location.pk,
        "room": clinic.rooms[1].pk,
        "only": "careful",
    }

    browser = sign_in("owner")
    board = browser.get(reverse("panel:board"), asked)
    month = browser.get(reverse("panel:month") + board.context["page"].links.month)
    there = browser.get(reverse("panel:board") + month.context["page"].jumps[1].query)

    page = there.context["page"]
    assert (page.board.day, page.only) == (date(2026, 12, 14), "careful")
    assert [room.is_chosen for room in page.rooms] == [False, True]


@pytest.mark.parametrize(("role", "may_change"), [("reception", True), ("therapist", False)])
def test_a_day_on_which_nobody_works_says_so_and_leads_to_the_next_that_has_hours(role: str, may_change: bool) -> None:
    clinic = make_clinic()
    for therapist in clinic.therapists:
        take_off(therapist, starts_at=at("00:00") + DAY, ends_at=at("00:00") + 3 * DAY)
    browser = sign_in(role, clinic)

    def said(day: date) -> tuple[bool, bool, bool]:
        html = browser.get(reverse("panel:board"), {"date": day.isoformat()}).content.decode()
        return (
            "Nobody works on this day." in html,
            re.search(r'href="\?date=2026-11-26[^"]*">\s*Next working day', html) is not None,
            "Change hours" in html,
        )

    assert said(TODAY + DAY) == (True, True, may_change)
    assert said(TODAY) == (False, False, False)
