"""Another treatment or length in place: price, claims, version, mail; refused with the true reason, and undone."""

from decimal import Decimal
from typing import Any

import pytest

from booking.models import Appointment, Claim, Message
from booking.scheduling import appointments
from booking.scheduling.appointments import NotOnOffer, SlotTaken
from booking.scheduling.claims import find_drift
from services.models import Treatment, TreatmentLength
from services.refusals import Refusal
from tests.cast import NOW, STAFF, Clinic, at, book, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def longer(clinic: Clinic) -> TreatmentLength:
    return TreatmentLength.objects.update_or_create(
        treatment=clinic.treatment, minutes=90, defaults={"price": Decimal(120), "is_active": True}
    )[0]


def change(visit: Appointment, length: TreatmentLength, *, minutes: int = 5, **more: Any) -> Appointment:
    return appointments.change_treatment(
        appointment=visit, treatment=length.treatment, minutes=length.minutes, by=STAFF, now=soon(minutes), **more
    )


def facts(visit: Appointment) -> tuple[str, int, Decimal, str, int, int]:
    visit.refresh_from_db()
    cells = Claim.objects.filter(appointment=visit, kind=Claim.Kind.THERAPIST).count()
    return (visit.reference, visit.minutes, visit.price, f"{visit.ends_at:%H:%M}", visit.version, cells)


def test_a_longer_visit_has_its_price_end_claims_and_mail_under_the_same_reference(
    clinic: Clinic, longer: TreatmentLength
) -> None:
    visit = book(clinic, "14:00", email="niamh@example.com")
    Message.objects.filter(kind="booked").update(state="sent")
    before = facts(visit)

    change(visit, longer)
    changed = facts(visit)
    change(visit, longer)
    appointments.undo_treatment(appointment=visit, by=STAFF, now=soon(6))
    appointments.undo_treatment(appointment=visit, by=STAFF, now=soon(7))

    reference, minutes, price, end, version, cells = before
    assert (minutes, end) == (60, "15:00")
    assert changed == (reference, 90, Decimal(120), "15:30", version + 1, cells + 6)
    assert facts(visit) == (reference, minutes, price, end, version + 2, cells)
    assert list(find_drift(now=soon(7))) == []
    assert [event.verb for event in visit.events.all()][-2:] == ["change treatment", "undo treatment"]
    mails = Message.objects.filter(appointment=visit).exclude(kind="reminder").order_by("version")
    assert list(mails.values_list("kind", "version")) == [
        ("booked", version),
        ("changed", version + 1),
        ("restored", version + 2),
    ]


def test_a_visit_that_is_off_the_grid_or_outside_of_hours_changes_where_it_is(
    clinic: Clinic, longer: TreatmentLength
) -> None:
    off_grid, outside = book(clinic, "14:00"), book(clinic, "10:00", therapist=1, name="Cian Walsh")
    for visit, start in ((off_grid, "14:05"), (outside, "16:30")):
        appointments.move(
            appointment=visit,
            starts_at=at(start),
            therapist_id=visit.therapist_id,
            by=STAFF,
            now=NOW,
            reason="The bus is late.",
        )

    change(off_grid, longer)
    change(outside, longer)
    appointments.undo_treatment(appointment=off_grid, by=STAFF, now=soon(6))

    assert (facts(off_grid)[1:4:2], facts(outside)[1:4:2]) == ((60, "15:05"), (90, "18:00"))
    assert list(find_drift(now=soon(6))) == []


def test_a_visit_that_would_end_after_hours_only_now_is_refused(clinic: Clinic, longer: TreatmentLength) -> None:
    visit = book(clinic, "16:00")
    appointments.move(
        appointment=visit, starts_at=at("15:50"), therapist_id=visit.therapist_id, by=STAFF, now=NOW, reason="The bus."
    )

    with pytest.raises(NotOnOffer):
        change(visit, longer)

    assert facts(visit)[1] == 60


def test_a_change_that_meets_the_next_visit_says_so_and_changes_nothing(
    clinic: Clinic, longer: TreatmentLength
) -> None:
    visit = book(clinic, "14:00")
    book(clinic, "15:15", name="Cian Walsh")
    before = facts(visit)

    with pytest.raises(SlotTaken):
        change(visit, longer)

    assert facts(visit) == before


def test_a_treatment_that_the_therapist_does_not_give_is_refused(clinic: Clinic) -> None:
    visit = book(clinic, "14:00")
    other = Treatment.objects.exclude(pk=clinic.treatment.pk).first()
    assert other is not None
    length = TreatmentLength.objects.filter(treatment=other).first() or TreatmentLength.objects.create(
        treatment=other, minutes=60, price=Decimal(90)
    )
    TreatmentLength.objects.update(is_active=True)
    Treatment.objects.update(is_active=True)
    before = facts(visit)

    with pytest.raises(Refusal):
        change(visit, length)

    assert facts(visit) == before


def test_undo_ends_with_its_time_and_with_the_next_thing_that_happens(clinic: Clinic, longer: TreatmentLength) -> None:
    visit = book(clinic, "14:00")
    change(visit, longer)

    with pytest.raises(appointments.TooLate):
        appointments.undo_treatment(appointment=visit, by=STAFF, now=soon(60))

    assert facts(visit)[1] == 90
    assert soon(60) > NOW


def test_a_client_who_is_not_told_gets_no_mail_and_the_version_stays(clinic: Clinic, longer: TreatmentLength) -> None:
    visit = book(clinic, "14:00", email="niamh@example.com")
    version = facts(visit)[4]

    change(visit, longer, tell_client=False)

    assert facts(visit)[4] == version
    assert Message.objects.filter(appointment=visit, kind=Message.Kind.BOOKED).count() == 1
