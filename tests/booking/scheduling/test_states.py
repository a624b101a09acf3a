from pathlib import Path

from booking.models import OCCUPYING, State
from booking.scheduling.states import CLIENT, STAFF, STEPS, SYSTEM, as_markdown, find_step

DOCS = Path(__file__).parents[3] / "docs"


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
    back = {(step.source, step.target) for step in STEPS if step.verb == "step back"}

    assert back == {
        (State.ARRIVED, State.BOOKED),
        (State.IN_TREATMENT, State.ARRIVED),
        (State.COMPLETED, State.IN_TREATMENT),
        (State.NO_SHOW, State.BOOKED),
    }
    assert find_step(source=State.COMPLETED, target=State.BOOKED, actor=STAFF) is None
