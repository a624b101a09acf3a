"""All that a person has answered, also before anybody knew who it was."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from booking.models import Client, Intake


def find_intakes(*, client: Client) -> QuerySet[Intake]:
    """The person's intakes, with those without a client that they follow or that follow them, newest first.

    Reads only. What belongs to somebody else is left out, and nothing is followed through it.
    """
    own = Intake.objects.filter(client=client).values_list("pk", flat=True)
    return Intake.objects.filter(pk__in=with_those_beside(own))


def with_those_beside(intakes: Iterable[int]) -> set[int]:
    """The keys of these intakes, and of all those without a client before and after them."""
    found = newest = set(intakes)
    while newest:
        beside = Intake.objects.filter(Q(later__in=newest) | Q(previous__in=newest), client=None)
        newest = set(beside.values_list("pk", flat=True)) - found
        found = found | newest
    return found
