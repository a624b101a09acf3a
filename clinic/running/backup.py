"""One encrypted file with everything that a clinic keeps; what one engine wrote, the other reads.

A line is a Fernet token under HEALTH_DATA_KEYS (the first encrypts, all decrypt) over compressed JSON: first a head,
then rows of one table after another, then an end that counts them. Each line names the digest of the one before it, so
that a file that was cut, mended or rearranged is refused as a whole. Passwords and second factors are kept as the
database holds them, sessions are not kept.
"""

import base64
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.apps.registry import Apps
from django.core.management.color import no_style
from django.core.serializers import sort_dependencies
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from booking.messages import outbox
from clinic.running import versions
from clinic.running.checks import unapplied_migrations
from services.encrypted import decimal_back, health_cipher, plain_decimal

OWN_APPS = ("services", "booking", "clinic")
# Of this database alone: what comes back gets numbers of its own, and its rows move them.
NOT_KEPT = ("services.Stamp", "booking.Change")
ALSO_KEPT = ("auth.User", "otp_totp.TOTPDevice", "otp_static.StaticDevice", "otp_static.StaticToken")
# A database in which one of these has a row belongs to somebody.
OCCUPIED_BY = ("auth.User", "services.Location", "booking.Client", "booking.Appointment", "clinic.AuditEntry")
ROWS_PER_LINE = 1_000
# Backups that upgrades made; older ones go, or who was erased long ago would live on in them.
KEPT_BEFORE_UPGRADES = 3


class BackupRefused(Exception):
    """Nothing was written. `str()` is a sentence for a person."""


def write_backup(*, path: Path, now: datetime) -> int:
    """Write all rows, as they were at one moment, to `path`; returns how many. The clinic goes on meanwhile.

    The file is readable for its owner only, and there in full or not at all. Raises BackupRefused where it exists.
    """
    if path.exists():
        raise BackupRefused(f"{path} is already there.")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            rows = 0
            digest = ""
            for content in _contents(now):
                rows += len(content.get("rows", ()))
                line = _seal({"before": digest} | content)
                digest = hashlib.sha256(line).hexdigest()
                file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return rows


def read_backup(*, path: Path, now: datetime) -> int:
    """Bring all rows of a backup into an empty database, migrated or not; returns how many. All rows or none.

    A backup of an earlier version is loaded at its own migrations, and then migrated. No mail goes out from then on
    until somebody has looked at the queue. Raises BackupRefused: a database with clients or staff, a newer version,
    another key, a damaged file.
    """
    if is_occupied():
        raise BackupRefused("This database already belongs to a clinic; restore into an empty one.")
    made_with = _look_through(path)
    if versions.unknown(made_with):
        raise BackupRefused("This backup was made by a newer version. Restore it with that one.")
    if unapplied_migrations() or made_with != _migrations():
        versions.start_over_at(made_with)
    rows = _bring_in(path)
    if unapplied_migrations():
        versions.migrate_on()
        _reset_sequences(apps)
    outbox.park(now=now)
    return rows


def back_up_before_migrating(*, folder: Path, now: datetime) -> Path | None:
    """Write a backup of the version before into `folder`, and keep the newest few there.

    None where nothing is to be migrated, or where the database is still empty. Raises BackupRefused and OSError.
    """
    if not unapplied_migrations() or not is_occupied():
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup"
    write_backup(path=path, now=now)
    for old in sorted(folder.glob("before-*.backup"))[:-KEPT_BEFORE_UPGRADES]:
        old.unlink()
    return path


def is_occupied() -> bool:
    """Whether the database, at whatever version it is, belongs to somebody."""
    with connection.cursor() as cursor:
        present = connection.introspection.table_names(cursor)
        for table in (apps.get_model(label)._meta.db_table for label in OCCUPIED_BY):
            if table in present:
                cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 - a table of ours
                if cursor.fetchone():
                    return True
    return False


def _look_through(path: Path) -> list[str]:
    """Read the whole file before anything is changed for it; returns the migrations that it was made with."""
    made_with: list[str] = []
    for content in _opened(path):
        made_with = content["head"]["migrations"] if "head" in content else made_with
    return made_with


def _bring_in(path: Path) -> int:
    registry = versions.models_as_stored()
    with transaction.atomic():
        # What migrations and an idle worker have put there.
        for model in reversed([model for model in _kept_models(registry) if model._meta.label not in OCCUPIED_BY]):
            model._default_manager.all().delete()
        rows = 0
        for content in _opened(path):
            rows += _take_in(content, registry=registry, rows=rows)
        _reset_sequences(registry)
    return rows


def _contents(now: datetime) -> Iterator[dict[str, Any]]:
    with _one_moment():
        yield {"head": {"made_at": now.isoformat(), "migrations": _migrations()}}
        count = 0
        for model in _kept_models(versions.models_as_stored()):
            for rows in _rows_of(model):
                count += len(rows)
                yield {"model": model._meta.label, "fields": _names(model), "rows": rows}
        yield {"end": count}


@contextmanager
def _one_moment() -> Iterator[None]:
    """A view of the database that does not change, and that keeps nobody from writing."""
    if connection.vendor == "sqlite":
        # Not `atomic`: it would take the lock that every booking needs.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _kept_models(registry: Apps = apps) -> list[type[models.Model]]:
    """In an order in which rows can be written, tables of many-to-many relations included."""
    known = registry.get_models()
    single = [model for label in ALSO_KEPT for model in known if model._meta.label == label]
    single += [model for name in OWN_APPS for model in known if model._meta.app_label == name]
    single = [model for model in single if model._meta.label not in NOT_KEPT]
    through = [field.remote_field.through for model in single for field in model._meta.local_many_to_many]
    ours = [model for model in through if model is not None and model._meta.app_label in OWN_APPS]
    return [*sort_dependencies([(None, single)], allow_cycles=True), *ours]


def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _rows_of(model: type[models.Model]) -> Iterator[list[list[Any]]]:
    found: list[list[Any]] = []
    for row in model._default_manager.order_by("pk").values_list(*_names(model)).iterator(chunk_size=ROWS_PER_LINE):
        found.append(list(row))
        if len(found) == ROWS_PER_LINE:
            yield found
            found = []
    if found:
        yield found


def _take_in(content: dict[str, Any], *, registry: Apps, rows: int) -> int:
    """Write what one line holds; returns how many rows that were. `rows`: how many came before."""
    if "end" in content and content["end"] != rows:
        raise BackupRefused("This backup is damaged: rows are missing.")
    if "model" not in content:
        return 0
    model = registry.get_model(content["model"])
    fields = [model._meta.get_field(name) for name in content["fields"]]
    # Plain rows: a manager of our own would write what belongs to them, too, and that is in the file.
    models.QuerySet(model).bulk_create(
        model(**{field.attname: field.to_python(value) for field, value in zip(fields, row, strict=True)})
        for row in content["rows"]
    )
    return len(content["rows"])


def _opened(path: Path) -> Iterator[dict[str, Any]]:
    """The lines in clear, each checked against the one before, the last one an end."""
    digest, content = "", dict[str, Any]()
    with path.open("rb") as file:
        for line in file:
            content = _open(line.rstrip(b"\n"))
            if content["before"] != digest:
                raise BackupRefused("This backup is damaged: a part of it is missing.")
            digest = hashlib.sha256(line.rstrip(b"\n")).hexdigest()
            yield content
    if "end" not in content:
        raise BackupRefused("This backup is damaged: its end is missing.")


def _seal(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return health_cipher().encrypt(zlib.compress(text.encode()))


def _open(line: bytes) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(zlib.decompress(health_cipher().decrypt(line)), object_hook=decimal_back)
    except InvalidToken as error:
        raise BackupRefused("This file can't be opened: it is no backup, or HEALTH_DATA_KEYS are others.") from error
    return content


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()  # as a BinaryField reads it
    return value.isoformat() if isinstance(value, datetime | date | time) else plain_decimal(value)


def _migrations() -> list[str]:
    """The migrations of the kept tables that are applied here."""
    labels = {*OWN_APPS, *(label.partition(".")[0] for label in ALSO_KEPT)}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in labels)


def _reset_sequences(registry: Apps) -> None:
    """On PostgreSQL the next id comes from a counter that has seen none of these rows."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _kept_models(registry)):
            cursor.execute(statement)
