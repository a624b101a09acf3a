"""What a page says of an email that has not gone out."""

from typing import Any

import pytest
from django.test import Client as Browser

from booking import links
from booking.models import Message
from booking.scheduling import appointments
from booking.scheduling.appointments import Details, Hand
from tests.cast import NOW, at, make_clinic, make_draft

pytestmark = pytest.mark.django_db
EMAIL = "late@example.com"


@pytest.mark.parametrize(
    ("state", "attempts", "sentence"),
    [
        ("queued", 0, "We have sent an email to"),
        ("deferred", 1, "Email is slow at the moment."),
        ("failed", 1, "We could not email late@example.com."),
    ],
)
def test_an_email_that_does_not_go_out_is_not_promised(
    state: str, attempts: int, sentence: str, time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    draft = make_draft(clinic=clinic, now=NOW)
    appointments.want_unkept(draft=draft, starts_at=at("14:30"), therapist_id=clinic.therapists[0].pk, now=NOW)
    details = Details(name="Niamh Byrne", booker_name="Niamh Byrne", booker_email=EMAIL)
    visit = appointments.book(draft=draft, details=details, key="key", now=NOW, hand=Hand(address="192.0.2.1"))
    Message.objects.filter(kind="confirm_email").update(state=state, attempts=attempts, reason="why")

    said = Browser().get(f"/visit/{links.make_token(visit)}/").content.decode()

    sentences = ("We have sent an email to", "Email is slow at the moment.", "We could not email late@example.com.")
    assert [one for one in sentences if one in said] == [sentence]
