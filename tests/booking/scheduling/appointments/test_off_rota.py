"""With a reason staff book and move off the grid and outside of hours, never over others and never past the gate."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from booking.intake.gate import GateRefused
from booking.models import Appointment, AppointmentEvent, State, Stranding
from booking.scheduling import appointments
from booking.scheduling.appointments import OVERRIDE, By, NotOnOffer, SlotTaken
from booking.scheduling.availability import Reason
from booking.scheduling.claims import find_drift
from booking.scheduling.stranding import review_all, waiting
from tests.cast import DOCTOR_FIRST, NOW, Clinic, at, book, details, make_client, make_intake

pytestmark = pytest.mark.django_db
WHY = "She flies at noon"


@pytest.fixture
def hand() -> By:
    return By("staff", User.objects.create_user("reception"))


def book_at(clinic: Clinic, hand: By, start: str, reason: str = WHY, **more: Any) -> Appointment:
    return appointments.book_by_staff(
        wish=clinic.wish(therapist=clinic.therapists[0]),
        starts_at=at(start),
        details=details(),
        by=hand,
        now=NOW,
        reason=reason,
        **{"client": None, "intake": None} | more,
    )


def last_event(visit: Appointment) -> tuple[str, str, dict[str, Any]]:
    event = AppointmentEvent.objects.filter(appointment=visit).latest("pk")
    return event.verb, event.reason, event.changes


@pytest.mark.parametrize(
    ("start", "rule"), [("10:05", "off_grid"), ("08:30", "off_shift"), ("16:30", "off_shift"), ("19:00", "off_shift")]
)
def test_a_reason_outweighs_the_grid_and_the_hours(start: str, rule: str, clinic: Clinic, hand: By) -> None:
    visit = book_at(clinic, hand, start)

    assert (visit.state, visit.starts_at, visit.room) == (State.BOOKED, at(start), clinic.rooms[0])
    assert last_event(visit) == ("book", WHY, {OVERRIDE: rule})
    assert list(find_drift(now=NOW)) == []


@pytest.mark.parametrize("reason", ["", "  ", "\u2800"])
def test_without_a_reason_it_is_refused_as_for_everybody(reason: str, clinic: Clinic, hand: By) -> None:
    with pytest.raises(NotOnOffer) as refused:
        book_at(clinic, hand, "19:00", reason)

    assert refused.value.reason is Reason.OFF_SHIFT
    assert Appointment.objects.count() == 0


def test_a_reason_that_was_not_needed_is_not_kept(clinic: Clinic, hand: By) -> None:
    assert last_event(book_at(clinic, hand, "10:00")) == ("book", "", {})


@pytest.mark.parametrize("start", ["10:05", "13:05", "15:10"])
def test_never_over_another_visit_or_its_turnover(start: str, clinic: Clinic, hand: By) -> None:
    book(clinic, "10:00")
    book(clinic, "14:00")

    with pytest.raises(SlotTaken):
        book_at(clinic, hand, start)
    assert Appointment.objects.count() == 2


def test_never_between_the_five_minutes(clinic: Clinic, hand: By) -> None:
    with pytest.raises(NotOnOffer) as refused:
        book_at(clinic, hand, "09:07")

    assert refused.value.reason is Reason.OFF_GRID


def test_never_into_the_past(clinic: Clinic, hand: By) -> None:
    with pytest.raises(NotOnOffer) as refused:
        book_at(clinic, hand, "07:30")

    assert refused.value.reason is Reason.PAST


def test_never_past_the_gate(clinic: Clinic, hand: By) -> None:
    client = make_client()
    intake = make_intake(client=client, answers=DOCTOR_FIRST)

    with pytest.raises(GateRefused):
        book_at(clinic, hand, "19:00", client=client, intake=intake)


def test_anyone_is_somebody_who_works_then(clinic: Clinic, hand: By) -> None:
    with pytest.raises(NotOnOffer):
        appointments.book_by_staff(
            wish=clinic.wish(),
            starts_at=at("19:00"),
            client=None,
            details=details(),
            intake=None,
            by=hand,
            now=NOW,
            reason=WHY,
        )


def test_it_does_not_wait_for_a_new_time(clinic: Clinic, hand: By) -> None:
    visit = book_at(clinic, hand, "19:00")

    review_all(now=NOW)

    assert list(waiting(now=NOW)) == []
    assert list(Stranding.objects.values_list("appointment", "why", "kept_by")) == [(visit.pk, "hours", hand.user.pk)]  # type: ignore[union-attr]


def test_a_visit_moves_there_and_back(clinic: Clinic, hand: By) -> None:
    visit = book(clinic, "10:00")
    move = {"appointment": visit, "starts_at": at("19:05"), "therapist_id": clinic.therapists[0].pk, "by": hand}

    with pytest.raises(NotOnOffer):
        appointments.move(**move, now=NOW)  # type: ignore[arg-type]
    moved = appointments.move(**move, now=NOW, reason=WHY)  # type: ignore[arg-type]
    verb, reason, changes = last_event(moved)

    assert (moved.starts_at, verb, reason, changes[OVERRIDE]) == (at("19:05"), "move", WHY, "off_shift")
    assert list(waiting(now=NOW)) == []
    back = appointments.undo_move(appointment=moved, by=hand, now=NOW)
    assert (back.starts_at, list(find_drift(now=NOW))) == (at("10:00"), [])
    assert not Stranding.objects.filter(ended_at=None).exists()


def test_a_client_s_words_outweigh_nothing(clinic: Clinic) -> None:
    visit = book(clinic, "10:00")

    with pytest.raises(NotOnOffer):
        appointments.move(
            appointment=visit,
            starts_at=at("19:00"),
            therapist_id=clinic.therapists[0].pk,
            by=appointments.CLIENT,
            now=NOW,
            reason=WHY,
        )
