from booking.carrying.doubles import Double
from booking.carrying.said import say_counts, say_double


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
