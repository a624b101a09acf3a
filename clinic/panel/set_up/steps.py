"""What has to be done before clients can book, and how far a clinic has come. Pure: no Django, no words, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """In the order in which they are suggested."""

    PLACE = "place"
    ROOMS = "rooms"
    PRICES = "prices"
    PEOPLE = "people"
    POLICY = "policy"
    MAIL = "mail"
    RULEBOOK = "rulebook"
    LIVE = "live"


class State(StrEnum):
    DONE = "done"
    NEXT = "next"
    OPEN = "open"


class Gap(StrEnum):
    """What is missing."""

    NO_PLACE = "no place"
    NO_PHONE = "no phone"
    NUMBER_UNCONFIRMED = "emergency number not confirmed"
    NO_PRICE = "no treatment with a price"
    PRICES_UNSEEN = "prices as they came with the program"
    NOBODY = "nobody who works with a skill and hours"
    NO_SUITABLE_ROOM = "no room that suits"
    NO_TEST_MAIL = "no test mail went out"
    UNSIGNED = "the rulebook is not signed"
    # Better, and no must.
    ROOMS_UNSEEN = "no rooms"
    IDLE_PEOPLE = "somebody without hours or skills"
    POLICY_UNSEEN = "policy as it came with the program"
    NO_EMAIL = "no email address of the clinic"


# By the step that mends it. In this order they are said.
MUSTS: Mapping[Gap, Step] = {
    Gap.NO_PLACE: Step.PLACE,
    Gap.NO_PHONE: Step.PLACE,
    Gap.NUMBER_UNCONFIRMED: Step.PLACE,
    Gap.NO_PRICE: Step.PRICES,
    Gap.PRICES_UNSEEN: Step.PRICES,
    Gap.NOBODY: Step.PEOPLE,
    Gap.NO_SUITABLE_ROOM: Step.ROOMS,
    Gap.NO_TEST_MAIL: Step.MAIL,
    Gap.UNSIGNED: Step.RULEBOOK,
}
BETTER: Mapping[Gap, Step] = {
    Gap.ROOMS_UNSEEN: Step.ROOMS,
    Gap.IDLE_PEOPLE: Step.PEOPLE,
    Gap.POLICY_UNSEEN: Step.POLICY,
    Gap.NO_EMAIL: Step.POLICY,
}
# These leave a step open although nothing in it is a must.
KEEPS_OPEN = MUSTS.keys() | {Gap.ROOMS_UNSEEN, Gap.POLICY_UNSEEN}
# How long each takes an owner who has everything at hand; a clinician's reading of the rules is not in it.
MINUTES: Mapping[Step, int] = {
    Step.PLACE: 2,
    Step.ROOMS: 1,
    Step.PRICES: 2,
    Step.PEOPLE: 2,
    Step.POLICY: 1,
    Step.MAIL: 1,
    Step.RULEBOOK: 1,
    Step.LIVE: 1,
}
# What somebody can say is right as it is.
CONFIRMABLE: Mapping[Step, Gap] = {
    Step.ROOMS: Gap.ROOMS_UNSEEN,
    Step.PRICES: Gap.PRICES_UNSEEN,
    Step.POLICY: Gap.POLICY_UNSEEN,
}


@dataclass(frozen=True)
class Facts:
    """What there is. `seen`: the steps whose content somebody has changed, or said to be right.

    `has_workers`: somebody who works at an open place gives a treatment on offer in hours that have not ended.
    `has_room_for_them`: one of these also finds a room that suits, where their place has rooms.
    """

    has_place: bool
    has_phone: bool
    is_number_confirmed: bool
    has_rooms: bool
    has_priced_treatment: bool
    has_workers: bool
    has_room_for_them: bool
    has_idle_people: bool
    has_email: bool
    has_tested_mail: bool
    is_signed: bool
    is_open: bool
    seen: frozenset[Step] = frozenset()


def find_gaps(facts: Facts) -> frozenset[Gap]:
    """Everything that is missing, musts and what would be better."""
    missing = {
        Gap.NO_PLACE: not facts.has_place,
        Gap.NO_PHONE: facts.has_place and not facts.has_phone,
        Gap.NUMBER_UNCONFIRMED: facts.has_place and not facts.is_number_confirmed,
        Gap.NO_PRICE: not facts.has_priced_treatment,
        Gap.PRICES_UNSEEN: facts.has_priced_treatment and Step.PRICES not in facts.seen,
        Gap.NOBODY: not facts.has_workers,
        Gap.NO_SUITABLE_ROOM: facts.has_workers and not facts.has_room_for_them,
        Gap.NO_TEST_MAIL: not facts.has_tested_mail,
        Gap.UNSIGNED: not facts.is_signed,
        Gap.ROOMS_UNSEEN: not facts.has_rooms and Step.ROOMS not in facts.seen,
        Gap.IDLE_PEOPLE: facts.has_idle_people,
        Gap.POLICY_UNSEEN: Step.POLICY not in facts.seen,
        Gap.NO_EMAIL: not facts.has_email,
    }
    return frozenset(gap for gap, is_missing in missing.items() if is_missing)


def find_musts(facts: Facts) -> list[Gap]:
    """Without these a client could not book safely. Empty: it may be opened."""
    gaps = find_gaps(facts)
    return [gap for gap in MUSTS if gap in gaps]


def states(facts: Facts) -> dict[Step, State]:
    """Each step as it is now; *next* is the first that is not done."""
    gaps = find_gaps(facts) & KEEPS_OPEN
    stops = {MUSTS.get(gap) or BETTER[gap] for gap in gaps}
    done = {step: step not in stops for step in Step} | {Step.LIVE: facts.is_open}
    first = next((step for step in Step if not done[step]), None)
    return {step: State.DONE if done[step] else State.NEXT if step is first else State.OPEN for step in Step}


def minutes_left(found: Mapping[Step, State]) -> int:
    return sum(MINUTES[step] for step, state in found.items() if state is not State.DONE)
