"""What clients said and typed, on every page of the panel: answers only where the role may see them, and text as text.

Every address that is opened by GET is walked for every role; the list is the panel's own, so a new page is walked too.
"""

import csv
import io
import os
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from booking.cases import follow_up
from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.models import Appointment, Case, Client, Condition, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details
from clinic.models import AuditEntry
from clinic.panel import urls
from services.models import ClinicPolicy, Location, Room, Therapist, TimeOff, Treatment
from tests.cast import (
    CAREFUL,
    DOCTOR_FIRST,
    NOW,
    Clinic,
    at,
    book,
    make_client,
    make_clinic,
    make_intake,
    sign_in,
    soon,
)
from tests.clinic.panel.test_recording import everything
from tests.clinic.panel.ways_in import WAYS_IN

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ROLES = ("owner", "reception", "therapist", "other therapist")
# These ask the questions; all answers stand there to be chosen, so only a chosen one tells anything.
ASKS_QUESTIONS = {"ask_again", "read_out"}
DAY = "2026-11-23"

# An answer in the client's words, two that were chosen, the rules that fired, and what these say.
REMARK = "PLANTEDREMARK"
TRACES = (
    REMARK,
    "anticoagulants",
    "Blood thinners",
    "losing weight",
    "weight_loss",
    "ph-weight",
    "Also for clients who only want to relax.",
)


@dataclass
class World:
    """A day with a careful visit, one whose answers need a physician, their cases, mails, and time off."""

    clinic: Clinic
    careful: Appointment
    physician: Appointment
    case: Case
    time_off: TimeOff

    def addresses(self) -> list[tuple[str, str]]:
        """The name and address of every page that is opened by GET, with every object there is for it."""
        found = []
        for pattern in urls.urlpatterns:
            if pattern.name in WAYS_IN or "GET" not in pattern.callback.methods:  # type: ignore[attr-defined]
                continue
            found += [(str(pattern.name), reverse(f"panel:{pattern.name}", kwargs=one)) for one in self._kinds(pattern)]
        day = f"{reverse('panel:board')}?date={DAY}"
        person = f"{reverse('panel:trail')}?person={self.physician.client_id}"
        known = f"{reverse('panel:book')}?client={self.physician.client_id}"
        return [*found, ("board", day), ("board", f"{day}&view=table"), ("trail", person), ("book", known)]

    def _kinds(self, pattern: Any) -> list[dict[str, Any]]:
        wanted: dict[str, list[Any]] = {
            "reference": [self.careful.reference, self.physician.reference],
            "case_id": list(Case.objects.values_list("pk", flat=True)),
            "public_id": list(Client.objects.values_list("public_id", flat=True)),
            "message_id": list(Message.objects.values_list("pk", flat=True)),
            "time_off_id": [self.time_off.pk],
            "room_id": [self.clinic.rooms[0].pk],
            "treatment_id": [self.clinic.treatment.pk],
            "therapist_id": [self.clinic.therapists[0].pk],
            "direction": ["up"],
            "location_id": [self.clinic.location.pk],
            "user_id": list(User.objects.values_list("pk", flat=True)),
            "invitation_id": [1],
            "grant_id": [1],
            "key": ["hours", "safety"],
        }
        keys = list(pattern.pattern.converters)
        wanted["other"] = wanted["public_id"]
        values = [dict(zip(keys, one, strict=True)) for one in product(*(wanted[key] for key in keys))]
        return [one for one in values if one.get("public_id") != one.get("other", "")]


def make_world(*, text: str = "Niamh Byrne") -> World:
    """`text` stands wherever a client or staff may type."""
    clinic = make_clinic(therapists=2, rooms=2)
    visits = [
        appointments.book_by_staff(
            wish=clinic.wish(therapist=clinic.therapists[0]),
            starts_at=at(start),
            client=make_client(text[:120]),
            details=Details(
                name=text[:120],
                booker_name=text[:120],
                booker_email="niamh@example.com",
                booker_phone=text[:32],
                access_needs=text[:300],
            ),
            intake=make_intake(),
            by=By("staff"),
            now=NOW,
        )
        for start in ("10:00", "14:00")
    ]
    said = {"other_concern": REMARK}
    for visit, answers in zip(visits, (CAREFUL | said, DOCTOR_FIRST | said), strict=True):
        visit.intake = make_intake(answers=answers, client=visit.client)
        visit.save(update_fields=["intake"])
        Condition.objects.create(
            appointment=visit, kind="doctor_note", settled_at=NOW, remark=text[:300], settled_by=None
        )
    clerk = User.objects.create_user("clerk")
    case = Case.objects.get(kind=Case.Kind.PHYSICIAN)
    Case.objects.update(contact_name=text[:120], contact_phone=text[:32])
    follow_up.take_step(case=case, state=Case.State.CALLED, by=clerk, now=NOW, note=text)
    cancelled = book(clinic, "15:30", therapist=1, name=text[:120], with_form=False)
    appointments.settle_condition(
        appointment=cancelled, kind="form_missing", by=By("staff", clerk), now=NOW, remark=text[:300]
    )
    appointments.cancel(appointment=cancelled, by=By("staff", clerk), now=NOW, reason=text[:300])
    away = TimeOff.objects.create(
        therapist=clinic.therapists[1], starts_at=at("11:00"), ends_at=at("12:00"), reason=text[:100]
    )
    return World(clinic, visits[0], visits[1], case, away)


@pytest.fixture
def world(time_machine: Any) -> World:
    time_machine.move_to(NOW, tick=False)
    return make_world()


def sign_in_as(role: str, clinic: Clinic) -> Browser:
    return sign_in("therapist", clinic, number=1) if role == "other therapist" else sign_in(role, clinic)


def traces_in(name: str, page: str) -> set[str]:
    """What gives an answer away on this page."""
    if name in ASKS_QUESTIONS:
        return {mark for mark in (REMARK, " checked") if mark in page}
    return {trace for trace in TRACES if trace.lower() in page.lower()}


# The rules themselves, which name every answer and nobody's.
RULES = {"rulebook"}
# Where answers may be read at all. What an owner sees of a person's data is a file of its own; on a phone a therapist's
# board begins with the next client.
MAY_SEE = {
    "owner": {"visit", "person", "case", "cases", "to_do"},
    "reception": set(),
    "therapist": {"visit", "person", "board"},
    "other therapist": set(),
}


IS_LONG = os.environ.get("PROVE") == "1"
BY_SCRIPT = ({"HX-Request": "true"}, {"X-Refresh": "1"})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.once
def test_answers_are_on_no_page_that_the_role_may_not_see(role: str, world: World) -> None:
    browser = sign_in_as(role, world.clinic)

    found: dict[str, set[str]] = {}
    opened = set()
    for number, (name, address) in enumerate(world.addresses()):
        # Besides, one of the ways in which a script asks; all of them for what is drawn otherwise then.
        asked = BY_SCRIPT if IS_LONG or name == "visit" else BY_SCRIPT[number % 2 : number % 2 + 1]
        for headers in ({}, *asked) if role != "owner" else ({},):
            answer = browser.get(address, headers=headers)
            opened.add(answer.status_code)
            if traces := traces_in(name, answer.content.decode()):
                found.setdefault(name, set()).update(traces)

    assert set(found) - RULES == MAY_SEE[role], found
    assert opened <= {200, 302, 403, 404}
    assert REMARK not in str(list(AuditEntry.objects.values()))


def test_opening_pages_changes_nothing_but_the_trail(world: World) -> None:
    browser = sign_in("owner", world.clinic)
    before = everything()

    addresses = world.addresses()
    for _name, address in addresses:
        browser.get(address)
    for address in dict(addresses).values():
        browser.head(address)

    assert everything() == before
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"view", "export", "read trail"}


def test_therapists_see_answers_of_their_own_visits_only(world: World) -> None:
    own, other = sign_in("therapist", world.clinic), sign_in_as("other therapist", world.clinic)
    address = reverse("panel:visit", args=[world.careful.reference])

    assert REMARK in own.get(address).content.decode()
    assert other.get(address).status_code == 404


def test_reception_sees_what_to_do_and_not_why(world: World) -> None:
    browser = sign_in("reception", world.clinic)

    careful = browser.get(reverse("panel:visit", args=[world.careful.reference])).content.decode()
    stopped = browser.get(reverse("panel:visit", args=[world.physician.reference])).content.decode()

    assert "Light pressure; look out for bruises." in careful
    assert "Also for clients who only want to relax." not in stopped
    assert "side-stop" in stopped


def test_refusals_and_searches_tell_reception_no_answer_either(world: World) -> None:
    browser = sign_in("reception", world.clinic)
    Appointment.objects.update(state=State.ARRIVED)
    visit = world.physician.reference
    pages = [
        browser.post(reverse("panel:step", args=[visit]), {"target": "in_treatment", "acknowledged": "on"}),
        browser.post(reverse("panel:move", args=[visit]), {"start": "x"}),
        browser.post(reverse("panel:people"), {"words": "Niamh"}),
        browser.post(reverse("panel:people"), {"words": REMARK}),
        browser.post(reverse("panel:case", args=[world.case.pk]), {"state": "nothing"}),
    ]

    assert [page.status_code for page in pages] == [422, 422, 200, 200, 422]
    assert [traces_in("", page.content.decode()) for page in pages[:3]] == [set(), set(), set()]
    # The words of the search themselves are in its field again; nobody is found by them.
    echoed = pages[3].content.decode().replace(f'value="{REMARK}"', "")
    assert "Nobody called" in echoed
    assert echoed.count(REMARK) == 1
    assert traces_in("", pages[4].content.decode()) == set()


def test_no_answer_is_in_a_mail_of_that_day(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    outbox.send_due(ask_gate=is_stopped, now=soon(3))

    written = "".join(str(one.message()) for one in mail.outbox)
    assert world.careful.reference in written
    assert traces_in("", written) == set()


# --- Text that tries to be more ---------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></title></style><script>alert(1)</script>",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "javascript:alert(1)//",
    "<!--<svg/onload=alert(1)>",
    "&lt;b&gt;&#60;script&#62;",
    "=cmd|' /C calc'!A0",
    "@SUM(1)\r\nSet-Cookie: a=b",
    "\u202egnp.exe\u2066",
    "line one\nline two\u2028line three",
]
# What a browser makes of a page: our own elements with our own addresses, and nothing that runs.
OUR_SCRIPTS = re.compile(r"/static/[\w/.-]+\.js")
RUNNING_ELEMENTS = {"iframe", "object", "embed", "base", "meta http-equiv", "style", "math"}


class Reader(HTMLParser):
    """Collects what could run, and the text that is shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.running: list[str] = []
        self.shown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = dict(attrs)
        if tag == "script" and not OUR_SCRIPTS.fullmatch(kept.get("src") or ""):
            self.running.append(f"script {kept}")
        if tag in RUNNING_ELEMENTS or tag == "img":
            self.running.append(tag)
        self.running += [f"{tag} {name}" for name in kept if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "formaction", "data-move", "hx-get"):
            if not re.match(
                r"(/|\?|#|mailto:|tel:|https?://(testserver|127\.0\.0\.1|localhost)|$)", kept.get(name) or ""
            ):
                self.running.append(f"{tag} {name}={kept[name]}")
        self.shown += [value for value in kept.values() if value]

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


hostile = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
# An element, a quote of either kind, an address, what ends a field or a title: each by itself and the others in
# `make prove`.
EACH_TIME = (HOSTILE[1] + HOSTILE[2], HOSTILE[5] + HOSTILE[3])


@pytest.mark.parametrize(
    "text",
    [
        *(pytest.param(text, id=f"together {number}") for number, text in enumerate(EACH_TIME)),
        *(pytest.param(text, id=str(number), marks=pytest.mark.prove) for number, text in enumerate(HOSTILE)),
    ],
)
@pytest.mark.once
def test_what_was_typed_is_text_on_every_page(text: str, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    world = make_world(text=text)
    # Names that a clinic gives to its own things are typed by people too.
    for model in (Location, Therapist, Treatment):
        model.objects.filter(pk__gt=0).update(name=text[:60])
    for number, room in enumerate(Room.objects.all()):
        Room.objects.filter(pk=room.pk).update(name=f"{number} {text}"[:40])
    ClinicPolicy.objects.update(clinic_name=text[:80])
    browser = sign_in("owner", world.clinic)

    running: dict[str, list[str]] = {}
    showing = set()
    pages = [(name, address, browser.get(address)) for name, address in world.addresses()]
    pages.append(("people", "", browser.post(reverse("panel:people"), {"words": text})))
    for name, address, answer in pages:
        if not answer["Content-Type"].startswith("text/html") or answer.status_code != 200:
            continue
        page = read(answer.content.decode())
        if page.running:
            running[f"{name} {address}"] = page.running
        if _squeezed(text) in _squeezed(" ".join(page.shown)):
            showing.add(name)

    assert running == {}
    # The walk has seen the text where it belongs; else it would prove nothing.
    assert {"board", "visit", "case", "cases", "overrides", "move", "cancel", "time_off", "trail", "people"} <= showing


def _squeezed(text: str) -> str:
    return "".join(text.split())


@hostile
@pytest.mark.once
def test_what_was_typed_is_one_harmless_cell_of_the_file(text: str, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    world = make_world(text=text)
    browser = sign_in("owner", world.clinic)

    answer = browser.get(reverse("panel:board_csv"), {"date": DAY})

    rows = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
    assert [len(row) for row in rows] == [8] * len(rows)
    assert len(rows) == 4
    assert [row[7] for row in rows[1:3]] == [world.careful.reference, world.physician.reference]
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)
        assert not any("\n" in cell or "\u202e" in cell for cell in row)
    assert list(answer.headers).count("Set-Cookie") == 0


def test_the_walk_would_see_what_runs() -> None:
    """The control: the reader finds each of the hostile texts where it stands in a page unescaped."""
    found = [
        bool(read(f'<p title="x">{text}</p><input value="{text}"><input value=\'{text}\'>').running)
        for text in HOSTILE[:4]
    ]

    assert found == [True] * 4
    assert read('<a href="javascript:alert(1)//">x</a>').running == ["a href=javascript:alert(1)//"]


@pytest.mark.parametrize("name", ["reason", "remark", "note"])
def test_marks_that_turn_the_direction_are_not_kept(name: str, world: World) -> None:
    """Stored, they would turn round the words beside them on every page."""
    browser = sign_in("owner", world.clinic)
    visit, text = world.careful, "\u202eabc\u2066\x07 d\r\ne"
    Condition.objects.update(settled_at=None)
    deeds = {
        "reason": (reverse("panel:cancel", args=[visit.reference]), {"reason": text}),
        "remark": (reverse("panel:settle", args=[visit.reference]), {"remark": text, "kind": "doctor_note"}),
        "note": (reverse("panel:case", args=[world.case.pk]), {"state": "called", "note": text}),
    }

    assert browser.post(deeds[name][0], deeds[name][1]).status_code == 302

    kept = {
        "reason": lambda: visit.events.latest("id").reason,
        "remark": lambda: visit.conditions.get().remark,
        "note": lambda: world.case.events.latest("id").note,
    }[name]()
    assert kept == ("abc d\ne" if name == "note" else "abc d e")


def test_the_policy_of_the_browser_stands_behind_it(world: World) -> None:
    """If a script got in all the same, it would not run."""
    browser = sign_in("owner", world.clinic)

    policy = browser.get(reverse("panel:board")).headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert settings.DEBUG is False
