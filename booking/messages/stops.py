"""Visits that the gate would stop: who is told, once, and which mails go out after all when the stop is lifted.

Whatever may change what the gate says of a person's visits calls `look_again`, which writes a row for each of them.
The sweep asks the gate when it comes to that row: it is sent where the visit is stopped, else suppressed.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from booking.messages import reasons
from booking.messages.kinds import INVITING, KINDS
from booking.messages.rows import make_visit_row
from booking.models import Appointment, Intake, Message

# Whether the gate would stop the visit (on its own day, as it is now). Asked under the visit's lock.
AskGate = Callable[[Appointment, datetime], bool]

KIND = Message.Kind.STOPPED


def look_again(*, intake: Intake, now: datetime) -> None:
    """Something was said or recorded that counts for the visits of this intake's person.

    In the transaction of that change. It locks these visits first, so that no mail about them is handed over between
    the change and its commit.
    """
    mine = Q(intake=intake) | Q(client=intake.client_id) if intake.client_id else Q(intake=intake)
    coming = Appointment.objects.filter(mine, state__in=KINDS[KIND].true_in, starts_at__gt=now)
    for visit in coming.select_for_update(of=("self",)).order_by("pk"):
        ask(visit=visit, now=now)


def ask(*, visit: Appointment, now: datetime) -> None:
    """Have the sweep look at this (locked) visit, unless it is about to anyway."""
    rows = Message.objects.filter(appointment=visit, kind=KIND)
    if rows.filter(state=Message.State.QUEUED).exists():
        return
    key = f"visit:{visit.pk}:{KIND}:{rows.count()}"
    # Whoever comes here at the same time, without the lock, asks the same.
    row = make_visit_row(visit, KIND, key, due_at=now, now=now)
    Message.objects.bulk_create([row], ignore_conflicts=True)


def was_told(visit: Appointment, *, before: Message | None = None) -> bool:
    """Whether the booker has heard, or is about to hear, of a stop that was not lifted since."""
    earlier = Message.objects.filter(appointment=visit, kind=KIND)
    if before is not None:
        earlier = earlier.filter(pk__lt=before.pk)
    telling = earlier.filter(~Q(state=Message.State.SUPPRESSED) | Q(reason=reasons.NOTHING_STOPS))
    last = telling.order_by("-pk").first()
    return last is not None and last.state not in Message.NOT_SENT


def revive(*, visit: Appointment, now: datetime) -> int:
    """The stop of this (locked) visit is lifted: what was held back is judged once more, and sent where it still helps."""
    held_back = Message.objects.filter(
        appointment=visit,
        version=visit.version,
        kind__in=INVITING,
        state=Message.State.SUPPRESSED,
        reason=reasons.STOPPED,
    )
    return held_back.update(state=Message.State.QUEUED, next_try_at=now, reason="")
