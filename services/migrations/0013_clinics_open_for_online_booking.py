"""A clinic says when clients can book online. One that works already has been open all the time."""

from django.db import migrations, models
from django.utils import timezone


def open_those_that_work(apps, schema_editor):
    """Whoever has working hours, or has ever had a visit, takes bookings; an empty database does not."""
    database = schema_editor.connection.alias
    works = apps.get_model("services", "WorkingHours").objects.using(database).exists()
    if works or _has_had_a_visit(schema_editor.connection):
        policy = apps.get_model("services", "ClinicPolicy").objects.using(database)
        policy.update_or_create(pk=1, defaults={"opened_at": timezone.now()})


def _has_had_a_visit(connection):
    if "booking_appointment" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM booking_appointment LIMIT 1")
        return cursor.fetchone() is not None


class Migration(migrations.Migration):
    dependencies = [("services", "0012_changes_by_phone")]

    operations = [
        migrations.AddField("ClinicPolicy", "opened_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("ClinicPolicy", "stopped_at", models.DateTimeField(editable=False, null=True)),
        migrations.RunPython(open_those_that_work, migrations.RunPython.noop),
    ]
