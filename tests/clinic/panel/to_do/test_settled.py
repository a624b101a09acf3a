"""What stands under "Settled today"."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from booking.models import Case, CaseEvent, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from clinic.models import AuditEntry
from tests.cast import CAREFUL, NOW, WITH_A_NOTE, Clinic, book_online, make_member, sign_in, soon

pytestmark = pytest.mark.django_db

TO_DO = "/panel/to-do/"


def settled(browser: Browser) -> list[tuple[str, str, str]]:
    return [(one.when, one.name, one.what) for one in browser.get(TO_DO).context["page"].settled]


def test_what_was_settled_today_is_listed_with_who_did_it_the_latest_first(clinic: Clinic) -> None:
    user = make_member("reception", name="ana")
    visit = book_online(clinic, days=3, answers=WITH_A_NOTE | CAREFUL)
    for number, condition in enumerate(visit.conditions.all()):
        appointments.settle_condition(
            appointment=visit, kind=condition.kind, by=By("staff", user), now=soon(number), remark="MARK"
        )
    appointments.change_state(appointment=visit, target=State.BOOKED, by=By("staff", user), now=soon(20))
    case = Case.objects.create(kind=Case.Kind.PHYSICIAN, contact_name="Deirdre", opened_at=NOW)
    CaseEvent.objects.create(case=case, at=soon(30), by=user, verb="closed")
    CaseEvent.objects.create(case=case, at=NOW - timedelta(days=1), by=user, verb="closed")
    AuditEntry.objects.create(at=soon(40), by=user, verb="send again", object_type="message", object_id="1")

    found = settled(sign_in("reception", name="ben"))

    assert found[:3] == [
        ("08:40", "Messages", "ana sent an email again"),
        ("08:30", "Deirdre", "case: closed, ana"),
        ("08:20", "Niamh Byrne", "ana confirmed it"),
    ]
    assert {one[2] for one in found[3:]} == {"ana settled a condition"}
    assert settled(sign_in("therapist", clinic)) == []


def test_nothing_is_said_where_nothing_was_settled(clinic: Clinic) -> None:
    book_online(clinic)

    assert "Settled today" not in sign_in("reception").get(TO_DO).content.decode()
