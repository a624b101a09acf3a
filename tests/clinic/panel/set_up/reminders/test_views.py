"""The list of reminders as an owner reads and changes it."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Message
from clinic.models import AuditEntry
from services.models import ClinicPolicy
from tests.cast import Clinic, at, book_online, browser_of, make_member
from tests.pages import Page, press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]
USUAL = [{"hours_before": 27}, {"hours_before": 3, "only_unconfirmed": True}]


def opened(browser: Browser) -> Page:
    return read(browser.get(reverse("panel:set_up_reminders")))


def stored() -> object:
    return ClinicPolicy.current().reminder_plan


def test_a_list_that_is_sent_as_it_is_drawn_changes_nothing(owner: Browser) -> None:
    told = press(owner, opened(owner), "Save")

    assert ("Nothing was changed." in told.html, stored(), AuditEntry.objects.count()) == (True, USUAL, 0)


def test_lines_are_added_changed_turned_off_and_removed_and_only_save_stores_them(
    owner: Browser, clinic: Clinic
) -> None:
    visit = book_online(clinic, "14:30", days=3)
    page = press(owner, opened(owner), "Add: on a day before")
    page = press(owner, page, "Remove line 1")
    page = press(owner, page, "Add: hours before", answers={"at2": "17:30", "whom2": "unconfirmed"})

    assert ("Not saved yet." in page.html, stored()) == (True, USUAL)
    told = press(owner, page, "Save", answers={"on3": [], "before3": "720"})

    assert "Saved. 1 coming visit follows." in told.html
    assert stored() == [
        {"hours_before": 3, "only_unconfirmed": True},
        {"days_before": 1, "at": "17:30", "only_unconfirmed": True},
        {"hours_before": 12, "off": True},
    ]
    waiting = Message.objects.filter(appointment=visit, kind="reminder", state="queued").order_by("due_at")
    start = at("14:30") + timedelta(days=3)
    assert list(waiting.values_list("due_at", flat=True)) == [
        (start - timedelta(days=1)).replace(hour=17),
        start - timedelta(hours=3),
    ]


def test_the_example_follows_without_a_script(owner: Browser) -> None:
    page = press(owner, opened(owner), "Show the example", answers={"before1": "1440", "visit": "soon"})
    other = press(owner, page, "Show the example", answers={"visit": "next-week"})

    assert "Booked on Thursday 3 December, 12:30 for Thursday 3 December, 14:30." in page.html
    assert "Only the confirmation, and no reminder." in page.html
    assert "<strong>Wednesday 2 December, 14:30</strong>\n        <span>Reminder</span>" in other.html
    assert stored() == USUAL


def test_ten_lines_are_the_most(owner: Browser) -> None:
    page = opened(owner)
    for _number in range(8):
        page = press(owner, page, "Add: hours before")

    assert "Add: hours before" not in page.html
    press(owner, page, "Save")
    assert len(ClinicPolicy.current().reminder_plan) == 10


def test_the_same_line_twice_is_refused_and_stays_on_the_page(owner: Browser) -> None:
    page = press(owner, opened(owner), "Add: hours before")

    answer = send(owner, page, "Save", {"before3": "1620"})

    again = read(answer)
    assert (answer.status_code, "Lines 1 and 3 say the same." in again.html, stored()) == (422, True, USUAL)
    press(owner, press(owner, again, "Remove line 3"), "Save")
    assert stored() == USUAL


def test_who_saves_later_is_told_and_keeps_the_list_as_typed(owner: Browser) -> None:
    other = browser_of(make_member("owner", name="maeve"))
    mine = press(owner, opened(owner), "Remove line 2")
    send(other, opened(other), "Save", {"quiet_from": "20:00"})

    answer = send(owner, mine, "Save")

    html = answer.content.decode()
    assert (answer.status_code, stored()) == (409, USUAL)
    assert "maeve has changed this since you opened the page: “Never from”." in html
    press(owner, read(answer), "Save")
    assert (stored(), ClinicPolicy.current().quiet_from.hour) == ([{"hours_before": 27}], 20)


def test_no_reminders_at_all_is_a_list_too(owner: Browser) -> None:
    page = press(owner, press(owner, opened(owner), "Remove line 1"), "Remove line 1")

    told = press(owner, page, "Save")

    assert ("No reminders. Clients get the confirmation only." in told.html, stored()) == (True, [])


def test_a_list_that_can_not_be_read_shows_what_is_sent(owner: Browser) -> None:
    ClinicPolicy.objects.update(reminder_plan=[{"hours": 3}])

    press(owner, opened(owner), "Save")

    assert stored() == USUAL
