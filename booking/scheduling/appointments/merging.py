"""Two records of one person become one, and two again: visits and claims, under the locks of bookings.

Whatever else belongs to a person is moved by `booking.people.merging`, inside the same transaction.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import OCCUPYING, Appointment, Claim, Client, Draft
from booking.scheduling.appointments.ledger import By, record
from booking.scheduling.appointments.refusals import NotAllowed, Refused
from booking.scheduling.appointments.transactions import LockAgain, in_one_transaction
from booking.scheduling.claims import KEPT_AFTER
from services.locks import lock_parents

MERGE, SEPARATE = "merge", "separate"


class TwoAtOnce(Refused):
    """Both records have a visit at the same time, so they can't be one person's."""

    def __init__(self, references: Iterable[str]) -> None:
        super().__init__(
            _("Both records have a visit at the same time: %(visits)s. Move or cancel one of them first.")
            % {"visits": ", ".join(references)}
        )


@in_one_transaction
def merge_visits(
    *, kept: Client, gone: Client, by: By, now: datetime, move: Callable[[Client, Client, list[int]], None]
) -> None:
    """Give the visits of `gone` to `kept`, with the client's claims; then `move` the rest, told which visits those are.

    Raises TwoAtOnce while their coming visits overlap, and NotAllowed where one of them was merged or erased meanwhile.
    """
    kept, gone = lock_people(kept, gone, now=now)
    if any(one.merged_into_id is not None or one.erased_at is not None for one in (kept, gone)):
        raise NotAllowed(_("One of the two records was merged or erased meanwhile. Look again."))
    _check_apart(kept, gone)
    visits = list(Appointment.objects.filter(client=gone).values_list("pk", flat=True))
    give_visits(visits, to=kept)
    move(kept, gone, visits)
    _record(visits, MERGE, by=by, now=now)


@in_one_transaction
def separate_visits(
    *, kept: Client, gone: Client, by: By, now: datetime, move: Callable[[Client, Client], Collection[int]]
) -> None:
    """The way back: `move` says which visits belong to `gone` again. Raises NotAllowed where they are no longer merged."""
    kept, gone = lock_people(kept, gone, now=now)
    if gone.merged_into_id != kept.pk or kept.merged_into_id is not None or kept.erased_at is not None:
        raise NotAllowed(_("This merge can’t be undone any more."))
    visits = move(kept, gone)
    give_visits(visits, to=gone)
    _record(visits, SEPARATE, by=by, now=now)


def lock_people(*people: Client, now: datetime) -> list[Client]:
    """These people as they are now, with their journeys, the parents of their visits, themselves and these visits locked.

    In the order of `ledger`. Raises LockAgain where a visit went elsewhere meanwhile.
    """
    keys = sorted(one.pk for one in people)
    list(Draft.objects.select_for_update(of=("self",)).filter(client__in=keys).order_by("pk").values_list("pk"))
    visits = Appointment.objects.filter(client__in=keys, state__in=OCCUPYING, busy_until__gt=now - KEPT_AFTER)
    before = set(visits.values_list("therapist_id", "location_id"))
    lock_parents(therapist_ids={one for one, _place in before}, location_ids={one for _therapist, one in before})
    locked = {one.pk: one for one in Client.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    rows = visits.select_for_update(of=("self",)).order_by("pk").values_list("therapist_id", "location_id")
    if not set(rows) <= before:
        raise LockAgain
    return [locked[one.pk] for one in people]


def give_visits(visits: Collection[int], *, to: Client) -> None:
    """These visits are the person's from now on, and so are the cells in which the client can't be elsewhere."""
    Appointment.objects.filter(pk__in=visits).update(client=to)
    Claim.objects.filter(appointment__in=visits, kind=Claim.Kind.CLIENT).update(resource_id=to.pk)


def _check_apart(kept: Client, gone: Client) -> None:
    """Each other's cells, of places that a move could go back to as well."""
    cells = Claim.objects.filter(kind=Claim.Kind.CLIENT)
    theirs = cells.filter(resource_id=gone.pk).values("cell")
    clash = cells.filter(resource_id=kept.pk, cell__in=theirs).order_by("cell").first()
    if clash is None:
        return
    other = cells.select_related("appointment").get(resource_id=gone.pk, cell=clash.cell)
    raise TwoAtOnce([clash.appointment.reference, other.appointment.reference])


def _record(visits: Collection[int], verb: str, *, by: By, now: datetime) -> None:
    """On those that are still to come: whoever has one open is told that something changed."""
    coming = Appointment.objects.filter(pk__in=visits, state__in=OCCUPYING, ends_at__gt=now)
    for visit in coming.order_by("pk"):
        record(visit, verb=verb, by=by, now=now)
