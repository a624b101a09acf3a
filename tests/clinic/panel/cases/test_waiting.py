"""The list of cases says why, how urgent and until when; what is overdue comes first."""

from datetime import timedelta

import pytest
from django.urls import reverse

from booking.cases import follow_up
from booking.models import Case
from clinic.panel.cases.waiting import describe_waiting
from clinic.panel.door.rights import Member
from clinic.panel.home import home_wall
from tests.cast import DOCTOR_FIRST, EMERGENCY, NOW, make_client, make_intake, sign_in
from tests.pages import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]

OWNER = Member(user_id=1, role="owner", therapist_id=None)
RECEPTION = Member(user_id=2, role="reception", therapist_id=None)


def waiting(member: Member = OWNER) -> list[tuple[str, str, str]]:
    rows = describe_waiting(Case.objects.filter(state="open"), member=member, wall=home_wall(), now=NOW)
    return [(one.case.contact_name, one.urgency_words, one.until) for one in rows]


def test_what_is_overdue_comes_first_then_what_is_urgent() -> None:
    make_intake(answers=DOCTOR_FIRST, client=make_client("Later"))
    make_intake(answers=EMERGENCY, client=make_client("Urgent"))
    make_intake(answers=DOCTOR_FIRST, client=make_client("Overdue"))
    old = Case.objects.get(contact_name="Overdue")
    old.events.update(at=NOW - timedelta(days=7))

    assert waiting() == [
        ("Overdue", "Overdue", "Wednesday 18 November, 08:00"),
        ("Urgent", "Urgent", "Monday 23 November, 10:00"),
        ("Later", "Not due yet", "Wednesday 25 November, 08:00"),
    ]


def test_a_wish_for_a_call_counts_from_when_it_was_made() -> None:
    intake = make_intake(answers=DOCTOR_FIRST, client=make_client("Niamh"))
    case = Case.objects.get(intake=intake)
    case.events.update(at=NOW - timedelta(days=7))
    follow_up.ask_for_call(case=case, name="Niamh", phone="01 555 0100", now=NOW)

    assert waiting() == [("Niamh", "Not due yet", "Wednesday 25 November, 08:00")]


@pytest.mark.parametrize(("role", "reads"), [("owner", True), ("reception", False)])
def test_why_is_said_in_words_to_who_may_see_answers(role: str, reads: bool) -> None:
    make_intake(answers=DOCTOR_FIRST, client=make_client("Niamh"))
    member = OWNER if role == "owner" else RECEPTION
    (one,) = describe_waiting(Case.objects.all(), member=member, wall=home_wall(), now=NOW)

    page = read(sign_in(role).get(reverse("panel:cases")))

    assert one.why[0] == "Physician first"
    assert (len(one.why) > 1, all(words in page.html for words in one.why)) == (reads, True)
