"""Which state may follow which, and by whose hand. The table is the rule; docs/states.md is generated from it."""

from dataclasses import dataclass

from booking.models.appointment import AppointmentEvent, State

CLIENT, STAFF, SYSTEM = AppointmentEvent.Actor.CLIENT, AppointmentEvent.Actor.STAFF, AppointmentEvent.Actor.SYSTEM


@dataclass(frozen=True)
class Step:
    """One allowed change. `source` None is a visit that is not there yet."""

    source: State | None
    target: State
    verb: str
    actors: frozenset[str]


def _step(source: State | None, target: State, verb: str, *actors: str) -> Step:
    return Step(source=source, target=target, verb=verb, actors=frozenset(actors))


STEPS = (
    _step(None, State.HELD, "keep", CLIENT, STAFF),
    _step(None, State.REQUESTED, "request", STAFF),
    _step(None, State.BOOKED, "book", STAFF),
    _step(State.HELD, State.REQUESTED, "request", CLIENT, STAFF),
    _step(State.HELD, State.BOOKED, "book", CLIENT, STAFF),
    _step(State.HELD, State.EXPIRED, "expire", CLIENT, SYSTEM),
    _step(State.REQUESTED, State.BOOKED, "confirm", STAFF),
    _step(State.REQUESTED, State.CANCELLED, "decline", STAFF),
    _step(State.REQUESTED, State.CANCELLED, "run out", SYSTEM),
    _step(State.REQUESTED, State.CANCELLING, "cancel", CLIENT, STAFF),
    _step(State.BOOKED, State.ARRIVED, "arrive", STAFF),
    _step(State.BOOKED, State.NO_SHOW, "miss", STAFF),
    _step(State.BOOKED, State.CANCELLING, "cancel", CLIENT, STAFF),
    _step(State.CANCELLING, State.BOOKED, "undo", CLIENT, STAFF),
    _step(State.CANCELLING, State.REQUESTED, "undo", CLIENT, STAFF),
    _step(State.CANCELLING, State.CANCELLED, "free", STAFF, SYSTEM),
    _step(State.ARRIVED, State.IN_TREATMENT, "treat", STAFF),
    _step(State.ARRIVED, State.CANCELLED, "refuse", STAFF),
    _step(State.IN_TREATMENT, State.COMPLETED, "complete", STAFF),
    _step(State.ARRIVED, State.BOOKED, "step back", STAFF),
    _step(State.IN_TREATMENT, State.ARRIVED, "step back", STAFF),
    _step(State.COMPLETED, State.IN_TREATMENT, "step back", STAFF),
    _step(State.NO_SHOW, State.BOOKED, "step back", STAFF),
)

# What staff do with a visit by one button. The other steps have functions of their own, with checks of their own.
OF_THE_DAY = frozenset({"confirm", "decline", "arrive", "miss", "free", "treat", "refuse", "complete", "step back"})

# States in which the visit can still be given another time.
MOVABLE = frozenset({State.REQUESTED, State.BOOKED})


def find_step(*, source: str | None, target: str, actor: str) -> Step | None:
    """The step from `source` to `target` that `actor` may take, or None."""
    for step in STEPS:
        if (step.source, step.target) == (source, target) and actor in step.actors:
            return step
    return None


def as_markdown() -> str:
    """The table as the page docs/states.md."""
    rows = [
        f"| {step.source or '(new)'} | {step.target} | {step.verb} | {', '.join(sorted(step.actors))} |"
        for step in STEPS
    ]
    head = "# States of a visit\n\nGenerated from `booking/scheduling/states.py` by `manage.py write_docs`.\n\n"
    return head + "\n".join(["| from | to | step | by |", "| --- | --- | --- | --- |", *rows]) + "\n"
