"""Where a visitor's journey ended, counted when it is deleted: afterwards nothing of it is left to count."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from booking.models import Clearance, Decision, Draft, JourneyEnd, State, Submission
from booking.rules.levels import BOOKABLE
from services.catalogue import home_zone

Where = JourneyEnd.Where


def delete_counted(found: QuerySet[Draft]) -> int:
    """Delete these journeys and count where each ended; returns how many. Must run in a transaction."""
    zone = home_zone()
    counts: Counter[tuple[date, str]] = Counter()
    rows = _with_their_end(found)
    for row in rows:
        counts[row["created_at"].astimezone(zone).date().replace(day=1), _where(row)] += 1
    for (month, where), count in sorted(counts.items()):
        JourneyEnd.objects.get_or_create(month=month, where=where)
        JourneyEnd.objects.filter(month=month, where=where).update(count=F("count") + count)
    Draft.objects.filter(pk__in=[row["pk"] for row in rows]).delete()
    return len(rows)


def _with_their_end(found: QuerySet[Draft]) -> Sequence[Mapping[str, Any]]:
    booked = Submission.objects.filter(draft_id=OuterRef("pk")).exclude(appointment__state=State.EXPIRED)
    first = Decision.objects.filter(intake=OuterRef("intake")).order_by("decided_at", "id").values("level")[:1]
    return list(
        found.select_for_update(of=("self",))
        .annotate(
            is_booked=Exists(booked),
            is_typed=Q(typed__isnull=False),
            is_cleared=Exists(Clearance.objects.filter(intake=OuterRef("intake"))),
            level=Subquery(first),
            is_begun=Q(answers__isnull=False) | Q(consented_at__isnull=False),
        )
        .order_by("pk")
        .values("pk", "created_at", "intake_id", "is_booked", "is_typed", "is_cleared", "level", "is_begun")
    )


def _where(row: Mapping[str, Any]) -> str:
    if row["is_booked"]:
        return Where.BOOKED
    if row["intake_id"] is None:
        return Where.CHECK if row["is_begun"] else Where.START
    if row["level"] not in BOOKABLE and not row["is_cleared"]:
        return Where.STOPPED
    return Where.DETAILS if row["is_typed"] else Where.TIME
