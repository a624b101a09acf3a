"""An owner lets somebody read a person's notes, for a reason and until an end. The only writer of grants.

Where two records are merged the grants come over with the visits: they are one person's notes. Undoing gives both back.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.models import Client, NoteGrant
from services.refusals import Refusal

LONGEST = timedelta(days=366)


class GrantRefused(Refusal):
    """It can't be given like that; nothing was saved."""


def grant_reading(
    *, client: Client, reader_id: int, reason: str, until: datetime, by_id: int, now: datetime
) -> NoteGrant:
    """`reader_id` and `by_id` are users'. Raises GrantRefused where `until` has passed or is over a year away."""
    if not now < until <= now + LONGEST:
        raise GrantRefused(_("Choose a day from today on, at most a year ahead."))
    return NoteGrant.objects.create(
        client=client, reader_id=reader_id, reason=reason, granted_by_id=by_id, granted_at=now, until=until
    )


def end_reading(*, grant: NoteGrant, now: datetime) -> None:
    """Taken back at once. Once it has ended nothing happens."""
    NoteGrant.objects.filter(pk=grant.pk, ended_at=None, until__gt=now).update(ended_at=now)


def running_grants(*, now: datetime) -> QuerySet[NoteGrant]:
    """Those that let somebody read now, the first to end first."""
    found = NoteGrant.objects.filter(until__gt=now, ended_at=None, client__erased_at=None)
    return found.select_related("client", "reader", "granted_by").order_by("until", "pk")


def last_day(until: datetime, zone: ZoneInfo) -> date:
    """The day at whose end a grant ends: `until` is the midnight after it."""
    return (until - timedelta(seconds=1)).astimezone(zone).date()
