"""The states in which the walker looks at the site: what is in the clinic, who opens it, and at which page."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from booking import links
from booking.cases import clearances, follow_up
from booking.cases.clearances import Letter
from booking.intake import drafts
from booking.intake.decisions import newest_intake
from booking.messages import outbox
from booking.models import Appointment, Case, Decision, Draft, Intake, Message, State
from booking.rules.pages import pages
from booking.scheduling import appointments, stranding
from booking.scheduling.appointments import CLIENT
from booking.web.details.forms import details_of
from booking.web.journey import SESSION_KEY
from services.models import ClinicPolicy, TimeOff
from tests.booking.web.visitors import TYPED, at_check, make_visit, path_of, sit_down
from tests.cast import (
    CAREFUL,
    DOCTOR_FIRST,
    EMAIL,
    EMERGENCY,
    NOW,
    PASSWORD,
    PHONE,
    STAFF,
    TODAY,
    Clinic,
    at,
    book,
    browser_of,
    make_client,
    make_clinic,
    make_draft,
    make_intake,
    make_member,
    make_treatment,
)

# Answers by the outcome that they lead to.
CONCERN = {"other_concern": "My left hand goes numb at night"}
UNDERAGE = {"age_years": 15, "guardian_consent": True}
IS_LONG = os.environ.get("PROVE") == "1"


@dataclass
class Scene:
    """Who opens the site where; `state` says what is special. `within`: addresses to stay under."""

    role: str
    state: str
    browser: Browser
    paths: tuple[str, ...]
    within: str = ""


def own(address: str) -> str:
    """To stay there, since another scene of the same walk follows the links that lead away; all do in `make prove`."""
    return "" if IS_LONG else address


def make_place() -> Clinic:
    clinic = make_clinic(therapists=2, rooms=2)
    ClinicPolicy.objects.update(contact_email="desk@alder.example", reception_reads_concerns=False)
    for key in ("deep_tissue", "trigger_point", "myofascial_release"):
        treatment = make_treatment(key=key)
        for therapist in clinic.therapists:
            therapist.treatments.add(treatment)
    return clinic


# --- The panel -----------------------------------------------------------------------------------------------------


def member(role: str, clinic: Clinic) -> Browser:
    return browser_of(make_member(role, clinic, email=f"{role}@alder.example", password=PASSWORD))


def phone_in(clinic: Clinic, start: str, *, answers: dict[str, Any] | None = None, **fields: Any) -> Appointment:
    """By somebody who leaves an email and a number; without a form where `answers` are None."""
    return book(clinic, start, email=EMAIL, phone=PHONE, answers=answers, with_form=answers is not None, **fields)


def put(visit: Appointment, state: State, **fields: Any) -> Appointment:
    """Into a state without the way there."""
    Appointment.objects.filter(pk=visit.pk).update(state=state, **fields)
    visit.refresh_from_db()
    return visit


def make_day(clinic: Clinic) -> dict[str, Appointment]:
    """Visits in every state, with everything that can be open on one."""
    _browser, draft = at_check(clinic, starts_at=at("16:00"))
    held = Appointment.objects.get(hold__draft=draft)
    visits = {
        "held": held,
        "form missing": phone_in(clinic, "09:00"),
        "a concern": phone_in(clinic, "10:15", answers=CONCERN),
        "careful": phone_in(clinic, "11:30", answers=CAREFUL, name="Aoife Nolan"),
        "clear": phone_in(clinic, "12:45", answers={}),
        "stopped": phone_in(clinic, "14:00", answers={}),
        "arrived": put(phone_in(clinic, "09:00", answers=CAREFUL, days=1), State.ARRIVED),
        "in treatment": put(phone_in(clinic, "10:15", answers={}, days=1), State.IN_TREATMENT),
        "completed": put(phone_in(clinic, "11:30", answers={}, days=1), State.COMPLETED),
        "no show": put(phone_in(clinic, "12:45", answers={}, days=1), State.NO_SHOW),
        "cancelled": put(phone_in(clinic, "14:00", answers={}, days=1), State.CANCELLED),
    }
    visits["cancelling"] = appointments.cancel(
        appointment=phone_in(clinic, "09:00", answers={}, days=4), by=STAFF, now=NOW, reason="Ill"
    )
    visits["requested"] = put(
        phone_in(clinic, "11:00", answers=UNDERAGE, days=2), State.REQUESTED, deadline_at=NOW + timedelta(days=1)
    )
    visits["requested, settled"] = put(
        phone_in(clinic, "13:00", answers={}, days=2), State.REQUESTED, deadline_at=NOW + timedelta(days=1)
    )
    visits["form asked for"] = appointments.ask_for_form(
        appointment=phone_in(clinic, "15:00", days=2), by=STAFF, now=NOW
    )
    visits["just moved"] = appointments.move(
        appointment=phone_in(clinic, "09:00", answers={}, days=5),
        starts_at=at("12:00", day=TODAY + timedelta(days=5)),
        therapist_id=None,
        by=STAFF,
        now=NOW,
    )
    stopped = visits["stopped"].client
    make_intake(answers=DOCTOR_FIRST, client=stopped, previous=newest_intake(stopped), now=NOW)
    return visits


def make_cases(clinic: Clinic, by: User) -> list[Case]:
    """Cases of every kind, in every state."""
    cleared = _case(DOCTOR_FIRST, "Clara Cleared")
    record_letter(cleared, by)
    taken_back = _case(DOCTOR_FIRST, "Vera Voided")
    clearances.void_clearance(clearance=record_letter(taken_back, by), by=by, now=NOW)
    called, declined, closed = (_case(DOCTOR_FIRST, name) for name in ("Carl Called", "Dina Declined", "Cleo Closed"))
    for case, state in ((called, Case.State.CALLED), (declined, Case.State.DECLINED), (closed, Case.State.CLOSED)):
        follow_up.take_step(case=case, state=state, by=by, now=NOW, note="Left a message")
    _case(EMERGENCY, "Emma Emergency")
    visit = Appointment.objects.filter(state=State.REQUESTED).first()
    follow_up.open_case(kind=Case.Kind.REQUESTED, appointment=visit, client=visit.client if visit else None, now=NOW)
    with_client = Appointment.objects.exclude(client=None).filter(state=State.BOOKED).first()
    assert with_client is not None
    for kind in (Case.Kind.SEND_DATA, Case.Kind.ERASE_DATA):
        follow_up.ask_about_data(kind=kind, appointment=with_client, now=NOW)
    return list(Case.objects.order_by("id"))


def _case(answers: dict[str, Any], name: str) -> Case:
    intake = make_intake(answers=answers, client=make_client(name))
    return Case.objects.get(intake=intake)


def record_letter(case: Case, by: User) -> Any:
    letter = Letter(
        written_by="Dr Farrell",
        written_date=TODAY,
        allowed_treatments=("swedish",),
        valid_until=TODAY + timedelta(days=30),
        avoid=("left arm",),
        note="Light pressure only",
    )
    return clearances.record_clearance(case=case, letter=letter, by=by, now=NOW)


def make_rest(clinic: Clinic) -> None:
    """Time off that leaves a visit alone, and mails that did not go out."""
    TimeOff.objects.create(
        therapist=clinic.therapists[1],
        starts_at=at("09:00", day=TODAY + timedelta(days=3)),
        ends_at=at("17:00", day=TODAY + timedelta(days=3)),
        reason="Training",
    )
    book_alone = Appointment.objects.filter(
        state=State.BOOKED, starts_at__gte=at("00:00", day=TODAY + timedelta(days=2))
    )
    visit = book_alone.first()
    assert visit is not None
    TimeOff.objects.create(therapist=visit.therapist, starts_at=visit.starts_at, ends_at=visit.ends_at, reason="Ill")
    stranding.review_all(now=NOW)
    failed = Message.objects.filter(kind=Message.Kind.BOOKED).first()
    assert failed is not None
    Message.objects.filter(pk=failed.pk).update(state=Message.State.FAILED, reason="refused")
    outbox.queue_day_lists(now=NOW)


def panel(role: str) -> Iterator[Scene]:
    clinic = make_place()
    visits = make_day(clinic)
    recorder = User.objects.create_user("recorder")
    found = make_cases(clinic, recorder)
    make_rest(clinic)
    if role == "owner":
        make_member("therapist", clinic)  # who can be let in to notes
    browser = member(role, clinic)
    yield Scene(role, "", browser, ("/panel/",))
    # What reception may press, it has pressed by now; in which state, an owner tries.
    for state, visit in visits.items() if role != "reception" or IS_LONG else ():
        path = reverse("panel:visit", args=[visit.reference])
        yield Scene(role, state, browser, (path,), within=path)
    if role != "therapist":
        for case in found:
            state = f"{case.get_kind_display()}, {case.get_state_display()}"
            path = reverse("panel:case", args=[case.pk])
            yield Scene(role, state, browser, (path,), within=path)
        clear = visits["clear"]
        target = urlencode(
            {"start": (clear.starts_at + timedelta(days=7)).isoformat(), "therapist": clear.therapist_id}
        )
        path = reverse("panel:move", args=[clear.reference])
        yield Scene(role, "to be moved", browser, (f"{path}?{target}",), within=path)
        person = clear.client
        assert person is not None
        path = reverse("panel:book")
        yield Scene(role, "a known person", browser, (f"{path}?client={person.pk}",), within=path)
    if role == "owner":
        someone = visits["careful"].client
        assert someone is not None
        path = reverse("panel:person", args=[someone.public_id])
        yield Scene(role, "a person", browser, (path, f"{path}data/"), within=path)


# --- The public pages ----------------------------------------------------------------------------------------------


def nobody() -> Iterator[Scene]:
    """A stranger's browser: the start, the journey's first pages, the way in to the panel."""
    clinic = make_place()
    member("owner", clinic)
    yield Scene("nobody", "", Browser(), ("/", "/panel/"))


def on_the_way() -> Iterator[Scene]:
    """A visitor at every point of the journey."""
    clinic = make_place()
    for state, answers in (
        ("clear", {}),
        ("careful", CAREFUL),
        ("something to settle", UNDERAGE),
        ("a concern", CONCERN),
        ("physician", DOCTOR_FIRST),
        ("emergency", EMERGENCY),
    ):
        draft = make_draft(clinic=clinic, answers=answers)
        yield Scene("visitor", state, sit_down(draft), ("/book/result/",), within=own("/book/") if answers else "")
    unclear = make_draft(clinic=clinic)
    Decision.objects.filter(intake=unclear.intake).update(level="")
    yield Scene("visitor", "not clear", sit_down(unclear), ("/book/result/",), within=own("/book/"))
    called = make_draft(clinic=clinic, answers=DOCTOR_FIRST)
    follow_up.ask_for_call(case=Case.objects.get(intake=called.intake), name="Niamh", phone="01 555 0199", now=NOW)
    yield Scene("visitor", "wants a call", sit_down(called), ("/book/result/",), within=own("/book/"))
    browser, _draft = at_check(clinic, starts_at=at("09:00", day=TODAY + timedelta(days=1)))
    yield Scene("visitor", "a start is kept", browser, ("/book/details/",), within=own("/book/"))
    for path in _safety_pages():
        yield Scene("visitor", "answering", answering(clinic), (path,), within=path)


def _safety_pages() -> list[str]:
    return [f"/book/safety/{page.id}/" for page in pages()]


def answering(clinic: Clinic) -> Browser:
    """The whole check is answered, and nothing is decided yet: each of its pages can be opened."""
    draft = make_draft(clinic=clinic)
    answers = draft.intake.answers if draft.intake else {}
    Draft.objects.filter(pk=draft.pk).update(intake=None)
    draft.refresh_from_db()
    drafts.save_answers(draft=draft, keys=answers.keys(), answers=answers, now=NOW)
    return sit_down(draft)


def by_link() -> Iterator[Scene]:
    """A client with the link of a mail, in a browser that knows nothing."""
    clinic = make_place()
    for number, state in enumerate((State.BOOKED, State.REQUESTED, State.CANCELLING, State.CANCELLED)):
        visit = make_visit(clinic, starts_at=at("09:00", day=TODAY + timedelta(days=3 + number)), state=state)
        if state == State.REQUESTED:
            put(visit, state, deadline_at=NOW + timedelta(days=1))
        opened = tuple(path_of(visit, page) for page in ("", "move/", "cancel/", "confirm/", "your-data/"))
        if state == State.BOOKED:
            yield Scene("client", str(state.label), Browser(), opened)
        else:
            yield Scene("client", str(state.label), Browser(), opened[:1], within=own("/visit/"))
    reminded = Appointment.objects.filter(state=State.BOOKED).first()
    assert reminded is not None
    there = at("12:00", day=TODAY + timedelta(days=12))
    target = urlencode({"start": f"{there.isoformat()} {reminded.therapist_id}"})
    yield Scene(
        "client", "to be moved", Browser(), (f"{path_of(reminded, 'move/check/')}?{target}",), within=own("/visit/")
    )
    moved = make_visit(clinic, starts_at=at("09:00", day=TODAY + timedelta(days=10)))
    moved = appointments.move(appointment=moved, starts_at=there, therapist_id=None, by=CLIENT, now=NOW)
    yield Scene("client", "just moved", Browser(), (path_of(moved),), within=own("/visit/"))
    browser, draft = at_check(clinic, starts_at=at("09:00", day=TODAY + timedelta(days=11)))
    fresh = appointments.book(draft=draft, details=details_of(TYPED), key="fresh", now=NOW)
    yield Scene("client", "just booked", browser, (path_of(fresh),), within=own("/visit/"))
    token = links.make_token(reminded, purpose=links.REMINDERS)
    path = reverse("booking:reminders", args=[token])
    yield Scene("client", "reminders", Browser(), (path,), within=own(path))
    without = make_visit(clinic, starts_at=at("09:00", day=TODAY + timedelta(days=8)))
    put(without, State.BOOKED, intake=None)
    yield Scene("client", "without a form", Browser(), (path_of(without),), within=own("/visit/"))
    over = make_visit(clinic, starts_at=at("09:00", day=TODAY + timedelta(days=9)))
    put(over, State.COMPLETED, starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=2, hours=-1))
    yield Scene("client", "over", Browser(), (path_of(over),), within=own("/visit/"))
    case = _case(DOCTOR_FIRST, "Clara Cleared")
    letter = record_letter(case, User.objects.create_user("recorder"))
    path = reverse("booking:cleared", args=[links.make_cleared_token(letter)])
    yield Scene("client", "a doctor agrees", Browser(), (path,), within=own(path))
    cleared = drafts.start_cleared_draft(clearance=letter, now=NOW)
    yield Scene("client", "on a doctor's letter", sit_down(cleared), ("/book/", "/book/result/"), within=own("/book/"))
    returning = Appointment.objects.filter(state=State.BOOKED).exclude(intake=None).first()
    assert returning is not None
    again = drafts.start_draft(now=NOW, client=returning.client, last_intake=returning.intake)
    drafts.choose_treatment(draft=again, treatment=clinic.treatment, minutes=60, location=clinic.location)
    yield Scene("client", "coming back", sit_down(again), ("/book/safety/",))


SCENES: dict[str, Callable[[], Iterator[Scene]]] = {
    "owner": lambda: panel("owner"),
    "reception": lambda: panel("reception"),
    "therapist": lambda: panel("therapist"),
    "visitor": on_the_way,
    "client by link": by_link,
    "nobody": nobody,
}
__all__ = ["SCENES", "SESSION_KEY", "TYPED", "Intake", "Scene"]
