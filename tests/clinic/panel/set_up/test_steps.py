"""Which step is done, which is next, and what is a must: a table."""

from dataclasses import fields, replace

import pytest

from clinic.panel.set_up.steps import BETTER, MUSTS, Facts, Gap, State, Step, find_gaps, find_musts, states

NOTHING = Facts(**{one.name: False for one in fields(Facts) if one.name != "seen"})  # type: ignore[arg-type]
EVERYTHING = Facts(
    has_place=True,
    has_phone=True,
    is_number_confirmed=True,
    has_rooms=True,
    has_priced_treatment=True,
    has_workers=True,
    has_room_for_them=True,
    has_idle_people=False,
    has_email=True,
    has_tested_mail=True,
    is_signed=True,
    is_open=False,
    seen=frozenset({Step.PRICES, Step.POLICY}),
)
DONE, NEXT, OPEN = State.DONE, State.NEXT, State.OPEN


def test_every_gap_has_a_step_that_mends_it() -> None:
    assert set(Gap) == MUSTS.keys() | BETTER.keys()
    assert not MUSTS.keys() & BETTER.keys()


def test_a_fresh_clinic_begins_with_its_place() -> None:
    assert states(NOTHING) == dict(zip(Step, [NEXT, *[OPEN] * 7], strict=True))
    assert find_musts(NOTHING) == [Gap.NO_PLACE, Gap.NO_PRICE, Gap.NOBODY, Gap.NO_TEST_MAIL, Gap.UNSIGNED]


def test_where_nothing_is_missing_the_last_step_is_next_and_then_done() -> None:
    live = replace(EVERYTHING, is_open=True)

    assert states(EVERYTHING) == dict(zip(Step, [*[DONE] * 7, NEXT], strict=True))
    assert (find_gaps(EVERYTHING), set(states(live).values())) == (frozenset(), {DONE})


@pytest.mark.parametrize(
    ("changes", "gap", "step"),
    [
        ({"has_phone": False}, Gap.NO_PHONE, Step.PLACE),
        ({"is_number_confirmed": False}, Gap.NUMBER_UNCONFIRMED, Step.PLACE),
        ({"has_priced_treatment": False}, Gap.NO_PRICE, Step.PRICES),
        ({"seen": frozenset({Step.POLICY})}, Gap.PRICES_UNSEEN, Step.PRICES),
        ({"has_workers": False}, Gap.NOBODY, Step.PEOPLE),
        ({"has_room_for_them": False}, Gap.NO_SUITABLE_ROOM, Step.ROOMS),
        ({"has_tested_mail": False}, Gap.NO_TEST_MAIL, Step.MAIL),
        ({"is_signed": False}, Gap.UNSIGNED, Step.RULEBOOK),
        ({"has_rooms": False}, Gap.ROOMS_UNSEEN, Step.ROOMS),
        ({"seen": frozenset({Step.PRICES})}, Gap.POLICY_UNSEEN, Step.POLICY),
    ],
)
def test_each_thing_that_is_missing_keeps_its_step_open(changes: dict[str, object], gap: Gap, step: Step) -> None:
    facts = replace(EVERYTHING, **changes)  # type: ignore[arg-type]

    assert find_gaps(facts) == {gap}
    assert {one for one, state in states(facts).items() if state is NEXT} == {step}
    assert find_musts(facts) == ([gap] if gap in MUSTS else [])


@pytest.mark.parametrize(
    ("changes", "gap"), [({"has_idle_people": True}, Gap.IDLE_PEOPLE), ({"has_email": False}, Gap.NO_EMAIL)]
)
def test_what_would_be_better_keeps_nothing_open(changes: dict[str, object], gap: Gap) -> None:
    facts = replace(EVERYTHING, **changes)  # type: ignore[arg-type]

    assert (find_gaps(facts), find_musts(facts), states(facts)) == ({gap}, [], states(EVERYTHING))
