"""A worse answer never gives a lighter result: every single step of every scale and list, on the product's evaluator.

`python -m tests.booking.rules.monotone 200000` searches that many random clients, one random step each, and prints what
it found. What the clinical plan allows on purpose is named by `exception_of`.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from booking.rules.answers import check_answers
from booking.rules.levels import BOOKABLE, Level
from booking.rules.questionnaire import Field, load_questionnaire
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import Outcome, triage
from tests.booking.rules.answers import complete
from tests.booking.rules.random_answers import random_answer, random_answers
from tests.booking.rules.rule_cases import STARS

# From better to worse. The weeks of a pregnancy are a stage and no scale.
SCALES: dict[str, tuple[Any, ...]] = {
    "severity": ("mild", "moderate", "severe", "very_severe"),
    "duration": load_questionnaire().field("duration").values,
    "pattern": ("occasional", "weekly", "most_days"),
    "onset": ("by_itself", "after_overuse", "lift_or_twist", "impact"),
    "injury_force": ("low", "high"),
    "nerve_course": ("getting_better", "stable", "unsure", "worse_over_weeks", "worse_over_days"),
    "condition_status": ("stable", "unsure", "flare_or_uncontrolled"),
    "med_related": ("no", "unsure", "yes"),
    # "Not sure" counts as the stricter one.
    "cancer_status": ("past", "unsure"),
    "guardian_consent": (True, False),
    "immediate_severe_pain": (False, True),
    "recent_immobility": (False, True),
    "pregnancy_warning_signs": (False, True),
    # A doctor who agrees, none who was asked about massage, none at all.
    "doctor_review": ("cleared", "seen", "not_seen"),
}
# More massages that did not help, and more that made it worse.
STEPS_OF_MASSAGE = (
    ("no_change_once", "no_change_2_or_3"),
    ("no_change_2_or_3", "no_change_4_or_more"),
    ("worse_once", "worse_more"),
)
ASKED_LATER = ("feel", "factors")


@dataclass(frozen=True)
class Step:
    """One answer that became worse. Questions that appear because of it have any answer; no other answer changes."""

    key: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class Pair:
    step: Step
    before: Outcome
    after: Outcome

    @property
    def is_lighter(self) -> bool:
        """Whether the worse answer lowers the level or, between bookable results, gives something back."""
        assert self.before.level is not None
        assert self.after.level is not None
        if self.after.level != self.before.level and not {self.after.level, self.before.level} <= BOOKABLE:
            return self.after.level < self.before.level
        if self.before.level not in BOOKABLE:
            return False
        gives_back = set(self.before.excluded) - set(self.after.excluded) or (
            set(self.before.conditions) - set(self.after.conditions)
        )
        return self.after.level < self.before.level or bool(gives_back)


def exception_of(pair: Pair) -> str:
    """Which of the plan's three exceptions this is, or none: then it is a fault."""
    old = pair.step.before
    is_new = old.get("duration") == "up_to_3_days" and pair.step.key == "duration"
    given_back = set(pair.before.excluded) - set(pair.after.excluded)
    acute = {"ca-acute-injury", "ca-acute-strain"} & {rule.id for rule in pair.before.fired}
    if pair.step.key == "doctor_review" and "ca-cleared-by-doctor" in {rule.id for rule in pair.before.fired}:
        return "a note is to be looked at"
    if is_new and pair.before.level is Level.EMERGENCY:
        only = {rule.id for rule in pair.before.fired if rule.level is Level.EMERGENCY} == {"em-major-trauma"}
        return "very bad at once counts for 3 days" if only and pair.after.level is Level.PHYSICIAN else ""
    if is_new and acute and pair.before.level in BOOKABLE and given_back <= {"deep_tissue", "trigger_point"}:
        return "time that passes is healing"
    return ""


def worse_answers(before: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Every answer of a client made worse by one step, as key and answer."""
    fields = ((load_questionnaire().field(key), answer) for key, answer in before.items())
    return [(field.key, worse) for field, answer in fields for worse in _worse(field, answer)]


def take(before: Mapping[str, Any], key: str, worse: Any, chance: random.Random) -> Step:
    return Step(key, dict(before), follow_ups(dict(before) | {key: worse}, chance))


def follow_ups(answers: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """The answers with those to questions that are newly asked."""
    whole: dict[str, Any] = {}
    for field in load_questionnaire().fields:
        if not field.is_visible(whole):
            continue
        if field.key in answers:
            whole[field.key] = answers[field.key]
        elif field.required:
            whole[field.key] = random_answer(chance, field)
    return whole


def _worse(field: Field, answer: Any) -> Iterator[Any]:
    if field.key in ASKED_LATER:
        return
    if field.type == "multi":
        for value in field.values:
            if value not in field.exclusive and value not in answer:
                yield [one for one in field.values if one == value or (one in answer and one not in field.exclusive)]
    elif field.key == "massage_result":
        yield from (worse for better, worse in STEPS_OF_MASSAGE if better == answer)
    elif answer in SCALES.get(field.key, ()):
        scale = SCALES[field.key]
        yield from scale[scale.index(answer) + 1 : scale.index(answer) + 2]
        if field.key == "cancer_status" and answer == "past":
            yield "active"


def judge(step: Step) -> Pair:
    assert check_answers(step.after).errors == ()
    return Pair(step, triage(step.before, load_rulebook()), triage(step.after, load_rulebook()))


def search(found: Iterable[Step]) -> tuple[int, Counter[str], list[Pair]]:
    """How many steps were tried, how many of each exception were met, and the faults."""
    tried, allowed, faults = 0, Counter[str](), []
    for pair in map(judge, found):
        tried += 1
        if pair.is_lighter:
            name = exception_of(pair)
            allowed[name] += 1
            faults += [] if name else [pair]
    return tried, allowed, faults


def random_steps(*, clients: int, seed: int) -> Iterator[Step]:
    """One step each of random clients, most of them with little to report: many are bookable then."""
    chance, questionnaire = random.Random(seed), load_questionnaire()
    for _ in range(clients):
        before = random_answers(chance, questionnaire, calm=chance.choice((0.6, 0.9, 0.97)))
        yield take(before, *chance.choice(worse_answers(before)), chance)


def steps_of_cases(*, seed: int) -> list[Step]:
    """Every single step of every client for whom a rule fires in the stored cases."""
    chance = random.Random(seed)
    clients = [complete(star.centre) for star in STARS]
    return [take(before, key, worse, chance) for before in clients for key, worse in worse_answers(before)]


if __name__ == "__main__":
    number, found, wrong = search(random_steps(clients=int(sys.argv[1]), seed=1))
    print(f"{number} steps: {dict(found)}, {len(wrong)} faults")
    for pair in wrong[:5]:
        print(
            pair.step.key, pair.step.before, {k: v for k, v in pair.step.after.items() if pair.step.before.get(k) != v}
        )
        print("   ", pair.before.level, pair.before.excluded, pair.before.conditions, [r.id for r in pair.before.fired])
        print("   ", pair.after.level, pair.after.excluded, pair.after.conditions, [r.id for r in pair.after.fired])
