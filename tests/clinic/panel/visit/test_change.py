"""How a change from the panel is told that was not made. Everything that two people can do is in test_two_editors.py."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Condition
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from clinic.models import AuditEntry
from tests.cast import CAREFUL, NOW, WITH_A_NOTE, Clinic, book, book_online, make_clinic, sign_in
from tests.clinic.panel.test_two_editors import CANCEL, TYPED, move_meanwhile, said, shown
from tests.pages import press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def ana(clinic: Clinic) -> Browser:
    return sign_in("owner", name="ana")


@pytest.fixture
def ben(clinic: Clinic) -> Browser:
    return sign_in("reception", name="ben")


def test_a_refused_change_is_not_on_record_but_for_the_view(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")
    page = shown(ben, "cancel", visit)
    move_meanwhile(ana, clinic, visit)

    send(ben, page, CANCEL, {"reason": TYPED})

    assert set(AuditEntry.objects.values_list("by__username", "verb")) == {
        ("ana", "view"),
        ("ana", "move"),
        ("ben", "view"),
    }


def test_the_hour_of_the_other_is_that_of_the_place(ben: Browser, time_machine: Any) -> None:
    far = make_clinic(zone="Asia/Kolkata", opens="10:00", closes="20:00")
    visit = book(far, "08:30", now=NOW - timedelta(hours=2))
    page = shown(ben, "cancel", visit)
    appointments.settle_condition(
        appointment=visit,
        kind=Condition.objects.create(appointment=visit, kind="doctor_note").kind,
        by=By("system"),
        now=NOW,
    )

    refused = send(ben, page, CANCEL)

    assert "The system settled a condition at 1:30 pm" in said(refused)


def test_staff_read_of_a_request_that_has_run_out_in_words_of_their_own(reception: Browser, clinic: Clinic) -> None:
    visit = book_online(clinic, days=3, answers=WITH_A_NOTE | CAREFUL)
    page = read(reception.get(reverse("panel:cancel", args=[visit.reference])))
    Appointment.objects.filter(pk=visit.pk).update(deadline_at=NOW)

    answer = press(reception, page, "Cancel this visit")

    assert answer.status == 422
    assert "Nobody answered this request in time, so it has ended." in answer.html
    assert "Please book a new visit" not in answer.html
