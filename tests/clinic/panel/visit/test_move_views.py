"""Reception moves a visit: from a list or by a drag, asked once, told or not, and taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, FormerPlace, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from tests.cast import EMAIL, NOW, TODAY, Clinic, at, book, soon
from tests.pages import Page, press, press_value, read

pytestmark = pytest.mark.django_db

THURSDAY = TODAY + timedelta(days=3)


def choose(browser: Browser, visit: Appointment, start: str = "2026-11-26T16:00") -> Page:
    """One of the free starts of the list: the page that asks once."""
    day, _t, time = start.partition("T")
    page = read(browser.get(reverse("panel:move", args=[visit.reference]), {"from": day, "after": time}))
    chosen = next(button for _form, button in page.starts if button.attrs["data-start"].startswith(start))
    return press_value(browser, page, chosen.value)


def words(page: Page) -> str:
    return " ".join(page.html.partition("<main")[2].split())


def told(visit: Appointment) -> list[tuple[str, str]]:
    rows = Message.objects.filter(appointment=visit, kind__in=["moved", "restored"]).order_by("id")
    return list(rows.values_list("kind", "state"))


def test_a_start_of_the_list_asks_once_and_writes_nothing(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, days=3, email=EMAIL)

    asked = choose(reception, visit)

    for fact in (
        "<dd>Thursday 26 November, 14:30, Therapist 1, Room 0</dd>",
        "<dd>Thursday 26 November, 16:00, Therapist 1, Room 0</dd>",
        "Then free to move or cancel until Wednesday 25 November, 16:00.",
        "It can be undone for 10 minutes.",
    ):
        assert fact in words(asked), fact
    assert Appointment.objects.get().starts_at == at("14:30", day=THURSDAY)


@pytest.mark.parametrize(
    ("button", "version", "said"),
    [
        ("Move, and email the client", 2, "Niamh Byrne will be told at 08:03, unless you undo it before."),
        ("Move without an email", 1, "The client is not told."),
    ],
)
def test_the_press_says_whether_the_client_is_told_and_the_move_is_taken_back(
    reception: Browser, clinic: Clinic, button: str, version: int, said: str
) -> None:
    visit = book(clinic, days=3, email=EMAIL)
    Message.objects.filter(kind="booked").update(state="sent")

    moved = press(reception, choose(reception, visit), button)
    after, queued = Appointment.objects.get(), told(visit)
    restored = press(reception, moved, "Undo the move")

    assert (after.starts_at, after.version, queued) == (
        at("16:00", day=THURSDAY),
        version,
        [("moved", "queued")] if version == 2 else [],
    )
    assert said in words(moved)
    assert "moved from 14:30 to 16:00, Therapist 1, Room 0." in words(moved)
    assert Appointment.objects.get().starts_at == at("14:30", day=THURSDAY)
    assert "Undo the move" not in restored.html
    assert "moved it back" in words(restored)


def test_without_an_email_nobody_is_asked_whether_to_send_one(reception: Browser, clinic: Clinic) -> None:
    asked = choose(reception, book(clinic, days=3))

    (form,) = [form for form in asked.posts if "start" in form.names]
    assert form.words == ["Move it"]
    assert "There is no email address: call the client." in words(asked)


def test_a_late_change_says_that_the_deadline_stays_and_what_it_costs(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, email=EMAIL)

    asked = choose(reception, visit, "2026-11-24T09:00")

    assert (
        "A late change: moving was free until Sunday 22 November, 14:30. "
        "After that, please call us. We may charge for the visit. The new time does not change that."
    ) in words(asked)


def test_a_move_that_came_from_the_board_leads_back_there_with_its_undo(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, days=3, email=EMAIL)
    target: dict[str, Any] = {
        "start": at("16:00", day=THURSDAY).isoformat(),
        "therapist": clinic.therapists[1].pk,
        "back": "board",
    }
    address = reverse("panel:move", args=[visit.reference])

    asked = read(reception.get(address, target))
    moved = press(reception, asked, "Move, and email the client")
    restored = press(reception, moved, "Undo the move")

    assert (moved.url, "date=2026-11-26" in moved.query) == (reverse("panel:board"), True)
    assert "moved from 14:30, Therapist 1 to 16:00, Therapist 2, Room 0." in words(moved)
    assert "Moved; taken until 08:10" in words(moved)
    assert (restored.url, "Undo the move" in restored.html) == (reverse("panel:board"), False)
    assert FormerPlace.objects.count() == 0


def test_the_bar_is_gone_once_the_time_is_over(reception: Browser, clinic: Clinic, time_machine: Any) -> None:
    moved = press(reception, choose(reception, book(clinic, days=3, email=EMAIL)), "Move, and email the client")
    time_machine.move_to(soon(10), tick=False)

    shown = read(reception.get(moved.url))
    late = press(reception, moved, "Undo the move")

    assert "Undo the move" not in shown.html
    assert (late.status, "The time to undo this has passed." in words(late)) == (422, True)


def test_staff_take_back_what_the_client_has_moved(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, days=3, email=EMAIL)
    appointments.move(appointment=visit, starts_at=at("16:00", day=THURSDAY), therapist_id=None, by=CLIENT, now=NOW)

    page = read(reception.get(reverse("panel:visit", args=[visit.reference])))
    press(reception, page, "Undo the move")

    assert Appointment.objects.get().starts_at == at("14:30", day=THURSDAY)


def test_a_drag_is_told_every_start_of_the_day_with_therapist_and_room_and_no_other(
    reception: Browser, clinic: Clinic
) -> None:
    visit, address = book(clinic, days=3, email=EMAIL), "panel:move_targets"
    book_other = {"day": THURSDAY.isoformat()}

    answer = reception.get(reverse(address, args=[visit.reference]), book_other).json()["targets"]

    by_first = [row["words"] for row in answer if row["therapist"] == clinic.therapists[0].pk]
    assert by_first[:2] == ["09:00, Therapist 1, Room 0", "09:15, Therapist 1, Room 0"]
    assert "14:45, Therapist 1, Room 0" in by_first  # it may overlap where it is
    assert by_first[-1] == "16:00, Therapist 1, Room 0"


@pytest.mark.parametrize("day", ["", "x", "1999-12-31", "0000-00-00"])
def test_a_day_that_is_none_has_no_targets(reception: Browser, clinic: Clinic, day: str) -> None:
    answer = reception.get(
        reverse("panel:move_targets", args=[book(clinic, days=3, email=EMAIL).reference]), {"day": day}
    )

    assert (answer.status_code, answer.json()) == (200, {"targets": []})


def test_what_is_under_way_can_be_dropped_nowhere(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, days=3, email=EMAIL)
    Appointment.objects.update(state=State.ARRIVED)

    answer = reception.get(reverse("panel:move_targets", args=[visit.reference]), {"day": THURSDAY.isoformat()})

    assert answer.json() == {"targets": []}
