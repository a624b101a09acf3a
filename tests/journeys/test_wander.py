"""Visitors who wander: random answers, back, other tabs, edits, replays and forged posts, for as long as they like.

Whatever they do, no visit takes time unless a decision allows its treatment. The control takes the gate away, and then
the same wandering finds one that should not be there.
"""

import os
import random
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.intake.findings import Findings
from booking.intake.gate import Passage
from booking.models import OCCUPYING, Appointment, Level
from booking.scheduling.appointments.treating import NEW_FORM
from booking.scheduling.claims import find_drift
from booking.scheduling.starts import list_starts
from booking.web.journey import Journey
from tests.factories import NOW, TODAY, Clinic, make_clinic, make_treatment
from tests.journeys.walker import DETAILS
from tests.pages import Form, Page, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.once]

IS_LONG = os.environ.get("PROVE") == "1"
WALKS = 150 if IS_LONG else 5
STEPS = 120 if IS_LONG else 60
PAGES = ["treatment", "safety", "outcome", "when", "details", "check", "letter"]
# Signs that nobody may book with, to be met often.
GRAVE = {
    "emergency_symptoms": ["breathless_or_blood", "unsure"],
    "signs_now": ["weakness", "numb_tingling", "unexplained_weight_loss", "dark_urine", "limb_swollen_warm"],
    "conditions": ["blood", "joints", "hormones"],
    "medications": ["anticoagulants"],
    "body": ["operation_or_break", "rash_or_infection"],
}


class Visitor:
    """One person with two tabs of one browser."""

    def __init__(self, clinic: Clinic, *, seed: str) -> None:
        self.clinic, self.chance = clinic, random.Random(seed)
        self.browser = Browser()
        self.tabs = [read(self.browser.get(reverse("booking:treatment")))] * 2
        self.sent: list[tuple[str, dict[str, list[str]]]] = []
        self.answers: Counter[int] = Counter()

    def wander(self, *, steps: int) -> None:
        actions = [self.go_on] * 8 + [self.go_back, self.send_again, self.forge, self.correct]
        for _ in range(steps):
            tab = self.chance.randrange(2) if self.chance.random() < 0.15 else 0
            self.tabs[tab] = self.chance.choice(actions)(self.tabs[tab])
            self.answers[self.tabs[tab].status] += 1

    def go_on(self, page: Page) -> Page:
        if page.starts:
            form, button = self.chance.choice(page.starts)
            return press(self.browser, page, form, button=button)
        if not page.posts:
            return self.go_back(page)
        form = self.chance.choice(page.posts)
        return self.send(form.action or page.url, self.fill(form))

    def go_back(self, page: Page) -> Page:
        return read(self.browser.get(reverse(f"booking:{self.chance.choice(PAGES)}"), follow=True))

    def send_again(self, page: Page) -> Page:
        """An old page, sent once more."""
        if not self.sent:
            return page
        url, data = self.chance.choice(self.sent)
        return read(self.browser.post(url, data, follow=True))

    def correct(self, page: Page) -> Page:
        """Back to a page of the safety check, to answer it anew."""
        page_id = self.chance.choice(["start", "urgent", "problem", "now", "health"])
        return read(self.browser.get(reverse("booking:safety_page", args=[page_id]), follow=True))

    def forge(self, page: Page) -> Page:
        """A start or a booking sent without any page."""
        starts = list_starts(wish=self.clinic.wish(), first_date=TODAY, days=3, now=NOW)
        start = self.chance.choice(starts)
        posts: list[tuple[str, dict[str, list[str]]]] = [
            ("when", {"start": [f"{start.starts_at.isoformat()} {start.therapist_id}"]}),
            ("details", {name: [value] for name, value in DETAILS.items()}),
            ("check", {"key": [str(self.chance.random())], "seen": [""]}),
            ("treatment", {"treatment": [self.chance.choice(["deep_tissue-60", "swedish-60", "deep_tissue:60"])]}),
        ]
        name, data = self.chance.choice(posts)
        return self.send(reverse(f"booking:{name}"), data)

    def send(self, url: str, data: dict[str, list[str]]) -> Page:
        self.sent.append((url, data))
        return read(self.browser.post(url, data, follow=True))

    def fill(self, form: Form) -> dict[str, list[str]]:
        """Answers as a person gives them: mostly nothing to report, now and then something grave."""
        data: dict[str, list[str]] = {}
        for one in form.fields:
            if one.kind == "checkbox":
                if one.name.startswith("consent") or one.value == self.choose(one.name):
                    data[one.name] = [one.value]
            elif one.kind == "radio":
                data.setdefault(one.name, [one.value])
                if self.chance.random() < 0.3:
                    data[one.name] = [one.value]
            elif one.kind == "hidden":
                data[one.name] = [one.value]
            else:
                typed = {**DETAILS, "age_years": "40"}
                data[one.name] = [one.value or typed.get(one.name, "")]
        return data

    def choose(self, name: str) -> str:
        if name in GRAVE and self.chance.random() < 0.12:
            return self.chance.choice(GRAVE[name])
        return "none" if name != "sites" else "shoulders"


def make_place() -> Clinic:
    clinic = make_clinic(therapists=3, rooms=3)
    for therapist in clinic.therapists:
        therapist.treatments.add(make_treatment(key="deep_tissue"))
    return clinic


def not_allowed() -> list[tuple[str, str]]:
    """Visits that take time although the decision on their own answers does not allow it: (state, why)."""
    found = []
    for visit in Appointment.objects.filter(state__in=OCCUPYING).select_related("intake", "treatment"):
        decision = visit.intake.decisions.first() if visit.intake else None
        if visit.events.filter(verb=NEW_FORM).exists():
            continue  # answered anew since it was booked: the client was told, and the next door stops it
        if decision is None or decision.level not in (Level.CLEAR, Level.CAUTION):
            found.append((visit.state, decision.level if decision else "no decision"))
        elif visit.treatment.key in Findings.of(decision).excluded:
            found.append((visit.state, "excluded"))
    return found


@pytest.mark.parametrize("walk", range(WALKS))
def test_no_wandering_leads_past_the_gate(walk: int, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    visitors = [Visitor(clinic, seed=f"{walk} {number}") for clinic in [make_place()] for number in range(2)]

    for round_ in range(4):
        for visitor in visitors:
            visitor.wander(steps=STEPS // 4)
        assert not_allowed() == []
        time_machine.move_to(NOW + timedelta(minutes=6 * (round_ + 1)), tick=False)

    assert list(find_drift(now=NOW)) == []
    statuses = visitors[0].answers + visitors[1].answers
    assert set(statuses) <= {200, 400, 403, 404, 405, 409, 422}, statuses


def test_without_the_gate_the_same_wandering_gets_through(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_place()
    gates = ("booking.scheduling.appointments.holding.pass_gate", "booking.scheduling.appointments.booking.pass_gate")

    with ExitStack() as open_doors:
        for gate in gates:
            open_doors.enter_context(mock.patch(gate, return_value=Passage()))
        # The pages ask as well, so that nobody is sent to a door that is shut.
        open_doors.enter_context(mock.patch.object(Journey, "may_book", True))
        open_doors.enter_context(mock.patch.object(Journey, "excluded", {}))
        for number in range(8):
            Visitor(clinic, seed=f"control {number}").wander(steps=60)

    assert not_allowed() != []


def test_wandering_also_leads_to_visits(time_machine: Any) -> None:
    """A wanderer who never books anything would prove nothing."""
    time_machine.move_to(NOW, tick=False)
    clinic = make_place()

    for number in range(6):
        Visitor(clinic, seed=f"booked {number}").wander(steps=60)

    assert Appointment.objects.count() > 0
