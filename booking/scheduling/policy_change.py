"""The clinic changes its policy: in one transaction with what that means for visits that are booked already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.messages.policy import offsets_of, quiet_hours
from booking.messages.replanning import plan_again
from booking.scheduling.appointments import keep_deadlines
from booking.scheduling.appointments.transactions import in_one_transaction
from services.locks import lock_parents
from services.models import ClinicPolicy, Location
from services.policy import Seen, find_changed, values_of
from services.refusals import Refusal

DEADLINE = "free_cancelling_hours"
REMINDING = frozenset({"reminder_plan", "quiet_from", "quiet_until"})
TOUCHES_BOOKED = REMINDING | {DEADLINE}


class PolicyChangedMeanwhile(Refusal):
    """Somebody else has changed `fields` since the page was opened."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass(frozen=True)
class PolicyChange:
    """The columns that have another value now, and how many coming visits that touches.

    `keep_deadline`: those that keep the deadline that they had; `reminded_anew`: those with other reminders now.
    """

    fields: tuple[str, ...] = ()
    keep_deadline: int = 0
    reminded_anew: int = 0


@in_one_transaction
def change_policy(*, wanted: Mapping[str, Any], seen: Seen, now: datetime) -> PolicyChange:
    """Store the columns `wanted`, unless one of them is not as it was `seen` any more.

    Visits that are booked keep the deadline for free changes that their clients were told, and follow where reminders
    or the hours without mail change. Raises PolicyChangedMeanwhile; then nothing is stored.
    """
    ClinicPolicy.objects.get_or_create(pk=1)
    policy = ClinicPolicy.objects.select_for_update().get(pk=1)
    stored = values_of(policy, wanted)
    if changed_meanwhile := find_changed(stored, seen=seen):
        raise PolicyChangedMeanwhile(changed_meanwhile)
    changed = [name for name, value in wanted.items() if value != stored[name]]
    kept = reminded = 0
    if TOUCHES_BOOKED.intersection(changed):
        # Nobody books meanwhile: who comes after this reads the new policy, who came before is found.
        lock_parents(location_ids=Location.objects.values_list("pk", flat=True))
    if DEADLINE in changed:
        kept = keep_deadlines(hours_before=policy.free_cancelling_hours, now=now)
    for name in changed:
        setattr(policy, name, wanted[name])
    policy.save(update_fields=changed)
    if REMINDING.intersection(changed):
        reminded = plan_again(offsets=offsets_of(policy), quiet=quiet_hours(policy), now=now)
    return PolicyChange(tuple(changed), kept, reminded)
