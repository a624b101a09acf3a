"""Beginning a treatment by one press, for whoever treats: the urgent questions and the step under one button."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from booking.intake.decisions import asked_again
from booking.models import State
from booking.rules.questionnaire import Field, load_questionnaire
from clinic.panel.door.rights import Member, Reach, Right
from clinic.panel.visit.forms import DOCTOR
from clinic.panel.visit.steps import NextStep

NOTHING = "none"  # the choice of a list that says that nothing on it applies
SAID, NO = "said_", "no"  # the name of a pair of buttons begins with the first


@dataclass(frozen=True)
class Tick:
    """One choice of a question."""

    value: str
    words: str


@dataclass(frozen=True)
class FollowUp:
    """Asked where the answer before it was yes."""

    key: str
    words: str
    choices: tuple[Tick, ...]


@dataclass(frozen=True)
class Asked:
    """A list of signs, answered by No, or by Yes and which. `said` is the name of the two buttons."""

    key: str
    words: str
    signs: tuple[Tick, ...]
    follow_ups: tuple[FollowUp, ...]

    @property
    def said(self) -> str:
        return f"{SAID}{self.key}"


@dataclass(frozen=True)
class Begin:
    """`asked`: what is asked first; empty where it was within 24 hours."""

    asked: tuple[Asked, ...]


def describe_begin(member: Member, step: NextStep | None) -> Begin | None:
    """For a therapist whose next step it is; None without a form, and for anybody else: the page of the visit asks them."""
    if step is None or step.target != State.IN_TREATMENT or step.asks_reason:
        return None
    if member.reach(Right.STEP_VISIT) is not Reach.OWN:
        return None
    return Begin(tuple(_list_asked()) if step.asks_urgent else ())


def spell_out(sent: QueryDict) -> QueryDict:
    """The answers as the questionnaire has them: No is its "none of these", beside whatever is ticked all the same."""
    answers = sent.copy()
    for field in asked_again():
        if field.type == "multi" and sent.get(f"{SAID}{field.key}") == NO:
            answers.appendlist(field.key, NOTHING)
    return answers


def _list_asked() -> Iterator[Asked]:
    """Each follow-up stands with the first list that can bring it."""
    lists = [field for field in asked_again() if field.type == "multi"]
    others = [field for field in asked_again() if field.type != "multi"] + [load_questionnaire().field(DOCTOR)]
    for field in lists:
        yield Asked(
            field.key,
            field.label,
            tuple(Tick(one.value, one.label) for one in field.choices if one.value != NOTHING),
            tuple(_follow_up(other) for other in others if _brought_by(other, lists) is field),
        )


def _brought_by(other: Field, lists: list[Field]) -> Field:
    keys = {needed.key for needed in other.show_if.entries}
    return next((field for field in lists if field.key in keys), lists[-1])


def _follow_up(field: Field) -> FollowUp:
    choices = [(one.value, one.label) for one in field.choices]
    if field.type == "boolean":
        choices = [("true", _("Yes")), ("false", _("No"))]
    return FollowUp(field.key, field.label, tuple(Tick(value, words) for value, words in choices))
