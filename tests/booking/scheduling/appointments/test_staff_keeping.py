from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from booking.intake.gate import GateRefused
from booking.models import Appointment, Claim, Client, Message, SlotHold, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By, SlotTaken
from booking.scheduling.claims import find_drift
from tests.cast import DOCTOR_FIRST, NOW, Clinic, at, book, book_online, details, make_client, make_clinic, make_intake

pytestmark = pytest.mark.django_db
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def hand() -> By:
    return By("staff", User.objects.create_user("reception"))


def keep(clinic: Clinic, hand: By, start: str = "14:00", client: Client | None = None) -> Appointment:
    wish = clinic.wish(therapist=clinic.therapists[0])
    return appointments.keep_for_staff(wish=wish, starts_at=at(start), by=hand, now=NOW, client=client)


def test_what_staff_keep_nobody_else_gets_for_ten_minutes(clinic: Clinic, hand: By) -> None:
    kept = keep(clinic, hand)

    with pytest.raises(SlotTaken):
        book_online(clinic, "14:00")
    assert (kept.state, kept.deadline_at, kept.client) == (State.HELD, NOW + TEN_MINUTES, None)
    assert (list(find_drift(now=NOW)), Message.objects.count()) == ([], 0)
    later = NOW + TEN_MINUTES
    assert book_online(clinic, "14:00", now=later).state == State.BOOKED


def test_booking_turns_the_kept_start_into_the_visit(clinic: Clinic, hand: By) -> None:
    kept = keep(clinic, hand)

    visit = appointments.book_by_staff(
        wish=clinic.wish(therapist=clinic.therapists[0]),
        starts_at=at("14:00"),
        client=None,
        details=details(),
        intake=None,
        by=hand,
        now=NOW,
    )

    assert (visit.pk, visit.reference, visit.state, visit.deadline_at) == (kept.pk, kept.reference, State.BOOKED, None)
    assert list(visit.events.values_list("verb", flat=True)) == ["keep", "book"]
    assert (SlotHold.objects.count(), list(find_drift(now=NOW))) == (0, [])


def test_one_hand_keeps_one_start(clinic: Clinic, hand: By) -> None:
    first, second = keep(clinic, hand, "14:00"), keep(clinic, hand, "09:30")

    assert (first.pk, SlotHold.objects.count()) == (second.pk, 1)
    assert book(clinic, "14:00").state == State.BOOKED
    assert appointments.find_kept_for_staff(by=hand, now=NOW) == second


def test_a_start_is_given_back(clinic: Clinic, hand: By) -> None:
    kept = keep(clinic, hand)

    appointments.release_for_staff(by=hand, now=NOW)
    appointments.release_for_staff(by=hand, now=NOW)

    kept.refresh_from_db()
    assert (kept.state, Claim.objects.count(), SlotHold.objects.count()) == (State.EXPIRED, 0, 0)
    assert list(kept.events.values_list("verb", "by__username")) == [("keep", "reception"), ("expire", "reception")]


def test_a_start_that_nobody_books_runs_out(clinic: Clinic, hand: By) -> None:
    keep(clinic, hand)

    assert appointments.find_kept_for_staff(by=hand, now=NOW + TEN_MINUTES) is None
    assert appointments.expire_overdue(now=NOW + TEN_MINUTES) == 1
    assert (Claim.objects.count(), SlotHold.objects.count()) == (0, 0)


def test_a_colleague_can_not_take_it(hand: By) -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    keep(clinic, hand)
    colleague = By("staff", User.objects.create_user("other"))

    with pytest.raises(SlotTaken):
        keep(clinic, colleague)
    with pytest.raises(SlotTaken):
        book(clinic, "14:00", by=colleague)


def test_for_a_known_person_the_gate_is_asked_at_once(clinic: Clinic, hand: By) -> None:
    client = make_client()
    make_intake(client=client, answers=DOCTOR_FIRST)

    with pytest.raises(GateRefused):
        keep(clinic, hand, client=client)
    assert SlotHold.objects.count() == 0


def test_without_a_named_therapist_the_kept_start_decides(hand: By) -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    wish = replace(clinic.wish(), therapist_id=clinic.therapists[1].pk)
    kept = appointments.keep_for_staff(wish=wish, starts_at=at("14:00"), by=hand, now=NOW)

    visit = appointments.book_by_staff(
        wish=clinic.wish(), starts_at=at("14:00"), client=None, details=details(), intake=None, by=hand, now=NOW
    )

    assert (visit.pk, visit.therapist_id) == (kept.pk, clinic.therapists[1].pk)
