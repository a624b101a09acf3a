"""What the very first version of 0001 did not make yet: three columns and two indexes of mails, and the signatures.

0001 was still being written when a few commits had landed. Whoever has tables of that day gets here what is missing;
everywhere else this changes nothing.
"""

from typing import Any

from django.db import migrations

# Those without a default first: SQLite adds them in place, and copies the table for the last one.
COLUMNS = ("on_date", "location", "was_unclear")
INDEXES = {"message_waiting": ["state", "next_try_at"], "message_under_lease": ["state", "lease_until"]}


def complete(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    message, signature = apps.get_model("booking", "Message"), apps.get_model("booking", "RulebookSignature")
    table = message._meta.db_table
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    for field in (message._meta.get_field(name) for name in COLUMNS):
        if field.column not in found:
            schema_editor.add_field(message, field)
    if signature._meta.db_table not in tables:
        schema_editor.create_model(signature)
    with connection.cursor() as cursor:
        present = connection.introspection.get_constraints(cursor, table)
    for index in message._meta.indexes:
        columns = INDEXES.get(index.name)
        if columns and present.get(index.name, {}).get("columns") != columns:
            if index.name in present:
                schema_editor.remove_index(message, index)
            schema_editor.add_index(message, index)


class Migration(migrations.Migration):
    dependencies = [("booking", "0003_used_limits")]

    operations = [migrations.RunPython(complete, migrations.RunPython.noop, elidable=True)]
