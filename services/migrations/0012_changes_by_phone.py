from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0011_profiles_places_and_branding"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinicpolicy",
            name="changes_by_phone",
            field=models.BooleanField(
                default=False,
                help_text="Their pages and emails then have no buttons for it, and name the phone instead.",
                verbose_name="clients call to move or cancel",
            ),
        ),
    ]
