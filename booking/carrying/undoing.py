"""Taking a list of people back as one: who has nothing since is deleted, what was filled in is empty again.

Whoever has a visit by now, or was corrected, merged or written about, stays; the answer says who and why.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.carrying.bringing import BringRefused
from booking.models import Appointment, Bringing, Brought, Client, DeskLine, Merge, SearchKey
from booking.models.client import AT_ONCE

# What goes with a person who has nothing else; whatever else refers to them keeps them.
_GOES_ALONG: tuple[type[Any], ...] = (SearchKey, DeskLine, Brought)


@dataclass(frozen=True)
class Stays:
    """Somebody whom undoing leaves, and why."""

    line: int
    public_id: str
    name: str
    why: str


@dataclass(frozen=True)
class Undone:
    """How many were deleted and how many records are as they were; and who stays."""

    deleted: int
    emptied: int
    stays: tuple[Stays, ...]


def undo(bringing: Bringing, *, now: datetime) -> Undone:
    """Take it back, in one transaction. Undoing twice is undoing once. Raises BringRefused once it is too late.

    Call `scrubbing.scrub` once it is committed.
    """
    with transaction.atomic():
        row = lock_applied(bringing, now=now)
        if row.undone_at is not None:
            return Undone(0, 0, ())
        counts: Counter[str] = Counter()
        stays: list[Stays] = []
        lines = Brought.objects.filter(bringing=row).order_by("client_id", "pk")
        keys = list(lines.values_list("pk", flat=True))
        for at in range(0, len(keys), AT_ONCE):
            found = _undo_some(row, lines.filter(pk__in=keys[at : at + AT_ONCE]))
            counts.update(deleted=found.deleted, emptied=found.emptied)
            stays += found.stays
        row.undone_at = now
        row.save(update_fields=["undone_at"])
    return Undone(counts["deleted"], counts["emptied"], tuple(stays))


def lock_applied(bringing: Bringing, *, now: datetime) -> Bringing:
    """The row as it is now, locked. Raises BringRefused once it is too late to undo it."""
    row = Bringing.objects.select_for_update().filter(pk=bringing.pk).first()
    if row is None or row.applied_at is None or row.kept_until <= now:
        raise BringRefused(_("This can’t be undone any more."))
    return row


def _undo_some(row: Bringing, lines: "QuerySet[Brought]") -> Undone:
    brought = list(lines)
    clients = Client.objects.select_for_update().in_bulk([one.client_id for one in brought if one.client_id])
    why = _reasons(row, brought, clients)
    stays = [
        Stays(one.line, clients[one.client_id].public_id, clients[one.client_id].name, why[one.client_id])
        for one in brought
        if one.client_id in why
    ]
    going = [one for one in brought if one.client_id and one.client_id not in why]
    emptied = [one for one in going if not one.is_new]
    _empty(row, emptied, clients)
    deleted = [one.client_id for one in going if one.is_new and one.client_id]
    Client.objects.filter(pk__in=deleted).delete()
    return Undone(len(deleted), len(emptied), tuple(stays))


def _empty(row: Bringing, brought: Iterable[Brought], clients: dict[int, Client]) -> None:
    for one in brought:
        assert one.client_id is not None
        client = clients[one.client_id]
        if one.filled:
            for name in one.filled:
                setattr(client, name, "")
            client.version += 1
            client.save(update_fields=[*one.filled, "version"])
        _lines_of(row).filter(client=client).delete()


def _lines_of(row: Bringing) -> "QuerySet[DeskLine]":
    """The desk lines that the file has become."""
    assert row.applied_at is not None
    return DeskLine.objects.filter(written_at=row.applied_at, written_by=row.user_id)


def _reasons(row: Bringing, brought: Iterable[Brought], clients: dict[int, Client]) -> dict[int, str]:
    """By the client's number, why the record stays as it is."""
    lines = {one.client_id: one for one in brought if one.client_id}
    new = [pk for pk, one in lines.items() if one.is_new]
    merged = set(Merge.objects.filter(kept__in=lines).values_list("kept", flat=True))
    visits = Appointment._default_manager.filter(client__in=lines)
    visited = _clients_in(visits.filter(client__in=new), "client")
    # With an address or a number that the list has brought, maybe.
    booked = _clients_in(visits.filter(created_at__gt=row.applied_at), "client")
    added = _with_more(row, new)
    why: dict[int, str] = {}
    for pk, one in lines.items():
        client = clients[pk]
        if client.erased_at is not None:
            why[pk] = _("was erased since")
        elif client.merged_into_id is not None or pk in merged:
            why[pk] = _("was merged with another record since")
        elif pk in visited:
            why[pk] = _("has a visit by now")
        elif one.filled and pk in booked:
            why[pk] = _("was booked since")
        elif pk in added:
            why[pk] = _("something was added to the record since")
        elif client.version != one.version or (one.is_new and client.household):
            why[pk] = _("was changed since")
    return why


def _with_more(row: Bringing, clients: Collection[int]) -> set[int]:
    """Those of `clients` to whom anything refers that did not come with the list."""
    written = DeskLine.objects.filter(client__in=clients).exclude(pk__in=_lines_of(row).values("pk"))
    found = _clients_in(written, "client")
    for relation in Client._meta.related_objects:
        if relation.related_model not in _GOES_ALONG:
            name = relation.field.name
            found |= _clients_in(relation.related_model._default_manager.filter(**{f"{name}__in": clients}), name)
    return found


def _clients_in(rows: "QuerySet[Any]", name: str) -> set[int]:
    return set(rows.order_by().values_list(name, flat=True))
