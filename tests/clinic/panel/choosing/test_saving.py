"""What becomes of the visits that a change strands: chosen before it is saved, and done with it or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils.html import strip_tags

from booking.models import Appointment, Message, Stranding
from booking.scheduling import appointments
from clinic.models import AuditEntry
from clinic.panel.choosing.sent import KEEP, TO_DO
from services.models import WorkingHours
from tests.cast import EMAIL, NOW, STAFF, TODAY, Clinic, at, book, make_client, sign_in
from tests.pages import Page, find_form, plant, press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

TUESDAY = TODAY + timedelta(days=1)


def until_noon(browser: Browser, clinic: Clinic) -> Page:
    """Press Save for Tuesdays that end at noon."""
    address = reverse("panel:set_up_person", args=[clinic.therapists[0].pk])
    page = read(browser.get(address, {"from": TUESDAY.isoformat()}))
    return press(browser, page, "Save", answers={"to_2_0": "12:00"})


def deed(visit: Appointment, what: str) -> dict[str, Any]:
    return {f"stranded_deed_{visit.reference}": what}


def offers(page: Page) -> list[str]:
    """What is offered for each visit, as its option says it."""
    form, _button = find_form(page, "Save, ")
    return [one.value for one in form.fields if one.name.startswith("stranded_deed_")]


def place_of(visit: Appointment) -> tuple[str, int]:
    visit.refresh_from_db()
    return visit.starts_at.strftime("%H:%M"), visit.therapist_id


def state() -> list[Any]:
    """All that saving changes."""
    rows = (WorkingHours, Stranding, Message, AuditEntry, Appointment)
    return [list(model._default_manager.order_by("pk").values()) for model in rows]


def test_one_press_saves_and_moves_and_keeps_what_was_chosen(owner: Browser, clinic: Clinic) -> None:
    ana, ben = clinic.therapists
    told, silent, later, kept = (
        book(clinic, start, days=days, email=EMAIL)
        for start, days in (("12:30", 1), ("14:00", 1), ("15:30", 1), ("13:00", 8))
    )
    Message.objects.all().delete()
    asked = until_noon(owner, clinic)
    untouched = state()
    wanted: dict[str, Any] = deed(later, TO_DO) | deed(kept, KEEP) | {f"stranded_tell_{silent.reference}": []}

    counted = press(owner, asked, "Save, move 4", answers=wanted | {"stranded_why": "She flies on Wednesday."})
    still = state()
    saved = press(owner, counted, "Save, move 2, put 1 on To do, keep 1")

    assert (asked.status, counted.status, still == untouched) == (409, 409, True)
    assert "The button now says what you have chosen" in counted.html
    assert "Emails go out three minutes after you save." in counted.html
    said = "2 visits are moved. 1 visit keeps its time. 1 visit needs a new time: it is on your To do list."
    assert said in saved.html
    assert [place_of(one) for one in (told, silent, later, kept)] == [
        ("12:30", ben.pk),
        ("14:00", ben.pk),
        ("15:30", ana.pk),
        ("13:00", ana.pk),
    ]
    mails = Message.objects.filter(kind=Message.Kind.MOVED).values_list("appointment", "due_at", "state")
    assert list(mails) == [(told.pk, NOW + timedelta(minutes=3), Message.State.QUEUED)]
    waiting = Stranding.objects.filter(ended_at=None).order_by("appointment__starts_at")
    assert list(waiting.values_list("appointment", "kept_at")) == [(later.pk, None), (kept.pk, NOW)]
    event = kept.events.latest("pk")
    assert (event.verb, event.reason, event.changes) == (
        "keep time",
        "She flies on Wednesday.",
        {"override": "off_shift"},
    )
    assert "She flies on Wednesday." in owner.get(reverse("panel:overrides")).content.decode()
    trail = AuditEntry.objects.filter(at=NOW).exclude(verb__in=("view", "sign in"))
    assert sorted(trail.values_list("verb", "object_id")) == sorted(
        [
            ("move", told.reference),
            ("move", silent.reference),
            ("keep time", kept.reference),
            ("change", str(ana.pk)),
        ]
    )


def test_of_a_place_that_is_taken_since_nothing_is_saved_and_another_is_offered(owner: Browser, clinic: Clinic) -> None:
    first, second = (book(clinic, start, days=1) for start in ("12:30", "15:00"))
    asked = until_noon(owner, clinic)
    book(clinic, "15:00", days=1, therapist=1)
    untouched = state()

    again = press(owner, asked, "Save, move 2")

    assert (again.status, state() == untouched) == (409, True)
    words = " ".join(strip_tags(again.html).split())
    assert "Nothing is saved: not everything could be done." in words
    assert "Therapist 2 is taken at 15:00." in words
    assert [before == after for before, after in zip(offers(asked), offers(again), strict=True)] == [True, False]
    press(owner, again, "Save, move 2")
    assert [one.therapist_id for one in Appointment.objects.filter(pk__in=[first.pk, second.pk])] == [
        clinic.therapists[1].pk
    ] * 2


def test_of_visits_that_have_changed_since_nothing_is_saved(owner: Browser, clinic: Clinic) -> None:
    gone, stays = book(clinic, "12:30", days=1), book(clinic, "15:00", days=1)
    asked = until_noon(owner, clinic)
    appointments.cancel(appointment=gone, by=STAFF, now=NOW)
    untouched = state()

    again = press(owner, asked, "Save, move 2")

    assert (again.status, state() == untouched) == (409, True)
    assert "Something has changed since this was shown. Nothing is saved yet" in again.html
    assert (gone.reference in again.html, stays.reference in again.html) == (False, True)


def test_what_is_kept_needs_a_reason(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "12:30", days=1)
    counted = press(owner, until_noon(owner, clinic), "Save, move 1", answers=deed(visit, KEEP))
    untouched = state()

    again = press(owner, counted, "Save, keep 1", answers={"stranded_why": " "})
    saved = press(owner, again, "Save, keep 1", answers={"stranded_why": "He asked for it."})

    assert (again.status, "Write why a time is kept." in again.html) == (409, True)
    assert ("1 visit keeps its time." in saved.html, state() == untouched) == (True, False)
    assert "Emails go out" not in again.html  # no address is known


def test_two_visits_are_not_offered_one_place_nor_a_time_at_which_the_client_is_there(
    owner: Browser, clinic: Clinic
) -> None:
    niamh = make_client("Niamh Byrne")
    visits = [book(clinic, start, days=1, client=niamh) for start in ("12:30", "14:00")]
    book(clinic, "12:30", days=1, therapist=1)
    asked = until_noon(owner, clinic)

    saved = press(owner, asked, "Save, move 2")

    assert (len(set(offers(asked))), "2 visits are moved." in saved.html) == (2, True)
    assert [place_of(one)[1] for one in visits] == [clinic.therapists[1].pk] * 2


def test_what_nobody_offered_is_not_done(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "12:30", days=1)
    asked = until_noon(owner, clinic)
    untouched = state()
    deeds = ["sell it", f"{at('12:30', day=TUESDAY).isoformat()} 999", f"{at('03:00', day=TUESDAY).isoformat()} 2"]

    answers = [send(owner, asked, "Save, move 1", deed(visit, one)).status_code for one in deeds]

    assert (answers, state() == untouched) == ([409] * 3, True)


def test_who_may_not_change_visits_is_asked_without_a_choice(clinic: Clinic) -> None:
    visit = book(clinic, "12:30", days=1)
    browser = sign_in("therapist", clinic)
    page = read(browser.get(reverse("panel:block")))
    lunch = {"day": TUESDAY.isoformat(), "first": "12:30", "last": "13:00", "word": "Lunch"}
    asked = press(browser, page, "Block this time", answers=lunch)
    start = f"{at('14:00', day=TUESDAY).isoformat()} {clinic.therapists[1].pk}"

    plant(browser, asked, "Block it, put 1 on To do", deed(visit, start))

    assert (asked.status, place_of(visit)) == (409, ("12:30", clinic.therapists[0].pk))
    assert list(Stranding.objects.values_list("appointment", "ended_at")) == [(visit.pk, None)]


def test_a_room_out_of_use_moves_its_visits_without_a_mail_unless_it_is_wanted(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00", email=EMAIL)
    Message.objects.all().delete()
    page = read(owner.get(reverse("panel:set_up_room", args=[visit.room_id])))

    asked = press(owner, page, "Save", answers={"is_active": ""})
    press(owner, asked, "Save, move 1")

    before = visit.room_id
    assert (place_of(visit), visit.room_id != before) == (("10:00", clinic.therapists[0].pk), True)
    assert not Message.objects.filter(kind=Message.Kind.MOVED).exists()
