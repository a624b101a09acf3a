"""The group of uncomplicated clients of part 8 of the clinical plan: none may be sent to a physician.

`python -m tests.booking.rules.over_referral` prints the figures of a large sample.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import Any

from booking.rules.levels import Level
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import triage
from tests.booking.rules.answers import complete

SITES = ("neck", "shoulders", "lower_back", "legs", "arms")
PLACES = [list(places) for number in (1, 2) for places in combinations(SITES, number)]
COMPLAINTS = ("relaxation_only", "tension_or_stiffness", "spasm_or_cramp", "pain")
ONSETS = ("by_itself", "after_overuse")
DURATIONS = ("up_to_3_days", "up_to_1_week", "up_to_2_weeks")
PATTERNS = ("most_days", "weekly", "occasional")
SEVERITIES = ("mild", "moderate")
AGES = tuple(range(18, 75))
# One age on each side of every limit of age in the rules: the ages between them can't differ.
AGES_THAT_DIFFER = (18, 19, 20, 44, 45, 49, 50, 64, 65, 74)

QUESTIONS: dict[str, tuple[Any, ...]] = {
    "complaint_type": COMPLAINTS,
    "sites": tuple(PLACES),
    "onset": ONSETS,
    "duration": DURATIONS,
    "pattern": PATTERNS,
    "severity": SEVERITIES,
}


def sample(*, number: int, seed: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(seed)
    for _ in range(number):
        drawn = {key: chance.choice(values) for key, values in QUESTIONS.items()}
        yield complete(drawn | {"age_years": chance.choice(AGES)})


def everybody() -> Iterator[dict[str, Any]]:
    """All 21 600 clients who can differ (a relaxing one has no more answers than an age)."""
    for values in product(AGES_THAT_DIFFER, *QUESTIONS.values()):
        yield complete(dict(zip(("age_years", *QUESTIONS), values, strict=True)))


def count_levels(clients: Iterable[dict[str, Any]]) -> Counter[Level | None]:
    rulebook = load_rulebook()
    return Counter(triage(answers, rulebook).level for answers in clients)


if __name__ == "__main__":
    found = count_levels(sample(number=20_000, seed=1))
    print({level.name if level else None: f"{count / found.total():.1%}" for level, count in found.items()})
