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
