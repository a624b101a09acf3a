"""All that the booker of the example would get, sent to the owner who asks for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from booking.messages.sweep import send_due
from booking.messages.trial import has_gone_out
from booking.models import Message
from clinic.models import AuditEntry
from services.models import ClinicPolicy, Treatment
from tests.cast import NOW, Clinic, browser_of, make_member
from tests.pages import Page, press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def opened(browser: Browser) -> Page:
    return read(browser.get(reverse("panel:set_up_reminders")))


def sent_all(mailoutbox: list[Any]) -> list[tuple[list[str], str]]:
    """What the sweep hands over now."""
    send_due(now=NOW, ask_gate=lambda _visit, _now: False)
    return [(one.to, one.subject) for one in mailoutbox]


@pytest.mark.usefixtures("clinic")
def test_all_that_is_shown_goes_to_the_owner_as_a_test_and_is_not_saved(mailoutbox: list[Any], settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ClinicPolicy.objects.update(contact_email="desk@clinic.example")
    owner = browser_of(make_member("owner", name="maeve", email="maeve@example.com"))
    page = press(owner, opened(owner), "Add: on a day before")

    told = press(owner, page, "Send all to me as a test", answers={"whom2": "everybody"})

    assert "4 emails go to maeve@example.com." in told.html
    assert ("Not saved yet." in told.html, ClinicPolicy.current().reminder_plan) == (True, ClinicPolicy().reminder_plan)
    assert sent_all(mailoutbox) == [
        (["maeve@example.com"], f"Test: {subject}")
        for subject in (
            "Booked: Thursday 3 December, 14:30",
            "Tomorrow, 14:30",
            "Tomorrow, 14:30",
            "Today, 14:30",
        )
    ]
    assert list(AuditEntry.objects.values_list("verb", "object_type", "fields")) == [
        ("send test", "email", ["reminders"])
    ]
    assert has_gone_out(policy=ClinicPolicy.current())


@pytest.mark.usefixtures("clinic")
def test_a_test_of_all_is_sent_five_times_an_hour(time_machine: Any) -> None:
    owner, other = (browser_of(make_member("owner", name=name, email=f"{name}@example.com")) for name in ("ann", "bob"))
    page = opened(owner)
    for _time in range(5):
        press(owner, page, "Send all to me as a test")

    refused = send(owner, page, "Send all to me as a test", {"before1": "1440"})

    kept = read(refused)
    assert (refused.status_code, "Try again in 12 minutes." in kept.html, "Not saved yet." in kept.html) == (
        (409, True, True)
    )
    assert (Message.objects.count(), AuditEntry.objects.count()) == (15, 5)
    press(other, opened(other), "Send all to me as a test")
    time_machine.move_to(NOW + timedelta(minutes=12), tick=False)
    press(owner, kept, "Send all to me as a test")
    assert Message.objects.count() == 21


def test_without_an_address_or_anything_on_offer_the_page_says_what_to_do_and_sends_nothing(
    owner: Browser, clinic: Clinic
) -> None:
    """Also where the address, or the last treatment, has gone since the page was opened."""
    nobody = opened(owner)
    account = User.objects.get(username="owner")
    User.objects.update(email="maeve@example.com")
    page = opened(owner)
    Treatment.objects.update(is_active=False)
    nothing, late = opened(owner), send(owner, page, "Send all to me as a test")
    User.objects.update(email="")
    later = send(owner, page, "Send all to me as a test")

    assert f'<a href="/panel/set-up/staff/{account.pk}/">Write your email address</a>' in nobody.html
    assert "once there is a treatment with its price" in nothing.html
    assert ["Send all to me as a test" in one.html for one in (nobody, page, nothing)] == [False, True, False]
    assert [
        (one.status_code, said in one.content.decode())
        for one, said in (
            (late, "First add a treatment"),
            (later, "Your account has no email address. Write one first."),
        )
    ] == [(409, True)] * 2
    assert (Message.objects.count(), AuditEntry.objects.count()) == (0, 0)
