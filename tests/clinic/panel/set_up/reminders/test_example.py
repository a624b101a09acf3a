"""The example says what the outbox plans for the same visit. On both engines."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.messages import outbox
from booking.messages.plan import Line, Offset, QuietHours, parse_lines
from booking.messages.policy import quiet_hours
from booking.models import Message
from booking.wording.times import Wall, format_moment
from clinic.panel.set_up.reminders.example import VISITS, Moment, Visit, describe_example, mails_of, visit_of
from tests.booking.messages.factories import make_policy, make_visit
from tests.cast import NOW

DUBLIN = Wall(ZoneInfo("Europe/Dublin"), "IE")
PLANS: list[list[dict[str, Any]]] = [
    [{"hours_before": 48}, {"hours_before": 3, "only_unconfirmed": True}],
    [{"days_before": 1, "at": "18:00"}, {"days_before": 0, "at": "06:00"}, {"hours_before": 1}],
    [{"hours_before": 24, "off": True}, {"hours_before": 12}, {"hours_before": 12, "only_unconfirmed": True}],
    [],
]
# Quiet nights, nights over a clock change, none.
NIGHTS = [(time(21), time(8)), (time(22), time(6, 30)), (time(0), time(0))]
MOMENTS = [NOW, datetime(2027, 3, 22, 22, 30, tzinfo=UTC), datetime(2026, 10, 20, 3, 0, tzinfo=UTC)]


@pytest.mark.django_db
def test_the_example_is_what_the_outbox_plans_for_the_same_visit() -> None:
    looks = {(False, "queued"): "sent", (True, "queued"): "perhaps"}
    for which, now, plan, (begins, ends) in (
        (which, now, plan, night) for which in VISITS for now in MOMENTS for plan in PLANS for night in NIGHTS
    ):
        policy = make_policy(reminder_plan=plan, quiet_from=begins, quiet_until=ends)
        made = visit_of(which, wall=DUBLIN, now=now)
        visit = make_visit(starts_at=made.starts_at, created_at=made.booked_at)

        outbox.announce(appointment=visit, kind=Message.Kind.BOOKED, now=made.booked_at)

        rows = Message.objects.filter(appointment=visit).order_by("due_at", "pk")
        told = [
            (format_moment(row.due_at, DUBLIN), looks.get((row.only_unconfirmed, row.state), "not")) for row in rows
        ]
        example = describe_example(parse_lines(plan), quiet=quiet_hours(policy), visit=made, free_hours=24, wall=DUBLIN)
        shown = [(one.when, one.look) for one in example.moments if one.look != "moment"]
        assert shown == told, (which, now, plan, begins)
        visit.delete()


def example(*lines: Line, visit: Visit, quiet: QuietHours | None = None) -> Any:
    quiet = quiet or QuietHours(time(21), time(8))
    return describe_example(lines, quiet=quiet, visit=visit, free_hours=24, wall=DUBLIN)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_hours_without_mail_are_those_of_the_wall_where_the_clocks_change() -> None:
    """Put forward on Sunday 28 March 2027 at one: 12 hours before ten is nine at night, or ten on the wall before."""
    visit = Visit(moment("2027-03-20T10:00"), moment("2027-03-28T09:00"))  # 10:00 in Dublin

    shown = example(Line(Offset(minutes_before=12 * 60)), visit=visit)

    assert shown.moments[2] == Moment("Sunday 28 March, 08:00", "Reminder", "sent", "Not at 21:00: no email then.")


def test_what_is_bad_about_a_list_is_said_by_the_number_of_the_line() -> None:
    visit = Visit(NOW, moment("2026-11-26T14:30"))
    lines = [
        Line(Offset(minutes_before=48 * 60)),
        Line(Offset(minutes_before=48 * 60, only_unconfirmed=True)),
        Line(Offset(minutes_before=3 * 60)),
        Line(Offset(minutes_before=2 * 60), is_on=False),
    ]

    shown = example(*lines, visit=visit, quiet=QuietHours(time(8), time(8)))

    assert shown.warnings == (
        "Both times are the same, so emails go out at any hour.",
        "Line 2 goes out together with another line: clients get one.",
    )
    assert shown.said == "The confirmation and at most 2 reminders."


def test_a_first_reminder_that_comes_too_late_to_cancel_for_free_is_said() -> None:
    """Booked later than that nobody could cancel for free in any case."""
    early, late = (Visit(booked, moment("2026-11-26T14:30")) for booked in (NOW, moment("2026-11-26T09:00")))
    plans = {hours: Line(Offset(minutes_before=hours * 60)) for hours in (27, 24, 3)}

    said = {
        (hours, visit is late): bool(example(line, visit=visit).warnings)
        for hours, line in plans.items()
        for visit in (early, late)
    }

    assert [key for key, is_said in said.items() if is_said] == [(24, False), (3, False)]
    assert example(plans[27], plans[3], visit=early).warnings == ()


def test_what_goes_out_is_told_in_the_order_of_time_and_what_helps_nobody_is_left_out() -> None:
    visit = Visit(NOW, moment("2026-11-26T08:30"))
    lines = [Line(Offset(minutes_before=hours * 60), is_on=hours != 5) for hours in (3, 27, 5, 1)]

    told = mails_of(lines, quiet=QuietHours(time(21), time(8)), visit=visit, wall=DUBLIN)

    assert [(one.kind, one.at, one.starts_at) for one in told] == [
        ("booked", NOW, visit.starts_at),
        ("reminder", moment("2026-11-25T08:00"), visit.starts_at),
        ("reminder", moment("2026-11-26T08:00"), visit.starts_at),
    ]


def test_a_list_of_nothing_says_so() -> None:
    shown = example(visit=Visit(NOW, moment("2026-11-26T14:30")))

    assert (shown.said, [one.what for one in shown.moments]) == (
        "Only the confirmation, and no reminder.",
        ["Booked. The confirmation goes out.", "Until now free to move or cancel", "The visit"],
    )
