from booking.carrying.doubles import Double
from booking.carrying.said import say_counts, say_double, say_left, say_visits


def test_counts_are_said_where_there_is_something_to_count() -> None:
    assert list(say_counts({"new": 1_998})) == ["1,998 new people."]
    assert list(say_counts({"new": 1, "filled": 1, "skipped": 2})) == [
        "1 new person.",
        "1 record that you have is filled in.",
        "2 lines change nothing.",
    ]


def test_a_double_is_said_with_what_is_done_about_it() -> None:
    assert say_double(Double(3, None, 2, True)) == (
        "Line 3 may be the same person as line 2. The name and a contact agree: what is empty is filled in."
    )
    assert say_double(Double(3, 7, None, False)) == (
        "Line 3 may be somebody you know. Not enough agrees to be sure: it becomes a new person."
    )


def test_of_visits_it_is_said_how_many_come_and_what_becomes_of_the_others() -> None:
    assert list(say_visits({"visits": 1_200, "wrong": 1, "left": 2})) == [
        "1,200 visits.",
        "1 line is left out.",
        "2 are not needed.",
    ]
    assert (say_left(0, 0, 0, 0, 0, most=500), say_left(1, 2, 0, 0, 700, most=500)) == (
        [],
        [
            "1 visit is past. It is left out.",
            "2 visits were cancelled or missed. They are left out.",
            "500 visits come in at a time. Choose the same list again for the other 700.",
        ],
    )
