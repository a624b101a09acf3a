import pytest

from booking.models import Appointment
from clinic.panel.door.rights import Member, Right
from clinic.panel.visit.open_points import Concern, list_concerns, list_points, who_can
from tests.cast import Clinic, book, make_client, make_intake, make_member, soon

pytestmark = pytest.mark.django_db

OWNER, RECEPTION = Member(1, "owner", None), Member(2, "reception", None)
NOBODY = "Nobody here has an account that can read and settle this."


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return book(clinic, client=make_client(), answers={"other_concern": "My left hand goes numb"})


def test_what_was_written_is_for_who_may_read_it_and_the_others_hear_who_can(visit: Appointment) -> None:
    make_member("owner")

    assert list_concerns(OWNER, visit) == [Concern("My left hand goes numb", "")]
    assert list_concerns(RECEPTION, visit) == [Concern("", "Can read and settle this: owner.")]


def test_what_the_same_person_has_written_since_stands_there_too_and_the_same_words_once(visit: Appointment) -> None:
    said = ["My left hand goes numb", "Now the right one too"]
    for minutes, words in enumerate(said, start=1):
        make_intake(client=visit.client, answers={"other_concern": words}, now=soon(minutes))
        texts = [concern.text for concern in list_concerns(OWNER, visit)]

        assert texts == said[:minutes]


def test_who_can_are_named_with_the_one_who_treats_first(clinic: Clinic, visit: Appointment) -> None:
    before = who_can(Right.READ_CONCERNS, visit)
    make_member("owner")
    make_member("reception")
    make_member("therapist", clinic)
    make_member("therapist", clinic, number=1)
    make_member("owner", name="who has left", is_active=False)

    assert before == NOBODY
    assert who_can(Right.READ_CONCERNS, visit) == "Can read and settle this: Therapist 1 (treats), owner."


def test_a_point_is_settled_by_who_may_while_it_is_open(visit: Appointment) -> None:
    (mine,), (theirs,) = list_points(OWNER, visit), list_points(RECEPTION, visit)

    assert (mine.kind, mine.may_settle, mine.others, mine.label) == ("note_to_read", True, "", "What came of it")
    assert (theirs.may_settle, theirs.others) == (False, NOBODY)
