"""Email that does not go out, as staff are told of it. Every trouble by a real server is in test_views.py."""

from datetime import timedelta

import pytest
from django.urls import reverse

from booking.messages import reasons
from booking.models import Message
from clinic.panel.messages.trouble import MailTrouble, find_mail_trouble
from tests.booking.messages.factories import make_message, make_policy, make_visit
from tests.booking.web.visitors import make_visit as book_visit
from tests.cast import NOW, Clinic, at, sign_in, soon
from tests.pages import read, send

pytestmark = pytest.mark.django_db


def test_where_email_goes_out_nothing_is_said() -> None:
    make_policy()
    message = make_message(visit=make_visit())
    before = find_mail_trouble(now=NOW, links_to_messages=True)
    Message.objects.filter(pk=message.pk).update(state="deferred", attempts=1, reason=reasons.NOT_REACHED)

    after = find_mail_trouble(now=NOW, links_to_messages=True)

    assert before == MailTrouble((), links_to_messages=True)
    assert after == MailTrouble(("1 email is waiting. The mail server can't be reached.",), links_to_messages=True)


@pytest.mark.parametrize("is_down", [False, True])
def test_whoever_asks_by_email_hears_that_none_goes_out(is_down: bool, clinic: Clinic) -> None:
    visit = book_visit(clinic, starts_at=at("14:00") + timedelta(days=1))
    if is_down:
        Message.objects.update(state="deferred", attempts=1, reason=reasons.NOT_REACHED, next_try_at=soon(5))
    owner = sign_in("owner")

    send(owner, read(owner.get(reverse("panel:visit", args=[visit.reference]))), "Ask for another time")
    page = owner.get(reverse("panel:visit", args=[visit.reference])).content.decode()

    assert "The client is asked by email to choose another time." in page
    assert ("Email does not go out at the moment, so it waits." in page) == is_down
