"""Who is new, who came back, and who booked again. Counts only."""

from dataclasses import dataclass
from datetime import timedelta

from booking.models import State
from booking.reports.visits import COUNTED, WITHIN, Scope, within
from services.statements import read_rows

BOOKED_AGAIN_WITHIN = timedelta(weeks=6)

_PEOPLE = f"""
SELECT seen.therapist_id, sum(seen.is_new), sum(seen.is_settled),
    sum(CASE WHEN seen.is_settled = 1 THEN seen.is_back ELSE 0 END), count(*),
    sum(CASE WHEN seen.is_new = 1 THEN seen.is_back ELSE 0 END)
FROM (
    SELECT last.therapist_id,
        CASE WHEN NOT EXISTS (SELECT 1 FROM booking_appointment f WHERE f.client_id = last.client_id
            AND f.state = %(done)s AND f.starts_at < last.first_at) THEN 1 ELSE 0 END AS is_new,
        CASE WHEN seconds(last.first_at) + %(within)s <= %(now)s THEN 1 ELSE 0 END AS is_settled,
        last.is_back
    FROM (
        SELECT one.*, CASE WHEN EXISTS (SELECT 1 FROM booking_appointment n WHERE n.client_id = one.client_id
            AND n.state IN (%(counted)s) AND n.starts_at > one.first_at
            AND (one.therapist_id IS NULL OR n.therapist_id = one.therapist_id)
            AND seconds(n.created_at) <= seconds(one.first_at) + %(within)s) THEN 1 ELSE 0 END AS is_back
        FROM (
            SELECT v.client_id, {{therapist}} AS therapist_id, min(v.starts_at) AS first_at
            FROM booking_appointment v WHERE {WITHIN} AND v.state = %(done)s
            GROUP BY 1, 2) AS one) AS last) AS seen
GROUP BY 1
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class People:
    """People whose visit was done in the period: how many, and of those who had none before it how many.

    `settled` are those of whom it can be said whether they booked again: their first such visit is six weeks ago. `back`
    are those of them who have; whoever has sooner is not counted yet, or all would have. `new_back`: new ones who have
    booked again so far.
    """

    seen: int = 0
    new: int = 0
    settled: int = 0
    back: int = 0
    new_back: int = 0


def read_people(scope: Scope) -> People:
    """At these places; a person with visits of several therapists is one. Whom they booked again with does not count."""
    rows = _read(scope, therapist="CAST(NULL AS bigint)" if scope.therapist_id is None else "v.therapist_id")
    return next(iter(rows.values()), People())


def read_people_by_therapist(scope: Scope) -> dict[int, People]:
    """By therapist: here it counts who booked again with the same one."""
    return {pk: people for pk, people in _read(scope, therapist="v.therapist_id").items() if pk is not None}


def _read(scope: Scope, *, therapist: str) -> dict[int | None, People]:
    parameters = within(scope) | {
        "done": State.COMPLETED.value,
        "counted": sorted(COUNTED),
        "within": int(BOOKED_AGAIN_WITHIN.total_seconds()),
        "now": int(scope.now.timestamp()),
    }
    return {
        pk: People(seen=seen, new=int(new), settled=int(settled), back=int(back), new_back=int(new_back))
        for pk, new, settled, back, seen, new_back in read_rows(_PEOPLE.format(therapist=therapist), parameters)
    }
