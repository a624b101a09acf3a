"""A therapist falls ill: reception enters it, the clients are asked, and choose another time by the link in the mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from booking.intake.stops import is_stopped
from booking.links import visit_url
from booking.messages import outbox
from booking.models import Message, State
from services.models import TimeOff
from tests.booking.web.visitors import make_visit, path_of
from tests.cast import TODAY, Clinic, at, soon
from tests.clinic.panel.pages import put_on_to_do
from tests.pages import press, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]

THURSDAY = TODAY + timedelta(days=3)


def test_a_stranded_client_chooses_another_time_by_the_link(reception: Browser, clinic: Clinic) -> None:
    visit = make_visit(clinic, starts_at=at("14:30", day=THURSDAY))
    away = {
        "therapist": clinic.therapists[0].pk,
        "first_day": THURSDAY.isoformat(),
        "first_time": "00:00",
        "last_day": (THURSDAY + timedelta(days=1)).isoformat(),
        "last_time": "00:00",
        "reason": "REASONMARK",
    }
    named = press(reception, read(reception.get(reverse("panel:time_off"))), "Save", answers=away)
    listed = put_on_to_do(reception, named)
    asked = press(reception, listed, next(one for one in listed.posts if one.action.endswith("/ask/")))

    outbox.send_due(ask_gate=is_stopped, now=soon(1))
    (letter,) = [one for one in mail.outbox if "choose a new time" in one.subject]
    client = Browser()
    when = read(client.get(path_of(visit, "move/")))
    chosen, button = when.starts[0]
    moved = press(client, press(client, when, chosen, button=button), "Move to")

    visit.refresh_from_db()
    after = reception.get(reverse("panel:time_off")).content.decode()
    row = TimeOff.objects.get()
    assert visit_url(visit) in letter.body
    assert "REASONMARK" not in str(letter.message())
    assert "asked to choose another time" in asked.html
    assert (moved.url, visit.state) == (path_of(visit), State.BOOKED)
    assert not row.starts_at <= visit.starts_at < row.ends_at
    assert visit.reference not in after


def test_who_has_chosen_before_the_mail_went_out_gets_none(reception: Browser, clinic: Clinic) -> None:
    visit = make_visit(clinic, starts_at=at("14:30", day=THURSDAY))
    press(reception, read(reception.get(reverse("panel:visit", args=[visit.reference]))), "Ask for another time")
    client = Browser()
    when = read(client.get(path_of(visit, "move/")))
    chosen, button = when.starts[0]

    press(client, press(client, when, chosen, button=button), "Move to")

    assert Message.objects.get(kind=Message.Kind.CHOOSE_AGAIN).state == Message.State.SUPPRESSED
