"""The steps of the day that can be taken with a visit now, as buttons."""

from dataclasses import dataclass, field
from datetime import datetime

from booking.models import Appointment, State
from booking.scheduling import appointments
from booking.scheduling.states import AT_THE_DESK, BACK, STAFF, STEPS
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.visit.words import NEXT, OWN_WORDS, WORDS

KEYS = {State.ARRIVED: "a", State.IN_TREATMENT: "i", State.COMPLETED: "d"}
TAKING_BACK = {(step.source, step.target) for step in STEPS if step.verb in BACK}


@dataclass(frozen=True)
class Step:
    """`target` is the state that the button leads to. `takes_back`: it undoes the step before."""

    target: str
    words: str
    takes_back: bool = field(default=False, kw_only=True)

    @property
    def key(self) -> str:
        """The single key that presses its button, where it has one."""
        return KEYS.get(State(self.target), "")


@dataclass(frozen=True)
class NextStep(Step):
    """The one primary button, with what has to be said or done before a treatment begins."""

    asks_urgent: bool = False
    asks_reason: bool = False
    asks_whether_read: bool = False

    @property
    def own_words(self) -> str:
        """As the phone of whoever treats says it."""
        return str(OWN_WORDS.get(State(self.target), self.words))


def next_step(member: Member, found: Appointment, now: datetime) -> NextStep | None:
    """None where there is none, or not yet."""
    target = NEXT.get(State(found.state))
    step = next((step for step in _steps(member, found, now) if step.target == target), None)
    if step is None:
        return None
    begins = step.target == State.IN_TREATMENT
    return NextStep(
        step.target,
        step.words,
        asks_urgent=begins and not appointments.was_asked_again(found, now=now),
        asks_reason=begins and found.intake is None,
        asks_whether_read=begins and found.intake is not None,
    )


def step_back(member: Member, found: Appointment, now: datetime) -> Step | None:
    """What takes the last step of the day back."""
    return next((step for step in _steps(member, found, now) if step.takes_back), None)


def other_steps(member: Member, found: Appointment, now: datetime) -> list[Step]:
    target = NEXT.get(State(found.state))
    return [step for step in _steps(member, found, now) if step.target != target]


def is_for_reception(member: Member, found: Appointment) -> bool:
    """Whether what follows is for reception to decide, and `member` is not of it."""
    return found.state in AT_THE_DESK and not may(member, Right.CHANGE_VISIT, visit=found)


def _steps(member: Member, found: Appointment, now: datetime) -> list[Step]:
    """The steps whose time has come."""
    if not may(member, Right.STEP_VISIT, visit=found) or is_for_reception(member, found):
        return []
    source = State(found.state)
    opens = {
        step.target: step.opens_at(found.starts_at) for step in STEPS if step.source == source and STAFF in step.actors
    }
    return [
        Step(target.value, str(WORDS[source, target]), takes_back=(source, target) in TAKING_BACK)
        for target, opens_at in opens.items()
        if (source, target) in WORDS and (opens_at is None or opens_at <= now)
    ]
