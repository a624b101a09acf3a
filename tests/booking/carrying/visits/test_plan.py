from dataclasses import replace

from booking.carrying.visits.plan import Ask, Visit, VisitPlan

VISIT = Visit(2, 7, 1, 60, 1, 3, "2026-11-24T10:00:00+00:00", "niamh@example.com")
PLAN = VisitPlan(
    (VISIT, replace(VISIT, line=5)), (Ask("treatment-3", "RMT", 2),), ((3, "No."), (3, "Nor.")), ("So.",), 1
)


def test_a_plan_is_kept_and_read_again() -> None:
    assert (VisitPlan.unpack(PLAN.pack()), VisitPlan.unpack("")) == (PLAN, VisitPlan())


def test_what_was_refused_is_among_what_is_wrong() -> None:
    left = PLAN.without([(2, "Taken.")])

    assert (left.visits, left.wrong) == ((PLAN.visits[1],), ((2, "Taken."), (3, "No."), (3, "Nor.")))
    assert (PLAN.counts, left.counts) == (
        {"visits": 2, "wrong": 1, "left": 1},
        {"visits": 1, "wrong": 2, "left": 1},
    )
