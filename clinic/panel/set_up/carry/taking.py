"""Everything out, as open files in one archive: a CSV and a JSON of each table. Streamed, so its size does not matter.

What is about people is what the register says is copied; health data goes along only where an owner asks for it. Rows
refer to each other by `number`.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Field as Column
from django.db.models import Model

from booking.models import STANDING, Client
from booking.people.copying import describer, key_of, plain, relations
from booking.people.register import HEALTH, ON_THE_WAY, Field, Table, tables
from clinic.panel.formulas import quote_formula

AT_ONCE = 500
# The clinic's own, by the name of the file. Pictures stay where they are.
OF_THE_CLINIC = {
    "places": "services.Location",
    "rooms": "services.Room",
    "treatments": "services.Treatment",
    "prices": "services.TreatmentLength",
    "prices_from_a_day": "services.Price",
    "therapists": "services.Therapist",
    "hours": "services.WorkingHours",
    "time_off": "services.TimeOff",
    "policy": "services.ClinicPolicy",
    "phrases_for_notes": "booking.NotePhrase",
    "templates_for_notes": "booking.NoteTemplate",
}
# Why somebody was away is about their health as often as not.
_WITH_HEALTH = {"services.TimeOff": ("reason",)}
_PICTURES = ("portrait", "door_photo", "logo")
# Headings by which this list comes in again, here or elsewhere.
CLIENTS = ("Name", "Email", "Phone", "Date of birth")

Rows = Iterator[dict[str, Any]]


def stream_archive(*, with_health: bool) -> Iterator[bytes]:
    """The bytes of a .zip, a handful of rows at a time."""
    out = _Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        yield from _write(archive, out, "clients.csv", _clients())
        for table in reversed([one for one in tables() if one.part and one.keep is not ON_THE_WAY]):
            fields = [one for one in table if one.is_copied and (with_health or one.keep is not HEALTH)]
            if fields:
                yield from _write(archive, out, f"{table.part}.json", _json(_people_rows(table, fields)))
                yield from _write(archive, out, f"{table.part}.csv", _csv(_people_rows(table, fields)))
        for name, label in OF_THE_CLINIC.items():
            model = apps.get_model(label)
            yield from _write(archive, out, f"{name}.json", _json(_own_rows(model, with_health)))
            yield from _write(archive, out, f"{name}.csv", _csv(_own_rows(model, with_health)))
    yield out.take()


class _Out(io.RawIOBase):
    """Where the archive is written to: what was written is handed on and forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        found = b"".join(self._parts)
        self._parts.clear()
        return found


def _write(archive: zipfile.ZipFile, out: _Out, name: str, texts: Iterable[str]) -> Iterator[bytes]:
    with archive.open(name, "w", force_zip64=True) as inside:
        for text in texts:
            inside.write(text.encode())
            if found := out.take():
                yield found
    yield out.take()


def _clients() -> Iterator[str]:
    yield "\ufeff" + _line(CLIENTS)  # without the mark a spreadsheet spoils every accent
    people = Client.objects.filter(STANDING).order_by("pk")
    for one in people.iterator(chunk_size=AT_ONCE):
        yield _line((one.name, one.email, one.phone, one.birth_date))


def _people_rows(table: Table, fields: Sequence[Field]) -> Rows:
    model = apps.get_model(table.model)
    related, describe = relations(model, fields), describer(table, fields)
    numbers = {
        f"{key_of(one)}_number": model._meta.get_field(one.name).attname for one in fields if one.name in related
    }
    rows = model._default_manager.select_related(*related).order_by("pk")
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield {"number": row.pk} | describe(row) | {key: getattr(row, name) for key, name in numbers.items()}


def _own_rows(model: type[Model], with_health: bool) -> Rows:
    left_out = {*_PICTURES, *(() if with_health else _WITH_HEALTH.get(model._meta.label, ()))}
    columns: list[Column[Any, Any]] = [one for one in model._meta.concrete_fields if one.name not in left_out]
    several = [one.name for one in model._meta.many_to_many]  # who gives which treatments, say
    for row in model._default_manager.prefetch_related(*several).order_by("pk").iterator(chunk_size=AT_ONCE):
        plainly = {"number" if one.primary_key else one.attname: plain(getattr(row, one.attname)) for one in columns}
        yield plainly | {name: sorted(other.pk for other in getattr(row, name).all()) for name in several}


def _json(rows: Rows) -> Iterator[str]:
    begin = "["
    for row in rows:
        yield f"{begin}\n{json.dumps(row, ensure_ascii=False, default=str)}"
        begin = ","
    yield "[]\n" if begin == "[" else "\n]\n"


def _csv(rows: Rows) -> Iterator[str]:
    """Cells that hold more than one value are JSON."""
    headings: list[str] = []
    for row in rows:
        if not headings:
            headings = list(row)
            yield "\ufeff" + _line(headings)
        yield _line([row.get(heading) for heading in headings])


def _line(cells: Iterable[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_cell(one) for one in cells])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return quote_formula(value) if isinstance(value, str) else value
