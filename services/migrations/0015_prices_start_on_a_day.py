"""What a length costs can change on a day. A clinic that is open has its prices confirmed."""

from typing import Any

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


def confirm(apps: Any, schema_editor: Any) -> None:
    """Whoever takes bookings already has looked at the prices."""
    apps.get_model("services", "ClinicPolicy").objects.using(schema_editor.connection.alias).exclude(
        opened_at=None
    ).update(prices_confirmed_at=models.F("opened_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0014_clinics_that_write_no_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinicpolicy",
            name="prices_confirmed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="treatmentlength",
            name="price",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="From the beginning, until a price that starts on a day. Empty: not offered before that day.",
                max_digits=9,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="price",
            ),
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_date", models.DateField(verbose_name="first day")),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=9,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="price",
                    ),
                ),
                (
                    "length",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prices",
                        to="services.treatmentlength",
                    ),
                ),
            ],
            options={
                "verbose_name": "price from a day on",
                "verbose_name_plural": "prices from a day on",
                "ordering": ["length", "first_date"],
                "constraints": [
                    models.UniqueConstraint(fields=("length", "first_date"), name="price_once_per_length_and_day"),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="price_not_negative"),
                ],
            },
        ),
        migrations.RunPython(confirm, migrations.RunPython.noop),
    ]
