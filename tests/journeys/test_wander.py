"""Clients and staff who wander: random answers and buttons, back, other tabs, edits, replays and forged posts.

Whatever they do, no visit takes time unless a decision allows its treatment, nobody whom the rules stop is treated or
asked to come, claims agree, and states change only as their table says. The controls take the gate away, and then the
same wandering finds what should not be there.
"""

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import transaction

from booking.intake.gate import Passage
from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.messages.stops import AskGate
from booking.models import Appointment, AppointmentEvent, CaseEvent, State
from booking.scheduling import appointments
from booking.scheduling.appointments import Details
from booking.scheduling.claims import find_drift
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts
from tests.booking.messages.factories import make_policy
from tests.cast import (
    CAREFUL,
    DOCTOR_FIRST,
    NOW,
    TODAY,
    Clinic,
    at,
    make_clinic,
    make_draft,
    make_intake,
    make_treatment,
)
from tests.journeys.scenes import CONCERN, UNDERAGE, phone_in
from tests.journeys.wanderers import Member, Visitor
from tests.journeys.watch import Watch, not_allowed

pytestmark = [pytest.mark.django_db, pytest.mark.once]

IS_LONG = os.environ.get("PROVE") == "1"
WALKS = 50 if IS_LONG else 1
STEPS = 24 if IS_LONG else 5
ROUNDS = 12 if IS_LONG else 8
# Of a visit, and of a case. The rare ones take days to be met.
STEPS_OF_STAFF = {"arrive", "treat", "complete", "cancel", "move", "settle", "called"}
STEPS_OF_STAFF |= {"take back arrived", "free", "cleared", "undo", "void"} if IS_LONG else set()
DAYS = range(3, 16)
ROLES = ("reception", "therapist", "owner")


def make_place() -> Clinic:
    clinic = make_clinic(therapists=3, rooms=3)
    make_policy()
    for therapist in clinic.therapists:
        therapist.treatments.add(make_treatment(key="deep_tissue"))
    return clinic


def make_busy_day(clinic: Clinic) -> None:
    """Today the desk has visits without a form, with something to settle, one that a doctor stops; and two requests."""
    for number, answers in enumerate((None, {}, CAREFUL, CONCERN, {}, {})):
        start = ("09:00", "10:15", "11:30")[number % 3]
        phone_in(clinic, start, answers=answers, therapist=number % 2, name=f"Client {number}")
    stopped = Appointment.objects.order_by("pk").last()
    assert stopped is not None
    make_intake(answers=DOCTOR_FIRST, client=stopped.client, previous=stopped.intake)
    for number, start in enumerate(("14:00", "15:15")):
        draft = make_draft(clinic=clinic, answers=UNDERAGE)
        therapist_id = clinic.therapists[number].pk
        appointments.keep_start(draft=draft, starts_at=at(start), therapist_id=therapist_id, address="", now=NOW)
        details = Details(name="Oran", booker_name="Niamh", booker_email="niamh@example.com")
        appointments.book(draft=draft, details=details, key=f"request {number}", now=NOW)


class Day:
    """A clinic in which clients and staff wander by turns, while time passes and mails go out."""

    def __init__(self, *, seed: str, time_machine: Any, ask_gate: AskGate = is_stopped, clients: int = 1) -> None:
        self.time_machine, self.ask_gate = time_machine, ask_gate
        self.chance = random.Random(seed)
        self.move_to(NOW)
        clinic = make_place()
        make_busy_day(clinic)
        self.visitors = [Visitor(clinic, seed=f"{seed} {number}") for number in range(clients)]
        self.members = [Member(clinic, role=role, seed=seed) for role in ROLES]
        self.watch, self.faults = Watch(), list[str]()
        self.look()

    def move_to(self, now: datetime) -> None:
        self.now = now
        self.time_machine.move_to(now, tick=False)

    def look(self) -> None:
        self.faults += self.watch.look(now=self.now)

    def pass_by(self, *, steps: int) -> None:
        """One turn of everybody, and then some time: minutes mostly, at the end a night."""
        for visitor in self.visitors:
            visitor.wander(steps=steps)
            self.look()
        for _ in range(steps):
            self.chance.choice(self.members).take_step()
            self.look()
        self.move_to(self.now + timedelta(minutes=self.chance.choice([6, 15, 30])))
        appointments.expire_overdue(now=self.now)
        outbox.send_due(now=self.now, ask_gate=self.ask_gate)
        self.look()

    def rounds(self, count: int, *, steps: int) -> Iterator[int]:
        """As they pass; whoever has seen enough takes no more of them."""
        for round_ in range(count):
            if round_ == count - 2:
                self.move_to(self.now + timedelta(days=1))
            self.pass_by(steps=steps)
            yield round_

    def run(self, *, rounds: int, steps: int) -> None:
        for _round in self.rounds(rounds, steps=steps):
            pass


@pytest.mark.parametrize("walk", range(WALKS))
def test_no_wandering_leads_past_the_gate(walk: int, time_machine: Any) -> None:
    day = Day(seed=str(walk), time_machine=time_machine)

    day.run(rounds=ROUNDS, steps=STEPS)

    assert day.faults == []
    answers = [one.answers for one in day.visitors] + [one.answers for one in day.members]
    statuses = set().union(*answers)
    assert statuses <= {200, 400, 403, 404, 405, 409, 410, 422}, statuses


def test_wandering_staff_take_every_step_of_a_visit(time_machine: Any) -> None:
    """Staff who never treat anybody would prove nothing. By evening little is left to do: then comes another day."""
    missing, faults = set(STEPS_OF_STAFF), list[str]()

    for number in DAYS:
        with transaction.atomic():
            day = Day(seed=f"staff {number}", time_machine=time_machine, clients=0)
            for _round in day.rounds(8, steps=14):
                missing -= set(AppointmentEvent.objects.filter(actor="staff").values_list("verb", flat=True))
                missing -= set(CaseEvent.objects.values_list("verb", flat=True))
                if not missing:
                    break
            faults += day.faults
            transaction.set_rollback(True)
        if not missing:
            break

    assert missing == set()
    assert faults == []


def test_without_the_gate_staff_treat_whom_the_rules_stop(time_machine: Any) -> None:
    day = Day(seed="staff 3", time_machine=time_machine, clients=0)
    for visit in Appointment.objects.all():
        make_intake(answers=DOCTOR_FIRST, client=visit.client, previous=visit.intake)

    with mock.patch("booking.scheduling.appointments.changing.pass_gate", return_value=Passage()):
        for _round in range(ROUNDS):
            day.pass_by(steps=16)
            if any("is treated" in fault for fault in day.faults):
                break

    assert [fault for fault in day.faults if "is treated" in fault] != []


def test_without_the_gate_before_mails_somebody_is_asked_to_come_whom_the_rules_stop(time_machine: Any) -> None:
    day = Day(seed="control", time_machine=time_machine, clients=0, ask_gate=lambda _visit, _now: False)

    day.run(rounds=3, steps=1)

    assert [fault for fault in day.faults if "is sent" in fault] != []


def test_without_the_gate_a_client_whom_the_rules_stop_gets_a_visit_and_is_found(time_machine: Any) -> None:
    """What the walks look for can be there: the same two doors, without their guard."""
    time_machine.move_to(NOW, tick=False)
    clinic = make_place()
    draft = make_draft(clinic=clinic, answers=DOCTOR_FIRST)
    doors = ("booking.scheduling.appointments.holding.pass_gate", "booking.scheduling.appointments.settling.pass_gate")
    details = Details(name="Niamh", booker_name="Niamh", booker_email="niamh@example.com")

    with ExitStack() as open_doors:
        for door in doors:
            open_doors.enter_context(mock.patch(door, return_value=Passage()))
        start = list_starts(search=Search(clinic.wish(), NOW), first_date=TODAY, days=1)[0]
        appointments.keep_start(
            draft=draft, starts_at=start.starts_at, therapist_id=start.therapist_id, address="", now=NOW
        )
        appointments.book(draft=draft, details=details, key="control", now=NOW)

    assert not_allowed() == [(State.BOOKED, "PHYSICIAN")]


def test_wandering_also_leads_to_visits(time_machine: Any) -> None:
    """A wanderer who never books anything would prove nothing."""
    time_machine.move_to(NOW, tick=False)
    clinic = make_place()

    for number in range(24):
        Visitor(clinic, seed=f"booked {number}").wander(steps=30)
        if Appointment.objects.exists():
            break

    assert Appointment.objects.count() > 0
    assert list(find_drift(now=NOW)) == []
