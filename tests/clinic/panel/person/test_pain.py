"""Where the dots of the curve of pain are."""

from clinic.panel.person.pain import Curve, Dot, Felt, draw_curve


def test_the_oldest_is_on_the_left_the_worst_on_top_and_what_nobody_asked_is_left_out() -> None:
    first, second, third = Felt("Mon", 10, 6), Felt("Tue", 4, None), Felt("Thu", 0, 0)

    assert draw_curve([first, second, Felt("Wed", None, None), third]) == Curve(
        width=120,
        height=132,
        before=(Dot(16, 16), Dot(60, 76), Dot(104, 116)),
        after=(Dot(16, 56), Dot(104, 116)),
        felt=(first, second, third),
    )


def test_one_visit_is_no_curve() -> None:
    assert (draw_curve([]), draw_curve([Felt("Mon", 6, 3)])) == (None, None)
