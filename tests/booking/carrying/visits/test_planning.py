"""Lists of others, looked up and held against the diary: which visits are ready, and what each line says."""

import pytest

from booking.carrying.visits.bringing import look
from booking.carrying.visits.plan import VisitPlan
from booking.models import Client
from services.models import Location, Room, TreatmentLength
from tests.booking.carrying.visits.files_of_visits import CASES, PEOPLE, ZONE, Case
from tests.booking.carrying.visits.lists import HEADINGS, line, upload
from tests.cast import NOW, Clinic, book, make_member, make_therapist

pytestmark = pytest.mark.django_db


def plan_of(content: bytes | str) -> VisitPlan:
    return VisitPlan.unpack(upload(content, make_member("owner", name="ann")).plan)


@pytest.fixture
def busy(clinic: Clinic) -> Clinic:
    """Where Niamh has a visit on Tuesday at half past two, and nothing is offered but an hour of Swedish."""
    TreatmentLength.objects.exclude(treatment=clinic.treatment, minutes=60).delete()
    made = [Client.objects.create(name=name, email=email, phone=phone, created_at=NOW) for name, email, phone in PEOPLE]
    book(clinic, "14:30", days=1, client=made[0])
    return clinic


@pytest.mark.parametrize("name", CASES)
def test_a_list_of_others_says_what_it_should(busy: Clinic, name: str) -> None:
    case = CASES[name]
    names = {one.pk: one.name for one in busy.therapists}

    plan = plan_of(case.content)

    ready = [
        f"{one.line}: {one.begins:%a %d %b %H:%M}, {one.minutes}, {names[one.therapist_id]}, "
        f"{Client.objects.get(pk=one.client_id).name}"
        for one in plan.visits
    ]
    asks = tuple((one.key, one.text, one.lines) for one in plan.asks)
    assert Case(case.content, tuple(ready), plan.wrong, plan.said, asks, plan.left) == case


def test_what_a_name_means_can_be_said(busy: Clinic) -> None:
    row = upload(HEADINGS + "2026-11-24,10:00,RMT,60,Joan,Niamh Byrne\n", make_member("owner"))

    plan = look(
        row,
        choices={"treatment-2": str(busy.treatment.pk), "therapist-2": str(busy.therapists[1].pk)},
        now=NOW,
    )

    assert [(one.treatment_id, one.therapist_id) for one in plan.visits] == [(busy.treatment.pk, busy.therapists[1].pk)]


def test_of_two_places_the_one_is_meant_that_is_named_or_where_the_therapist_works(busy: Clinic) -> None:
    other = Location.objects.create(name="Quay", address="Quay 1", phone="01 555 0142", time_zone="Asia/Kolkata")
    Room.objects.create(location=other, name="Room", order=1)
    make_therapist("Asha", other, busy.treatment, "09:00", "17:00")
    headings = HEADINGS.replace("Client", "Client,Location")

    plan = plan_of(
        headings
        + "2026-11-24,10:00,Swedish,60,Asha,Niamh Byrne,\n"
        + "2026-11-25,10:00,Swedish,60,Asha,Niamh Byrne,Quay\n"
        + "2026-11-25,10:00,Swedish,60,Asha,Niamh Byrne,Somewhere\n"
        + line().strip()
        + ",Alder Street\n"
    )

    assert [(one.line, one.starts_at, one.location_id) for one in plan.visits] == [
        (2, "2026-11-24T04:30:00+00:00", other.pk),
        (3, "2026-11-25T04:30:00+00:00", other.pk),
        (5, "2026-11-24T10:00:00+00:00", busy.location.pk),
    ]
    assert plan.wrong == ((4, "No place of yours is called “Somewhere”."),)
    assert (plan.said[0], ZONE in plan.said) == ("Days and times are read by the clock of each visit’s place.", False)
