"""A small fault anywhere in the rulebook is noticed by a stored case, or makes no difference to anybody."""

from hypothesis import given

from booking.rules.expressions import evaluate
from booking.rules.rulebook import load_rulebook
from tests.booking.rules.mutants import all_mutants, find_killer, owners, run
from tests.booking.rules.strategies import complete_answers

ASKED_ABOUT_A_PROBLEM = "it asks for an answer that only a client with a problem is asked for"
AFTER_AN_IMPACT = "it asks for an answer that is only asked for after an impact"
WITH_A_NERVE_SIGN = "the course is only asked of a client with a nerve sign"
UNDER_18 = "the guardian is only asked for under 18"
# Mutants that no case can kill: what they drop is implied by which questions are asked.
NO_DIFFERENCE = {
    "em-major-trauma: dropped onset == impact": AFTER_AN_IMPACT,
    "ph-impact-instant-severe: dropped onset == impact": AFTER_AN_IMPACT,
    "ph-impact-high-energy: dropped onset == impact": AFTER_AN_IMPACT,
    "ph-severe-over-72h: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "ph-associated-pain: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "ph-severe-sharp-neck-back: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "ph-extreme-neck-back: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "ph-toxin: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "ph-night-pain: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "ca-severe-now: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "ca-sharp-or-electric: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "ca-muscle-medicine-note: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "in-any-back: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "in-headache-eases: dropped PROBLEM": ASKED_ABOUT_A_PROBLEM,
    "ph-chronic-over-6-months: dropped complaint_type == tension_or_stiffness": (
        "spasm and pain fire anyway, so tension is the only complaint left"
    ),
    "ph-nerve-worsening: dropped NERVE_ANY": WITH_A_NERVE_SIGN,
    "ca-nerve-cleared: dropped NERVE_ANY": WITH_A_NERVE_SIGN,
    "ca-minor-no-consent: dropped age_years < 18": UNDER_18,
    "ca-minor-no-consent: age_years < 18: < became <=": UNDER_18,
    "ca-minor-no-consent: age_years < 18: 18 became 19": UNDER_18,
}


def test_every_mutant_is_killed_or_listed_with_its_reason() -> None:
    report = run()

    assert [str(survivor) for survivor in report.survivors if str(survivor) not in NO_DIFFERENCE] == []
    assert {str(survivor) for survivor in report.survivors} == set(NO_DIFFERENCE)
    assert (report.killed, report.total) == (852, 872)


@given(complete_answers())
def test_a_listed_mutant_makes_no_difference_to_anybody(answers: dict[str, object]) -> None:
    rulebook = load_rulebook()

    for mutant in all_mutants(rulebook):
        if str(mutant) in NO_DIFFERENCE:
            original = owners(rulebook)[mutant.owner]
            names = rulebook.conditions_by_name
            assert evaluate(mutant.condition, answers, names) is evaluate(original, answers, names), str(mutant)


def test_the_cases_know_the_rulebook_from_a_mutant() -> None:
    """The negative control: without cases nothing is killed, with them a plain fault is, and by the case it should."""
    rulebook = load_rulebook()
    mutant = next(
        mutant for mutant in all_mutants(rulebook) if str(mutant).startswith("ph-head-artery-50: age_years >= 50: >= ")
    )

    killer = find_killer(mutant, rulebook)

    assert killer is not None
    assert (killer.rule, killer.fires, killer.changed) == (mutant.owner, True, ("age_years", 50))
