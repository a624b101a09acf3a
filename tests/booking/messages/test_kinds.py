"""A kind of mail is one record, and all of it: whoever adds one by half reads here what is missing."""

from collections.abc import Container, Iterable, Mapping
from pathlib import Path

from booking.messages.kinds import INVITING, KINDS, NEVER_SENT_TWICE, About, Kind, To
from booking.models import Case, Message, State
from clinic.running.rooms import source_files

GOLDEN = Path(__file__).parent / "golden"

STATES: dict[About, set[str]] = {
    About.VISIT: set(State.values),
    About.CASE: set(Case.State.values),
    About.DAY: set(),
    About.ACCOUNT: set(),
    About.INVITATION: set(),
    About.ADDRESS: set(),
}


def find_gaps(names: Iterable[str], kinds: Mapping[str, Kind], *, queued: Container[str]) -> list[str]:
    """What is missing, in words. `queued`: what some part of the program queues."""
    names = list(names)
    gaps = [f"{name}: no record in KINDS" for name in names if name not in kinds]
    gaps += [f"{name}: not in Message.Kind" for name in kinds if name not in names]
    gaps += [f"{name}: nothing queues it" for name in names if name not in queued]
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


def kinds_queued() -> set[str]:
    """The kinds that the program names anywhere but in their own two tables."""
    tables = ("booking/messages/kinds.py", "booking/models/message.py")
    sources = [path.read_text(encoding="utf-8") for path in source_files() if not str(path).endswith(tables)]
    return {kind.value for kind in Message.Kind if any(f"Kind.{kind.name}" in source for source in sources)}


def test_every_kind_is_complete() -> None:
    assert find_gaps(Message.Kind.values, KINDS, queued=kinds_queued()) == []


def test_a_kind_that_was_added_by_half_is_named() -> None:
    model = KINDS[Message.Kind.BOOKED]
    fields = {name: getattr(model, name) for name in model.__dataclass_fields__}
    halves = {
        **KINDS,
        "thanked": Kind(**(fields | {"words": None, "true_in": (), "invites": False})),
        "told": Kind(**(fields | {"to": To.STAFF, "true_in": ("dreaming",)})),
    }

    assert find_gaps([*Message.Kind.values, "greeted"], halves, queued=Message.Kind.values) == [
        "greeted: no record in KINDS",
        "thanked: not in Message.Kind",
        "told: not in Message.Kind",
        "greeted: nothing queues it",
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
