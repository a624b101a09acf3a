from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.intake.gate import GateRefused
from booking.models import Appointment, Claim, SlotHold, State
from booking.scheduling import appointments
from booking.scheduling.claims import cells, find_drift
from services.models import Treatment, TreatmentLength
from tests.cast import DOCTOR_FIRST, EMERGENCY, NOW, at, make_clinic, make_draft, soon

pytestmark = pytest.mark.django_db


def test_keeping_a_start_claims_therapist_and_room_with_turnover() -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)

    held = appointments.keep_start(
        draft=draft, starts_at=at("14:30"), therapist_id=clinic.therapists[0].pk, address="192.0.2.1", now=NOW
    )

    assert (held.state, held.deadline_at, held.wall_time) == (State.HELD, soon(10), "2026-11-23T14:30")
    expected = [
        (kind, resource.pk, cell)
        for kind, resource in (("room", clinic.rooms[0]), ("therapist", clinic.therapists[0]))
        for cell in cells(at("14:30"), at("15:45"))
    ]
    assert list(Claim.objects.order_by("kind", "cell").values_list("kind", "resource_id", "cell")) == expected


def test_choosing_another_start_moves_the_one_that_was_kept() -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)
    who: dict[str, Any] = {"draft": draft, "therapist_id": clinic.therapists[0].pk, "address": "192.0.2.1"}
    first = appointments.keep_start(starts_at=at("14:30"), now=NOW, **who)

    second = appointments.keep_start(starts_at=at("14:45"), now=soon(5), **who)

    assert second.pk == first.pk
    assert Appointment.objects.get() == second
    assert (second.starts_at, second.deadline_at) == (at("14:45"), soon(15))
    assert list(find_drift(now=NOW)) == []


def test_a_start_that_another_visitor_keeps_is_taken() -> None:
    clinic = make_clinic()
    who: dict[str, Any] = {"therapist_id": clinic.therapists[0].pk, "now": NOW}
    appointments.keep_start(draft=make_draft(clinic=clinic), starts_at=at("14:30"), address="192.0.2.1", **who)

    with pytest.raises(appointments.SlotTaken, match=r"^14:00 has just been taken") as refusal:
        appointments.keep_start(draft=make_draft(clinic=clinic), starts_at=at("14:00"), address="192.0.2.2", **who)

    assert type(refusal.value) is appointments.SlotTaken
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (at("14:31"), "off the five-minute mark"),
        (at("14:35"), "off the grid"),
        (at("14:30") + timedelta(seconds=1), "a second late"),
        (at("09:45"), "inside the notice"),
        (at("07:30"), "past"),
        (at("16:15"), "would end after closing"),
        (at("03:00"), "at night"),
        (at("09:00") + timedelta(days=61), "beyond the horizon"),
    ],
)
def test_a_start_that_is_never_on_offer_is_refused(start: datetime, why: str) -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)

    with pytest.raises(appointments.NotOnOffer):
        appointments.keep_start(
            draft=draft, starts_at=start, therapist_id=clinic.therapists[0].pk, address="192.0.2.1", now=NOW
        )

    assert not Appointment.objects.exists(), why


def test_an_unknown_therapist_has_no_start() -> None:
    clinic = make_clinic()

    with pytest.raises(appointments.NotOnOffer):
        appointments.keep_start(
            draft=make_draft(clinic=clinic), starts_at=at("14:30"), therapist_id=999_999, address="192.0.2.1", now=NOW
        )


def test_an_overdue_kept_start_stands_in_nobodys_way() -> None:
    clinic = make_clinic()
    who: dict[str, Any] = {"starts_at": at("14:30"), "therapist_id": clinic.therapists[0].pk}
    lapsed = appointments.keep_start(draft=make_draft(clinic=clinic), address="192.0.2.1", now=NOW, **who)

    held = appointments.keep_start(draft=make_draft(clinic=clinic), address="192.0.2.2", now=soon(10), **who)

    lapsed.refresh_from_db()
    assert (lapsed.state, held.state) == (State.EXPIRED, State.HELD)
    assert list(find_drift(now=soon(10))) == []


def test_a_kept_start_is_kept_longer_once() -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)
    appointments.keep_start(
        draft=draft, starts_at=at("14:30"), therapist_id=clinic.therapists[0].pk, address="192.0.2.1", now=NOW
    )

    longer = appointments.keep_longer(draft=draft, now=soon(9))

    assert longer.deadline_at == soon(20)
    with pytest.raises(appointments.AlreadyExtended):
        appointments.keep_longer(draft=draft, now=soon(19))
    with pytest.raises(appointments.NothingKept):
        appointments.keep_longer(draft=draft, now=soon(20))


def test_a_given_up_start_is_free_at_once() -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)
    held = appointments.keep_start(
        draft=draft, starts_at=at("14:30"), therapist_id=clinic.therapists[0].pk, address="192.0.2.1", now=NOW
    )

    appointments.release_kept(draft=draft, now=soon(1))

    held.refresh_from_db()
    assert (held.state, Claim.objects.count(), SlotHold.objects.count()) == (State.EXPIRED, 0, 0)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (EMERGENCY, "emergency help"),
        (DOCTOR_FIRST, "Please let a doctor look"),
        ({"pregnancy_stage": "first_trimester"}, None),
    ],
)
def test_the_gate_stands_at_the_first_door(answers: dict[str, Any], sentence: str | None) -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic, answers=answers)
    wanted: dict[str, Any] = {
        "starts_at": at("14:30"),
        "therapist_id": clinic.therapists[0].pk,
        "address": "192.0.2.1",
        "now": NOW,
    }

    if sentence is None:  # early in pregnancy Swedish is what is left
        assert appointments.keep_start(draft=draft, **wanted).state == State.HELD
        return
    with pytest.raises(GateRefused, match=sentence):
        appointments.keep_start(draft=draft, **wanted)
    assert not Appointment.objects.exists()


def test_without_a_safety_check_nothing_is_kept() -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)
    draft.intake = None
    draft.save()

    with pytest.raises(GateRefused, match="Please answer the safety check first"):
        appointments.keep_start(
            draft=draft, starts_at=at("14:30"), therapist_id=clinic.therapists[0].pk, address="192.0.2.1", now=NOW
        )


@pytest.mark.parametrize("model", [Treatment, TreatmentLength], ids=["treatment", "length"])
def test_a_start_that_nobody_keeps_is_gone_with_what_was_taken_off_the_list(model: Any) -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)
    appointments.want_unkept(draft=draft, starts_at=at("14:30"), therapist_id=clinic.therapists[0].pk, now=NOW)
    draft.refresh_from_db()
    before = appointments.find_unkept(draft=draft, now=NOW)

    model.objects.update(is_active=False)

    assert (before is None, appointments.find_unkept(draft=draft, now=NOW)) == (False, None)
