"""A row that changes with every change to what the clinic offers. Its triggers are made after the migrations."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from services import stamp


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    stamp.drop_triggers()


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0009_encrypt_reasons_of_time_off"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("value", models.CharField(max_length=32, primary_key=True, serialize=False)),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
