"""What staff are careful about at one visit: from the answers, from what was said since, and from a letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from booking.intake.decisions import current_decision, newest_intake
from booking.intake.findings import Findings
from booking.intake.gate import find_clearance
from booking.models import Appointment, Clearance, Decision, Intake
from booking.rules.levels import NOTED, Level
from booking.wording.times import Wall, local_date
from clinic.panel.door.rights import Member, Right, may
from services import catalogue
from services.models import Treatment


@dataclass(frozen=True)
class LetterLine:
    """A physician's letter that counts on the day, with the names of the treatments that it allows."""

    written_by: str
    valid_until: date
    allowed: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Cautions:
    """`level` of the visit's own answers, `level_since` of newer ones. `excluded`: names of treatments.

    `is_stop`: there can be no massage as things are. `is_nothing`: no answer asks for any care.
    """

    level: str
    level_since: str
    avoid: tuple[str, ...]
    excluded: tuple[str, ...]
    notes: tuple[str, ...]
    letters: tuple[LetterLine, ...]
    is_stop: bool
    is_nothing: bool


def describe_cautions(member: Member, found: Appointment, now: datetime) -> Cautions | None:
    """The level with restrictions and the notes for staff; no answers. None where nothing was ever answered.

    What the person has said since, or for another visit, counts as well, as it does at the doors. The notes of a
    PHYSICIAN or EMERGENCY rule say what may be behind it, so they are for those who may see the answers.
    """
    said = [one for one in dict.fromkeys([found.intake, newest_intake(found.client)]) if one is not None]
    day = local_date(found.starts_at, Wall.of_visit(found).zone)
    cautions = unite_cautions(member, said, day, now)
    return replace(cautions, is_nothing=False) if cautions and found.intake is None else cautions


def unite_cautions(member: Member, said: Sequence[Intake], day: date, now: datetime) -> Cautions | None:
    """What all of these answers ask for on that day; None where there are none."""
    if not said:
        return None
    told = [_told(intake, day, now) for intake in said]
    noted = NOTED if may(member, Right.SEE_ANSWERS) else {Level.CAUTION}
    treatments = [offer.treatment for offer in catalogue.treatments_on_offer(on=day)]
    excluded = {treatment.key for treatment in treatments if any(one.excludes(treatment) for one in told)}
    reasons = [reason for one in told for reason in one.findings.reasons if reason.level in noted]
    levels = [one.decision.get_level_display() or _("a person must look") for one in told]
    return Cautions(
        level=levels[0],
        level_since=levels[1] if len(levels) > 1 else "",
        avoid=_united(one.avoid for one in told),
        excluded=tuple(treatment.name_for_staff for treatment in treatments if treatment.key in excluded),
        notes=_united([reason.staff] for reason in reasons if reason.staff.strip(" -")),
        letters=tuple(
            _line(one.letter, [each for each in treatments if each.key not in excluded]) for one in told if one.letter
        ),
        is_stop=any(one.is_stop for one in told),
        is_nothing=all(one.is_nothing for one in told),
    )


@dataclass(frozen=True)
class _Told:
    """What one intake says about a visit, with the physician's letter that carries it on that day."""

    decision: Decision
    findings: Findings
    letter: Clearance | None

    @property
    def avoid(self) -> tuple[str, ...]:
        return (*self.findings.avoid, *(self.letter.limits.get("avoid", ()) if self.letter else ()))

    def excludes(self, treatment: Treatment) -> bool:
        return self.findings.excludes(treatment, has_letter=self.letter is not None)

    @property
    def is_nothing(self) -> bool:
        """Clear, without anything to avoid, to leave out or to read."""
        has_notes = any(reason.staff.strip(" -") for reason in self.findings.reasons if reason.level == Level.CAUTION)
        return self.decision.level == Level.CLEAR and not (self.avoid or self.findings.excluded or has_notes)

    @property
    def is_stop(self) -> bool:
        return not self.decision.is_bookable and self.letter is None


def _told(intake: Intake, day: date, now: datetime) -> _Told:
    decision = current_decision(intake=intake, now=now)
    letter = find_clearance(intake=intake, on_date=day) if decision.level == Level.PHYSICIAN else None
    return _Told(decision, Findings.of(decision), letter)


def _line(letter: Clearance, treatments: Iterable[Treatment]) -> LetterLine:
    return LetterLine(
        written_by=letter.written_by,
        valid_until=letter.valid_until,
        allowed=tuple(each.name_for_staff for each in treatments if letter.allows(each)),
        note=letter.limits.get("note", ""),
    )


def _united(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All entries once, in their order."""
    return tuple(dict.fromkeys(entry for one in lists for entry in one))
