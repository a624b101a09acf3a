"""How much of the calendar one hand can take, and that the honest neighbour is let through beside it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from booking import limits
from booking.intake.gate import GateRefused
from booking.models import Appointment, Client, Draft, Message, Origin, State
from booking.scheduling import appointments
from booking.scheduling.appointments import Details, Hand, TooLate, TooManyKept, TooManyOpen, TooManyWaiting, bounds
from booking.scheduling.claims import find_drift
from booking.tasks import sweep
from services.models import Treatment, TreatmentLength
from tests.cast import NOW, TODAY, Clinic, at, make_clinic, make_draft, soon

pytestmark = pytest.mark.django_db

HERE, NEIGHBOUR = "192.0.2.1", "192.0.2.2"
# Six a day and therapist, on the days after today.
TIMES = [at(f"{hour}:00", day=TODAY + timedelta(days=day)) for day in range(1, 6) for hour in ("09", "11", "13", "15")]


def keep(clinic: Clinic, starts_at: datetime, *, address: str = HERE, now: datetime = NOW, therapist: int = 0) -> Draft:
    draft = make_draft(clinic=clinic, now=now)
    appointments.keep_start(
        draft=draft, starts_at=starts_at, therapist_id=clinic.therapists[therapist].pk, address=address, now=now
    )
    return draft


def want(clinic: Clinic, starts_at: datetime, *, now: datetime = NOW) -> Draft:
    draft = make_draft(clinic=clinic, now=now)
    appointments.want_unkept(draft=draft, starts_at=starts_at, therapist_id=clinic.therapists[0].pk, now=now)
    return draft


def press_book(
    draft: Draft, email: str = "", *, now: datetime = NOW, address: str = HERE, device: str = ""
) -> Appointment:
    details = Details(
        name="Niamh Byrne", booker_name="Niamh Byrne", booker_email=email or f"{draft.pk.lower()}@example.com"
    )
    hand = Hand(address=address, device=device)
    return appointments.book(draft=draft, details=details, key=f"key-{draft.pk}", now=now, hand=hand)


def kinds(visit: Appointment) -> list[tuple[str, str]]:
    return list(Message.objects.filter(appointment=visit).exclude(kind="reminder").values_list("kind", "state"))


# --- One network ------------------------------------------------------------------------------------------------------


def test_one_network_keeps_eight_starts_and_its_neighbour_one_more() -> None:
    clinic = make_clinic()
    for moment in TIMES[:8]:
        keep(clinic, moment)

    with pytest.raises(TooManyKept):
        keep(clinic, TIMES[8])
    neighbour = keep(clinic, TIMES[8], address=NEIGHBOUR)
    later = keep(clinic, TIMES[9], now=soon(10))

    assert [draft.hold.appointment.state for draft in (neighbour, later)] == [State.HELD] * 2


def test_addresses_of_one_ipv6_network_are_one_hand() -> None:
    clinic = make_clinic()
    for number, moment in enumerate(TIMES[:8]):
        keep(clinic, moment, address=f"2001:db8:1:2::{number:x}")

    with pytest.raises(TooManyKept):
        keep(clinic, TIMES[8], address="2001:db8:1:2:ffff::")
    assert keep(clinic, TIMES[8], address="2001:db8:1:3::").hold.appointment.state == State.HELD


def test_booking_ends_the_kept_start_but_not_the_count() -> None:
    clinic = make_clinic()
    for moment in TIMES[:8]:
        press_book(keep(clinic, moment))

    with pytest.raises(TooManyKept):
        keep(clinic, TIMES[8])


def test_cancelling_and_booking_again_is_no_way_around() -> None:
    clinic = make_clinic()
    for moment in TIMES[:8]:
        visit = press_book(keep(clinic, moment))
        appointments.cancel(appointment=visit, by=appointments.CLIENT, now=NOW)

    with pytest.raises(TooManyKept):
        keep(clinic, TIMES[8])


def test_a_large_clinic_lets_a_network_hold_a_tenth_of_its_free_week() -> None:
    clinic = make_clinic(therapists=4, rooms=4)
    hours = bounds.free_hours(now=NOW)
    wanted = [(moment, number) for moment in TIMES for number in range(4)]

    for moment, number in wanted[:20]:
        keep(clinic, moment, therapist=number)
    with pytest.raises(TooManyKept):
        keep(clinic, wanted[20][0], therapist=wanted[20][1])

    # Four therapists, eight hours, seven days; each start takes 75 minutes.
    assert (hours, bounds.free_hours(now=NOW)) == (224, 199)


def test_beyond_that_a_start_is_booked_without_being_kept_and_waits_for_a_press() -> None:
    clinic = make_clinic()
    for moment in TIMES[:8]:
        keep(clinic, moment)

    draft = want(clinic, TIMES[8])
    still_free = keep(clinic, TIMES[9], address=NEIGHBOUR)
    visit = press_book(draft, "crowd@example.com")

    assert (visit.state, visit.deadline_at, visit.client) == (State.HELD, soon(30), None)
    assert kinds(visit) == [("confirm_email", "queued")]
    assert still_free.hold.appointment.state == State.HELD
    assert list(find_drift(now=NOW)) == []


def test_what_waits_for_a_press_is_bounded_too() -> None:
    clinic = make_clinic()
    for moment in TIMES[:8]:
        press_book(want(clinic, moment))

    with pytest.raises(TooManyWaiting):
        press_book(want(clinic, TIMES[8]))
    neighbour = press_book(want(clinic, TIMES[8]), address=NEIGHBOUR)
    after_half_an_hour = press_book(want(clinic, TIMES[9], now=soon(30)), now=soon(30))

    assert (neighbour.state, after_half_an_hour.state) == (State.HELD, State.HELD)


def test_an_honest_crowd_behind_one_address_books_as_many_as_it_likes_by_pressing() -> None:
    clinic = make_clinic()
    for moment in TIMES[:8]:
        press_book(keep(clinic, moment))

    crowd = [appointments.confirm_email(appointment=press_book(want(clinic, moment)), now=NOW) for moment in TIMES[8:]]

    assert [visit.state for visit in crowd] == [State.BOOKED] * len(TIMES[8:])


# --- One email, one browser -------------------------------------------------------------------------------------------


def test_the_fifth_open_visit_of_an_email_waits_for_a_press_and_the_thirteenth_is_for_staff() -> None:
    clinic = make_clinic()
    states = []
    for number, moment in enumerate(TIMES[:12]):
        visit = press_book(
            keep(clinic, moment, address=f"192.0.2.{number}"), "Niamh@Example.com", address=f"192.0.2.{number}"
        )
        states.append(visit.state)
        if visit.state == State.HELD:
            appointments.confirm_email(appointment=visit, now=NOW)

    with pytest.raises(TooManyOpen):
        press_book(keep(clinic, TIMES[12], address=NEIGHBOUR), "niamh@example.com", address=NEIGHBOUR)
    neighbour = press_book(keep(clinic, TIMES[13], address=NEIGHBOUR), "aoife@example.com", address=NEIGHBOUR)

    assert states == [State.BOOKED] * 4 + [State.HELD] * 8
    assert neighbour.state == State.BOOKED


def test_visits_that_are_over_do_not_count() -> None:
    clinic = make_clinic()
    for moment in TIMES[:4]:
        press_book(keep(clinic, moment), "niamh@example.com")
    later = TIMES[3] + timedelta(hours=2)

    visit = press_book(keep(clinic, TIMES[8], now=later), "niamh@example.com", now=later)

    assert visit.state == State.BOOKED


def test_the_fifth_open_visit_of_a_browser_waits_for_a_press_whatever_its_email() -> None:
    clinic = make_clinic()

    states = [press_book(keep(clinic, moment), device="one browser").state for moment in TIMES[:5]]
    other = press_book(keep(clinic, TIMES[6]), device="another browser").state

    assert (states, other) == ([State.BOOKED] * 4 + [State.HELD], State.BOOKED)


# --- The press --------------------------------------------------------------------------------------------------------


def waiting() -> Appointment:
    return press_book(want(make_clinic(), at("14:30")), "niamh@example.com")


@pytest.mark.parametrize("model", [Treatment, TreatmentLength], ids=["treatment", "length"])
def test_a_press_in_the_mail_books_nothing_that_was_taken_off_the_list(model: Any) -> None:
    visit = waiting()
    model.objects.update(is_active=False)

    with pytest.raises(appointments.TooLate):
        appointments.confirm_email(appointment=visit, now=soon(29))

    assert Appointment.objects.get(pk=visit.pk).state == State.HELD


def test_a_press_in_the_mail_books_the_visit() -> None:
    visit = waiting()

    booked = appointments.confirm_email(appointment=visit, now=soon(29))

    booked.refresh_from_db()
    assert booked.client is not None
    assert (booked.state, booked.deadline_at, booked.client.name) == (State.BOOKED, None, "Niamh Byrne")
    assert booked.intake is not None
    assert booked.intake.client == booked.client
    assert list(booked.events.values_list("verb", flat=True)) == ["wait for press", "book"]
    assert kinds(booked) == [("confirm_email", "queued"), ("booked", "queued")]
    assert booked.claims.filter(kind="client").count() == 12
    assert not hasattr(Appointment.objects.get(), "hold")
    assert list(find_drift(now=NOW)) == []


def test_a_second_press_changes_nothing() -> None:
    visit = waiting()
    appointments.confirm_email(appointment=visit, now=soon(1))

    again = appointments.confirm_email(appointment=visit, now=soon(2))

    assert (again.state, Client.objects.count(), again.events.count()) == (State.BOOKED, 1, 2)


def test_a_press_too_late_books_nothing_and_nobody_is_remembered(time_machine: Any) -> None:
    visit = waiting()

    with pytest.raises(TooLate):
        appointments.confirm_email(appointment=visit, now=soon(30))
    time_machine.move_to(soon(30), tick=False)
    sweep()

    gone = Appointment.objects.get()
    assert (gone.state, gone.booker_name, gone.booker_email) == (State.EXPIRED, "", "")
    assert (Client.objects.count(), gone.claims.count(), Origin.objects.count()) == (0, 0, 0)


def test_after_half_an_hour_the_same_visitor_can_book_again(time_machine: Any) -> None:
    draft = want(make_clinic(), at("14:30"))
    press_book(draft)
    time_machine.move_to(soon(30), tick=False)
    sweep()

    again = appointments.want_unkept(
        draft=draft, starts_at=at("14:30"), therapist_id=Appointment.objects.get().therapist_id, now=soon(30)
    )
    draft.refresh_from_db()
    visit = appointments.book(
        draft=draft,
        details=Details(name="Niamh", booker_name="Niamh", booker_email="niamh@example.com"),
        key="another",
        now=soon(31),
        hand=Hand(address=HERE),
    )

    assert (again.pk, visit.state) == (None, State.HELD)


def test_the_gate_is_asked_again_at_the_press() -> None:
    visit = waiting()
    Appointment.objects.update(intake=None)

    with pytest.raises(GateRefused):
        appointments.confirm_email(appointment=visit, now=soon(1))

    assert Appointment.objects.get().state == State.HELD


def test_a_kept_start_is_not_booked_by_a_press() -> None:
    draft = keep(make_clinic(), at("14:30"))

    with pytest.raises(TooLate):
        appointments.confirm_email(appointment=draft.hold.appointment, now=NOW)


def test_what_was_taken_meanwhile_is_not_wanted_any_more() -> None:
    clinic = make_clinic()
    draft = want(clinic, at("14:30"))
    keep(clinic, at("14:30"), address=NEIGHBOUR)

    with pytest.raises(appointments.SlotTaken):
        press_book(draft)
    assert appointments.find_unkept(draft=draft, now=NOW) is None


def test_keeping_another_start_forgets_the_one_that_could_not_be_kept() -> None:
    clinic = make_clinic()
    draft = want(clinic, at("14:30"))

    appointments.keep_start(
        draft=draft, starts_at=at("11:00"), therapist_id=clinic.therapists[0].pk, address=HERE, now=NOW
    )
    draft.refresh_from_db()

    assert appointments.find_unkept(draft=draft, now=NOW) is None


def test_where_booking_happened_is_kept_as_hashes_and_no_longer_than_needed(time_machine: Any) -> None:
    visit = press_book(keep(make_clinic(), at("14:30")), device="a key of a session")
    kept = str(list(Origin.objects.values()))

    time_machine.move_to(at("14:30"), tick=False)
    sweep()

    assert (HERE in kept, "a key of" in kept) == (False, False)
    assert (Appointment.objects.get() == visit, Origin.objects.count()) == (True, 0)


def test_a_visit_that_waits_for_a_press_is_not_held_where_its_email_would_not_go_out() -> None:
    clinic = make_clinic()
    limits.take(*[(limits.MAILS, "victim@example.com")] * 20, now=NOW)

    with pytest.raises(TooManyWaiting):
        press_book(want(clinic, TIMES[0]), "Victim@example.com", address=NEIGHBOUR)
    neighbour = press_book(want(clinic, TIMES[1]), "neighbour@example.com", address=NEIGHBOUR)

    assert list(Appointment.objects.values_list("pk", "state")) == [(neighbour.pk, State.HELD)]
