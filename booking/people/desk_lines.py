"""What staff write about a person, for whoever deals with them next."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.models import Client, DeskLine
from services.blanks import is_blank
from services.refusals import Refusal

MOST_LINES = 20  # that count at a time: more than anybody reads


class LineRefused(Refusal):
    """Nothing was written, or too much."""


def write_line(*, client: Client, text: str, by: User, now: datetime) -> DeskLine:
    """Add a line, encrypted. Raises LineRefused."""
    if is_blank(text):
        raise LineRefused(_("Write what others should know."))
    if lines_of(client).count() >= MOST_LINES:
        raise LineRefused(
            _("There are %(most)s lines already. Strike one that no longer helps.") % {"most": MOST_LINES}
        )
    return DeskLine.objects.create(client=client, text=text, written_at=now, written_by=by)


def strike_line(*, line: DeskLine, by: User, now: datetime) -> bool:
    """The line no longer counts; who struck it stays on record. False where somebody had done so already."""
    counted = DeskLine.objects.filter(pk=line.pk, struck_at=None)
    return bool(counted.update(struck_at=now, struck_by=by))


def lines_of(client: Client) -> QuerySet[DeskLine]:
    """Those that count, the oldest first."""
    return client.desk_lines.filter(struck_at=None).select_related("written_by")
