"""What the pages say of who is told, and when, after a step by staff."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Message
from tests.cast import EMAIL, Clinic, book
from tests.pages import press, read

pytestmark = pytest.mark.django_db


def words(html: str) -> str:
    return " ".join(html.split())


@pytest.mark.parametrize(("email", "told"), [(EMAIL, " Niamh Byrne will be told in three minutes."), ("", "")])
def test_the_bar_says_that_the_client_will_be_told_and_after_the_undo_that_no_email_was_sent(
    reception: Browser, clinic: Clinic, email: str, told: str
) -> None:
    visit = book(clinic, days=3, email=email)
    Message.objects.filter(kind="booked").update(state="sent")
    page = read(reception.get(reverse("panel:cancel", args=[visit.reference])))

    cancelled = press(reception, page, "Cancel this visit")
    restored = press(reception, cancelled, "Undo the cancellation")

    assert f"Niamh Byrne: the visit is cancelled.{told}<" in words(cancelled.html).replace(" <", "<")
    assert ("No email was sent." in restored.html) == bool(email)
