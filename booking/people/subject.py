"""One person's rows: what the register's ties lead to. Reads only."""

import functools
import json
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet

from booking.intake.history import find_intakes, with_those_beside
from booking.models import Appointment, Bringing, Case, Client, Draft, Intake, Message
from booking.models.bringing import unpack
from booking.people.register import Table

SHORTEST_WORD = 3  # characters; shorter ones are in half of all texts


@dataclass(frozen=True)
class Subject:
    """The keys of everything that is one person's. `words` are the names and contacts that a text may hold."""

    clients: frozenset[int] = frozenset()
    intakes: frozenset[int] = frozenset()
    visits: frozenset[int] = frozenset()
    cases: frozenset[int] = frozenset()
    drafts: frozenset[str] = frozenset()
    mails: frozenset[int] = frozenset()
    admin_lines: frozenset[int] = frozenset()
    sessions: frozenset[str] = frozenset()
    lists: frozenset[int] = frozenset()
    words: frozenset[str] = frozenset()

    def rows(self, table: Table) -> "QuerySet[Model]":
        """The rows of `table` that its ties lead to."""
        found = Q(pk__in=[])
        for lookup, things in table.ties.items():
            found |= Q(**{f"{lookup}__in": getattr(self, things)})
        rows: QuerySet[Model] = apps.get_model(table.model)._default_manager.filter(found)
        return rows


def find_subject(client: Client) -> Subject:
    """All that is known of a client, with what the same person said while nobody knew who it was.

    A case that belongs to nobody is theirs if name and contact are the same: an email alone may be a family's.
    """
    records = _records(client)
    mine = frozenset(one.pk for one in records)
    visits = _keys(Appointment.objects.filter(client__in=mine))
    same_contact = functools.reduce(operator.or_, map(_same_contact, records))
    strays = Case.objects.filter(same_contact, client=None, appointment=None)
    intakes = set(_keys(find_intakes(client=client))) | with_those_beside(
        set(strays.filter(intake__client=None).exclude(intake=None).values_list("intake", flat=True))
    )
    known = Q(client__in=mine) | Q(appointment__in=visits) | Q(intake__in=intakes)
    cases = _keys(Case.objects.filter(known)) | _keys(strays)
    words = _words(records, visits=visits, cases=cases)
    nobodys = Message.objects.filter(appointment__client=None, case=None, account=None, location=None)
    return Subject(
        clients=mine,
        intakes=frozenset(intakes),
        visits=visits,
        cases=cases,
        drafts=_keys(Draft.objects.filter(Q(client__in=mine) | Q(intake__in=intakes) | Q(previous_intake__in=intakes))),
        mails=_keys(nobodys.filter(_any_of(records))),
        words=words,
    )


def find_nobodys(intakes: Iterable[int]) -> Subject:
    """What belongs to safety checks that belong to no client: their cases, and the visits that nobody confirmed."""
    found = frozenset(intakes)
    return Subject(
        intakes=found,
        visits=_keys(Appointment.objects.filter(intake__in=found, client=None)),
        cases=_keys(Case.objects.filter(intake__in=found)),
        drafts=_keys(Draft.objects.filter(Q(intake__in=found) | Q(previous_intake__in=found))),
    )


def with_traces(subject: Subject) -> Subject:
    """With what is not handed over but has to go: journeys of unknown visitors in which the same name and contact were typed,
    lines of the back office's log about these rows, the sessions whose next page would name them, and lists that wait
    to be brought in and name them, too.
    """
    subject = replace(subject, drafts=subject.drafts | _drafts_typed(subject))
    objects: tuple[tuple[type[Model], frozenset[int]], ...] = (
        (Client, subject.clients),
        (Appointment, subject.visits),
        (Case, subject.cases),
        (Intake, subject.intakes),
        (Message, frozenset(Message.objects.filter(appointment__in=subject.visits).values_list("pk", flat=True))),
    )
    lines: set[int] = set()
    for model, keys in objects:
        kind = ContentType.objects.get_for_model(model)
        lines |= _keys(LogEntry.objects.filter(content_type=kind, object_id__in=[str(key) for key in keys]))
    sessions = {row.pk for row in Session.objects.all() if without_words(row.get_decoded(), subject) is not None}
    return replace(
        subject, admin_lines=frozenset(lines), sessions=frozenset(sessions), lists=frozenset(_lists(subject))
    )


def without_words(data: Mapping[str, Any], subject: Subject) -> dict[str, Any] | None:
    """What a session holds, without what names the person or leads to their journey; None where nothing does."""
    marks = subject.words | subject.drafts
    kept = {key: value for key, value in data.items() if not any(mark in _text(value) for mark in marks)}
    return kept if len(kept) < len(data) else None


def _keys(rows: "QuerySet[Any]") -> frozenset[Any]:
    return frozenset(rows.values_list("pk", flat=True))


def _same_contact(client: Client) -> Q:
    contact = Q(pk__in=[])
    if client.email:
        contact |= Q(contact_email__iexact=client.email)
    if client.phone:
        contact |= Q(contact_phone=client.phone)
    return contact & Q(contact_name__iexact=client.name)


def _drafts_typed(subject: Subject) -> set[str]:
    """Journeys of the last day whose visitor is not known, in which this name and one of these contacts were typed."""
    typed = [(draft.pk, draft.typed or {}) for draft in Draft.objects.filter(client=None).only("typed")]
    marks = {word.casefold() for word in subject.words}
    return {key for key, fields in typed if len(marks & {str(one).casefold() for one in fields.values()}) > 1}


def _lists(subject: Subject) -> set[int]:
    """Lists of the last day that have not been brought in yet and in which one of these words is."""
    waiting = {
        one.pk: f"{unpack(one.text)}{unpack(one.plan)}".casefold() for one in Bringing.objects.filter(applied_at=None)
    }
    marks = {word.casefold() for word in subject.words}
    return {pk for pk, text in waiting.items() if any(mark in text for mark in marks)}


def _records(client: Client) -> list[Client]:
    """The person's record, and those that were merged into it."""
    found = newest = [client]
    while newest := list(Client.objects.filter(merged_into__in=newest)):
        found = found + newest
    return found


def _any_of(records: Iterable[Client]) -> Q:
    """Mails to an address of theirs."""
    found = Q(pk__in=[])
    for one in records:
        found |= Q(recipient__iexact=one.email) if one.email else Q(pk__in=[])
    return found


def _words(records: Iterable[Client], *, visits: frozenset[int], cases: frozenset[int]) -> frozenset[str]:
    rows = [(one.name, one.email, one.phone) for one in records]
    rows += Appointment.objects.filter(pk__in=visits).values_list("booker_name", "booker_email", "booker_phone")
    rows += Case.objects.filter(pk__in=cases).values_list("contact_name", "contact_email", "contact_phone")
    return frozenset(word for row in rows for word in row if len(word) >= SHORTEST_WORD)


def _text(value: Any) -> str:
    """As it reads; what waits for the next page is JSON within the session's own."""
    try:
        return str(json.loads(value)) if isinstance(value, str) else str(value)
    except ValueError:
        return str(value)
