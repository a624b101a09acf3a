"""A visit takes the price of its own day, by the clock of its place, and is on offer only on days with a price."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from booking.models import Appointment
from booking.scheduling import appointments
from booking.scheduling.appointments import NotAllowed, NotOnOffer
from booking.scheduling.availability import Reason
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import count_starts, find_start, next_starts, why_not_offered
from services.models import Price, TreatmentLength
from tests.cast import NOW, STAFF, TODAY, Clinic, at, book, details, make_clinic, make_draft, make_intake, soon

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

TOMORROW, THIRD_DAY = TODAY + timedelta(days=1), TODAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def _one_length(clinic: Clinic) -> None:
    TreatmentLength.objects.exclude(treatment=clinic.treatment, minutes=60).delete()


def price(clinic: Clinic, day: date, amount: int | None, *, minutes: int = 60) -> TreatmentLength:
    """From that day on; what was not there before is not offered before."""
    length, _is_new = TreatmentLength.objects.get_or_create(treatment=clinic.treatment, minutes=minutes)
    Price.objects.create(length=length, first_date=day, amount=amount and Decimal(amount))
    return length


def book_long(clinic: Clinic, start: datetime) -> Appointment:
    return appointments.book_by_staff(
        wish=Wish(clinic.treatment, 90, clinic.location, clinic.therapists[0].pk),
        starts_at=start,
        client=None,
        details=details(),
        intake=make_intake(),
        send_form=False,
        by=STAFF,
        now=NOW,
    )


def test_what_is_booked_costs_what_its_day_costs(clinic: Clinic) -> None:
    price(clinic, TOMORROW, 66)
    price(clinic, THIRD_DAY, 77)

    visits = [book(clinic, at("14:00", day=TODAY + timedelta(days=days))) for days in range(4)]

    assert [visit.price for visit in visits] == [60, 66, 77, 77]


def test_what_is_kept_online_costs_what_its_day_costs(clinic: Clinic) -> None:
    price(clinic, TOMORROW, 66)
    starts = [at("14:00", day=day) for day in (TODAY, TOMORROW)]

    kept = [
        appointments.keep_start(
            draft=make_draft(clinic=clinic),
            starts_at=start,
            therapist_id=clinic.therapists[0].pk,
            address=f"192.0.2.{number}",
            now=NOW,
        )
        for number, start in enumerate(starts)
    ]

    assert [visit.price for visit in kept] == [60, 66]


def test_a_day_begins_at_midnight_where_the_visit_takes_place() -> None:
    clinic = make_clinic(zone="Pacific/Auckland", opens="00:00", closes="02:00")
    price(clinic, THIRD_DAY, 66)

    before, after = (book(clinic, at("11:00", day=day)) for day in (TODAY, TOMORROW))

    assert [(visit.wall_time, visit.price) for visit in (before, after)] == [
        ("2026-11-24T00:00", 60),
        ("2026-11-25T00:00", 66),
    ]
    assert after.starts_at.date() == TOMORROW


def test_moving_keeps_the_price_and_another_length_takes_that_of_the_day(clinic: Clinic) -> None:
    price(clinic, TOMORROW, 66)
    longer = price(clinic, TODAY, 90, minutes=90)
    Price.objects.create(length=longer, first_date=TOMORROW, amount=Decimal(99))
    visit = book(clinic, "14:00")

    appointments.move(
        appointment=visit, starts_at=at("14:00", day=TOMORROW), therapist_id=visit.therapist_id, by=STAFF, now=soon(1)
    )
    moved = Appointment.objects.get().price
    appointments.change_treatment(appointment=visit, treatment=clinic.treatment, minutes=90, by=STAFF, now=soon(2))
    changed = Appointment.objects.get().price
    appointments.undo_treatment(appointment=visit, by=STAFF, now=soon(3))

    assert (moved, changed, Appointment.objects.get().price) == (60, 99, 60)


def test_starts_are_listed_on_days_with_a_price_only(clinic: Clinic) -> None:
    wish = Wish(clinic.treatment, 90, clinic.location)
    longer = price(clinic, TOMORROW, 90, minutes=90)
    Price.objects.create(length=longer, first_date=THIRD_DAY, amount=None)

    for by_staff in (False, True):
        counts = count_starts(search=Search(wish, NOW, by_staff=by_staff), first_date=TODAY, days=7)
        assert list(counts) == [TOMORROW]
    ((first,),) = next_starts(wishes=[wish], now=NOW, count=1)
    assert first.starts_at == at("09:00", day=TOMORROW)


@pytest.mark.parametrize(("days", "can_be_had"), [(0, False), (1, True), (2, False)])
def test_a_start_is_found_and_booked_exactly_where_its_day_has_a_price(
    clinic: Clinic, days: int, can_be_had: bool
) -> None:
    longer = price(clinic, TOMORROW, 90, minutes=90)
    Price.objects.create(length=longer, first_date=THIRD_DAY, amount=None)
    start = at("14:00", day=TODAY + timedelta(days=days))
    search = Search(Wish(clinic.treatment, 90, clinic.location, clinic.therapists[0].pk), NOW)

    found = (find_start(search=search, starts_at=start) is not None, why_not_offered(search=search, starts_at=start))

    assert found == ((True, None) if can_be_had else (False, Reason.NOT_OFFERED))
    if can_be_had:
        assert book_long(clinic, start).price == 90
    else:
        with pytest.raises((NotAllowed, NotOnOffer)) as refused:
            book_long(clinic, start)
        assert "not on offer" in str(refused.value)


def test_a_booked_visit_moves_to_a_day_on_which_its_length_is_not_offered_any_more(clinic: Clinic) -> None:
    price(clinic, TOMORROW, None)
    visit = book(clinic, "14:00")

    appointments.move(
        appointment=visit, starts_at=at("14:00", day=TOMORROW), therapist_id=visit.therapist_id, by=STAFF, now=soon(1)
    )

    moved = Appointment.objects.get()
    assert (moved.starts_at, moved.price) == (at("14:00", day=TOMORROW), 60)


def test_a_length_that_ends_before_the_day_is_no_treatment_for_the_visit(clinic: Clinic) -> None:
    price(clinic, TODAY, 90, minutes=90)
    visit = book(clinic, at("14:00", day=TOMORROW))
    price(clinic, TOMORROW, None, minutes=90)

    with pytest.raises(NotAllowed):
        appointments.change_treatment(appointment=visit, treatment=clinic.treatment, minutes=90, by=STAFF, now=soon(1))

    assert Appointment.objects.get().minutes == 60
