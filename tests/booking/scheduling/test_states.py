from datetime import UTC, datetime, timedelta

from booking.models import State
from booking.scheduling import states
from booking.scheduling.states import BACK, CLIENT, OCCUPYING, STAFF, STEPS, SYSTEM, as_markdown, find_step
from tests.environment import ROOT

DOCS = ROOT / "docs"


def test_the_page_in_docs_is_the_table() -> None:
    assert (DOCS / "states.md").read_text(encoding="utf-8") == as_markdown()


def test_clients_may_take_these_steps_and_no_others() -> None:
    steps = {(step.source, step.target) for step in STEPS if CLIENT in step.actors}

    assert steps == {
        (None, State.HELD),
        (State.HELD, State.REQUESTED),
        (State.HELD, State.BOOKED),
        (State.HELD, State.EXPIRED),
        (State.REQUESTED, State.CANCELLING),
        (State.BOOKED, State.CANCELLING),
        (State.REQUESTED, State.CANCELLED),
        (State.BOOKED, State.CANCELLED),
        (State.CANCELLING, State.BOOKED),
        (State.CANCELLING, State.REQUESTED),
    }


def test_the_clock_alone_only_ever_gives_time_back() -> None:
    steps = [step for step in STEPS if SYSTEM in step.actors]

    assert {(step.source, step.target) for step in steps} == {
        (State.HELD, State.EXPIRED),
        (State.REQUESTED, State.CANCELLED),
        (State.CANCELLING, State.CANCELLED),
    }
    assert all(step.target not in OCCUPYING for step in steps)


def test_nothing_leads_out_of_cancelled_or_expired() -> None:
    assert [step for step in STEPS if step.source in (State.CANCELLED, State.EXPIRED)] == []


def test_staff_step_back_by_one_step_only() -> None:
    back = {(step.source, step.target) for step in STEPS if step.verb in BACK}

    assert back == {
        (State.ARRIVED, State.BOOKED),
        (State.IN_TREATMENT, State.ARRIVED),
        (State.COMPLETED, State.IN_TREATMENT),
        (State.NO_SHOW, State.BOOKED),
    }
    assert find_step(source=State.COMPLETED, target=State.BOOKED, actor=STAFF) is None


def test_each_thing_that_can_happen_to_a_visit_has_one_verb_of_its_own() -> None:
    by_verb: dict[str, set[State]] = {}
    for step in STEPS:
        by_verb.setdefault(step.verb, set()).add(step.target)

    assert {verb for verb, targets in by_verb.items() if len(targets) > 1} == {"undo"}  # back to whichever it was


def test_a_visit_arrives_from_two_hours_before_and_is_missed_from_its_start_on() -> None:
    starts_at = datetime(2026, 11, 23, 14, tzinfo=UTC)

    opens = {step.verb: step.opens_at(starts_at) for step in STEPS if step.from_start is not None}

    assert opens == {"arrive": starts_at - timedelta(hours=2), "miss": starts_at}


def test_each_named_set_holds_the_states_that_its_name_says() -> None:
    names = (
        "OPEN",
        "MOVABLE",
        "UNTREATED",
        "COMING",
        "OCCUPYING",
        "LAPSING",
        "CALLED_OFF",
        "WITHOUT_LINKS",
        "AT_THE_DESK",
    )

    assert {state: {name for name in names if state in getattr(states, name)} for state in State} == {
        State.HELD: {"COMING", "OCCUPYING", "LAPSING", "WITHOUT_LINKS"},
        State.REQUESTED: {"OPEN", "MOVABLE", "UNTREATED", "COMING", "OCCUPYING", "LAPSING", "AT_THE_DESK"},
        State.BOOKED: {"OPEN", "MOVABLE", "UNTREATED", "COMING", "OCCUPYING"},
        State.ARRIVED: {"UNTREATED", "OCCUPYING"},
        State.IN_TREATMENT: {"OCCUPYING"},
        State.COMPLETED: {"OCCUPYING"},
        State.NO_SHOW: {"OCCUPYING"},
        State.CANCELLING: {"COMING", "OCCUPYING", "LAPSING", "CALLED_OFF", "AT_THE_DESK"},
        State.CANCELLED: {"CALLED_OFF"},
        State.EXPIRED: {"WITHOUT_LINKS"},
    }
