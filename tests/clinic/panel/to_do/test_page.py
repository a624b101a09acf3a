"""What waits, as whoever may see it reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Appointment, Case, Message, Note, State
from booking.notes.content import Content
from booking.notes.writing import save_note, sign_note
from tests.cast import NOW, Clinic, book, browser_of, make_clinic, make_member, sign_in, take_off
from tests.clinic.panel.door.test_glance import fill
from tests.pages import read, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TO_DO = "/panel/to-do/"


@pytest.fixture
def waiting(time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    fill(clinic)
    return clinic


def told(role: str, clinic: Clinic) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Of each group what stands in its lines: when, what, and the answer."""
    page = sign_in(role, clinic).get(TO_DO).context["page"]
    return [(group.words, [(item.when, item.what, item.action.words) for item in group.items]) for group in page.groups]


def test_reception_reads_when_who_what_and_the_best_answer(waiting: Clinic) -> None:
    swedish = "Swedish, 60 min, with Therapist"

    assert told("reception", waiting) == [
        ("Need a new time", [("Sunday 09:00", f"Therapist is off on Sunday. {swedish}.", "Find another time")]),
        (
            "Not at the time that was promised",
            [
                (
                    "Friday 15:00",
                    f"The clocks have changed, and the time that was promised is taken. {swedish}.",
                    "Find another time",
                )
            ],
        ),
        ("Requests to confirm", [("Thursday 09:00", f"{swedish}.", "Confirm")]),
        (
            "Forms missing",
            [("13:00", f"{swedish}.", "Read it out"), ("Tuesday 13:00", f"{swedish}.", "Read it out")],
        ),
        (
            "Emails that failed",
            [("Thursday 09:00", "“Booked” could not be sent. refused.", "Send again")],
        ),
        ("Cases", [("Wednesday 25 November, 08:00", "Not due yet. Physician first.", "Open")]),
    ]


def test_a_therapist_reads_what_is_theirs(waiting: Clinic) -> None:
    swedish = "Swedish, 60 min, with Therapist"

    assert told("therapist", waiting) == [
        ("Notes to read", [("Thursday 11:00", f"Read the client's remark. {swedish}.", "Read it")]),
        (
            "Forms missing",
            [("13:00", f"{swedish}.", "Read it out"), ("Tuesday 13:00", f"{swedish}.", "Read it out")],
        ),
    ]


def test_where_nothing_waits_the_page_says_so(clinic: Clinic) -> None:
    page = sign_in("therapist", clinic).get(TO_DO)

    assert ("Nothing waits." in page.content.decode(), page.context["frame"].waiting) == (True, 0)


def test_an_answer_works_from_there_and_comes_back(waiting: Clinic) -> None:
    browser = sign_in("reception")

    confirmed = send(browser, read(browser.get(TO_DO)), "Confirm : Niamh Byrne")
    sent = send(browser, read(browser.get(TO_DO)), "Send again : Niamh Byrne")

    request = Case.objects.get(kind=Case.Kind.REQUESTED).appointment
    assert request is not None
    assert (confirmed.url, sent.url) == (TO_DO, TO_DO)
    assert (request.state, Message.objects.filter(state=Message.State.FAILED).count()) == (State.BOOKED, 0)


def test_a_note_that_was_read_keeps_the_way_back(waiting: Clinic) -> None:
    browser = sign_in("owner")
    visit = Appointment.objects.get(conditions__kind="note_to_read")
    page = read(browser.get(f"{reverse('panel:visit', args=[visit.reference])}?back=to-do"))

    settled = send(browser, page, "Settled : Read the client's remark", {"remark": "Fine with me."})

    assert settled.url == f"{reverse('panel:visit', args=[visit.reference])}?back=to-do"


def test_a_visit_that_needs_a_new_time_moves_with_one_press(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(therapists=2, rooms=2)
    visit = book(clinic, "09:00", days=6)
    take_off(clinic.therapists[0], starts_at=visit.starts_at, ends_at=visit.ends_at)
    browser, words = sign_in("reception"), "Move to Therapist, 09:00"
    item = browser.get(TO_DO).context["page"].groups[0].items[0]
    beside = browser.get(reverse("panel:visit", args=[visit.reference])).context["page"].elsewhere

    moved = send(browser, read(browser.get(TO_DO)), f"{words} : Niamh Byrne")

    assert (item.action.words, item.second.words, beside.words) == (words, "Other times", words)
    assert moved.url == TO_DO
    was, visit = visit, Appointment.objects.get()
    assert (visit.starts_at, visit.therapist_id) == (was.starts_at, clinic.therapists[1].pk)
    assert (visit.version, "Need a new time" in browser.get(TO_DO).content.decode()) == (was.version + 1, False)


def test_who_has_it_stands_there(waiting: Clinic) -> None:
    ana, ben = (browser_of(make_member("reception", name=name)) for name in ("ana", "ben"))
    page_of_ben = read(ben.get(TO_DO))

    send(ana, read(ana.get(TO_DO)), "I’ll do it : Aoife")
    late = send(ben, page_of_ben, "I’ll do it : Aoife")

    assert (late.status_code, "ana has it already. Nothing was changed." in late.content.decode()) == (409, True)
    assert [item.holder for item in case_items(ana)] == ["You have it"]
    assert [item.holder for item in case_items(ben)] == ["ana has it"]
    assert Case.objects.get(contact_name="Aoife").owner.username == "ana"  # type: ignore[union-attr]

    send(ana, read(ana.get(TO_DO)), "Give it back : Aoife")

    assert [item.holder for item in case_items(ben)] == [""]


def case_items(browser: Any) -> list[Any]:
    return [item for group in browser.get(TO_DO).context["page"].groups for item in group.items if item.kind == "case"]


def test_what_is_done_meanwhile_is_said(waiting: Clinic) -> None:
    browser = sign_in("reception")
    page = read(browser.get(TO_DO))
    Case.objects.update(state=Case.State.CLOSED, closed_at=NOW)

    late = send(browser, page, "I’ll do it : Aoife")

    assert (late.status_code, "That is done already" in late.content.decode()) == (409, True)


@pytest.mark.both_engines
def test_statements_are_the_same_for_two_and_for_many(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(therapists=12, rooms=12)
    browser = sign_in("owner")
    counts = []
    for numbers in (range(1, 3), range(3, 12)):
        for number in numbers:
            fill(clinic, therapist=number)
        browser.get(TO_DO)
        with CaptureQueriesContext(connection) as statements:
            page = browser.get(TO_DO).context["page"]
        counts.append((len(statements), sum(len(group.items) for group in page.groups)))

    assert counts == [(counts[0][0], 16), (counts[0][0], 11 * 8)]


def test_the_page_is_bounded(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    Case.objects.bulk_create(
        Case(kind=Case.Kind.PHYSICIAN, contact_name="Aoife", opened_at=NOW + timedelta(minutes=number))
        for number in range(600)
    )
    make_clinic()

    page = sign_in("reception").get(TO_DO)

    assert [(group.count, len(group.items)) for group in page.context["page"].groups] == [(600, 70)]
    assert "The soonest 70 of 600 are shown." in page.content.decode()


@pytest.mark.both_engines
def test_notes_of_yesterday_wait_for_who_treated_and_the_owner_reads_how_many(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(therapists=2)
    browser = sign_in("therapist", clinic)
    begun, missing = done(clinic, "10:00", days=-1), done(clinic, "09:00", days=-1)
    done(clinic, "15:00", days=-1, therapist=1)
    done(clinic, "13:00", days=-15)
    done(clinic, "12:00", days=0)
    user = User.objects.get(pk=browser.session["_auth_user_id"])
    signed = done(clinic, "11:00", days=-1)
    sign_note(appointment=signed, content=Content(next="Rest."), seen=0, by_id=user.pk, now=NOW)
    old = done(clinic, "14:00", days=-40)
    for visit in (begun, old):
        save_note(appointment=visit, content=Content(found="PLANTED"), seen=0, by_id=user.pk, now=NOW)

    page, owner = browser.get(TO_DO), sign_in("owner").get(TO_DO)

    (group,) = page.context["page"].groups
    assert (group.words, [(item.url.split("/")[3], item.action.words) for item in group.items]) == (
        "Notes to write",
        [
            (old.reference, "Go on with the note"),
            (missing.reference, "Write the note"),
            (begun.reference, "Go on with the note"),
        ],
    )
    assert (page.context["frame"].waiting, "PLANTED" in page.content.decode()) == (3, False)
    assert [(one.name, one.count) for one in owner.context["page"].owes] == [
        (clinic.therapists[0].name, 3),
        (clinic.therapists[1].name, 1),
    ]
    assert [group.kind for group in owner.context["page"].groups] == []
    assert sign_in("reception").get(TO_DO).context["page"].owes == ()


def test_a_note_that_is_signed_from_there_leads_back(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    browser = sign_in("therapist", clinic)
    visit = done(clinic, "09:00", days=-1)
    (item,) = (item for group in browser.get(TO_DO).context["page"].groups for item in group.items)

    answer = send(browser, read(browser.get(item.action.url)), "Sign the note", {"next": "Rest."})

    assert (answer.url, browser.get(TO_DO).context["page"].count) == (TO_DO, 0)
    assert Note.objects.get(appointment=visit).signed_at == NOW


def done(clinic: Clinic, clock: str, *, days: int, therapist: int = 0) -> Appointment:
    """Booked for a day on which nobody else is, and then as it stands `days` from today."""
    free = Appointment.objects.count() + 1
    visit, off = book(clinic, clock, days=free, therapist=therapist), timedelta(days=days - free)
    moments = {"starts_at": visit.starts_at + off, "ends_at": visit.ends_at + off}
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED, **moments)
    return visit
