"""The note of a visit, pressed as it is drawn, by who treats and by those who may read or may not."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Client, Note, NoteAddition, NoteGrant, NotePhrase, NoteTemplate, State
from booking.notes.content import Content, Mark
from booking.notes.writing import sign_note
from clinic.models import AuditEntry
from tests.cast import NOW, Clinic, book, browser_of, make_client, make_member, sign_in
from tests.pages import Page, press, press_value, read, send

pytestmark = pytest.mark.django_db


def treated(clinic: Clinic, *, client: Client | None = None, days: int = 0, therapist: int = 0) -> Appointment:
    visit = book(clinic, "14:00", days=max(days, 0), therapist=therapist, client=client, answers={})
    if days < 0:
        visit.claims.all().delete()
        shifted = timedelta(days=days)
        for name in ("starts_at", "ends_at", "busy_until"):
            setattr(visit, name, getattr(visit, name) + shifted)
    visit.state = State.COMPLETED
    visit.save()
    return visit


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return treated(clinic)


@pytest.fixture
def ana(clinic: Clinic) -> Browser:
    return sign_in("therapist", clinic, name="ana")


def address(visit: Appointment) -> str:
    return reverse("panel:note", args=[visit.reference])


def opened(browser: Browser, visit: Appointment) -> Page:
    return read(browser.get(address(visit)))


def stored(visit: Appointment) -> tuple[int, Content, bool]:
    note = Note.objects.get(appointment=visit)
    return note.version, Content.from_json(note.content), note.signed_at is not None


def test_a_note_from_the_visit_s_page_to_its_signature(ana: Browser, visit: Appointment, engine: str) -> None:
    NoteTemplate.objects.create(treatment=visit.treatment, did="Back and legs.")
    page = read(ana.get(reverse("panel:visit", args=[visit.reference])))
    assert [link.words for link in page.links if link.href == address(visit)] == ["Write the note"]

    page = opened(ana, visit)
    page = press(ana, page, "Guarded")
    page = press(ana, page, "Side-lying", answers={"pain_before": "6"})
    page = press(ana, page, "Add", answers={"place": "left_low_back", "kind": "tender"})
    page = press_value(ana, page, "mark:right_calf", answers={"kind": "tight"})
    page = press_value(ana, page, "mark:left_calf")
    page = press(ana, page, "Remove Left calf")
    answer = send(ana, page, "Sign, and show the day", {"next": "Pectorals first.", "pain_after": "3"})

    assert answer.headers["Location"] == reverse("panel:board")
    version, content, is_signed = stored(visit)
    assert (version, is_signed) == (7, True)
    assert content == Content(
        found="Guarded.",
        did="Back and legs. Side-lying.",
        next="Pectorals first.",
        marks=(Mark("left_low_back", "tender"), Mark("right_calf", "tight")),
        pain_before=6,
        pain_after=3,
    )
    read_again = opened(ana, visit)
    assert "Pectorals first." in read_again.html
    buttons = [button.words for form in read_again.posts for button in form.buttons]
    assert buttons == ["Look up", "Sign out", "PDF of this note", "Add"]


def test_a_phrase_pressed_twice_is_out_again_and_those_of_other_treatments_do_nothing(
    ana: Browser, visit: Appointment, clinic: Clinic
) -> None:
    page = press(ana, opened(ana, visit), "Guarded", answers={"found": "Left side stiff."})
    assert stored(visit)[1].found == "Left side stiff. Guarded."
    press(ana, page, "Guarded")
    assert stored(visit)[1].found == "Left side stiff."

    other = NotePhrase.objects.create(part="found", words="Elsewhere")
    page = opened(ana, visit)
    other.delete()
    press(ana, page, "Elsewhere")

    assert stored(visit)[1].found == "Left side stiff."


def test_a_place_to_leave_alone_asks_once(ana: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00", answers={})
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
    decision = visit.intake.decisions.get()  # type: ignore[union-attr]
    decision.findings = {**decision.findings, "avoid": ["calf"]}
    decision.save()

    page = press_value(ana, opened(ana, visit), "mark:left_calf")
    assert "Left calf: do not massage. Mark it all the same?" in page.html
    assert not Note.objects.exists()
    page = press(ana, page, "Mark it")

    assert stored(visit)[1].marks == (Mark("left_calf", "tight"),)


def test_the_last_note_is_shown_and_copied_and_never_over_words_unasked(
    ana: Browser, clinic: Clinic, engine: str
) -> None:
    client = make_client()
    before, today = treated(clinic, client=client, days=-14), treated(clinic, client=client)
    user = User.objects.get(username="ana")
    sign_note(appointment=before, content=Content(found="Old", did="Legs", next="Neck"), seen=0, by_id=user.pk, now=NOW)

    beside = read(ana.get(reverse("panel:visit", args=[today.reference])))
    assert "Last time, 9 November 2026, with Therapist 1" in beside.html
    page = press(ana, opened(ana, today), "Copy last note", answers={"found": "Mine"})
    assert stored(today)[1] == Content(found="Mine")
    page = press(ana, page, "Write over it")

    assert stored(today)[1] == Content(found="Old", did="Legs", next="Neck")


def test_of_two_pages_the_later_shows_both_and_loses_no_word(ana: Browser, visit: Appointment, engine: str) -> None:
    first, second = opened(ana, visit), opened(ana, visit)
    press(ana, first, "Leave unsigned for later", answers={"found": "From the phone", "next": "Same"})

    answer = send(ana, second, "Sign, and show the day", {"found": "From the desk", "next": "Same"})

    page = read(answer)
    assert answer.status_code == 409
    assert "Saved on the other page: “From the phone”" in " ".join(page.html.split())
    assert "From the desk" in page.html
    send(ana, page, "Sign, and show the day")
    assert stored(visit) == (2, Content(found="From the desk", next="Same"), True)


def test_the_script_saves_and_is_told_the_version(ana: Browser, visit: Appointment) -> None:
    sent = {"seen": "0", "found": "Typing", "do": "save"}
    saved = ana.post(address(visit), sent, headers={"X-Autosave": "1"})
    behind = ana.post(address(visit), sent | {"found": "Else"}, headers={"X-Autosave": "1"})
    wrong = ana.post(address(visit), sent | {"found": "x" * 4_001}, headers={"X-Autosave": "1"})

    assert (saved.status_code, saved.json()["seen"]) == (200, 1)
    assert (behind.status_code, list(behind.json())) == (409, ["error"])
    assert (wrong.status_code, list(wrong.json())) == (422, ["error"])
    assert stored(visit) == (1, Content(found="Typing"), False)


def test_nothing_said_of_next_time_can_not_be_signed_and_loses_nothing(ana: Browser, visit: Appointment) -> None:
    answer = send(ana, opened(ana, visit), "Sign, and show the day", {"found": "Knots everywhere"})

    assert answer.status_code == 422
    assert "Write what comes next" in answer.content.decode()
    assert "Knots everywhere" in answer.content.decode()


def test_saving_while_typing_is_one_line_of_the_trail_and_so_is_reading(ana: Browser, visit: Appointment) -> None:
    for number in range(3):
        opened(ana, visit)
        values = {"seen": str(number), "found": f"NOTEMARK {number}", "do": "save"}
        ana.post(address(visit), values, headers={"X-Autosave": "1"})

    lines = list(AuditEntry.objects.order_by("pk").values_list("verb", "object_type", "object_id", "fields"))
    assert lines == [
        ("view", "client", str(visit.client_id), ["notes"]),
        ("write", "note", visit.reference, []),
    ]


def test_a_signed_note_is_added_to_from_its_page(ana: Browser, visit: Appointment) -> None:
    send(ana, opened(ana, visit), "Sign, and show the day", {"next": "Same"})

    send(ana, opened(ana, visit), "Add", {"text": "It was the left one."})

    assert list(NoteAddition.objects.values_list("text", flat=True)) == ["It was the left one."]
    assert "It was the left one." in opened(ana, visit).html


@pytest.mark.parametrize("who", ["reception", "ben", "ben who treats", "ben who is let in", "owner"])
def test_who_may_read_a_note(clinic: Clinic, engine: str, who: str) -> None:
    make_member("therapist", clinic, name="ana")
    client = make_client()
    visit = treated(clinic, client=client)
    writer = User.objects.get(username="ana")
    sign_note(appointment=visit, content=Content(next="NEXTMARK"), seen=0, by_id=writer.pk, now=NOW)
    role = "therapist" if who.startswith("ben") else who
    user = make_member(role, clinic, number=1, name=who)
    if who == "ben who treats":
        book(clinic, "16:00", client=client, therapist=1, days=2)
    if who == "ben who is let in":
        NoteGrant.objects.create(
            client=client, reader=user, reason="Ill", granted_by=writer, granted_at=NOW, until=NOW + timedelta(days=1)
        )

    answer = browser_of(user).get(address(visit))

    expected = {"reception": 403, "ben": 404}.get(who, 200)
    assert answer.status_code == expected
    assert ("NEXTMARK" in answer.content.decode()) == (expected == 200)
    assert "Add to this note" not in answer.content.decode()
    if expected == 200:
        refused = browser_of(user).post(reverse("panel:add_to_note", args=[visit.reference]), {"text": "x"})
        assert refused.status_code == 404


def test_reception_sees_that_a_note_exists_and_nothing_of_it(clinic: Clinic) -> None:
    make_member("therapist", clinic, name="ana")
    visit = treated(clinic)
    user = User.objects.get(username="ana")
    sign_note(appointment=visit, content=Content(next="NEXTMARK"), seen=0, by_id=user.pk, now=NOW)

    page = sign_in("reception").get(reverse("panel:visit", args=[visit.reference])).content.decode()

    assert "The note is signed." in page
    assert ("NEXTMARK" in page, "/note/" in page) == (False, False)


@pytest.mark.parametrize(
    "values", [{}, {"seen": "x"}, {"seen": "0", "mark": "nowhere:tight"}, {"seen": "0", "pain_before": "11"}]
)
def test_what_no_page_sends_is_refused_and_nothing_kept(
    ana: Browser, visit: Appointment, values: dict[str, Any]
) -> None:
    answer = ana.post(address(visit), values | {"found": "Words"})

    assert (answer.status_code, Note.objects.count()) == (422, 0)
    assert "Words" in answer.content.decode()


@pytest.mark.parametrize(
    "do", ["mark:nowhere", "chip:99999999999999999999", "chip:x", "what:", "unmark:", "mark:", "copy!"]
)
def test_a_button_that_is_not_there_changes_nothing(ana: Browser, visit: Appointment, do: str) -> None:
    ana.post(address(visit), {"seen": "0", "found": "Words", "do": do})

    assert stored(visit)[1] == Content(found="Words")


def test_there_is_no_note_before_the_treatment(ana: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")

    assert ana.get(address(visit)).status_code == 404
    assert ana.post(address(visit), {"seen": "0", "found": "Early"}).status_code == 422
    assert Note.objects.count() == 0
