import pytest

from booking.models import Appointment
from clinic.panel.door.rights import Member
from clinic.panel.visit.careful import Careful, describe_careful
from clinic.panel.visit.open_points import list_points
from tests.cast import CAREFUL, NOW, Clinic, book

pytestmark = pytest.mark.django_db

OWNER = Member(1, "owner", None)


def describe(visit: Appointment, member: Member = OWNER) -> Careful | None:
    return describe_careful(member, visit, list_points(member, visit), NOW, needs_form=False)


def look(visit: Appointment) -> str:
    box = describe(visit)
    assert box is not None
    return box.look


def test_the_box_looks_as_grave_as_what_is_in_it(clinic: Clinic) -> None:
    plain, careful = book(clinic, "10:00"), book(clinic, "12:00", answers=CAREFUL)
    stopped, without = book(clinic, "14:00"), book(clinic, "15:30", with_form=False)
    assert stopped.intake is not None
    stopped.intake.decisions.update(level="PHYSICIAN")

    assert [look(visit) for visit in (plain, careful, stopped, without)] == [
        "",
        "side-caution",
        "side-stop",
        "side-form",
    ]


def test_the_box_is_only_for_who_may_see_restrictions(clinic: Clinic) -> None:
    visit = book(clinic, answers=CAREFUL)
    treats, other = (Member(number, "therapist", one.pk) for number, one in enumerate(clinic.therapists))

    assert [describe(visit, member) is None for member in (OWNER, treats, other)] == [False, False, True]
