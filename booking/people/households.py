"""People who belong together: they are shown with each other, and none may do anything for another because of it."""

from django.db.models import QuerySet

from booking.models import STANDING, Client
from booking.models.reference import make_public_id

MOST_SHOWN = 12


def members_of(client: Client) -> QuerySet[Client]:
    """The others of the household, by name."""
    others = Client.objects.filter(STANDING, household=client.household).exclude(household="").exclude(pk=client.pk)
    return others.order_by("name", "pk")


def add_to_household(*, client: Client, other: Client) -> None:
    """Take `other` into the household of `client`, out of any that they were in. In the caller's transaction."""
    mine = Client.objects.select_for_update().get(pk=client.pk)
    word = mine.household or make_public_id()
    Client.objects.filter(pk__in=(client.pk, other.pk)).update(household=word)


def leave_household(*, client: Client) -> None:
    """Out of the household; one that is left alone is in none. In the caller's transaction."""
    word = Client.objects.select_for_update().get(pk=client.pk).household
    Client.objects.filter(pk=client.pk).update(household="")
    rest = list(Client.objects.filter(STANDING, household=word).exclude(household="").values_list("pk", flat=True)[:2])
    if len(rest) == 1:
        Client.objects.filter(pk__in=rest).update(household="")
