from dataclasses import replace

from booking.carrying.doubles import Double
from booking.carrying.people import Person
from booking.carrying.plan import Outcome, Plan, settle, unite

ANN, ANNE, BOB = Person(2, "Ann", "a@example.ie"), Person(3, "Ann", phone="1", lines=("x",)), Person(4, "Bob")
PLAN = Plan(
    (ANN, ANNE, BOB),
    (Double(2, 7, None, True), Double(3, None, 2, True), Double(4, 8, None, False)),
    ((9, "no"),),
    ("s",),
    7,
)
BOTH = Person(2, "Ann", "a@example.ie", "1", lines=("x",))


def test_a_plan_is_the_same_when_it_is_unpacked() -> None:
    assert Plan.unpack(PLAN.pack()) == PLAN
    assert Plan.unpack("") == Plan()


def test_choices_decide_where_each_line_goes() -> None:
    usual = settle(PLAN, {})
    as_new = settle(PLAN, {"2": "new"})
    skipped = settle(PLAN, {"2": "skip", "3": "skip", "4": "fill"})

    assert usual == Outcome(((BOB, (4,)),), {7: (ANN, ANNE)}, ())
    assert as_new == Outcome(((BOTH, (2, 3)), (BOB, (4,))), {}, ())
    assert skipped == Outcome((), {8: (BOB,)}, (2, 3))


def test_of_several_lines_the_first_that_says_something_counts_and_no_contact_is_lost() -> None:
    other = Person(5, "Ann", "b@example.ie", "1")

    assert unite([ANN, ANNE]) == BOTH
    assert unite([ANN, ANNE, other]) == replace(BOTH, lines=("Other email: b@example.ie", "x"))
