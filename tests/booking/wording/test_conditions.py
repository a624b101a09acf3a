"""A condition and its words: whoever adds one by half reads here what is missing."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from booking.rules.conditions import KINDS
from booking.wording.conditions import (
    CONDITION_WORDS,
    ConditionWords,
    condition_for_client,
    condition_for_staff,
)


def find_gaps(kinds: Iterable[str], words: Mapping[str, ConditionWords]) -> list[str]:
    """What is missing, in words."""
    kinds = list(kinds)
    gaps = [f"{kind}: no record in CONDITION_WORDS" for kind in kinds if kind not in words]
    gaps += [f"{kind}: not in booking.rules.conditions" for kind in words if kind not in kinds]
    for kind, said in words.items():
        gaps += [f"{kind}: no words for {whom}" for whom in ("client", "staff") if not str(getattr(said, whom)).strip()]
    return gaps


def test_every_condition_has_its_words() -> None:
    assert find_gaps(KINDS, CONDITION_WORDS) == []


def test_a_condition_that_was_added_by_half_is_named() -> None:
    halves = {**CONDITION_WORDS, "x_ray": ConditionWords(client=_(" "), staff=_("See the X-ray"))}

    assert find_gaps([*KINDS, "scar_to_see"], halves) == [
        "scar_to_see: no record in CONDITION_WORDS",
        "x_ray: not in booking.rules.conditions",
        "x_ray: no words for client",
    ]


def test_client_and_staff_read_their_own_words() -> None:
    assert condition_for_client("staff_call") == "We will call you before we confirm the visit."
    assert condition_for_staff("staff_call") == "Call the client first"
