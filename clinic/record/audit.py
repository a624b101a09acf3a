"""Who saw or changed whose record: rows that the database itself refuses to alter."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction

from clinic.models import AuditEntry

VIEW_ONCE_IN = timedelta(minutes=15)


def write_entry(
    *,
    by: AbstractBaseUser | AnonymousUser | None,
    verb: str,
    object_type: str,
    object_id: int | str,
    now: datetime,
    fields: Sequence[str] = (),
) -> AuditEntry:
    """One line of the trail. `fields` are names, never values."""
    return AuditEntry.objects.create(
        at=now,
        by_id=by.pk if by else None,
        verb=verb,
        object_type=object_type,
        object_id=str(object_id),
        fields=list(fields),
    )


@contextmanager
def on_record(
    *,
    by: AbstractBaseUser | AnonymousUser,
    verb: str,
    object_type: str,
    now: datetime,
    object_id: int | str = "",
    fields: Sequence[str] = (),
) -> Iterator[AuditEntry]:
    """A change and its line of the trail in one transaction: neither is there without the other.

    The line is written last, so what the change has made can be named: `line.object_id = visit.reference`.
    """
    line = AuditEntry(
        at=now, by_id=by.pk, verb=verb, object_type=object_type, object_id=str(object_id), fields=list(fields)
    )
    with transaction.atomic():
        yield line
        line.save(force_insert=True)


def write_view(
    *, by: AbstractBaseUser | AnonymousUser, client_id: int | None, now: datetime, fields: Sequence[str]
) -> None:
    """That a member of staff looked at a person: one row per viewer, person and quarter of an hour.

    One more where something is shown that the rows of this quarter do not name yet.
    """
    if client_id is None:
        return
    recently = AuditEntry.objects.filter(
        by_id=by.pk, verb="view", object_type="client", object_id=str(client_id), at__gt=now - VIEW_ONCE_IN
    )
    named = {name for shown in recently.values_list("fields", flat=True) for name in shown}
    if not named.issuperset(fields):
        write_entry(by=by, verb="view", object_type="client", object_id=client_id, now=now, fields=fields)


def write_search(
    *, by: AbstractBaseUser | AnonymousUser, client_ids: Collection[int], now: datetime, fields: Sequence[str]
) -> None:
    """Whom a search has shown: one row per viewer, person and quarter of an hour; never what was searched for.

    An answer comes with each letter that is typed, and who is shown by two of them was found once.
    """
    if not client_ids:
        return
    keys = [str(pk) for pk in client_ids]
    recently = set(
        AuditEntry.objects.filter(
            by_id=by.pk, verb="find", object_type="client", object_id__in=keys, at__gt=now - VIEW_ONCE_IN
        ).values_list("object_id", flat=True)
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(at=now, by_id=by.pk, verb="find", object_type="client", object_id=key, fields=list(fields))
        for key in keys
        if key not in recently
    )
