"""What the words of a mail depend on. All of them are in the golden files of test_content.py."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from booking.messages import visit_words
from booking.models import Appointment, FormerPlace, State
from services.models import ClinicPolicy
from tests.booking.messages.factories import make_visit
from tests.booking.scheduling.appointments.test_moving import move
from tests.cast import NOW, STAFF, Clinic, at, book_online, soon

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NO_WAY_BACK = ("This is the new time. The earlier one is no longer kept for you.",)


def moved(visit: Appointment, now: datetime) -> tuple[str, ...]:
    return visit_words.moved(visit, ClinicPolicy.current(), now).paragraphs


def test_a_client_reads_until_when_a_move_can_be_undone_while_it_can(clinic: Clinic) -> None:
    visit = move(book_online(clinic), "11:00")
    kept_until = FormerPlace.objects.get().kept_until

    told = [moved(visit, now) for now in (kept_until - timedelta(seconds=1), kept_until)]

    assert kept_until == soon(15)
    assert told == [("This is the new time. You can undo this until 08:15.",), NO_WAY_BACK]


def test_of_a_move_by_staff_no_undo_is_offered(clinic: Clinic) -> None:
    visit = move(book_online(clinic), "11:00", by=STAFF)

    assert moved(visit, soon(6)) == NO_WAY_BACK


def test_a_cancelled_visit_leads_to_its_undo_while_there_is_one_and_then_to_a_new_booking() -> None:
    visit = make_visit(state=State.CANCELLING, cancelled_from=State.BOOKED, deadline_at=soon(10))

    before, after = (visit_words.cancelled(visit, ClinicPolicy.current(), now) for now in (soon(9), soon(10)))

    assert (before.paragraphs, before.button, before.url) == (
        ("Your visit is cancelled. You can undo this until 08:10.",),
        "See or undo",
        "",
    )
    assert (after.paragraphs, after.button, after.url) == (
        ("Your visit is cancelled, and the time is free for others.",),
        "Choose a new time",
        f"{settings.SITE_URL}/book/",
    )


def test_moments_are_by_the_clock_of_the_place() -> None:
    """Late in the evening UTC it is the next day in Tokyo."""
    visit = make_visit(starts_at=at("23:30"), zone="Asia/Tokyo", state=State.REQUESTED, deadline_at=NOW)

    said = visit_words.moment_of(visit), visit_words.until_of(visit), str(visit_words.day_of(visit))

    assert said == ("Tuesday 24 November, 08:30", "Monday 23 November, 17:00", "2026-11-24")
