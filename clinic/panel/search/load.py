"""Who was found, and their coming and last visit, in two statements for any number of people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery

from booking.models import OPEN, TAKING_PLACE, Appointment, Client, State
from booking.people.search import find_people, read_question
from services import catalogue


@dataclass(frozen=True)
class Visits:
    """`count`: those that take or took place."""

    coming: Appointment | None
    last: Appointment | None
    count: int


def load_visits(*, client_ids: Iterable[int], therapist_id: int | None, now: datetime) -> dict[int, Visits]:
    """By client; with `therapist_id` only the visits there."""
    mine = Appointment.objects.filter(client=OuterRef("pk"))
    if therapist_id is not None:
        mine = mine.filter(therapist=therapist_id)
    coming = mine.filter(state__in=OPEN, starts_at__gte=now).order_by("starts_at", "pk")
    last = mine.filter(state=State.COMPLETED).order_by("-starts_at", "-pk")
    counted = mine.filter(state__in=TAKING_PLACE).order_by().values("client").annotate(all=Count("pk"))
    people = (
        Client.objects.filter(pk__in=list(client_ids))
        .order_by()
        .values_list(
            "pk",
            Subquery(coming.values("pk")[:1]),
            Subquery(last.values("pk")[:1]),
            Subquery(counted.values("all")),
        )
    )
    rows = list(people)
    visits = Appointment.objects.select_related("therapist", "location").in_bulk(
        [pk for _client, *found, _count in rows for pk in found if pk is not None]
    )
    return {
        client: Visits(coming=visits.get(first), last=visits.get(latest), count=count or 0)
        for client, first, latest, count in rows
    }


def load_people(words: str, *, at_most: int) -> list[Client]:
    """Who is looked for with these words, the best first, for whoever sees everybody."""
    answer = find_people(read_question(words, country=catalogue.home_country()))
    ids = [hit.client_id for hit in answer.hits[:at_most]]
    found = Client.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def find_visit(reference: str) -> Appointment | None:
    """The visit with this reference that was ever booked, with its client."""
    return Appointment.objects.filter(reference=reference).exclude(client=None).select_related("client").first()
