"""Whether a start is on offer to whoever is about to take it. Asked under the locks, once what has run out is released."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from booking.models import Appointment, FormerPlace
from booking.scheduling.appointments.ledger import free_former_place, lapse
from booking.scheduling.appointments.refusals import not_offered
from booking.scheduling.availability import Reason, StartOnOffer
from booking.scheduling.search import Search
from booking.scheduling.starts import find_start, why_not_offered
from booking.scheduling.states import LAPSING, overdue
from booking.scheduling.taken import LONGEST_SPAN
from services import catalogue
from services.statements import read_rows

_ANYTHING_OVERDUE = """
SELECT 1 FROM booking_appointment
WHERE starts_at >= %(earliest)s AND starts_at < %(end)s AND busy_until > %(start)s
  AND deadline_at <= %(now)s AND state IN (%(lapsing)s)
  AND (therapist_id = %(therapist)s OR room_id = %(room)s OR client_id = %(client)s)
UNION ALL
SELECT 1 FROM booking_formerplace former JOIN booking_appointment visit ON visit.id = former.appointment_id
WHERE former.starts_at >= %(earliest)s AND former.starts_at < %(end)s AND former.busy_until > %(start)s
  AND former.kept_until <= %(now)s
  AND (former.therapist_id = %(therapist)s OR former.room_id = %(room)s OR visit.client_id = %(client)s)
LIMIT 1
"""


def offered_start(*, search: Search, starts_at: datetime) -> StartOnOffer:
    """The start if it is on offer, with overdue rows in its way released. Under the locks of its resources.

    In the way are rows of the therapist, the room, and the client (at this location) for whom it is. Whether the client
    has another visit then is left to the index, which says so when the claims are written. Raises SlotTaken where
    somebody has taken it, else NotOnOffer; both know the reason.
    """
    for_anybody = replace(search, client=None)
    start = find_start(search=for_anybody, starts_at=starts_at)
    if start is None:
        reason = why_not_offered(search=for_anybody, starts_at=starts_at)
        raise not_offered(reason or Reason.TAKEN, starts_at=starts_at, wish=search.wish)
    _release_overdue_in_the_way(search, start)
    return start


def _is_anything_overdue(search: Search, start: StartOnOffer) -> bool:
    """Whether a visit or a former place that is past its time could be in the way. Hardly ever: so one small statement."""
    span = search.span_from(start.starts_at)
    asked = {
        "now": search.now,
        "earliest": span.start - LONGEST_SPAN,
        "start": span.start,
        "end": span.end,
        "lapsing": [state.value for state in LAPSING],
        "therapist": start.therapist_id,
        "room": start.room_id or 0,
        "client": search.client.pk if search.client else 0,
    }
    return bool(read_rows(_ANYTHING_OVERDUE, asked))


def _release_overdue_in_the_way(search: Search, start: StartOnOffer) -> None:
    if not _is_anything_overdue(search, start):
        return
    wish, client = search.wish, search.client
    free_again = start.ends_at + catalogue.turnover(wish.treatment, minutes=wish.minutes)
    in_the_way = Appointment.objects.filter(
        overdue(search.now), starts_at__lt=free_again, busy_until__gt=start.starts_at
    )
    same_resources = in_the_way.filter(
        Q(therapist_id=start.therapist_id)
        | Q(room_id=start.room_id, room__isnull=False)
        | Q(client=client, client__isnull=False, location=wish.location)
    )
    if search.moving is not None:
        same_resources = same_resources.exclude(pk=search.moving.pk)
    for appointment in same_resources.order_by("id"):
        lapse(appointment, now=search.now)
    _free_former_places_in_the_way(search, start)


def _free_former_places_in_the_way(search: Search, start: StartOnOffer) -> None:
    """The time to undo a move is over, whether or not the sweep has come by."""
    wish, client = search.wish, search.client
    free_again = start.ends_at + catalogue.turnover(wish.treatment, minutes=wish.minutes)
    overdue_places = FormerPlace.objects.filter(kept_until__lte=search.now, appointment__location=wish.location)
    in_the_way = overdue_places.filter(starts_at__lt=free_again, busy_until__gt=start.starts_at).filter(
        Q(therapist_id=start.therapist_id)
        | Q(room_id=start.room_id, room__isnull=False)
        | Q(appointment__client=client, appointment__client__isnull=False)
    )
    for former in (
        in_the_way.exclude(appointment=search.moving).select_related("appointment").order_by("appointment_id")
    ):
        free_former_place(former.appointment)
