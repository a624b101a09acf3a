"""The gate: may this person have this treatment on that day? One function, asked at every door.

Fails closed: a missing, expired, changed or failing answer means that a person looks.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext as _

from booking.intake.decisions import current_decision, is_lowering_correction, newest_intake
from booking.intake.findings import Findings, is_covered
from booking.models import Clearance, Client, Decision, Intake
from booking.rules.conditions import CORRECTED_ANSWERS, FORM_MISSING
from booking.rules.levels import BOOKABLE, Level
from services.blanks import is_blank
from services.models import Treatment
from services.refusals import Refusal


class Door(StrEnum):
    KEEP = "keep"
    BOOK = "book"
    MOVE = "move"
    ARRIVE = "arrive"
    TREAT = "treat"


class GateRefused(Refusal):
    """This treatment can't be given on these answers. Carries a sentence for the person at the door."""

    def __init__(self, sentence: str, *, door: Door, level: str = "") -> None:
        super().__init__(sentence)
        self.door = door
        self.level = level

    @property
    def is_bookable(self) -> bool:
        """Whether the answers allow a massage, if not this one on that day."""
        return self.level in BOOKABLE


@dataclass(frozen=True)
class AtTheDoor:
    """What staff have done before a treatment. `override` is the reason to treat although the form is missing."""

    asked_again: bool = False
    acknowledged: bool = False
    override: str = ""


NOTHING_DONE = AtTheDoor()


@dataclass(frozen=True)
class Passage:
    """The gate is open. `conditions` are to be settled first; `avoid` and `excluded` are the effective limits."""

    conditions: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __or__(self, other: "Passage") -> "Passage":
        return Passage(
            conditions=tuple(dict.fromkeys(self.conditions + other.conditions)),
            avoid=tuple(dict.fromkeys(self.avoid + other.avoid)),
            excluded=tuple(dict.fromkeys(self.excluded + other.excluded)),
        )


class Records(Protocol):
    """What the gate reads of a person."""

    def newest(self, client: Client | None) -> Intake | None:
        """What they said last."""

    def decision(self, intake: Intake) -> Decision:
        """What the rules say of it."""

    def clearance(self, intake: Intake, on_date: date) -> Clearance | None:
        """The physician's letter that carries it on that day."""

    def conditions(self, intake: Intake, decision: Decision) -> tuple[str, ...]:
        """What has to be settled first."""


@dataclass(frozen=True)
class Fresh:
    """Read afresh for each question, by today's rulebook: this may record a decision."""

    now: datetime

    def newest(self, client: Client | None) -> Intake | None:
        return newest_intake(client)

    def decision(self, intake: Intake) -> Decision:
        return current_decision(intake=intake, now=self.now)

    def clearance(self, intake: Intake, on_date: date) -> Clearance | None:
        return find_clearance(intake=intake, on_date=on_date)

    def conditions(self, intake: Intake, decision: Decision) -> tuple[str, ...]:
        return _conditions(intake=intake, decision=decision, now=self.now)


def pass_gate(
    *,
    door: Door,
    intake: Intake | None,
    treatment: Treatment,
    on_date: date,
    by_staff: bool,
    now: datetime,
    client: Client | None = None,
    done: AtTheDoor = NOTHING_DONE,
    records: Records | None = None,
) -> Passage:
    """The passage through `door`, or GateRefused. `on_date` is the local day of the visit, or the day it is already.

    What the person (`client`, or whose intake it is) has said since counts as well, for every visit. May record a decision, where the rulebook has changed since the last one. `done` counts at the last door only. `records`: where to read, for who shows many visits.
    """
    records = records or Fresh(now)
    newest = records.newest(client or (intake.client if intake else None))
    said_since = newest if newest != intake else None
    if said_since is not None:
        _check_newer(door=door, newest=said_since, on_date=on_date, by_staff=by_staff, records=records)
    if intake is None:
        return _without_form(door=door, by_staff=by_staff, done=done)
    passage = _with_form(door=door, intake=intake, treatment=treatment, on_date=on_date, records=records)
    if said_since is not None:
        passage |= _with_form(door=door, intake=said_since, treatment=treatment, on_date=on_date, records=records)
    if door is Door.TREAT:
        _check_done(passage, done=done)
    return passage


def _with_form(*, door: Door, intake: Intake, treatment: Treatment, on_date: date, records: Records) -> Passage:
    decision = records.decision(intake)
    if not decision.level:
        raise GateRefused(
            _("We could not work out the result of the safety check. Please call us; a person will look."), door=door
        )
    if decision.level == Level.EMERGENCY:
        raise GateRefused(_("These answers need emergency help, not a massage."), door=door, level=decision.level)
    if door is not Door.ARRIVE:
        _check_valid(door=door, decision=decision, on_date=on_date)
    if decision.level == Level.PHYSICIAN:
        clearance = records.clearance(intake, on_date)
        return _by_clearance(door=door, clearance=clearance, decision=decision, treatment=treatment)
    findings = Findings.of(decision)
    _check_treatment(door=door, decision=decision, is_excluded=findings.excludes(treatment), treatment=treatment)
    return Passage(
        conditions=records.conditions(intake, decision),
        avoid=findings.avoid,
        excluded=findings.excluded,
    )


def _check_newer(*, door: Door, newest: Intake, on_date: date, by_staff: bool, records: Records) -> None:
    """What the same person said last counts for all visits, also for those that rest on an older form."""
    decision = records.decision(newest)
    if decision.is_bookable or records.clearance(newest, on_date):
        return
    raise GateRefused(
        _("This person has answered the safety check again since. Look at the new answers first.")
        if by_staff
        else _("You have answered the safety check again since then, and the newer answers count. Please call us."),
        door=door,
        level=decision.level,
    )


def _without_form(*, door: Door, by_staff: bool, done: AtTheDoor) -> Passage:
    if by_staff and (door is not Door.TREAT or not is_blank(done.override)):
        return Passage(conditions=(FORM_MISSING,))
    if by_staff:
        raise GateRefused(_("The safety check is missing. Take the form, or write why you treat without."), door=door)
    raise GateRefused(_("Please answer the safety check first."), door=door)


def _check_done(passage: Passage, *, done: AtTheDoor) -> None:
    if not done.asked_again:
        raise GateRefused(_("First ask again about the urgent signs, and how they are now."), door=Door.TREAT)
    if (passage.avoid or passage.excluded) and not done.acknowledged:
        raise GateRefused(_("Say that you have read what to be careful about."), door=Door.TREAT)


def _by_clearance(*, door: Door, clearance: Clearance | None, decision: Decision, treatment: Treatment) -> Passage:
    if clearance is None:
        raise GateRefused(_("Please let a doctor look at this before a massage."), door=door, level=decision.level)
    findings = Findings.of(decision)
    is_excluded = findings.excludes(treatment, has_letter=True)
    _check_treatment(door=door, decision=decision, is_excluded=is_excluded, treatment=treatment)
    if not clearance.allows(treatment):
        raise GateRefused(
            _("The doctor's letter does not cover %(treatment)s.") % {"treatment": treatment.name},
            door=door,
            level=decision.level,
        )
    return Passage(
        conditions=tuple(decision.conditions),
        avoid=tuple(dict.fromkeys([*findings.avoid, *clearance.limits.get("avoid", [])])),
        excluded=findings.excluded_by_caution,
    )


def last_valid_day(decision: Decision | None) -> date | None:
    """The last day on which what was decided last, or the physician's letter for it, can carry a visit. For show: reads only."""
    if decision is None:
        return None
    if decision.level != Level.PHYSICIAN:
        return decision.valid_until
    letter = Clearance.objects.filter(intake=decision.intake_id, voided_at=None).first()
    return min(decision.valid_until, letter.valid_until) if letter else decision.valid_until


def is_outdated(*, intake: Intake, on_date: date, now: datetime) -> bool:
    """Whether the only thing against these answers is their age: then they count as a missing form."""
    decision = current_decision(intake=intake, now=now)
    return decision.is_bookable and on_date > decision.valid_until


def find_clearance(*, intake: Intake, on_date: date) -> Clearance | None:
    """A clearance that holds for exactly this intake on that day. Any newer answers make it void.

    So does a reason that was found since, in the same answers, and that no letter lifts.
    """
    newest = newest_intake(intake.client)
    if intake.later.exists() or (newest is not None and newest.pk != intake.pk):
        return None
    letter = Clearance.objects.filter(intake=intake, voided_at=None, valid_until__gte=on_date).first()
    decision = intake.decisions.first() if letter else None
    if letter is not None and decision is not None and not is_covered(letter=letter, decision=decision):
        return None
    return letter


def _check_valid(*, door: Door, decision: Decision, on_date: date) -> None:
    if on_date > decision.valid_until:
        raise GateRefused(
            _("The safety check is too old for that day. Please answer it again."), door=door, level=decision.level
        )


def _check_treatment(*, door: Door, decision: Decision, is_excluded: bool, treatment: Treatment) -> None:
    if is_excluded:
        raise GateRefused(
            _("%(treatment)s is not offered with your answers. Please choose another treatment.")
            % {"treatment": treatment.name},
            door=door,
            level=decision.level,
        )


def _conditions(*, intake: Intake, decision: Decision, now: datetime) -> tuple[str, ...]:
    if is_lowering_correction(intake=intake, decision=decision, now=now):
        return (*decision.conditions, CORRECTED_ANSWERS)
    return tuple(decision.conditions)
