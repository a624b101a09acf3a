"""Which state may follow which, and by whose hand. The table is the rule; docs/states.md is generated from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from booking.models.appointment import CALLED_OFF, OCCUPYING, OPEN, UNBOOKED, Appointment, AppointmentEvent, State

__all__ = [
    "AT_THE_DESK",
    "BACK",
    "CALLED_OFF",
    "CLIENT",
    "COMING",
    "LAPSING",
    "MOVABLE",
    "OCCUPYING",
    "OF_THE_DAY",
    "OPEN",
    "STAFF",
    "STEPS",
    "SYSTEM",
    "UNTREATED",
    "WITHOUT_LINKS",
    "Step",
    "as_markdown",
    "find_step",
    "is_overdue",
    "overdue",
]

CLIENT, STAFF, SYSTEM = AppointmentEvent.Actor.CLIENT, AppointmentEvent.Actor.STAFF, AppointmentEvent.Actor.SYSTEM


@dataclass(frozen=True)
class Step:
    """One allowed change. `source` None is a visit that is not there yet.

    `from_start`: possible from then on, counted from the start of the visit; None at any time.
    """

    source: State | None
    target: State
    verb: str
    actors: frozenset[str]
    from_start: timedelta | None = None

    def opens_at(self, starts_at: datetime) -> datetime | None:
        """From when on a visit that starts at `starts_at` can take this step; None at any time."""
        return None if self.from_start is None else starts_at + self.from_start


def _step(source: State | None, target: State, verb: str, *actors: str, from_start: timedelta | None = None) -> Step:
    return Step(source=source, target=target, verb=verb, actors=frozenset(actors), from_start=from_start)


STEPS = (
    _step(None, State.HELD, "keep", CLIENT, STAFF),
    _step(None, State.REQUESTED, "request", STAFF),
    _step(None, State.BOOKED, "book", STAFF),
    _step(State.HELD, State.REQUESTED, "request", CLIENT, STAFF),
    _step(State.HELD, State.BOOKED, "book", CLIENT, STAFF),
    _step(State.HELD, State.EXPIRED, "expire", CLIENT, STAFF, SYSTEM),
    _step(State.REQUESTED, State.BOOKED, "confirm", STAFF),
    _step(State.REQUESTED, State.CANCELLED, "decline", STAFF),
    _step(State.REQUESTED, State.CANCELLED, "run out", SYSTEM),
    _step(State.REQUESTED, State.CANCELLING, "cancel", CLIENT, STAFF),
    _step(State.REQUESTED, State.CANCELLED, "undo booking", CLIENT),
    _step(State.BOOKED, State.CANCELLED, "undo booking", CLIENT),
    _step(State.BOOKED, State.ARRIVED, "arrive", STAFF, from_start=timedelta(hours=-2)),
    _step(State.BOOKED, State.NO_SHOW, "miss", STAFF, from_start=timedelta(0)),
    _step(State.BOOKED, State.CANCELLING, "cancel", CLIENT, STAFF),
    _step(State.CANCELLING, State.BOOKED, "undo", CLIENT, STAFF),
    _step(State.CANCELLING, State.REQUESTED, "undo", CLIENT, STAFF),
    _step(State.CANCELLING, State.CANCELLED, "free", STAFF, SYSTEM),
    _step(State.ARRIVED, State.IN_TREATMENT, "treat", STAFF),
    _step(State.ARRIVED, State.CANCELLED, "refuse", STAFF),
    _step(State.IN_TREATMENT, State.COMPLETED, "complete", STAFF),
    _step(State.ARRIVED, State.BOOKED, "take back arrived", STAFF),
    _step(State.IN_TREATMENT, State.ARRIVED, "take back treatment", STAFF),
    _step(State.COMPLETED, State.IN_TREATMENT, "take back done", STAFF),
    _step(State.NO_SHOW, State.BOOKED, "take back no-show", STAFF),
)

# What staff do with a visit by one button. The other steps have functions of their own, with checks of their own.
BACK = frozenset(step.verb for step in STEPS if step.verb.startswith("take back "))
OF_THE_DAY = BACK | {"confirm", "decline", "arrive", "miss", "free", "treat", "refuse", "complete"}

# States in which a visit that has not begun takes time from others.
COMING = OPEN | {State.HELD, State.CANCELLING}

# States before the treatment: the visit can rest on another form, and can still need a new time.
UNTREATED = OPEN | {State.ARRIVED}

# States in which the visit can still be given another time.
MOVABLE = OPEN

# States that end by themselves at the visit's deadline, where it has one.
LAPSING = frozenset(step.source for step in STEPS if step.source is not None and SYSTEM in step.actors)

# States without a link that leads anywhere.
WITHOUT_LINKS = UNBOOKED

# States in which whoever treats writes the note: from the beginning of the treatment on.
WITH_A_NOTE = frozenset({State.IN_TREATMENT, State.COMPLETED})

# States after which nothing more happens to the visit itself.
OVER = CALLED_OFF | {State.COMPLETED, State.NO_SHOW}

# States whose next step is for whoever may change visits; the other steps are for whoever may give treatments.
AT_THE_DESK = frozenset({State.REQUESTED, State.CANCELLING})


def find_step(*, source: str | None, target: str, actor: str) -> Step | None:
    """The step from `source` to `target` that `actor` may take, or None."""
    for step in STEPS:
        if (step.source, step.target) == (source, target) and actor in step.actors:
            return step
    return None


def overdue(now: datetime) -> Q:
    """Rows whose deadline has passed, which block nobody any more."""
    return Q(state__in=LAPSING, deadline_at__lte=now)


def is_overdue(appointment: Appointment, *, now: datetime) -> bool:
    """The same question about one row."""
    return appointment.state in LAPSING and appointment.deadline_at is not None and appointment.deadline_at <= now


def as_markdown() -> str:
    """The table as the page docs/states.md."""
    rows = [
        f"| {step.source or '(new)'} | {step.target} | {step.verb} | {', '.join(sorted(step.actors))} "
        f"| {_describe_opening(step.from_start)} |"
        for step in STEPS
    ]
    head = "# States of a visit\n\nGenerated from `booking/scheduling/states.py` by `manage.py write_docs`.\n\n"
    return head + "\n".join(["| from | to | step | by | when |", "| --- | --- | --- | --- | --- |", *rows]) + "\n"


def _describe_opening(from_start: timedelta | None) -> str:
    if from_start is None:
        return "at any time"
    hours = -from_start // timedelta(hours=1)
    return f"from {hours} hours before the start" if hours else "from the start on"
