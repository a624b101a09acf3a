"""What a clinic may choose in its policy, and whether somebody else has changed it meanwhile."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from services.models import ClinicPolicy

# Numbers that a clinic may choose, where the column would take more than makes sense. Both ends are included.
LIMITS = {
    "notice_minutes": (0, 30 * 24 * 60),
    "horizon_days": (1, 730),
    "free_cancelling_hours": (0, 30 * 24),
    "hold_minutes": (1, 60),
    "hold_extension_minutes": (0, 60),
    "undo_minutes": (0, 60),
    "grid_minutes": (5, 120),
    "intake_valid_days": (1, 365),
}

Seen = Mapping[str, str]


def fingerprints(values: Mapping[str, Any]) -> dict[str, str]:
    """Of what is stored in each field: short, and another one once the value is another."""
    return {name: _fingerprint(value) for name, value in values.items()}


def values_of(policy: ClinicPolicy, names: Collection[str]) -> dict[str, Any]:
    """The stored values of these columns."""
    return {name: getattr(policy, name) for name in names}


def find_changed(values: Mapping[str, Any], *, seen: Seen) -> list[str]:
    """The fields whose value is not the one that was `seen`, in the order of `values`."""
    return [name for name, mark in fingerprints(values).items() if seen.get(name) != mark]


def _fingerprint(value: Any) -> str:
    told = json.dumps(value, default=str, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]
