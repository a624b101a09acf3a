from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def rename(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """ "Confirm" is what staff do with a request; that a client is coming has a verb of its own now."""
    events = apps.get_model("booking", "AppointmentEvent").objects
    events.filter(actor="client", verb="confirm").update(verb="say coming")


class Migration(migrations.Migration):
    dependencies = [("booking", "0008_parked_queue")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
