"""Time off is saved with the moves of the visits that it strands, while somebody else does the same, or books the place."""

import os
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from booking.models import Appointment, State
from booking.scheduling.claims import find_drift
from services.models import TimeOff
from tests.cast import Clinic, at, book, browser_of, make_clinic, make_draft, make_member
from tests.pages import Page, fill, find_form, press, read
from tests.processes import Crew, Outcome
from tests.races.contest import overlaps
from tests.races.panel_hands import press_or_keep

ROUNDS = 8 if os.environ.get("PROVE") == "1" else 2
SAVED = [302, []]
CHANGED = [409, ["Something has changed since this was shown"]]
TAKEN = [409, ["is taken at", "not everything could be done"]]


@pytest.fixture
def clinic(transactional_db: Any) -> Clinic:
    return make_clinic(therapists=2, rooms=2)


def values(outcomes: list[Outcome]) -> list[Any]:
    assert [outcome.traceback for outcome in outcomes if outcome.error] == []
    return [outcome.value for outcome in outcomes]


def days() -> list[date]:
    """A day of its own for each round, in the two weeks for which places are offered."""
    return [timezone.now().date() + timedelta(days=number) for number in range(2, 2 + ROUNDS)]


def strand(owner: Browser, clinic: Clinic, day: date) -> tuple[Appointment, Page]:
    """A visit at 14:00, and the question that is asked before its therapist is away from noon on that day."""
    visit = book(clinic, at("14:00", day=day), now=timezone.now())
    page = read(owner.get(reverse("panel:time_off")))
    typed = {
        "therapist": clinic.therapists[0].pk,
        "first_day": day.isoformat(),
        "first_time": "12:00",
        "last_day": day.isoformat(),
        "last_time": "18:00",
    }
    return visit, press(owner, page, "Save", answers=typed)


def pressed(owner: Browser, asked: Page, action: str = "press") -> dict[str, Any]:
    form, _button = find_form(asked, "Save, move 1")
    session = owner.cookies[settings.SESSION_COOKIE_NAME].value
    return {"action": action, "session": session, "path": asked.address, "values": fill(form, {})}


def kept(clinic: Clinic, day: date) -> dict[str, Any]:
    """A visitor who wants the place that is offered to the visit."""
    draft = make_draft(clinic=clinic, now=timezone.now()).pk
    start = at("14:00", day=day).isoformat()
    return {"action": "keep", "draft": draft, "start": start, "therapist": clinic.therapists[1].pk}


def absences(clinic: Clinic, day: date) -> int:
    return TimeOff.objects.filter(therapist=clinic.therapists[0], starts_at=at("12:00", day=day)).count()


def test_two_owners_who_press_at_once_move_a_visit_once(crew: Crew, clinic: Clinic) -> None:
    ann, bob = (browser_of(make_member("owner", name=name)) for name in ("ann", "bob"))
    for day in days():
        visit, asked = strand(ann, clinic, day)

        answers = values(crew.run(press_or_keep, [pressed(one, asked) for one in (ann, bob)]))

        assert sorted(answers, key=str) == [SAVED, CHANGED]
        assert (visit.events.filter(verb="move").count(), absences(clinic, day)) == (1, 1)
    assert list(find_drift(now=timezone.now())) == []


def test_a_visitor_takes_the_place_while_an_owner_saves(crew: Crew, clinic: Clinic) -> None:
    """Either the time off is saved and the visit is there, or the visitor is, and nothing is saved."""
    ann, (_ana, ben) = browser_of(make_member("owner", name="ann")), clinic.therapists
    for day in days():
        visit, asked = strand(ann, clinic, day)

        saved, keeping = values(crew.run(press_or_keep, [pressed(ann, asked), kept(clinic, day)]))

        visit.refresh_from_db()
        outcome = (saved, keeping[0], visit.therapist_id == ben.pk, absences(clinic, day))
        assert outcome in [(SAVED, "SlotTaken", True, 1), (TAKEN, "ok", False, 0)]
    assert overlaps() == []
    assert list(find_drift(now=timezone.now())) == []


def test_without_the_recount_both_owners_save_and_a_visit_is_left_behind(crew: Crew, clinic: Clinic) -> None:
    """The negative control: a press that believes its page, and that goes on past a place that is taken."""
    ann, bob = (browser_of(make_member("owner", name=name)) for name in ("ann", "bob"))
    first, second = days()[:2]
    _visit, asked = strand(ann, clinic, first)
    both = values(crew.run(press_or_keep, [pressed(one, asked, "press unguarded") for one in (ann, bob)]))
    visit, asked = strand(ann, clinic, second)
    values(crew.run(press_or_keep, [kept(clinic, second)]))
    past = values(crew.run(press_or_keep, [pressed(ann, asked, "press unguarded")]))

    visit.refresh_from_db()
    assert (both, past) == ([SAVED, SAVED], [SAVED])
    assert (visit.therapist_id, absences(clinic, second)) == (clinic.therapists[0].pk, 1)
    assert Appointment.objects.filter(state=State.HELD).count() == 1
