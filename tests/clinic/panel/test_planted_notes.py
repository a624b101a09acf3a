"""Words of a note are planted by its own pages and looked for everywhere: they may only come out for who may read notes."""

import inspect
import logging
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from booking import tasks
from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.models import Appointment, Client, NoteGrant, State
from booking.notes.content import PARTS
from clinic.models import AuditEntry
from tests.cast import NOW, TODAY, Clinic, browser_of, make_member, sign_in, soon
from tests.clinic.panel.test_planted_text import World, make_world
from tests.journeys.test_planted_answers import stored_text
from tests.pages import press, read

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Mobi"}
WRITTEN = {name: f"planted{name}" for name in PARTS}
ADDED, REASON, CHANGED = "plantedaddition", "plantedreason", "plantedoverwritten"
TRACES = (*WRITTEN.values(), ADDED, REASON, CHANGED)


def traces_in(text: str) -> set[str]:
    return {trace for trace in TRACES if trace in text.lower()}


class Heard:
    """A browser that remembers every address it was led to."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.addresses = browser, list[str]()

    def open(self, address: str) -> Any:
        page = read(self.browser.get(address, follow=True))
        self.addresses.append(page.address)
        return page

    def press(self, page: Any, words: str, answers: dict[str, Any]) -> Any:
        led = press(self.browser, page, words, answers=answers)
        self.addresses.append(led.address)
        return led


@pytest.fixture
def world(time_machine: Any, caplog: pytest.LogCaptureFixture) -> World:
    """A note that was left, refused, signed and added to by its page, and somebody who was let in by the owner's."""
    time_machine.move_to(NOW, tick=False)
    caplog.set_level(logging.DEBUG)
    made = make_world()
    Appointment.objects.filter(pk=made.careful.pk).update(state=State.COMPLETED)
    return made


@pytest.fixture
def heard(world: World) -> Heard:
    therapist = Heard(sign_in("therapist", world.clinic))
    address = reverse("panel:note", args=[world.careful.reference])
    therapist.press(therapist.open(address), "Leave unsigned for later", WRITTEN | {"found": CHANGED})
    therapist.press(therapist.open(address), "Sign, and show the day", WRITTEN | {"next": ""})
    therapist.press(therapist.open(address), "Add", {"place": "left_calf"} | WRITTEN)
    therapist.press(therapist.open(address), "Sign, and show the day", WRITTEN)
    therapist.press(therapist.open(address), "Add", {"text": ADDED})
    assert world.careful.client is not None
    owner = Heard(sign_in("owner"))
    reader = make_member("therapist", world.clinic, name="reader", number=1)
    notes = owner.open(reverse("panel:person_notes", args=[world.careful.client.public_id]))
    day = (TODAY + timedelta(days=2)).isoformat()
    owner.press(notes, "Let them read", {"reader": str(reader.pk), "last_day": day, "reason": REASON})
    assert NoteGrant.objects.get().reason == REASON
    therapist.addresses += owner.addresses
    return therapist


def test_who_may_read_finds_all_of_it(world: World, heard: Heard) -> None:
    """The control: what is looked for is there."""
    note = reverse("panel:note", args=[world.careful.reference])
    Client.objects.filter(appointments=world.careful).update(name=CHANGED)

    assert traces_in(heard.open(note).html) == {*WRITTEN.values(), ADDED, CHANGED}
    assert traces_in(stored_text()) == {CHANGED}


def test_it_is_in_no_log_address_mail_trail_task_or_readable_cell(
    world: World, heard: Heard, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    outbox.send_due(ask_gate=is_stopped, now=soon(3))

    mails = "".join(str(one.message()) + str(one.body) for one in mail.outbox)
    assert len(heard.addresses) > 10
    assert world.careful.reference in "".join(heard.addresses)
    assert traces_in("".join(heard.addresses)) == set()
    assert (
        traces_in(" ".join(one.getMessage() for when in ("setup", "call") for one in caplog.get_records(when))) == set()
    )
    assert (bool(mails), traces_in(mails)) == (True, set())
    assert (
        AuditEntry.objects.filter(object_type="note").count() > 1,
        traces_in(str(list(AuditEntry.objects.values()))),
    ) == (
        True,
        set(),
    )
    assert traces_in(stored_text()) == set()


def test_no_task_of_ours_takes_anything_that_could_carry_it() -> None:
    assert tasks.sweep.name in current_app.tasks
    ours = {name: task for name, task in current_app.tasks.items() if name.startswith(("booking.", "clinic."))}

    assert [name for name, task in ours.items() if inspect.signature(task.run).parameters] == []


# Where a note may be read: itself, beside the visit, on the person's page and list, and where the next visit begins.
MAY_READ = {
    "owner": {"note", "person", "person_notes", "visit"},
    "reception": set(),
    "therapist": {"note", "person", "person_notes", "visit", "board"},
    "other therapist": set(),
}


@pytest.mark.once
@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=[pytest.mark.prove] if MAY_READ[role] else []) for role in MAY_READ]
)
def test_it_is_on_no_page_or_file_that_the_role_may_not_see(role: str, world: World, heard: Heard) -> None:
    NoteGrant.objects.update(ended_at=NOW)
    browser = browser_of(_member(role, world.clinic))

    found: dict[str, set[str]] = {}
    for name, address in world.addresses():
        if traces := traces_in(browser.get(address, headers=PHONE).content.decode(errors="replace")):
            found.setdefault(name, set()).update(traces)
    looked = [browser.post(reverse("panel:people"), {"words": trace}) for trace in TRACES]

    assert set(found) <= MAY_READ[role], found
    assert ("note" in found) == ("note" in MAY_READ[role])
    # The words of the search itself are in its field again; nobody is found by them.
    assert [page.content.decode().lower().count(trace) <= 2 for trace, page in zip(TRACES, looked, strict=True)] == (
        [True] * len(TRACES)
    )


def _member(role: str, clinic: Clinic) -> User:
    if role == "other therapist":
        return User.objects.get(username="reader")
    return User.objects.filter(username=role).first() or make_member(role, clinic)
