"""What the migrations before have encrypted is still in the free pages of the file, in its log, or in dead rows.

Outside a transaction; cut off, it is done again by the next migrate.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from services.encrypted_columns import forget_clear_text

TABLES = (
    "booking_appointment",
    "booking_appointmentevent",
    "booking_clearance",
    "booking_condition",
    "django_admin_log",
    "services_timeoff",
)


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    forget_clear_text(*TABLES)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("booking", "0018_encrypt_typed_text")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
