"""The start that a visitor presses before the safety check. It reserves nothing."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0023_a_note_to_the_therapist"),
        ("services", "0010_stamp_of_the_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="wished_start",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="draft",
            name="wished_therapist",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="services.therapist"),
        ),
    ]
