import booking.models.encrypted
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0010_unconfirmed_bookings")]

    operations = [
        migrations.AddField("decision", "mapped_from", models.CharField(blank=True, default="", max_length=20), False),
        migrations.CreateModel(
            name="AdviceAnswers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", booking.models.encrypted.EncryptedJSONField(editable=False)),
                ("answered_at", models.DateTimeField()),
                (
                    "intake",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="for_advice", to="booking.intake"
                    ),
                ),
            ],
            options={"verbose_name": "answers for advice", "verbose_name_plural": "answers for advice"},
        ),
    ]
