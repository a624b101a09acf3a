"""Two people have the same visit open. The later one is told who did what, and can send what was typed again."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Case, Condition, State
from booking.scheduling import appointments
from booking.scheduling.states import STEPS
from clinic.panel.visit.words import EVENT_WORDS
from services.models import Therapist
from tests.cast import DOCTOR_FIRST, NOW, TODAY, Clinic, at, book, make_client, make_intake, sign_in
from tests.pages import Page, fill, find_form, plant, press_value, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

CANCEL, MOVE, TREAT, KEEP = "Cancel this visit", "Move it", "In treatment", "Save"
TYPED = 'The client "called", <b>twice</b>.'


@pytest.fixture
def ana(clinic: Clinic) -> Browser:
    return sign_in("owner", name="ana")


@pytest.fixture
def ben(clinic: Clinic) -> Browser:
    return sign_in("reception", name="ben")


def about(name: str, visit: Appointment) -> str:
    return reverse(f"panel:{name}", args=[visit.reference])


def shown(browser: Browser, name: str, visit: Appointment) -> Page:
    return read(browser.get(about(name, visit)))


def typed_in(page: Page, words: str) -> dict[str, str]:
    """What the form with this button would send as it is drawn."""
    return {name: value for name, (value,) in fill(find_form(page, words)[0], {}).items()}


def said(page: Any) -> str:
    html = page.html if isinstance(page, Page) else page.content.decode()
    return unescape(" ".join(re.findall(r'class="panel-message[^>]*>(.*?)</p>', html, re.DOTALL)))


def choose(browser: Browser, visit: Appointment, start: str, therapist: Therapist) -> Page:
    """The question about a start of one therapist's list."""
    page = read(browser.get(about("move", visit), {"with": str(therapist.pk), "from": TODAY.isoformat()}))
    return press_value(browser, page, f"{at(start).isoformat()} {therapist.pk}")


def move_meanwhile(ana: Browser, clinic: Clinic, visit: Appointment, start: str = "10:00") -> None:
    asked = choose(ana, visit, start, clinic.therapists[0])
    assert send(ana, asked, MOVE).status_code == 302


def arrive(browser: Browser, visit: Appointment) -> None:
    assert send(browser, shown(browser, "visit", visit), "Arrived").status_code == 302


def take_back(browser: Browser, visit: Appointment) -> None:
    assert send(browser, shown(browser, "visit", visit), "Undo: not arrived yet").status_code == 302


def test_a_cancellation_with_a_reason(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")
    page = shown(ben, "cancel", visit)
    move_meanwhile(ana, clinic, visit)

    refused = send(ben, page, CANCEL, {"reason": TYPED})
    again = read(refused)
    sent = send(ben, again, CANCEL)

    visit.refresh_from_db()
    assert refused.status_code == 409
    assert "ana moved it at 08:00, after you had opened it." in said(refused)
    assert "Monday 23 November, 10:00" in refused.content.decode()
    assert typed_in(again, CANCEL)["reason"] == TYPED
    assert (sent.status_code, visit.state) == (302, State.CANCELLING)
    assert list(visit.events.filter(by__isnull=False).values_list("verb", "by__username", "reason")) == [
        ("move", "ana", ""),
        ("cancel", "ben", TYPED),
    ]


def test_a_cancellation_of_what_was_cancelled_meanwhile(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")
    page = shown(ben, "cancel", visit)
    send(ana, shown(ana, "cancel", visit), CANCEL, {"reason": "Ana's own"})

    refused = send(ben, page, CANCEL, {"reason": TYPED})

    assert refused.status_code == 409
    assert "ana cancelled it at 08:00" in said(refused)
    assert f"Not saved: “{TYPED}”" in said(refused)
    assert list(visit.events.filter(verb="cancel").values_list("reason", flat=True)) == ["Ana's own"]


def test_what_is_too_long_is_said_and_kept(ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00", with_form=False)
    page, long = shown(ben, "visit", visit), "x" * 301

    remark = send(ben, page, "Settled", {"remark": long})
    reason = plant(ben, page, "Arrived", {"reason": long})
    unknown = send(ben, page, "Settled", {"kind": "nothing"})

    visit.refresh_from_db()
    assert (remark.status_code, reason.status_code, unknown.status_code, visit.state) == (422, 422, 404, "booked")
    assert typed_in(read(remark), "Settled")["remark"] == long
    assert f"Not saved: “{long}”" in said(reason)


def test_a_second_click_of_the_same_hand_is_no_conflict(ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")
    page = shown(ben, "cancel", visit)

    answers = [send(ben, page, CANCEL, {"reason": TYPED}).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert visit.events.filter(verb="cancel").count() == 1


def test_a_step_with_a_reason(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00", with_form=False)
    Condition.objects.update(settled_at=NOW)
    arrive(ben, visit)
    page = shown(ben, "visit", visit)
    take_back(ana, visit)
    arrive(ana, visit)

    refused = send(ben, page, TREAT, {"reason": TYPED})
    again = read(refused)
    sent = send(ben, again, TREAT)

    visit.refresh_from_db()
    last = visit.events.last()
    assert refused.status_code == 409
    assert "ana marked it as arrived at 08:00" in said(refused)
    typed = typed_in(again, TREAT)
    assert (typed["reason"], typed["target"]) == (TYPED, "in_treatment")
    assert (sent.status_code, visit.state) == (302, State.IN_TREATMENT)
    assert last is not None
    assert (last.by and last.by.username, last.reason) == ("ben", TYPED)


def test_a_step_whose_field_is_gone_quotes_what_was_typed(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00", with_form=False)
    Condition.objects.update(settled_at=NOW)
    arrive(ben, visit)
    page = shown(ben, "visit", visit)
    take_back(ana, visit)

    refused = send(ben, page, TREAT, {"reason": TYPED})

    assert refused.status_code == 409
    assert "ana took back “arrived” at 08:00" in said(refused)
    assert f"Not saved: “{TYPED}”" in said(refused)


def test_what_was_read_has_to_be_read_again(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    """A tick under "I have read what to be careful about" is about the visit as it was."""
    visit = book(clinic, "10:00")
    arrive(ben, visit)
    page = shown(ben, "visit", visit)
    take_back(ana, visit)
    arrive(ana, visit)

    refused = send(ben, page, TREAT, {"acknowledged": "on"})

    assert refused.status_code == 409
    assert "acknowledged" in find_form(read(refused), TREAT)[0].names
    assert "acknowledged" not in typed_in(read(refused), TREAT)


def test_a_move(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    visit, other = book(clinic, "14:00"), clinic.therapists[1]
    asked = choose(ben, visit, "11:30", other)
    move_meanwhile(ana, clinic, visit)

    refused = send(ben, asked, MOVE)
    again = read(refused)
    sent = send(ben, again, MOVE)

    visit.refresh_from_db()
    assert refused.status_code == 409
    assert "ana moved it at 08:00" in said(refused)
    assert "Monday 23 November, 10:00, Therapist 1" in refused.content.decode()  # where it is by now
    assert (sent.status_code, visit.starts_at, visit.therapist_id) == (302, at("11:30"), other.pk)


def test_a_move_of_what_was_cancelled_meanwhile(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")
    wanted = f"Monday 23 November, 11:30, {clinic.therapists[1].name}"
    asked = choose(ben, visit, "11:30", clinic.therapists[1])
    send(ana, shown(ana, "cancel", visit), CANCEL)

    refused = send(ben, asked, MOVE)

    assert refused.status_code == 409
    assert "ana cancelled it at 08:00" in said(refused)
    assert f"Not saved: “{wanted}”" in said(refused)


def test_a_move_to_what_was_taken_meanwhile_shows_what_is_free(ben: Browser, clinic: Clinic) -> None:
    visit, therapist = book(clinic, "14:00"), clinic.therapists[0]
    wanted = f"{at('11:30').isoformat()} {therapist.pk}"
    starts = shown(ben, "move", visit)
    asked = press_value(ben, starts, wanted)
    book(clinic, "11:30", name="Oran")

    refused = send(ben, asked, MOVE)
    asked_late = press_value(ben, starts, wanted)

    assert refused.status_code == 422
    assert said(refused) == "Therapist 1 is taken at 11:30."
    free = [button.value for _form, button in read(refused).starts]
    assert (wanted in free, len(free) > 5) == (False, True)
    assert said(asked_late) == "Therapist 1 is taken at 11:30."
    assert MOVE not in [words for form in asked_late.forms for words in form.words]


def test_the_time_that_the_visit_has_is_not_among_those_it_can_be_moved_to(ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")

    page = shown(ben, "move", visit)

    first = [button.value for _form, button in page.starts if button.value.startswith(TODAY.isoformat())]
    values = {f"{at(start).isoformat()} {clinic.therapists[0].pk}" for start in ("14:00", "14:15")}
    assert values & set(first) == {f"{at('14:15').isoformat()} {clinic.therapists[0].pk}"}


def test_a_condition_settled_with_a_remark(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")
    Condition.objects.create(appointment=visit, kind="doctor_note")
    page = shown(ben, "visit", visit)
    move_meanwhile(ana, clinic, visit)

    refused = send(ben, page, "Settled", {"remark": TYPED})
    again = read(refused)
    sent = send(ben, again, "Settled")

    condition = visit.conditions.get()
    assert refused.status_code == 409
    assert "ana moved it at 08:00" in said(refused)
    assert typed_in(again, "Settled")["remark"] == TYPED
    assert (sent.status_code, condition.remark) == (302, TYPED)
    assert condition.settled_by is not None
    assert condition.settled_by.username == "ben"


def test_a_condition_that_was_settled_meanwhile(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00")
    Condition.objects.create(appointment=visit, kind="doctor_note")
    page = shown(ben, "visit", visit)
    send(ana, shown(ana, "visit", visit), "Settled", {"remark": "Seen by Ana."})

    refused = send(ben, page, "Settled", {"remark": TYPED})

    assert refused.status_code == 409
    assert "ana settled a condition at 08:00" in said(refused)
    assert f"Not saved: “{TYPED}”" in said(refused)
    assert visit.conditions.get().remark == "Seen by Ana."


def test_a_note_on_a_case(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    make_intake(answers=DOCTOR_FIRST, client=make_client())
    case = Case.objects.get()
    address = reverse("panel:case", args=[case.pk])
    page = read(ben.get(address))
    send(ana, read(ana.get(address)), KEEP, {"state": "called", "note": "Ana's own"})

    refused = send(ben, page, KEEP, {"state": "declined", "note": TYPED})
    case.refresh_from_db()
    after_refusal = case.state
    again = read(refused)
    sent = send(ben, again, KEEP)

    case.refresh_from_db()
    assert (refused.status_code, after_refusal) == (409, "called")
    assert "ana has worked on this case after you had opened it (called)." in said(refused)
    typed = typed_in(again, KEEP)
    assert (typed["state"], typed["note"]) == ("declined", TYPED)
    assert (sent.status_code, case.state) == (302, "declined")
    assert [(event.verb, event.note) for event in case.events.all()][1:] == [
        ("called", "Ana's own"),
        ("declined", TYPED),
    ]


def test_without_what_was_seen_the_later_one_would_win(ana: Browser, ben: Browser, clinic: Clinic) -> None:
    """The control: it is the last event seen that tells."""
    visit = book(clinic, "14:00")
    page = shown(ben, "cancel", visit)
    move_meanwhile(ana, clinic, visit)

    assert send(ben, page, CANCEL, {"reason": TYPED, "seen_event": ""}).status_code == 302


def test_everything_that_can_happen_to_a_visit_has_words() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (Path(appointments.__file__).parent).glob("*.py"))
    constants = set(re.findall(r'^(?:ASK\w*|READ_OUT) = "([a-z ]+)"', sources, re.MULTILINE))
    written = set(re.findall(r'verb="([a-z ]+)"', sources)) | constants | {"reminders off"}

    assert {step.verb for step in STEPS} | written <= set(EVENT_WORDS)
