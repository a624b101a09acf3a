"""What was typed about a person is encrypted like answers. Needs HEALTH_DATA_KEYS; all rows or none."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import services.encrypted
from services.encrypted_columns import check_keys, column_of, decrypt_column, encrypt_column

TYPED = (
    ("Appointment", "access_needs"),
    ("AppointmentEvent", "reason"),
    ("Condition", "remark"),
    ("Clearance", "written_by"),
)


def check(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    check_keys(apps)


def encrypt(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model, field in TYPED:
        encrypt_column(column_of(apps.get_model("booking", model), field))


def decrypt(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model, field in TYPED:
        decrypt_column(column_of(apps.get_model("booking", model), field))


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0017_nights_of_erasing"),
        ("services", "0009_encrypt_reasons_of_time_off"),
    ]

    operations = [
        migrations.RunPython(check, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="appointment",
            name="access_needs",
            field=services.encrypted.EncryptedTextField(blank=True, max_length=300, verbose_name="access needs"),
        ),
        migrations.AlterField(
            model_name="appointmentevent",
            name="reason",
            field=services.encrypted.EncryptedTextField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name="condition",
            name="remark",
            field=services.encrypted.EncryptedTextField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name="clearance",
            name="written_by",
            field=services.encrypted.EncryptedTextField(max_length=120, verbose_name="who wrote"),
        ),
        migrations.RunPython(encrypt, decrypt),
    ]
