"""Whose columns are recognised, and when they are enough."""

from booking.carrying.columns import Column
from booking.carrying.visit_columns import KNOWN, MEANT, is_enough, recognise


def test_headings_of_others_are_recognised() -> None:
    header = [
        "Start Time (Europe/Dublin)",
        "Date",
        "Service",
        "Duration (mins)",
        "Team member",
        "Client",
        "E-mail",
        "Price",
    ]

    found = recognise(header)

    assert found == (
        Column.TIME,
        Column.DATE,
        Column.TREATMENT,
        Column.MINUTES,
        Column.THERAPIST,
        Column.NAME,
        Column.EMAIL,
        Column.UNUSED,
    )
    assert [is_enough(found), is_enough(found[:6]), is_enough(found[:5]), is_enough(found[3:])] == [
        True,
        True,
        False,
        False,
    ]


def test_whatever_is_recognised_can_be_said_by_hand_but_that_a_phone_is_a_phone() -> None:
    assert set(KNOWN.values()) - set(MEANT) == {Column.MOBILE}
