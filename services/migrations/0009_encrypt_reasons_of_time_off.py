"""Why somebody is away may be about their health. Needs HEALTH_DATA_KEYS; all rows or none.

The log of the back office names time off without its reason from now on, and forgets the reasons that it had.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import services.encrypted
from services.encrypted_columns import check_keys, column_of, decrypt_column, encrypt_column


def check(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    check_keys(apps)


def encrypt(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    encrypt_column(column_of(apps.get_model("services", "TimeOff"), "reason"))
    lines = apps.get_model("admin", "LogEntry")._default_manager
    lines.filter(content_type__app_label="services", content_type__model="timeoff").update(object_repr="Time off")


def decrypt(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    decrypt_column(column_of(apps.get_model("services", "TimeOff"), "reason"))


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0008_how_long_data_is_kept"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [
        migrations.RunPython(check, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="timeoff",
            name="reason",
            field=services.encrypted.EncryptedTextField(
                blank=True, help_text="Seen by staff only.", max_length=100, verbose_name="reason"
            ),
        ),
        migrations.RunPython(encrypt, decrypt),
    ]
