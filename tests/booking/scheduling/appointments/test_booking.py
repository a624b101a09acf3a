from typing import Any

import pytest

from booking.models import Appointment, Client, Draft, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import Details
from booking.scheduling.claims import cells, find_drift
from services.models import Treatment, TreatmentLength
from tests.cast import NOW, Clinic, at, make_client, make_clinic, make_draft, soon

pytestmark = pytest.mark.django_db

DETAILS = Details(name="Niamh Byrne", booker_name="Niamh Byrne", booker_email="niamh@example.com")


def keep(clinic: Clinic, start: str = "14:30", **fields: Any) -> Draft:
    draft = make_draft(clinic=clinic, **fields)
    appointments.keep_start(
        draft=draft, starts_at=at(start), therapist_id=clinic.therapists[0].pk, address="192.0.2.1", now=NOW
    )
    return draft


def test_booking_a_kept_start() -> None:
    draft = keep(make_clinic())

    visit = appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(5))

    visit.refresh_from_db()
    assert visit.client is not None
    assert visit.intake is not None
    assert (visit.state, visit.version, visit.deadline_at, visit.client.name) == (State.BOOKED, 1, None, "Niamh Byrne")
    assert list(visit.events.values_list("verb", "actor")) == [("keep", "client"), ("book", "client")]
    assert [claim.cell for claim in visit.claims.filter(kind="client")] == list(cells(at("14:30"), at("15:30")))
    assert visit.intake.client == visit.client
    assert Message.objects.filter(appointment=visit, kind="booked").count() == 1
    assert list(find_drift(now=NOW)) == []


def test_the_same_key_with_the_same_details_is_one_visit() -> None:
    draft = keep(make_clinic())
    first = appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(5))

    again = appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(30))

    assert again == first
    assert (Appointment.objects.count(), Client.objects.count(), Message.objects.filter(kind="booked").count()) == (
        1,
        1,
        1,
    )


def test_the_same_key_with_other_details_says_so() -> None:
    draft = keep(make_clinic())
    first = appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(5))
    other = Details(name="Aoife", booker_name="Aoife", booker_email="aoife@example.com")

    with pytest.raises(appointments.KeyReused) as refusal:
        appointments.book(draft=draft, details=other, key="k1", now=soon(6))

    assert refusal.value.appointment == first
    assert Client.objects.get().name == "Niamh Byrne"


def test_another_tab_of_the_same_journey_books_nothing_more() -> None:
    draft = keep(make_clinic())
    first = appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(5))

    with pytest.raises(appointments.AlreadyBooked) as refusal:
        appointments.book(draft=draft, details=DETAILS, key="k2", now=soon(6))

    assert refusal.value.appointment == first


def test_somebody_elses_key_tells_nothing() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    appointments.book(draft=keep(clinic), details=DETAILS, key="k1", now=soon(5))

    with pytest.raises(appointments.NothingKept):
        appointments.book(draft=make_draft(clinic=clinic), details=DETAILS, key="k1", now=soon(6))


def test_a_start_that_ran_out_is_not_booked() -> None:
    draft = keep(make_clinic())

    with pytest.raises(appointments.NothingKept):
        appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(10))

    assert not Client.objects.exists()


def test_a_start_that_was_in_time_when_it_was_kept_can_be_booked_inside_the_notice() -> None:
    draft = keep(make_clinic(), "10:00")  # two hours from NOW, exactly the notice

    visit = appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(9))

    assert visit.state == State.BOOKED


def test_a_remark_has_to_be_read_first() -> None:
    draft = keep(make_clinic(), answers={"other_concern": "A remark."})

    visit = appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(5))

    assert list(visit.conditions.values_list("kind", flat=True)) == ["note_to_read"]


def test_a_linked_client_has_one_visit_at_a_time() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    client = make_client()
    first = keep(clinic, client=client)
    appointments.book(draft=first, details=DETAILS, key="k1", now=soon(1))
    second = make_draft(clinic=clinic, client=client)
    appointments.keep_start(
        draft=second, starts_at=at("15:15"), therapist_id=clinic.therapists[1].pk, address="192.0.2.2", now=NOW
    )

    with pytest.raises(appointments.ClientBusy, match=r"^You already have a visit then"):
        appointments.book(draft=second, details=DETAILS, key="k2", now=soon(2))

    third = make_draft(clinic=clinic, client=client)
    appointments.keep_start(
        draft=third, starts_at=at("13:30"), therapist_id=clinic.therapists[1].pk, address="192.0.2.3", now=NOW
    )
    # Their own visit may follow at once: the turnover is the therapist's, not the client's.
    assert appointments.book(draft=third, details=DETAILS, key="k3", now=soon(2)).ends_at == at("14:30")


def test_two_people_who_share_an_address_stay_two_people() -> None:
    clinic = make_clinic()
    appointments.book(draft=keep(clinic, "10:00"), details=DETAILS, key="k1", now=NOW)
    other = Details(name="Oran Byrne", booker_name="Niamh Byrne", booker_email="niamh@example.com")

    appointments.book(draft=keep(clinic, "12:00"), details=other, key="k2", now=NOW)

    assert list(Client.objects.order_by("id").values_list("name", flat=True)) == ["Niamh Byrne", "Oran Byrne"]


@pytest.mark.parametrize("model", [Treatment, TreatmentLength], ids=["treatment", "length"])
def test_what_was_taken_off_the_list_since_it_was_kept_is_not_booked(model: Any) -> None:
    draft = keep(make_clinic())
    model.objects.update(is_active=False)

    with pytest.raises(appointments.NothingKept):
        appointments.book(draft=draft, details=DETAILS, key="k1", now=soon(5))

    assert Appointment.objects.get().state == State.HELD
