"""Whom a therapist treats next, as the phone shows it first."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, State
from booking.notes.content import Content
from booking.notes.writing import sign_note
from clinic.models import AuditEntry
from clinic.panel.day.upcoming import NextClient
from tests.cast import CAREFUL, NOW, Clinic, at, book, make_client, make_member, sign_in
from tests.pages import fill, read, submit

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Mobi"}


@pytest.fixture
def therapist(clinic: Clinic) -> Browser:
    return sign_in("therapist", clinic)


def next_of(browser: Browser) -> NextClient | None:
    found: NextClient | None = browser.get(reverse("panel:board"), headers=PHONE).context["page"].upcoming
    return found


def test_the_next_client_stands_first_with_what_to_be_careful_about(clinic: Clinic, therapist: Browser) -> None:
    book(clinic, "12:00")
    first = book(clinic, "10:00", name="Tom Kelly", answers=CAREFUL)
    book(clinic, "09:00", therapist=1, name="Somebody Else")

    page = therapist.get(reverse("panel:board"), headers=PHONE).content.decode()
    found = next_of(therapist)

    assert found is not None
    assert (found.visit.reference, found.careful is not None) == (first.reference, True)
    assert "Be careful about" in page
    assert "Somebody Else" not in page


@pytest.mark.parametrize(
    ("time", "state", "is_next"),
    [
        ("10:20", State.BOOKED, True),
        ("11:00", State.BOOKED, False),
        ("11:20", State.ARRIVED, True),
        ("11:20", State.IN_TREATMENT, True),
        ("10:20", State.COMPLETED, False),
        ("10:20", State.NO_SHOW, False),
    ],
)
def test_who_is_here_or_may_still_come_is_next(
    time: str, state: State, *, is_next: bool, clinic: Clinic, therapist: Browser, time_machine: Any
) -> None:
    visit = book(clinic, "10:00")
    Appointment.objects.filter(pk=visit.pk).update(state=state)
    time_machine.move_to(at(time), tick=False)

    assert (next_of(therapist) is not None) is is_next


def test_reception_and_owners_are_shown_the_day(clinic: Clinic) -> None:
    book(clinic, "10:00")

    assert [next_of(sign_in(role)) for role in ("reception", "owner")] == [None, None]


def test_of_somebody_new_the_therapist_is_told_why_they_come(clinic: Clinic, therapist: Browser) -> None:
    visit = book(clinic, "10:00")

    new = next_of(therapist)
    book_before(visit)
    known = next_of(therapist)

    assert new is not None
    assert known is not None
    assert (bool(new.came_because), known.came_because) == (True, "")


def book_before(visit: Appointment) -> None:
    """The same person's visit of a week ago, which took place."""
    times = {name: getattr(visit, name) - timedelta(days=7) for name in ("starts_at", "ends_at", "busy_until")}
    kept = {one.attname: getattr(visit, one.attname) for one in Appointment._meta.concrete_fields}
    del kept["id"], kept["public_id"], kept["reference"]
    Appointment.objects.create(**kept | times | {"state": State.COMPLETED})


def test_what_was_planned_last_time_is_told_and_notes_that_are_owed_are_named(
    clinic: Clinic, therapist: Browser
) -> None:
    person = make_client()
    before = book(clinic, "09:00", client=person, answers={})
    coming = book(clinic, "12:00", client=person, answers={})
    Appointment.objects.filter(pk=before.pk).update(state=State.COMPLETED, starts_at=NOW - timedelta(days=1))

    new = next_of(therapist)
    owed = therapist.get(reverse("panel:board"), headers=PHONE).context["page"].owed
    writer = make_member("owner", name="writer")
    sign_note(appointment=before, content=Content(next="Neck first."), seen=0, by_id=writer.pk, now=NOW)
    known = next_of(therapist)

    assert new is not None
    assert known is not None
    assert (new.visit.reference, new.last) == (coming.reference, None)
    assert [one.reference for one in owed] == [before.reference]
    assert known.last is not None
    assert known.last.next == "Neck first."
    assert therapist.get(reverse("panel:board"), headers=PHONE).context["page"].owed == ()
    assert {name for line in AuditEntry.objects.filter(verb="view") for name in line.fields} >= {"notes"}


def test_whoever_is_done_is_offered_the_next_visit_on_the_day_until_they_have_one(
    clinic: Clinic, therapist: Browser
) -> None:
    first, second = book(clinic, "09:00"), book(clinic, "12:00", name="Tom Kelly")
    Appointment.objects.filter(pk=first.pk).update(state=State.COMPLETED)

    def offered() -> str:
        found = therapist.get(reverse("panel:board"), headers=PHONE).context["page"].just_done
        return found.reference if found else ""

    done = offered()
    Appointment.objects.filter(pk=second.pk).update(state=State.IN_TREATMENT)
    treating = offered()
    Appointment.objects.filter(pk=second.pk).update(state=State.BOOKED)
    page = read(therapist.get(f"{reverse('panel:visit', args=[first.reference])}?back=day"))
    form, button = page.starts[0]
    booked = submit(therapist, page, form, button, fill(form, {}), follow=True)

    assert (done, treating, offered()) == (first.reference, "", "")
    assert booked.request["PATH_INFO"] == reverse("panel:board")
    assert "Booked for Monday 7 December, 09:00." in booked.content.decode()


def test_notes_of_earlier_days_are_one_line_on_the_day(clinic: Clinic, therapist: Browser) -> None:
    before, today = (book(clinic, time) for time in ("09:00", "10:15"))
    Appointment.objects.update(state=State.COMPLETED)
    day_before = {name: getattr(before, name) - timedelta(days=1) for name in ("starts_at", "ends_at")}
    Appointment.objects.filter(pk=before.pk).update(**day_before)

    answer = therapist.get(reverse("panel:board"), headers=PHONE)

    page = answer.context["page"]
    assert ([one.reference for one in page.owed], page.owed_before) == ([today.reference], 1)
    assert "1 note of earlier days" in answer.content.decode()
