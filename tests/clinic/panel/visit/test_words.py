"""A state and its steps have words and a look in the panel: whoever adds one by half reads here what is missing."""

from collections.abc import Collection, Iterable

from booking.models import OCCUPYING, State
from booking.scheduling.states import OF_THE_DAY, STAFF, STEPS, Step
from clinic.panel.visit.words import EVENT_WORDS, WORDS
from tests.environment import ROOT

# How a visit looks that nothing is the matter with.
PLAIN = State.BOOKED


def find_gaps(
    steps: Iterable[Step],
    *,
    words: Collection[tuple[str | None, str]],
    events: Collection[str],
    states: Iterable[str],
    css: str,
) -> list[str]:
    """What is missing, in words. `css` is the stylesheet of the panel."""
    gaps = []
    for step in steps:
        if step.verb in OF_THE_DAY and STAFF in step.actors and (step.source, step.target) not in words:
            gaps.append(f"{step.source} -> {step.target}: no words for the button")
        if step.verb not in events:
            gaps.append(f"{step.verb}: no words for what has happened")
    return gaps + [f"{state}: no look on the board" for state in states if f".visit-{state}" not in css]


def test_every_state_and_step_is_complete() -> None:
    css = (ROOT / "static" / "panel.css").read_text(encoding="utf-8")
    states = [state for state in OCCUPYING if state != PLAIN]

    assert find_gaps(STEPS, words=WORDS, events=EVENT_WORDS, states=states, css=css) == []


def test_a_state_that_was_added_by_half_is_named() -> None:
    step = next(step for step in STEPS if step.verb == "arrive")

    assert find_gaps([step], words=(), events=(), states=["arrived", "late"], css=".visit-arrived {}") == [
        "booked -> arrived: no words for the button",
        "arrive: no words for what has happened",
        "late: no look on the board",
    ]
