"""The clinic's places: the only writer of where it is, by which clock, and whether visits can be booked there.

Both take the lock of the place, as a booking there does. Which visits a change strands is a question for the floor
above: see `Review` in `services.rota`.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from services.locks import lock_parents
from services.models import Location
from services.refusals import Refusal
from services.rota import Review

# What a clinic writes about a place, by the name of its column.
FACTS = (
    "name", "address", "phone", "country", "time_zone", "at_the_door", "step_free", "step_free_words", "directions",
    "parking", "bicycle", "quiet", "running_late", "map_link",
)  # fmt: skip


class PlaceRefused(Refusal):
    """Nothing was written. The text is a sentence for a person."""


@transaction.atomic
def add_place(*, facts: Mapping[str, Any]) -> Location:
    """A place that is open for booking. `facts` by the names of FACTS; raises ValueError for another name."""
    _check(facts)
    return Location.objects.create(**facts)


@transaction.atomic
def change_place(*, place: Location, facts: Mapping[str, Any], review: Review) -> list[str]:
    """Write what is different; returns its names. Another zone moves its hours, and visits stay where they were."""
    _check(facts)
    lock_parents(location_ids=[place.pk])
    stored = Location.objects.get(pk=place.pk)
    changed = [name for name in FACTS if name in facts and getattr(stored, name) != facts[name]]
    for name in changed:
        setattr(stored, name, facts[name])
    if changed:
        stored.save(update_fields=[*changed, "country"])
    if "time_zone" in changed:
        review(location_ids=[place.pk])
    return changed


@transaction.atomic
def close_place(*, place: Location, review: Review) -> None:
    """Nothing can be booked there any more; what is booked there needs another time. Raises PlaceRefused for the last."""
    lock_parents(location_ids=Location.objects.values_list("pk", flat=True))
    if not Location.objects.filter(is_active=True).exclude(pk=place.pk).exists():
        raise PlaceRefused(_("This is your only place. To take no bookings from clients, stop online booking instead."))
    Location.objects.filter(pk=place.pk).update(is_active=False)
    review(location_ids=[place.pk])


@transaction.atomic
def reopen_place(*, place: Location, review: Review) -> None:
    """Visits can be booked there again. Harmless where they can."""
    lock_parents(location_ids=[place.pk])
    Location.objects.filter(pk=place.pk).update(is_active=True)
    review(location_ids=[place.pk])


def _check(facts: Mapping[str, Any]) -> None:
    if unknown := sorted(set(facts) - set(FACTS)):
        raise ValueError(f"a place has no {', '.join(unknown)}")
