"""Visitors at every point of the journey, without walking there."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client as Browser

from booking import links
from booking.models import Appointment, Draft, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, Details
from booking.web.journey import SESSION_KEY
from tests.cast import NOW, Clinic, at, make_draft

TYPED = {
    "booker_name": "Niamh Byrne",
    "booker_email": "niamh@example.com",
    "booker_phone": "",
    "for_whom": "me",
    "person_name": "",
    "remark": "",
    "remember": "",
    "access_needs": "",
}


def sit_down(draft: Draft) -> Browser:
    """A browser whose session knows this draft."""
    browser = Browser()
    session = browser.session
    assert isinstance(session, SessionStore)
    session[SESSION_KEY] = draft.pk
    session.save()
    return browser


def at_result(clinic: Clinic, **answers: Any) -> tuple[Browser, Draft]:
    """The safety check is done."""
    draft = make_draft(clinic=clinic, answers=answers)
    return sit_down(draft), draft


def at_check(clinic: Clinic, *, starts_at: datetime | None = None, address: str = "127.0.0.1") -> tuple[Browser, Draft]:
    """A start is kept and the details are typed: one button is left."""
    draft = make_draft(clinic=clinic, typed=TYPED)
    appointments.keep_start(
        draft=draft,
        starts_at=starts_at or at("14:30"),
        therapist_id=clinic.therapists[0].pk,
        address=address,
        now=NOW,
    )
    return sit_down(draft), draft


def make_visit(clinic: Clinic, *, starts_at: datetime | None = None, state: State = State.BOOKED) -> Appointment:
    """A visit that was booked online, in the state."""
    _browser, draft = at_check(clinic, starts_at=starts_at)
    visit = appointments.book(
        draft=draft,
        details=Details(name="Niamh Byrne", booker_name="Niamh Byrne", booker_email="niamh@example.com"),
        key=f"key-{draft.pk}",
        now=NOW,
    )
    if state in (State.CANCELLING, State.CANCELLED):
        visit = appointments.cancel(appointment=visit, by=CLIENT, now=NOW)
    if state == State.CANCELLED:
        Appointment.objects.filter(pk=visit.pk).update(state=State.CANCELLED, deadline_at=None)
        visit.refresh_from_db()
    return visit


def path_of(visit: Appointment, page: str = "") -> str:
    return f"/visit/{links.make_token(visit)}/{page}"
