"""Would the gate stop this visit? Asked before each mail that invites somebody to come, and by the pages that show it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from django.db.models import Q

from booking.intake.gate import Door, GateRefused, Records, pass_gate
from booking.models import Appointment, Clearance, Client, Decision, Intake
from booking.wording.times import local_date


class Stop(StrEnum):
    """What stops a visit, as far as it matters for what to do about it."""

    FORM = "the answers are too old on that day"
    TREATMENT = "the treatment does not go with the answers"
    ANSWERS = "somebody has to look at the answers first"


def is_stopped(visit: Appointment, now: datetime) -> bool:
    """As the gate would answer on the visit's own day. A missing form stops nobody: staff ask for it.

    May record a decision, as every question to the gate.
    """
    return _refusal(visit, now=now) is not None


def find_stop(*, visit: Appointment, now: datetime) -> Stop | None:
    """What stops the visit, for show: by what was decided last. Reads only."""
    return find_stops(visits=[visit], now=now).get(visit.pk)


def find_stops(*, visits: Collection[Appointment], now: datetime, shelf: "Shelf | None" = None) -> dict[int, Stop]:
    """What stops which of `visits`, by their ids; those that may take place are left out.

    The visits come with client, intake and treatment. Reads only: three statements, whatever their number, and none
    where the caller has read the `shelf` already.
    """
    shelf = shelf or Shelf.of(visits)
    found = {visit.pk: _find(visit, shelf, now=now) for visit in visits}
    return {pk: stop for pk, stop in found.items() if stop is not None}


def _find(visit: Appointment, shelf: "Shelf", *, now: datetime) -> Stop | None:
    refusal = _refusal(visit, now=now, records=shelf)
    if refusal is None:
        return None
    if not refusal.is_bookable:
        return Stop.ANSWERS
    decisions = [shelf.decision(intake) for intake in (visit.intake, shelf.newest(visit.client)) if intake]
    is_old = any(decision.valid_until < _day_of(visit) for decision in decisions)
    return Stop.FORM if is_old else Stop.TREATMENT


def _refusal(visit: Appointment, *, now: datetime, records: Records | None = None) -> GateRefused | None:
    try:
        pass_gate(
            door=Door.MOVE,
            intake=visit.intake,
            treatment=visit.treatment,
            on_date=_day_of(visit),
            by_staff=True,
            now=now,
            client=visit.client,
            records=records,
        )
    except GateRefused as refusal:
        return refusal
    return None


def _day_of(visit: Appointment) -> date:
    return local_date(visit.starts_at, visit.zone)


@dataclass(frozen=True)
class Shelf:
    """What the gate reads, for many visits at once and as it was decided last."""

    intakes: Mapping[int, Intake]
    newest_of: Mapping[int, Intake]
    followed: frozenset[int]
    decisions: Mapping[int, Decision]
    letters: Mapping[int, Clearance]

    @classmethod
    def of(cls, visits: Collection[Appointment]) -> Self:
        people = {visit.client_id for visit in visits if visit.client_id}
        behind = {visit.intake_id for visit in visits if visit.intake_id}
        meant = Q(client__in=people) | Q(pk__in=behind) | Q(previous__in=behind)
        said = list(Intake.objects.filter(meant).defer("answers").order_by("created_at", "id"))
        decisions = Decision.objects.filter(intake__in=said).order_by("decided_at", "id")
        letters = Clearance.objects.filter(intake__in=said, voided_at=None).order_by("id")
        return cls(
            intakes={intake.pk: intake for intake in said},
            newest_of={intake.client_id: intake for intake in said if intake.client_id},
            followed=frozenset(intake.previous_id for intake in said if intake.previous_id),
            decisions={decision.intake_id: decision for decision in decisions},
            letters={letter.intake_id: letter for letter in letters},
        )

    def newest(self, client: Client | None) -> Intake | None:
        return self.newest_of.get(client.pk) if client else None

    def decision(self, intake: Intake) -> Decision:
        # Answers that nothing was decided about have no level, and stop the visit.
        return self.decisions.get(intake.pk) or Decision(intake=intake)

    def clearance(self, intake: Intake, on_date: date) -> Clearance | None:
        newest = self.newest_of.get(intake.client_id or 0)
        if intake.pk in self.followed or (newest is not None and newest.pk != intake.pk):
            return None
        letter = self.letters.get(intake.pk)
        return letter if letter is not None and letter.valid_until >= on_date else None

    def conditions(self, intake: Intake, decision: Decision) -> tuple[str, ...]:
        return ()
