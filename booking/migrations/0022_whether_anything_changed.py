from django.db import migrations, models


def drop_triggers(apps: object, schema_editor: object) -> None:
    """They are made again after every migrate, and would look for a table that is gone."""
    from booking.changes import drop_triggers

    drop_triggers()


class Migration(migrations.Migration):
    dependencies = [("booking", "0021_visits_that_need_a_new_time")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
