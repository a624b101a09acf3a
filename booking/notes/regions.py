"""The places of the body that a note can mark, and where they are on its drawing. No database.

Sides are the client's own: in front their right is on the left of the drawing, on the back it is on the right.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FRONT, BACK = "front", "back"
WIDTH, HEIGHT = 170, 400  # of the drawing of one side, in its own units
RADIUS = 12  # of a place on it


@dataclass(frozen=True)
class Region:
    """A place. `x` and `y` are its centre on the drawing of its `side`."""

    key: str
    words: Any
    side: str
    x: int
    y: int


@dataclass(frozen=True)
class Kind:
    """What can be said of a place. `mark` is its shape on the drawing."""

    key: str
    words: Any
    mark: str


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("tight", _("Tight"), "disc"),
        Kind("tender", _("Tender"), "ring"),
        Kind("tingling", _("Tingling"), "square"),
    )
}


def _pair(side: str, name: str, right: Any, left: Any, *, off: int, y: int) -> tuple[Region, Region]:
    """The two places of a pair, `off` units from the middle of the drawing."""
    sign = -1 if side == FRONT else 1
    middle = WIDTH // 2
    return (
        Region(f"right_{name}", right, side, middle + sign * off, y),
        Region(f"left_{name}", left, side, middle - sign * off, y),
    )


# In the order in which somebody reads down a body; the list beside the drawing has the same order.
REGIONS: Mapping[str, Region] = {
    region.key: region
    for region in (
        Region("face", _("Face and jaw"), FRONT, 85, 28),
        Region("throat", _("Neck, front"), FRONT, 85, 56),
        *_pair(FRONT, "shoulder_front", _("Right shoulder, front"), _("Left shoulder, front"), off=34, y=76),
        *_pair(FRONT, "pectorals", _("Right pectorals, front"), _("Left pectorals, front"), off=16, y=102),
        *_pair(FRONT, "upper_arm_front", _("Right upper arm, front"), _("Left upper arm, front"), off=46, y=116),
        Region("abdomen", _("Abdomen"), FRONT, 85, 144),
        *_pair(FRONT, "forearm_front", _("Right forearm, front"), _("Left forearm, front"), off=56, y=162),
        *_pair(FRONT, "hip", _("Right hip, front"), _("Left hip, front"), off=18, y=190),
        *_pair(FRONT, "hand", _("Right hand"), _("Left hand"), off=64, y=208),
        *_pair(FRONT, "thigh_front", _("Right thigh, front"), _("Left thigh, front"), off=19, y=238),
        *_pair(FRONT, "knee", _("Right knee"), _("Left knee"), off=18, y=284),
        *_pair(FRONT, "shin", _("Right shin"), _("Left shin"), off=18, y=328),
        *_pair(FRONT, "foot", _("Right foot"), _("Left foot"), off=20, y=382),
        Region("back_of_head", _("Back of the head"), BACK, 85, 28),
        Region("nape", pgettext_lazy("part of the body", "Neck, back"), BACK, 85, 56),
        *_pair(BACK, "shoulder_back", _("Right shoulder, back"), _("Left shoulder, back"), off=34, y=76),
        Region("between_shoulder_blades", _("Between the shoulder blades"), BACK, 85, 86),
        *_pair(BACK, "shoulder_blade", _("Right shoulder blade"), _("Left shoulder blade"), off=20, y=106),
        *_pair(BACK, "upper_arm_back", _("Right upper arm, back"), _("Left upper arm, back"), off=46, y=116),
        *_pair(BACK, "mid_back", _("Mid back, right of the spine"), _("Mid back, left of the spine"), off=16, y=136),
        *_pair(BACK, "elbow", _("Right elbow"), _("Left elbow"), off=54, y=146),
        *_pair(BACK, "low_back", _("Low back, right of the spine"), _("Low back, left of the spine"), off=16, y=166),
        *_pair(BACK, "forearm_back", _("Right forearm, back"), _("Left forearm, back"), off=60, y=176),
        *_pair(BACK, "buttock", _("Right buttock"), _("Left buttock"), off=18, y=202),
        *_pair(BACK, "thigh_back", _("Right thigh, back"), _("Left thigh, back"), off=19, y=246),
        *_pair(BACK, "knee_hollow", _("Hollow of the right knee"), _("Hollow of the left knee"), off=18, y=286),
        *_pair(BACK, "calf", _("Right calf"), _("Left calf"), off=18, y=326),
        *_pair(BACK, "heel", _("Right heel"), _("Left heel"), off=17, y=384),
    )
}

_LEGS = ("thigh_front", "knee", "shin", "foot", "thigh_back", "knee_hollow", "calf", "heel")
# What the rulebook tells to avoid, where the drawing has it: both sides, for no answer says which.
_AVOIDED: Mapping[str, tuple[str, ...]] = {
    "feet": ("foot", "heel"),
    "calf": ("calf",),
    "legs": _LEGS,
    "legs_deep_pressure": _LEGS,
    "abdomen": ("abdomen",),
    "spine_deep_pressure": ("between_shoulder_blades",),
}


def places_to_avoid(restrictions: Iterable[str]) -> frozenset[str]:
    """The places that restrictions of decisions or letters (keys of `Rulebook.regions`) close; others have no place here.

    A letter may name a place of this drawing itself.
    """
    names = {name for key in restrictions for name in _AVOIDED.get(key, (key,))}
    return frozenset(key for key in REGIONS if key in names or key.partition("_")[2] in names)
