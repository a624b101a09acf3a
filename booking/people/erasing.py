"""Forgetting a person, as far as a clinic may: what the register says of each field, and no list besides."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.db import models
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from booking.messages import reasons
from booking.models import Client, Message
from booking.people.register import Erased, Keep, Table, tables
from booking.people.subject import Subject, find_subject, with_traces, without_words
from booking.scheduling import appointments
from booking.scheduling.appointments import OVERRIDE, By
from services.sealed import opened


def erase_client(*, client: Client, by: By, now: datetime) -> Counter[str]:
    """Take out who this person is and all they said about their health; erasing twice is erasing once.

    Returns how many rows of which model that were. What stays is that a visit took place: when, with whom, which
    treatment, at which price. Links in mails stop working. Raises NotAllowed while a visit is still to come or under
    way. Call `scrubbing.scrub` once it is committed.
    """
    counts: Counter[str] = Counter()

    def forget_all(person: Client) -> None:
        counts.clear()  # after a retry
        counts.update(forget(with_traces(find_subject(person)), now=now))

    appointments.erase_client(client=client, by=by, now=now, forget=forget_all)
    return counts


def forget(subject: Subject, *, now: datetime, only: Collection[Keep] = ()) -> Counter[str]:
    """Delete, empty and replace what the register says, in the caller's transaction; `only` what is kept for these.

    Returns how many rows of which model were touched.
    """
    counts: Counter[str] = Counter()
    for table in tables():
        named = [one for one in table if not only or one.keep in only]
        rows = subject.rows(table)
        if table.is_deleted and named:
            counts[table.model] += delete(rows)
        elif named:
            counts[table.model] += _empty(table, rows, [one.name for one in named], subject, now)
    return +counts


def delete(rows: "QuerySet[Any]") -> int:
    """Delete `rows`, once whatever would protect them has let go of them; returns how many."""
    keys = list(rows.values_list("pk", flat=True))
    for relation in rows.model._meta.related_objects:
        if relation.on_delete is models.PROTECT and relation.field.null:
            holding = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": keys})
            holding.update(**{relation.field.name: None})
    with opened(rows.model._meta.db_table):
        rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)


def empty_value(model: type[models.Model], name: str) -> Any:
    """What an emptied field holds."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return None if field.null else field.get_default()


def _empty(table: Table, rows: "QuerySet[Any]", names: Collection[str], subject: Subject, now: datetime) -> int:
    touched = [one for one in table if one.name in names and one.erased in (Erased.BLANKED, Erased.REPLACED)]
    if not touched:
        return 0
    count = rows.count()
    for one in touched:
        if one.erased is Erased.REPLACED:
            REPLACED[f"{table.model}.{one.name}"](rows, subject, now)
    blanks = {one.name: empty_value(rows.model, one.name) for one in touched if one.erased is Erased.BLANKED}
    if blanks:
        rows.update(**blanks)
    return count


def _rename(rows: "QuerySet[Any]", subject: Subject, now: datetime) -> None:
    rows.update(name=_("Erased"))


def _note_when(rows: "QuerySet[Any]", subject: Subject, now: datetime) -> None:
    rows.update(erased_at=now)


def _revoke_links(rows: "QuerySet[Any]", subject: Subject, now: datetime) -> None:
    rows.update(link_generation=F("link_generation") + 1)


def _keep_overrides_only(rows: "QuerySet[Any]", subject: Subject, now: datetime) -> None:
    """That a rule was overridden is the clinic's; what was settled, and from when a visit was moved, is the person's."""
    for event in rows.exclude(changes={}):
        event.changes = {key: value for key, value in event.changes.items() if key == OVERRIDE}
        event.save(update_fields=["changes"])


def _stop_mails(rows: "QuerySet[Any]", subject: Subject, now: datetime) -> None:
    waiting = rows.filter(state__in=Message.WAITING)
    waiting.update(state=Message.State.SUPPRESSED, reason=reasons.ERASED)


def _leave_unnamed(rows: "QuerySet[Any]", subject: Subject, now: datetime) -> None:
    """Whoever is signed in stays so; only what would be shown next goes."""
    for row in rows:
        kept = without_words(row.get_decoded(), subject)
        if kept is not None:
            row.session_data = SessionStore().encode(kept)
            row.save(update_fields=["session_data"])


# By what a field is replaced. A test compares the keys with the register.
REPLACED: Mapping[str, Callable[["QuerySet[Any]", Subject, datetime], None]] = {
    "booking.Client.name": _rename,
    "booking.Client.erased_at": _note_when,
    "booking.Appointment.link_generation": _revoke_links,
    "booking.AppointmentEvent.changes": _keep_overrides_only,
    "booking.Message.state": _stop_mails,
    "sessions.Session.session_data": _leave_unnamed,
}
