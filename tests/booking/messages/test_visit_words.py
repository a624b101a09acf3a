"""What the words of a mail depend on. All of them are in the golden files of test_content.py."""

from datetime import datetime, timedelta

import pytest

from booking.messages import visit_words
from booking.messages.letters import make_visit_letter
from booking.models import Appointment, FormerPlace, State
from services.models import ClinicPolicy
from tests.booking.messages.factories import make_visit
from tests.booking.scheduling.appointments.test_moving import move
from tests.cast import NOW, STAFF, TODAY, Clinic, at, book_online, soon

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LATER = "After that, please call us. We may charge for the visit."
NO_WAY_BACK = ("This is the new time. The earlier one is no longer kept for you.",)


def moved(visit: Appointment, now: datetime) -> tuple[str, ...]:
    return visit_words.moved(visit, ClinicPolicy.current(), now).paragraphs


def test_a_client_reads_until_when_a_move_can_be_undone_while_it_can(clinic: Clinic) -> None:
    visit = move(book_online(clinic), "11:00")
    kept_until = FormerPlace.objects.get().kept_until

    told = [moved(visit, now) for now in (kept_until - timedelta(seconds=1), kept_until)]

    assert kept_until == soon(15)
    assert told == [("You can undo this until 08:15.",), NO_WAY_BACK]


def test_of_a_move_by_staff_no_undo_is_offered(clinic: Clinic) -> None:
    visit = move(book_online(clinic), "11:00", by=STAFF)

    assert moved(visit, soon(6)) == NO_WAY_BACK


def test_a_cancelled_visit_leads_to_its_undo_while_there_is_one_and_then_to_a_new_booking() -> None:
    visit = make_visit(state=State.CANCELLING, cancelled_from=State.BOOKED, deadline_at=soon(10))

    before, after = (visit_words.cancelled(visit, ClinicPolicy.current(), now) for now in (soon(9), soon(10)))

    assert (before.paragraphs, before.button, before.url) == (
        ("Nothing is charged. You can undo this until 08:10.",),
        "Book another time",
        "",
    )
    assert (after.paragraphs, after.button, after.url) == (
        ("Your visit is cancelled, and the time is free for others.",),
        "Book another time",
        "",
    )


def test_a_visit_cancelled_late_is_not_said_to_cost_nothing() -> None:
    visit = make_visit(starts_at=soon(180), state=State.CANCELLING, cancelled_from=State.BOOKED, deadline_at=soon(10))

    assert visit_words.cancelled(visit, ClinicPolicy(), NOW).paragraphs == (
        f"The free time ended on Sunday 22 November, 11:00. {LATER} You can undo this until 08:10.",
    )


def test_a_reminder_names_the_day_as_who_reads_it_would() -> None:
    visit = make_visit(starts_at=at("12:00", day=TODAY + timedelta(days=1)))
    sent = [NOW, at("12:00"), at("08:00", day=TODAY + timedelta(days=1)), at("12:00", day=TODAY - timedelta(days=2))]

    words = [visit_words.reminder(visit, ClinicPolicy(), now) for now in sent]

    asks = "Please tell us that you are coming, or choose another time."
    assert [one.subject for one in words] == [
        "Tomorrow, 12:00",
        "Tomorrow, 12:00",
        "Today, 12:00",
        "Tuesday 24 November, 12:00",
    ]
    assert [one.paragraphs for one in words] == [
        (f"Free to move or cancel until today, 12:00. {LATER}", asks),
        (asks,),
        (asks,),
        (f"Free to move or cancel until Monday 23 November, 12:00. {LATER}", asks),
    ]


def test_moments_are_by_the_clock_of_the_place() -> None:
    """Late in the evening UTC it is the next day in Tokyo."""
    visit = make_visit(starts_at=at("23:30"), zone="Asia/Tokyo", state=State.REQUESTED, deadline_at=NOW)

    said = visit_words.moment_of(visit), visit_words.until_of(visit), str(visit_words.day_of(visit))

    assert said == ("Tuesday 24 November, 08:30", "Monday 23 November, 17:00", "2026-11-24")


def test_where_the_clinic_wants_a_call_mails_have_no_button_for_it_and_name_the_phone(clinic: Clinic) -> None:
    visit, policy = book_online(clinic), ClinicPolicy(changes_by_phone=True)
    kinds = (visit_words.booked, visit_words.moved, visit_words.restored, visit_words.choose_again)

    buttons = {kind(visit, policy, NOW).button for kind in kinds}
    letter = make_visit_letter(
        visit_words.reminder, visit=visit, policy=policy, now=NOW, has_calendar_file=False, is_reminder=True
    )

    assert buttons == {"See this visit"}
    assert letter.paragraphs[-1] == "Please tell us that you are coming, or call us for another time."
    assert letter.free_until[-1] == "To move or cancel, please call us: 01 555 0142."
