"""Test mails to an owner: whom they reach, what they prove, and that nobody is booked by them. On both engines."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives

from booking.messages import reasons
from booking.messages.sweep import send_due
from booking.messages.trial import (
    Told,
    address_for,
    find_trials,
    has_gone_out,
    make_up_visit,
    queue_trial,
    queue_trial_of_visit,
    read_told,
)
from booking.models import Appointment, Client, Message
from services.models import ClinicPolicy, Location, Therapist, Treatment
from tests.booking.messages.factories import make_policy
from tests.cast import NOW, Clinic, make_member

pytestmark = pytest.mark.django_db

STARTS_AT = NOW + timedelta(days=3, hours=6, minutes=30)
TOLD = (
    Told("booked", STARTS_AT, NOW),
    Told("reminder", STARTS_AT, STARTS_AT - timedelta(hours=27)),
    Told("reminder", STARTS_AT, STARTS_AT - timedelta(hours=3)),
)


@pytest.fixture(autouse=True)
def mailbox(settings: Any, mailoutbox: list[EmailMultiAlternatives]) -> list[EmailMultiAlternatives]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mailoutbox


@pytest.fixture
def maeve() -> User:
    return make_member("owner", name="maeve", email="maeve@example.com")


def sweep() -> list[tuple[str, str]]:
    """What became of all tests, and why not."""
    send_due(now=NOW, ask_gate=lambda _visit, _now: False)
    return list(Message.objects.order_by("pk").values_list("state", "reason"))


def test_one_goes_to_the_account_else_to_the_clinic(maeve: User, mailbox: list[EmailMultiAlternatives]) -> None:
    policy, nobody = make_policy(contact_email="desk@alder.example"), make_member("owner", name="ann")

    for account in (maeve, nobody):
        queue_trial(account=account, policy=policy, now=NOW)
    sweep()

    assert [one.to for one in mailbox] == [["maeve@example.com"], ["desk@alder.example"]]
    assert address_for(nobody, policy=ClinicPolicy(contact_email="")) == ""


def test_it_proves_the_way_on_which_it_went_out_and_no_other(maeve: User, settings: Any) -> None:
    policy = make_policy()
    queue_trial(account=maeve, policy=policy, now=NOW)
    waiting = has_gone_out(policy=policy)
    sweep()
    queue_trial(account=maeve, policy=policy, now=NOW)
    sent = has_gone_out(policy=policy), [row.state for row in find_trials(policy=policy)]

    elsewhere = []
    for name, value in (("EMAIL_HOST", "other.example"), ("EMAIL_HOST_USER", "other"), ("EMAIL_USE_TLS", True)):
        before = getattr(settings, name)
        setattr(settings, name, value)
        elsewhere.append(has_gone_out(policy=policy))
        setattr(settings, name, before)
    elsewhere.append(has_gone_out(policy=make_policy(contact_email="other@alder.example")))

    assert (waiting, sent, elsewhere) == (False, (True, ["queued", "sent"]), [False] * 4)


def test_no_password_of_the_server_is_in_a_row(maeve: User, settings: Any) -> None:
    settings.EMAIL_HOST_PASSWORD = "a password marked"

    queue_trial(account=maeve, policy=make_policy(), now=NOW)
    first = Message.objects.get().dedupe_key.rpartition(":")[0]
    settings.EMAIL_HOST_PASSWORD = "another"
    queue_trial(account=maeve, policy=make_policy(), now=NOW)

    assert {key.rpartition(":")[0] for key in Message.objects.values_list("dedupe_key", flat=True)} == {first}


def test_what_was_queued_of_a_visit_is_read_as_it_was_written_and_sent_in_its_order(
    maeve: User, clinic: Clinic, mailbox: list[EmailMultiAlternatives]
) -> None:
    policy = make_policy()

    queue_trial_of_visit(account=maeve, told=TOLD, policy=policy, now=NOW)

    assert tuple(read_told(row) for row in Message.objects.order_by("pk")) == TOLD
    assert sweep() == [("sent", "")] * 3
    assert [(one.to, one.subject) for one in mailbox] == [
        (["maeve@example.com"], "Test: Booked: Thursday 26 November, 14:30"),
        (["maeve@example.com"], "Test: Tomorrow, 14:30"),
        (["maeve@example.com"], "Test: Today, 14:30"),
    ]
    assert has_gone_out(policy=policy)


def test_nobody_is_booked_and_nothing_in_the_mails_leads_to_a_visit(
    maeve: User, clinic: Clinic, mailbox: list[EmailMultiAlternatives], settings: Any
) -> None:
    settings.SITE_URL = "https://clinic.example"
    queue_trial_of_visit(account=maeve, told=TOLD, policy=make_policy(), now=NOW)
    sweep()

    for one in mailbox:
        sources = [str(one.body), str(one.alternatives[0][0])]
        assert ["https://clinic.example/panel/set-up/reminders/" in text for text in sources] == [True, True]
        assert ["/visit/" in text for text in sources] == [False, False]
        assert (one.attachments, [name for name in one.extra_headers if name.startswith("List-")]) == ([], [])
    assert (Appointment.objects.count(), Client.objects.count()) == (0, 0)


def test_none_goes_out_once_the_account_has_another_address_or_is_disabled_or_nothing_is_on_offer(
    maeve: User, clinic: Clinic, mailbox: list[EmailMultiAlternatives]
) -> None:
    policy = make_policy()
    cases = (
        (User.objects.filter(pk=maeve.pk), {"email": "new@example.com"}, reasons.ACCOUNT_CHANGED),
        (User.objects.filter(pk=maeve.pk), {"is_active": False}, reasons.ACCOUNT_CHANGED),
        (Treatment.objects.all(), {"is_active": False}, reasons.NOTHING_OFFERED),
    )
    expected = []
    for rows, change, reason in cases:
        User.objects.filter(pk=maeve.pk).update(email="maeve@example.com", is_active=True)
        maeve.refresh_from_db()
        queue_trial_of_visit(account=maeve, told=TOLD[:1], policy=policy, now=NOW)
        rows.update(**change)
        expected.append(("suppressed", reason))
        assert sweep() == expected

    assert mailbox == []


def test_the_visit_is_what_the_first_place_offers_that_day(clinic: Clinic) -> None:
    visit = make_up_visit(starts_at=STARTS_AT, now=NOW)

    assert visit is not None
    told = visit.location, visit.treatment, visit.therapist, visit.minutes, visit.price, visit.booker_email, visit.pk
    assert told == (clinic.location, clinic.treatment, clinic.therapists[0], 60, 60, "", None)


@pytest.mark.parametrize("model", [Therapist, Treatment, Location])
def test_without_anything_on_offer_there_is_no_visit(clinic: Clinic, model: Any) -> None:
    model.objects.update(is_active=False)

    assert make_up_visit(starts_at=STARTS_AT, now=NOW) is None
