"""What may have to be settled before a visit: every kind, and a rule that asks for it."""

from booking.rules import conditions
from booking.rules.rulebook import load_rulebook


def test_every_hold_is_asked_for_by_a_rule() -> None:
    """Whoever adds one here adds the rule that asks for it; a rule with an unknown one is refused when it is loaded."""
    asked_for = {rule.hold for rule in load_rulebook().rules if rule.hold}

    assert set(conditions.HOLDS) - asked_for == set()


def test_no_kind_stands_twice_and_each_named_one_is_listed() -> None:
    named = {value for name, value in vars(conditions).items() if name.isupper() and isinstance(value, str)}

    assert len(set(conditions.KINDS)) == len(conditions.KINDS)
    assert named - set(conditions.KINDS) == set()
