"""The policy as an owner reads and changes it in the panel."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clinic.models import AuditEntry
from services.models import ClinicPolicy
from tests.cast import Clinic, book, browser_of, make_member
from tests.pages import Page, press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def opened(browser: Browser) -> Page:
    return read(browser.get(reverse("panel:set_up_policy")))


def stored(*names: str) -> tuple[object, ...]:
    return tuple(getattr(ClinicPolicy.current(), name) for name in names)


def test_a_policy_that_is_sent_as_it_is_drawn_changes_nothing(owner: Browser) -> None:
    before = ClinicPolicy.objects.values().get()

    told = press(owner, opened(owner), "Save")

    assert "Nothing was changed." in told.html
    assert ClinicPolicy.objects.values().get() == before
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"notice_minutes": 100, "free_cancelling_hours": 25, "grid_minutes": 25},
        {"notice_minutes": 0, "free_cancelling_hours": 0, "hold_extension_minutes": 0, "undo_minutes": 0},
        {"notice_minutes": 43_200, "free_cancelling_hours": 720, "changes_by_phone": True, "contact_email": ""},
    ],
)
def test_whatever_is_stored_is_on_the_page_and_stays(owner: Browser, odd: dict[str, object]) -> None:
    ClinicPolicy.objects.update(**odd)

    told = press(owner, opened(owner), "Save", answers={"horizon_days": 90})

    assert "Saved." in told.html
    assert stored(*odd, "horizon_days") == (*odd.values(), 90)


def test_what_a_number_does_is_said_and_booked_visits_keep_their_deadline(owner: Browser, clinic: Clinic) -> None:
    book(clinic, "14:30", days=2)

    told = press(owner, opened(owner), "Save", answers={"free_cancelling_hours": 2, "notice_minutes": 90})

    assert "Saved. 1 coming visit keeps the deadline that its client was told." in told.html
    assert (
        "A visit on Monday 30 November, 14:00 is free to move or cancel until Monday 30 November, 12:00." in told.html
    )
    assert "Clients can book until 1 hour 30 minutes before." in told.html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"horizon_days": "0"}, "Write a number from 1 to 730."),
        ({"hold_minutes": ""}, "This field is required."),
        ({"contact_email": "nobody"}, "Write the whole address, like niamh@example.ie"),
        ({"late_cancelling_words": "x" * 301}, "Write at most 300 characters. These are 301."),
    ],
)
def test_what_can_not_be_is_refused_with_what_was_typed(owner: Browser, typed: dict[str, str], said: str) -> None:
    answer = send(owner, opened(owner), "Save", typed | {"advice_line": "HSE Live 1800 700 700"})

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    again = press(owner, read(answer), "Save", answers=dict.fromkeys(typed, "12") | {"contact_email": ""})
    assert ("Saved." in again.html, stored("advice_line")) == (True, ("HSE Live 1800 700 700",))


def test_who_saves_later_is_told_what_the_first_has_changed_and_loses_nothing(owner: Browser) -> None:
    other = browser_of(make_member("owner", name="maeve"))
    mine, theirs = opened(owner), opened(other)
    send(other, theirs, "Save", {"notice_minutes": 60})

    answer = send(owner, mine, "Save", {"horizon_days": 30})

    html = answer.content.decode()
    assert (answer.status_code, stored("notice_minutes", "horizon_days")) == (409, (60, 60))
    assert "maeve has changed this since you opened the page: “Shortest notice”." in html
    press(owner, read(answer), "Save")
    assert stored("notice_minutes", "horizon_days") == (60, 30)
