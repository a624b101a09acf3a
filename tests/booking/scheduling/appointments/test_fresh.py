"""What whoever has just booked can put right."""

from datetime import timedelta

import pytest

from booking import links
from booking.messages import outbox
from booking.models import Appointment, Case, Claim, Client, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, By, Hand
from booking.scheduling.claims import find_drift
from services.models import ClinicPolicy
from tests.cast import NOW, TODAY, WITH_A_NOTE, at, book_online, details, make_clinic, soon

pytestmark = pytest.mark.django_db

TYPO = "naimh@example.com"
HAND = Hand(address="192.0.2.1")
THURSDAY = TODAY + timedelta(days=3)


def correct(visit: Appointment, email: str, *, minutes: int = 2) -> Appointment:
    return appointments.correct_email(appointment=visit, email=email, hand=HAND, now=soon(minutes))


def confirmations(visit: Appointment) -> list[tuple[str, str, str]]:
    rows = Message.objects.filter(appointment=visit, kind__in=["booked", "requested"]).order_by("id")
    return list(rows.values_list("kind", "state", "recipient"))


def send(*, minutes: int) -> None:
    outbox.send_due(now=soon(minutes), ask_gate=lambda visit, now: False)


def test_a_fresh_booking_is_undone_and_its_time_is_free_at_once() -> None:
    clinic = make_clinic()
    visit = book_online(clinic, days=3, email=TYPO)

    undone = appointments.undo_booking(appointment=visit, now=soon(9))

    assert (undone.state, undone.version, Claim.objects.count()) == (State.CANCELLED, 2, 0)
    assert [event.verb for event in visit.events.all()] == ["keep", "book", "undo booking"]
    told = Message.objects.filter(appointment=visit).exclude(kind="reminder").order_by("id")
    assert list(told.values_list("kind", "state")) == [("booked", "suppressed"), ("cancelled", "queued")]
    assert not Message.objects.filter(kind="reminder", state="queued").exists()
    assert book_online(clinic, days=3, email=TYPO).state == State.BOOKED
    assert list(find_drift(now=soon(9))) == []


def test_a_booking_inside_the_late_window_is_undone_too() -> None:
    visit = book_online(make_clinic(), email=TYPO)

    assert appointments.undo_booking(appointment=visit, now=soon(1)).state == State.CANCELLED


def test_a_fresh_request_is_undone_with_its_case() -> None:
    visit = book_online(make_clinic(), days=3, email=TYPO, answers=WITH_A_NOTE)

    undone = appointments.undo_booking(appointment=visit, now=soon(1))

    assert (undone.state, undone.deadline_at, Case.objects.get().state) == (State.CANCELLED, None, Case.State.CLOSED)


def test_undoing_a_booking_twice_is_once() -> None:
    visit = book_online(make_clinic(), days=3, email=TYPO)

    for _time in range(2):
        appointments.undo_booking(appointment=visit, now=soon(1))

    assert Appointment.objects.get().version == 2


def test_after_ten_minutes_a_booking_is_cancelled_and_not_undone() -> None:
    visit = book_online(make_clinic(), days=3, email=TYPO)

    with pytest.raises(appointments.TooLate, match="still cancel"):
        appointments.undo_booking(appointment=visit, now=soon(10))

    assert Appointment.objects.get().state == State.BOOKED


def test_a_booking_that_was_changed_since_is_no_fresh_one() -> None:
    visit = book_online(make_clinic(), days=3, email=TYPO)
    appointments.move(appointment=visit, starts_at=at("10:00", day=THURSDAY), therapist_id=None, by=CLIENT, now=soon(1))

    with pytest.raises(appointments.TooLate):
        appointments.undo_booking(appointment=visit, now=soon(2))


def test_what_staff_booked_is_nobodys_fresh_booking() -> None:
    clinic = make_clinic()
    visit = appointments.book_by_staff(
        wish=clinic.wish(),
        starts_at=at("10:00", day=THURSDAY),
        client=None,
        details=details(email=TYPO),
        intake=None,
        by=By("staff"),
        now=NOW,
    )

    assert appointments.undo_booking_until(visit) is None


def test_a_corrected_address_gets_the_mail_that_still_waited_and_only_that() -> None:
    visit = book_online(make_clinic(), days=3, email=TYPO)
    first = links.make_token(visit)

    corrected = correct(visit, "niamh@example.com")
    send(minutes=3)

    assert confirmations(visit) == [("booked", "sent", "niamh@example.com")]
    assert (corrected.link_generation, Client.objects.get().email) == (2, "niamh@example.com")
    with pytest.raises(links.BadLink):
        links.read_token(first)
    event = visit.events.latest("id")
    assert (event.verb, event.changes) == ("correct email", {"fields": ["booker_email", "link_generation"]})


def test_a_mail_that_is_out_already_goes_to_the_new_address_once() -> None:
    visit = book_online(make_clinic(), days=3, email=TYPO)
    send(minutes=1)

    for _time in range(2):
        correct(visit, "niamh@example.com")
        send(minutes=3)
    correct(visit, "Niamh@Example.com")
    send(minutes=4)

    assert confirmations(visit) == [("booked", "sent", "naimh@example.com"), ("booked", "sent", "niamh@example.com")]
    assert Appointment.objects.get().link_generation == 2


def test_a_mail_that_failed_is_followed_by_one_to_the_new_address() -> None:
    visit = book_online(make_clinic(), days=3, email=TYPO, answers=WITH_A_NOTE)
    Message.objects.filter(kind="requested").update(state="failed", reason="no such mailbox")

    correct(visit, "niamh@example.com")
    send(minutes=3)

    assert [row[:2] for row in confirmations(visit)] == [("requested", "suppressed"), ("requested", "sent")]


def test_a_person_who_was_there_before_is_not_edited() -> None:
    clinic = make_clinic()
    first = book_online(clinic, days=3, email=TYPO)
    assert first.client is not None
    second = book_online(clinic, "10:00", days=3, email=TYPO, client=first.client)

    correct(second, "niamh@example.com")

    assert (Client.objects.get().email, Appointment.objects.get(pk=first.pk).booker_email) == (
        "naimh@example.com",
        "naimh@example.com",
    )


def test_an_address_is_corrected_three_times_and_then_by_staff() -> None:
    visit = book_online(make_clinic(), days=3, email=TYPO)
    for number in range(3):
        visit = correct(visit, f"niamh{number}@example.com")

    with pytest.raises(appointments.TooManyCorrections):
        correct(visit, "niamh@example.com")

    assert Appointment.objects.get().booker_email == "niamh2@example.com"


def test_an_address_with_many_open_visits_is_no_correction() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    for start in ("09:00", "10:15", "11:30", "12:45"):
        book_online(clinic, start, days=3, email=TYPO)
    Appointment.objects.update(booker_email="ana@example.com")
    visit = book_online(clinic, "14:30", days=3, email=TYPO)

    with pytest.raises(appointments.TooManyOpen):
        correct(visit, "Ana@example.com")


def test_the_address_of_a_cancelled_visit_is_not_corrected() -> None:
    visit = book_online(make_clinic(), days=3, email=TYPO)
    appointments.cancel(appointment=visit, by=CLIENT, now=soon(1))

    with pytest.raises(appointments.NotAllowed):
        correct(visit, "niamh@example.com")

    assert ClinicPolicy.current().undo_minutes == 10
