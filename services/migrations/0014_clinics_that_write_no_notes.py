from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0013_clinics_open_for_online_booking")]

    operations = [
        migrations.AddField(
            model_name="clinicpolicy",
            name="writes_notes",
            field=models.BooleanField(
                default=True,
                help_text="Without this no note is asked for. Notes that are there can still be read.",
                verbose_name="we write treatment notes",
            ),
        ),
    ]
