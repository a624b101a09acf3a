"""After any write to hours, time off, skills, rooms, places or visits, the open rows are exactly the visits that do not fit."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User

from booking.models import Appointment, State, Stranding
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details, Refused
from booking.scheduling.stranding import Review, WouldStrand, reviewing
from services import rota
from services.hours import WeeklySpan
from services.models import ClinicPolicy, Room, TimeOff, Treatment, WorkingHours
from tests.booking.scheduling.fits import marked, unfit
from tests.cast import NOW, TODAY, Clinic, at, make_client, make_clinic, make_intake, make_treatment

pytestmark = pytest.mark.django_db

STEPS = 40
SEEDS = range(60 if os.environ.get("PROVE") == "1" else 2)
TIMES = [f"{hour:02}:{minute:02}" for hour in range(8, 18) for minute in (0, 20, 45)]


class Walk:
    """A clinic in which somebody changes one thing after another."""

    def __init__(self, seed: int) -> None:
        self.pick = Random(seed)  # the same seed takes the same steps
        self.clinic: Clinic = make_clinic(therapists=3, rooms=2)
        ClinicPolicy.objects.update(grid_minutes=5)
        self.other: Treatment = make_treatment(key="deep_tissue")
        for therapist in self.clinic.therapists[:2]:
            therapist.treatments.add(self.other)
        self.staff = By("staff", User.objects.create_user("staff"))
        self.client, self.intake = make_client(), make_intake()

    def step(self) -> str:
        """One change, which may be refused; its name."""
        steps: list[Callable[[], object]] = [self.book, self.book, self.book, self.move, self.cancel, self.undo]
        steps += [self.undo_move, self.keep_time, *[self.change] * 8]
        chosen = self.pick.choice(steps)
        with suppress(Refused, rota.RotaRefused, WouldStrand):
            chosen()
        return chosen.__name__

    def change(self) -> None:
        """What visits rest on, agreed to or not."""
        seen: list[str] | None = None if self.pick.random() < 0.8 else []
        with reviewing(now=NOW, seen=seen) as review:
            for change in self.pick.sample(
                [self.hours, self.hours, self.away, self.back, self.person, self.room, self.treatment, self.place],
                self.pick.choice([1, 1, 2]),
            ):
                change(review)

    def hours(self, review: Review) -> None:
        rows = list(WorkingHours.objects.all())
        if rows and self.pick.random() < 0.5:
            row, (opens, closes) = self.pick.choice(rows), sorted(self.pick.sample(TIMES, 2))
            if self.pick.random() < 0.3:
                rota.remove_hours(hours=row, review=review)
            else:
                span = WeeklySpan(row.weekday, at(opens).time(), at(closes).time())
                rota.change_hours(hours=row, span=span, review=review)
            return
        spans = [WeeklySpan(day, at("08:00").time(), at("18:00").time()) for day in range(1, self.pick.randint(1, 8))]
        rota.set_working_hours(
            therapist=self.pick.choice(self.clinic.therapists),
            location=self.clinic.location,
            spans=spans,
            from_date=self.pick.choice([None, TODAY, TODAY + timedelta(days=1)]),
            review=review,
        )

    def away(self, review: Review) -> None:
        first, last = sorted(self.pick.sample(TIMES, 2))
        day = self.day()
        times: dict[str, Any] = {"starts_at": at(first, day=day), "ends_at": at(last, day=day)}
        if self.pick.random() < 0.3:
            rota.add_closure(location=self.clinic.location, **times, review=review)
        else:
            rota.add_time_off(therapist=self.pick.choice(self.clinic.therapists), **times, review=review)

    def back(self, review: Review) -> None:
        if rows := list(TimeOff.objects.order_by("pk")):
            rota.remove_time_off(time_off=self.pick.choice(rows), review=review)

    def person(self, review: Review) -> None:
        treatments = self.pick.sample([self.clinic.treatment, self.other], self.pick.randint(0, 2))
        therapist, is_active = self.pick.choice(self.clinic.therapists), self.pick.random() < 0.8
        rota.change_therapist(therapist=therapist, is_active=is_active, treatments=treatments, review=review)

    def room(self, review: Review) -> None:
        room = self.pick.choice(self.clinic.rooms)
        Room.objects.filter(pk=room.pk).update(is_active=self.pick.random() < 0.7)
        room.treatments.set(self.pick.sample([self.clinic.treatment, self.other], self.pick.randint(0, 2)))
        review(location_ids=[self.clinic.location.pk])

    def treatment(self, review: Review) -> None:
        Treatment.objects.filter(pk=self.other.pk).update(is_active=self.pick.random() < 0.6)
        review(location_ids=[self.clinic.location.pk])

    def place(self, review: Review) -> None:
        place = self.clinic.location
        place.is_active = self.pick.random() < 0.8
        place.time_zone = self.pick.choice(["Europe/Dublin", "Europe/Dublin", "Europe/Paris"])
        place.save()
        review(location_ids=[place.pk])

    def book(self) -> None:
        wish = self.clinic.wish()
        treatment = Treatment.objects.get(pk=self.pick.choice([self.clinic.treatment, self.other]).pk)
        appointments.book_by_staff(
            wish=type(wish)(treatment, 60, self.clinic.location, None),
            starts_at=self.moment(),
            client=None,
            details=Details(name="Niamh", booker_name="Niamh", booker_email=""),
            intake=self.intake,
            by=self.staff,
            now=NOW,
        )

    def move(self) -> None:
        if visit := self.visit(State.BOOKED):
            appointments.move(appointment=visit, starts_at=self.moment(), therapist_id=None, by=self.staff, now=NOW)

    def undo_move(self) -> None:
        if visit := self.visit(State.BOOKED):
            appointments.undo_move(appointment=visit, by=self.staff, now=NOW)

    def cancel(self) -> None:
        if visit := self.visit(State.BOOKED):
            appointments.cancel(appointment=visit, by=self.staff, now=NOW)

    def undo(self) -> None:
        if visit := self.visit(State.CANCELLING):
            appointments.undo_cancel(appointment=visit, by=self.staff, now=NOW)

    def keep_time(self) -> None:
        if visit := self.visit(State.BOOKED):
            appointments.keep_time(appointment=visit, by=self.staff, now=NOW)

    def visit(self, state: State) -> Appointment | None:
        visits = list(Appointment.objects.filter(state=state).order_by("pk"))
        return self.pick.choice(visits) if visits else None

    def moment(self) -> datetime:
        return at(self.pick.choice(TIMES), day=self.day())

    def day(self) -> date:
        return TODAY + timedelta(days=self.pick.randint(1, 3))


@pytest.mark.parametrize("seed", SEEDS)
def test_after_every_change_the_open_rows_are_the_visits_that_do_not_fit(seed: int) -> None:
    walk = Walk(seed)
    taken: list[str] = []
    most = 0
    for _step in range(STEPS):
        taken.append(walk.step())
        assert marked(now=NOW) == unfit(now=NOW), taken
        most = max(most, Stranding.objects.filter(ended_at=None).count())

    assert most > 1, "a walk that strands nobody shows nothing"


def test_a_row_that_nobody_wrote_is_found_by_the_same_comparison() -> None:
    walk = Walk(1)
    while not Appointment.objects.filter(state=State.BOOKED).exists():
        with suppress(Refused):
            walk.book()

    WorkingHours.objects.all().delete()  # past the one writer

    assert marked(now=NOW) != unfit(now=NOW)
