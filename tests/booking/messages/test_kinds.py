"""A kind of mail is one record, and all of it: whoever adds one by half reads here what is missing."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from booking.messages.kinds import INVITING, KINDS, NEVER_SENT_TWICE, About, Kind, To
from booking.models import Case, Message, State

GOLDEN = Path(__file__).parent / "golden"

STATES: dict[About, set[str]] = {
    About.VISIT: set(State.values),
    About.CASE: set(Case.State.values),
    About.DAY: set(),
    About.ACCOUNT: set(),
}


def find_gaps(names: Iterable[str], kinds: Mapping[str, Kind]) -> list[str]:
    """What is missing, in words."""
    names = list(names)
    gaps = [f"{name}: no record in KINDS" for name in names if name not in kinds]
    gaps += [f"{name}: not in Message.Kind" for name in kinds if name not in names]
    for name, kind in kinds.items():
        if STATES[kind.about] and not kind.true_in:
            gaps.append(f"{name}: no state in which it is true")
        if not set(kind.true_in) <= STATES[kind.about]:
            gaps.append(f"{name}: a state that a {kind.about} does not have")
        if (kind.to is To.BOOKER) != (kind.words is not None):
            gaps.append(f"{name}: no words for the booker")
        if kind.invites and kind.to is not To.BOOKER:
            gaps.append(f"{name}: invites somebody who is not the booker")
        if not list(GOLDEN.glob(f"{name}*.txt")):
            gaps.append(f"{name}: no golden file")
    return gaps


def test_every_kind_is_complete() -> None:
    assert find_gaps(Message.Kind.values, KINDS) == []


def test_a_kind_that_was_added_by_half_is_named() -> None:
    model = KINDS[Message.Kind.BOOKED]
    fields = {name: getattr(model, name) for name in model.__dataclass_fields__}
    halves = {
        **KINDS,
        "thanked": Kind(**(fields | {"words": None, "true_in": (), "invites": False})),
        "told": Kind(**(fields | {"to": To.STAFF, "true_in": ("dreaming",)})),
    }

    assert find_gaps([*Message.Kind.values, "greeted"], halves) == [
        "greeted: no record in KINDS",
        "thanked: not in Message.Kind",
        "told: not in Message.Kind",
        "thanked: no state in which it is true",
        "thanked: no words for the booker",
        "thanked: no golden file",
        "told: a state that a visit does not have",
        "told: no words for the booker",
        "told: invites somebody who is not the booker",
        "told: no golden file",
    ]


def test_which_mails_to_the_booker_invite_nobody() -> None:
    """Whoever adds a kind says here that it may go out although the gate would stop the visit."""
    quiet = {name for name, kind in KINDS.items() if kind.to is To.BOOKER and name not in INVITING}

    assert quiet == {"cancelled", "declined", "ran_out", "form_missing", "choose_again", "stopped", "new_link"}
    assert NEVER_SENT_TWICE == ("case_opened",)
