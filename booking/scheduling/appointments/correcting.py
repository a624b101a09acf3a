"""Correcting who somebody is and how they are reached: on their record, and on the visits that are still to come.

A booking keeps the name, email and phone as they were typed. Where these are what the person's record says, they are
the person's, and a correction reaches the mails that are still to be sent; where a parent or a friend booked, nothing
of theirs is touched.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from booking.messages import outbox
from booking.models import OPEN, Appointment, Client, Message, Origin, State
from booking.scheduling.appointments.ledger import By, record
from booking.scheduling.appointments.merging import lock_people
from booking.scheduling.appointments.refusals import NotAllowed, Refused
from booking.scheduling.appointments.transactions import in_one_transaction

CORRECT = "correct"
# A field of the record, and where a booking keeps the same as it was typed.
ON_A_VISIT = {"name": "booker_name", "email": "booker_email", "phone": "booker_phone"}
CORRECTABLE = (*ON_A_VISIT, "birth_date")


class CorrectedMeanwhile(Refused):
    """Somebody else corrected the record after it was read."""

    def __init__(self) -> None:
        super().__init__(_("This record was changed meanwhile. Please look at it again."))


@in_one_transaction
def correct_person(*, client: Client, wanted: Mapping[str, str], seen_version: int, by: By, now: datetime) -> list[str]:
    """Write what is `wanted` (of CORRECTABLE) and return the names of what that changed; the same again changes nothing.

    The links in earlier mails of a coming visit end with the address that they went to; the new one is told of it.
    Raises CorrectedMeanwhile, and NotAllowed for a record that was merged or erased.
    """
    (person,) = lock_people(client, now=now)
    if person.merged_into_id is not None or person.erased_at is not None:
        raise NotAllowed(_("This record was merged or erased meanwhile."))
    before = {name: str(getattr(person, name)) for name in wanted}
    changed = [name for name in CORRECTABLE if name in wanted and wanted[name] != before[name]]
    if not changed:
        return []
    if person.version != seen_version:
        raise CorrectedMeanwhile
    for name in changed:
        setattr(person, name, wanted[name])
    person.version += 1
    person.save(update_fields=[*changed, "version"])
    coming = Appointment.objects.filter(client=person, state__in=OPEN, starts_at__gt=now).order_by("pk")
    for visit in coming.select_related("treatment", "therapist", "location", "room"):
        _correct_visit(visit, {name: (before[name], wanted[name]) for name in changed}, by=by, now=now)
    return changed


def _correct_visit(visit: Appointment, changes: Mapping[str, tuple[str, str]], *, by: By, now: datetime) -> None:
    fields = []
    for name, (before, after) in changes.items():
        field = ON_A_VISIT.get(name, "")
        if field and getattr(visit, field).casefold() == before.casefold() and before != after:
            setattr(visit, field, after)
            fields.append(field)
    if not fields:
        return
    had_email = bool(changes.get("email", ("", ""))[0])
    if "booker_email" in fields:
        visit.link_generation += 1
        fields.append("link_generation")
        Origin.objects.filter(appointment=visit).update(proved_at=None)
    visit.save(update_fields=fields)
    record(visit, verb=CORRECT, by=by, now=now, changes={"fields": fields})
    if "booker_email" not in fields or not visit.booker_email:
        return
    if had_email:
        outbox.tell_new_address(appointment=visit, now=now)
    else:
        kind = Message.Kind.REQUESTED if visit.state == State.REQUESTED else Message.Kind.BOOKED
        outbox.announce(appointment=visit, kind=kind, now=now)
