"""What a list comes to, in sentences: for the page and the command."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.carrying.doubles import Choice, Double


def say_counts(counts: Mapping[str, int]) -> Iterator[str]:
    """`new`, `filled` and `skipped`: how many."""
    new, filled, skipped = (counts.get(name, 0) for name in ("new", "filled", "skipped"))
    yield ngettext("%(number)s new person.", "%(number)s new people.", new) % {"number": f"{new:,}"}
    if filled:
        yield ngettext(
            "%(number)s record that you have is filled in.", "%(number)s records that you have are filled in.", filled
        ) % {"number": f"{filled:,}"}
    if skipped:
        yield ngettext("%(number)s line changes nothing.", "%(number)s lines change nothing.", skipped) % {
            "number": f"{skipped:,}"
        }


def say_double(one: Double) -> str:
    """Who it may be, and what is done about it where nobody says otherwise. Without a name: logs keep what commands say."""
    whose = (
        _("Line %(line)s may be the same person as line %(other)s.") % {"line": one.line, "other": one.with_line}
        if one.client_id is None
        else _("Line %(line)s may be somebody you know.") % {"line": one.line}
    )
    if one.usual is Choice.FILL:
        return f"{whose} {_('The name and a contact agree: what is empty is filled in.')}"
    return f"{whose} {_('Not enough agrees to be sure: it becomes a new person.')}"


def say_visits(counts: Mapping[str, int]) -> Iterator[str]:
    """`visits`, `wrong` and `left`: how many."""
    visits, wrong, left = (counts.get(name, 0) for name in ("visits", "wrong", "left"))
    yield ngettext("%(number)s visit.", "%(number)s visits.", visits) % {"number": f"{visits:,}"}
    if wrong:
        yield ngettext("%(number)s line is left out.", "%(number)s lines are left out.", wrong) % {
            "number": f"{wrong:,}"
        }
    if left:
        yield ngettext("%(number)s is not needed.", "%(number)s are not needed.", left) % {"number": f"{left:,}"}


def say_left(over: int, called_off: int, already: int, off_grid: int, too_many: int, *, most: int) -> list[str]:
    """How many visits of a list are of no use, or come in between the starting times; and how many wait for another time."""
    found = (
        (over, ngettext("%(n)s visit is past. It is left out.", "%(n)s visits are past. They are left out.", over)),
        (
            called_off,
            ngettext(
                "%(n)s visit was cancelled or missed. It is left out.",
                "%(n)s visits were cancelled or missed. They are left out.",
                called_off,
            ),
        ),
        (
            already,
            ngettext(
                "%(n)s visit is in your diary already. It is left out.",
                "%(n)s visits are in your diary already. They are left out.",
                already,
            ),
        ),
        (
            off_grid,
            ngettext(
                "%(n)s visit begins between your starting times. It keeps its time, and is listed under “Safety decisions”.",
                "%(n)s visits begin between your starting times. They keep their times, and are listed under “Safety decisions”.",
                off_grid,
            ),
        ),
        (too_many, _("%(most)s visits come in at a time. Choose the same list again for the other %(n)s.")),
    )
    return [words % {"n": f"{number:,}", "most": f"{most:,}"} for number, words in found if number]
