"""Everything that is kept about a person, for the copy that they have a right to. Reads only."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import Model

from booking.intake.findings import Findings
from booking.models import Appointment, Client, Decision, Intake, Note
from booking.notes.content import Content
from booking.notes.wording import content_in_words
from booking.people.register import Field, Table, tables
from booking.people.subject import Subject, find_subject
from booking.wording.answers import answers_in_words
from booking.wording.times import Wall, format_moment


def collect_personal_data(*, client: Client) -> dict[str, Any]:
    """All that the register says is copied, as plain values, ready for JSON: a list of rows for each of its tables.

    Moments are ISO in UTC; visits also say the local time that was promised. Health answers are in the clear: the copy
    is for the person, and is handed over by a person.
    """
    subject = find_subject(client)
    copied = [table for table in tables() if table.part]
    parts = {table.part: _rows(table, subject) for table in reversed(copied)}
    people = next(table for table in copied if table.part == "person")
    (person,) = _rows(people, replace(subject, clients=frozenset({client.pk})))
    merged = _rows(people, replace(subject, clients=subject.clients - {client.pk}))
    return parts | {"person": person} | ({"merged_records": merged} if merged else {})


def _rows(table: Table, subject: Subject) -> list[dict[str, Any]]:
    fields = [one for one in table if one.is_copied]
    rows, describe = subject.rows(table), describer(table, fields)
    return [describe(row) for row in rows.select_related(*relations(rows.model, fields))]


def relations(model: type[Model], fields: Iterable[Field]) -> list[str]:
    """Those of the fields that lead to another row, whose words are read along."""
    return [one.name for one in fields if model._meta.get_field(one.name).is_relation]


def describer(table: Table, fields: Iterable[Field]) -> Callable[[Any], dict[str, Any]]:
    """Says of a row of the table these fields as plain values, ready for JSON, with what makes them understood.

    The words of the fields are looked up once, since a clinic has hundreds of thousands of rows.
    """
    more: Callable[[Any], dict[str, Any]] = MORE.get(table.model, _nothing_more)
    reads = [(key_of(one), READS.get(f"{table.model}.{one.name}") or attrgetter(one.name)) for one in fields]
    return lambda row: {key: plain(read(row)) for key, read in reads} | more(row)


def key_of(one: Field) -> str:
    return str(one.words).replace(" ", "_")


def plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Model | Decimal) else value


def _findings(decision: Decision) -> dict[str, Any]:
    findings = Findings.of(decision)
    return {
        "reasons": [reason.client for reason in findings.reasons],
        "treatments_left_out": list(findings.excluded),
        "regions_to_avoid": list(findings.avoid),
    }


def _noted(note: Note) -> dict[str, Any]:
    return {str(line.words): line.text for line in content_in_words(Content.from_json(note.content))}


def _local_time(visit: Appointment) -> dict[str, Any]:
    return {"local_time": format_moment(visit.starts_at, Wall.of_visit(visit))}


def _in_words(intake: Intake) -> dict[str, Any]:
    rows = answers_in_words(intake.answers, version=intake.schema_version)
    return {"in_words": [{"question": row.question, "answer": row.answer} for row in rows]}


def _nothing_more(row: Model) -> dict[str, Any]:
    return {}


# How a value reads if keys are stored; and what is added, so that a person can understand the row.
READS: Mapping[str, Callable[[Any], Any]] = {"booking.Decision.findings": _findings, "booking.Note.content": _noted}
MORE: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "booking.Appointment": _local_time,
    "booking.Intake": _in_words,
}
