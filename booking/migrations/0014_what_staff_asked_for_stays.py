"""A request that staff made never ends by itself: only what a client asked for does."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    requests = apps.get_model("booking", "Appointment").objects.filter(state="requested")
    by_clients = apps.get_model("booking", "AppointmentEvent").objects.filter(verb="request", actor="client")
    requests.exclude(pk__in=by_clients.values("appointment")).update(deadline_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0013_staff_are_told_of_requests"),
    ]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
