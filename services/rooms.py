"""The only writer of rooms: under the lock of their place, so that nobody books one that goes out of use meanwhile.

Which visits a change strands is a question for the floor above: each writer is handed a `rota.Review`.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from services.locks import lock_parents
from services.models import Location, Room, Treatment
from services.refusals import Refusal
from services.rota import Review


class RoomRefused(Refusal):
    """Nothing was written. The text is a sentence for a person."""


@transaction.atomic
def add_room(*, location: Location, name: str, treatments: Iterable[Treatment] = (), review: Review) -> Room:
    """The last one to be taken at its place. No `treatments`: it suits all. Raises RoomRefused.

    The first room of a place decides from then on what can be booked there, so it may strand visits.
    """
    lock_parents(location_ids=[location.pk])
    _check_name(location.pk, name)
    last = Room.objects.filter(location=location).order_by("-order").values_list("order", flat=True).first()
    room = Room.objects.create(location=location, name=name, order=0 if last is None else last + 1)
    room.treatments.set(treatments)
    review(location_ids=[location.pk])
    return room


@transaction.atomic
def change_room(*, room: Room, name: str, treatments: Iterable[Treatment], is_active: bool, review: Review) -> None:
    """Its name, what it suits (none: all), and whether it is in use. Raises RoomRefused."""
    lock_parents(location_ids=[room.location_id])
    _check_name(room.location_id, name, but=room)
    room.name, room.is_active = name, is_active
    room.save(update_fields=["name", "is_active"])
    room.treatments.set(treatments)
    review(location_ids=[room.location_id])


@transaction.atomic
def move_room(*, room: Room, places: int) -> None:
    """Take it earlier (below zero) or later than its neighbours, by so many places; past an end is that end."""
    lock_parents(location_ids=[room.location_id])
    others = list(Room.objects.filter(location=room.location_id).order_by("order", "pk"))
    at = others.index(room)
    others.insert(max(at + places, 0), others.pop(at))
    for number, one in enumerate(others):
        Room.objects.filter(pk=one.pk).exclude(order=number).update(order=number)


def _check_name(location_id: int, name: str, *, but: Room | None = None) -> None:
    names = Room.objects.filter(location=location_id).values_list("pk", "name")
    others = [other for pk, other in names if but is None or pk != but.pk]
    if name.casefold() in [other.casefold() for other in others]:
        raise RoomRefused(_("There is a %(name)s here already. Choose another name.") % {"name": name})
