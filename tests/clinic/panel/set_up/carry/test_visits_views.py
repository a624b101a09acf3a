"""A list of coming visits comes in by the panel: looked at, named, booked, and taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Bringing, Message
from clinic.models import AuditEntry
from tests.booking.carrying.visits.lists import HEADINGS, line
from tests.cast import Clinic, book, make_client
from tests.pages import Page, read, send

pytestmark = pytest.mark.django_db
CARRY = "panel:set_up_carry_visits"
LIST = HEADINGS + line() + "2026-11-25,10:00,Rub,60,Joan,Niamh Byrne\n" + line("7:00", name="<b>PLANTED</b>")


def look(browser: Browser, content: str) -> Page:
    page = read(browser.get(reverse(CARRY)))
    answer = send(browser, page, "Look at this list", {"file": SimpleUploadedFile("visits.csv", content.encode())})
    return read(browser.get(reverse(CARRY)) if answer.status_code == 302 else answer)


def test_a_list_is_looked_at_named_booked_and_taken_back(owner: Browser, clinic: Clinic) -> None:
    make_client()
    looked = look(owner, LIST)
    names = {"name-treatment-3": str(clinic.treatment.pk), "name-therapist-3": str(clinic.therapists[1].pk)}
    send(owner, looked, "Read it like this", names)
    named = read(owner.get(reverse(CARRY)))

    booked = send(owner, named, "Book these visits")
    visits = list(Appointment.objects.order_by("pk").values_list("wall_time", "therapist__name", "wants_reminders"))
    brought = read(owner.get(reverse(CARRY)))
    taking_back = next(words for form in brought.posts for words in form.words if words.startswith("Take back"))
    send(owner, brought, taking_back)

    assert "Line 2: Tuesday 24 November 2026, 10:00: Niamh Byrne, Swedish, 60 minutes, with Therapist 1" in looked.html
    assert "Line 3: You have no treatment called “Rub”." in looked.html
    assert "Line 4: “&lt;b&gt;PLANTED&lt;/b&gt;” is no client of yours yet." in looked.html
    assert (booked.status_code, visits, Appointment.objects.count()) == (
        302,
        [("2026-11-24T10:00", "Therapist 1", True), ("2026-11-25T10:00", "Therapist 2", True)],
        0,
    )
    assert "Brought in. 2 visits. 1 line is left out." in brought.html
    assert "Visits removed: 2." in owner.get(reverse(CARRY)).content.decode()
    assert [one.verb for one in AuditEntry.objects.filter(object_type="visits").order_by("pk")] == [
        "bring",
        "take back",
    ]


def test_nobody_is_told_unless_it_is_ticked(owner: Browser, clinic: Clinic) -> None:
    make_client()
    looked = look(owner, HEADINGS + line())

    send(owner, looked, "Book these visits", {"tell": "on"})

    assert set(Message.objects.values_list("kind", flat=True)) == {Message.Kind.BOOKED, Message.Kind.REMINDER}


def test_a_start_that_was_taken_meanwhile_is_said_by_its_line(owner: Browser, clinic: Clinic) -> None:
    make_client()
    looked = look(owner, HEADINGS + line() + line("12:00"))
    book(clinic, "10:30", days=1, name="Somebody else")

    send(owner, looked, "Book these visits")
    page = read(owner.get(reverse(CARRY)))
    before = Appointment.objects.count()
    send(owner, page, "Book these visits")

    assert "1 visit can’t be booked; its line says why. Nothing was written." in page.html
    assert "Line 2: Therapist 1 is taken at 10:00." in page.html
    assert (before, Appointment.objects.count()) == (1, 2)


def test_columns_that_nobody_knows_are_named_by_hand(owner: Browser, clinic: Clinic) -> None:
    make_client()
    looked = look(owner, "Wann,Was,Wer,Bei\n2026-11-24 10:00,Swedish 60,Niamh Byrne,Therapist 1\n")

    refused = send(owner, looked, "Read it like this")
    columns = {"column-0": "date", "column-1": "treatment", "column-2": "name", "column-3": "therapist"}
    send(owner, looked, "Read it like this", columns)
    page = read(owner.get(reverse(CARRY)))

    assert ("Book these visits" in looked.html, refused.status_code) == (False, 422)
    assert "Say which columns have the day and time" in refused.content.decode()
    assert "with Therapist 1" in page.html


def test_a_list_that_is_given_up_is_gone_and_what_is_no_list_is_refused(owner: Browser, clinic: Clinic) -> None:
    looked = look(owner, HEADINGS + line())

    send(owner, looked, "Delete this list")
    refused = look(owner, "")

    assert (Appointment.objects.count(), Bringing.objects.count(), refused.status) == (0, 0, 422)
