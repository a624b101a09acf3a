"""New since last time: what changed since somebody was last treated, each part for who may see it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.models import Appointment, State
from clinic.panel.door.rights import Member
from clinic.panel.visit.since import Changed, Since, describe_since
from tests.cast import CAREFUL, NOW, Clinic, book, make_client, make_intake

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    """Of somebody who was treated before with nothing to report, and has answered differently since."""
    person = make_client()
    before = book(clinic, "09:00", client=person, intake=make_intake(client=person, now=NOW - timedelta(days=9)))
    Appointment.objects.filter(pk=before.pk).update(state=State.COMPLETED)
    return book(clinic, "12:00", client=person, intake=make_intake(client=person, answers=CAREFUL))


def test_a_therapist_is_told_of_their_own_visit_and_reception_of_restrictions_only(
    clinic: Clinic, visit: Appointment
) -> None:
    ana, mei = (Member(number, "therapist", therapist.pk) for number, therapist in enumerate(clinic.therapists, 1))
    reception = Member(3, "reception", None)

    own, desk, other = (describe_since(member, visit, NOW) for member in (ana, reception, mei))

    answered = Changed("Do you take any of these?", "–", "Blood thinners (such as warfarin or apixaban)")
    assert own == Since("23 November 2026", (), ("Deep tissue", "Trigger point therapy"), (), (answered,))
    assert desk == replace(own, changed=())
    assert other is None


def test_nothing_is_new_on_a_first_visit_with_the_same_answers_or_once_it_is_over(
    clinic: Clinic, visit: Appointment
) -> None:
    ana = Member(1, "therapist", clinic.therapists[0].pk)
    first = book(clinic, "14:00", name="Tom Kelly")
    before = Appointment.objects.get(state=State.COMPLETED)
    found = [describe_since(ana, first, NOW)]
    visit.state = State.COMPLETED
    found.append(describe_since(ana, visit, NOW))
    visit.state = State.BOOKED
    Appointment.objects.filter(pk=before.pk).update(intake=visit.intake)
    found.append(describe_since(ana, visit, NOW))

    assert found == [None, None, None]
