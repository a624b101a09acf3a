"""Who is mailed of what cannot wait, once, and of what they chose."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from booking.messages import outbox
from booking.messages.to_staff import CASE, CHOICES, LATE, REQUEST, is_wanted
from booking.models import Appointment, Case, Message, StaffMails
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, By
from tests.booking.messages.factories import make_policy
from tests.cast import NOW, Clinic, at, book, make_clinic, make_member

pytestmark = pytest.mark.django_db

Told = list[tuple[str, str]]


def told(kind: str = Message.Kind.LATE_CHANGE) -> Told:
    """To whom mails of a kind wait to go, and the start of the visit that they are about."""
    rows = Message.objects.filter(kind=kind, account__isnull=False, state="queued").order_by("account_id", "pk")
    return [(row.recipient, f"{row.appointment.starts_at:%a %H:%M}" if row.appointment else "") for row in rows]


def staff(name: str, role: str, clinic: Clinic, *kinds: str, number: int = 0) -> User:
    user = make_member(role, clinic, number=number, name=name, email=f"{name}@alder.example")
    if kinds:
        StaffMails.objects.filter(user=user).update(kinds=list(kinds))
    return user


def test_until_they_choose_owners_and_reception_hear_of_late_changes_and_therapists_of_none(clinic: Clinic) -> None:
    for role in ("owner", "reception", "therapist"):
        staff(role, role, clinic)

    usual = {row.user.username: (row.kinds, row.only_own) for row in StaffMails.objects.select_related("user")}

    assert usual == {"owner": ([LATE], False), "reception": ([LATE], False), "therapist": ([], True)}


def test_late_is_today_and_whatever_becomes_the_first_visit_of_tomorrow(clinic: Clinic) -> None:
    staff("ann", "reception", clinic)

    book(clinic, "14:00")
    book(clinic, "11:00", days=1)  # nothing comes before it
    book(clinic, "13:00", days=1)
    book(clinic, "09:00", days=1)
    book(clinic, "09:00", days=2)

    ann = "ann@alder.example"
    assert told() == [(ann, "Mon 14:00"), (ann, "Tue 11:00"), (ann, "Tue 09:00")]


def test_a_move_away_from_today_and_a_cancellation_are_told_once(clinic: Clinic) -> None:
    staff("ann", "reception", clinic)
    moved, cancelled = book(clinic, "14:00"), book(clinic, "10:00")
    Message.objects.all().delete()

    appointments.move(
        appointment=moved, starts_at=at("14:00") + timedelta(days=3), therapist_id=None, by=CLIENT, now=NOW
    )
    appointments.cancel(appointment=cancelled, by=CLIENT, now=NOW)
    outbox.announce(appointment=Appointment.objects.get(pk=cancelled.pk), kind=Message.Kind.CANCELLED, now=NOW)

    ann = "ann@alder.example"
    assert told() == [(ann, "Thu 14:00"), (ann, "Mon 10:00")]


def test_who_booked_and_cancelled_within_the_minute_hears_of_the_end_only(clinic: Clinic) -> None:
    staff("ann", "reception", clinic)
    visit = book(clinic, "14:00")

    appointments.cancel(appointment=visit, by=CLIENT, now=NOW)

    states = Message.objects.filter(kind=Message.Kind.LATE_CHANGE).order_by("pk").values_list("version", "state")
    assert list(states) == [(1, "suppressed"), (2, "queued")]


def test_therapists_hear_of_their_own_and_nobody_without_an_address_or_a_wish() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    staff("ana", "therapist", clinic, LATE)
    staff("ben", "therapist", clinic, LATE, number=1)
    quiet = staff("quiet", "owner", clinic)
    StaffMails.objects.filter(user=quiet).update(kinds=[])
    make_member("reception", name="without")
    gone = staff("gone", "reception", clinic)
    User.objects.filter(pk=gone.pk).update(is_active=False)

    book(clinic, "14:00", therapist=1)

    assert told() == [("ben@alder.example", "Mon 14:00")]


def test_a_mail_is_not_wanted_any_more_by_who_made_the_change_has_left_or_chose_otherwise(clinic: Clinic) -> None:
    users = [staff(name, "reception", clinic) for name in ("does", "leaves", "chooses", "moves", "stays")]
    visit = book(clinic, "14:00", by=By("staff", users[0]))
    User.objects.filter(username="leaves").update(is_active=False)
    User.objects.filter(username="moves").update(email="elsewhere@alder.example")
    StaffMails.objects.filter(user__username="chooses").update(kinds=[])

    rows = Message.objects.filter(kind=Message.Kind.LATE_CHANGE).select_related("account").order_by("account_id")
    wanted = {row.account.username: is_wanted(row, visit=visit) for row in rows if row.account}

    assert wanted == {"does": False, "leaves": False, "chooses": False, "moves": False, "stays": True}


def test_an_urgent_case_reaches_who_chose_it_beside_the_clinic(clinic: Clinic) -> None:
    make_policy()
    staff("ann", "owner", clinic, CASE)
    staff("ben", "reception", clinic, REQUEST)
    for kind in (Case.Kind.EMERGENCY, Case.Kind.PHYSICIAN):
        outbox.announce_case(case=Case.objects.create(kind=kind, contact_name="Marked", opened_at=NOW), now=NOW)

    sent = Message.objects.filter(kind=Message.Kind.CASE_OPENED).order_by("pk").values_list("recipient", flat=True)

    assert list(sent) == ["desk@alder.example", "ann@alder.example", "desk@alder.example"]


def test_a_request_reaches_who_chose_it_a_day_before_it_ends(clinic: Clinic) -> None:
    make_policy()
    staff("ann", "owner", clinic, REQUEST)
    visit = book(clinic, "14:00", days=4)
    Appointment.objects.filter(pk=visit.pk).update(state="requested", deadline_at=NOW + timedelta(days=2))

    outbox.announce(appointment=Appointment.objects.get(pk=visit.pk), kind=Message.Kind.REQUESTED, now=NOW)

    rows = Message.objects.filter(kind=Message.Kind.REQUEST_ENDS).order_by("pk").values_list("recipient", "due_at")
    due = NOW + timedelta(days=1)
    assert list(rows) == [("desk@alder.example", due), ("ann@alder.example", due)]


def test_every_choice_has_words() -> None:
    assert [key for key, words in CHOICES.items() if not str(words)] == []
