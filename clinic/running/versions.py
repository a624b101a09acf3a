"""The database at another version than the code: what its tables are, and how an empty one is brought there."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from clinic.running.checks import unapplied_migrations

Node = tuple[str, str]


def models_as_stored() -> Apps:
    """The models as the tables are now: the code's own, or those of the version that was migrated to last."""
    if not unapplied_migrations():
        return apps
    loader = MigrationLoader(connection)
    applied = [node for node in loader.applied_migrations if node in loader.graph.nodes]
    return loader.project_state(applied).apps


def unknown(migrations: Iterable[str]) -> list[str]:
    """Those of `migrations` ("app.name") that this code does not have."""
    known = MigrationLoader(None).disk_migrations
    return [name for name in migrations if _node(name) not in known]


def start_over_at(migrations: Iterable[str]) -> None:
    """Drop every table, and make them as they were with these migrations; apps that are not named come to their newest.

    Only for a database without anything of value. On SQLite no transaction may be open.
    """
    _drop_tables()
    executor = MigrationExecutor(connection)
    graph, wanted = executor.loader.graph, {_node(name) for name in migrations}
    last = [node for node in wanted if not any(child.key in wanted for child in _next_in_app(executor, node))]
    named = {app for app, _name in wanted}
    executor.migrate([*last, *(node for node in graph.leaf_nodes() if node[0] not in named)])


def migrate_on() -> None:
    """From wherever the tables are to the version of this code."""
    call_command("migrate", interactive=False, verbosity=0)


def _drop_tables() -> None:
    tables = {model._meta.db_table for model in models_as_stored().get_models(include_auto_created=True)}
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in sorted((tables | {MigrationRecorder.Migration._meta.db_table}) & present):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}{cascade}")


def _next_in_app(executor: MigrationExecutor, node: Node) -> list[Any]:
    return [child for child in executor.loader.graph.node_map[node].children if child.key[0] == node[0]]


def _node(name: str) -> Node:
    app, _dot, migration = name.partition(".")
    return app, migration
