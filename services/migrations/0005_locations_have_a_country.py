"""A location's country, of its zone where nobody says; an emergency number that a clinic may leave to it and confirms."""

from typing import Any

from django.db import migrations, models

from services import countries


def fill(apps: Any, schema_editor: Any) -> None:
    """Rows that are there take the country from their zone. What stood as emergency number stays.

    Only a clinic without a location has never chosen any: it leaves the number to its first country.
    """
    Location, Policy = (apps.get_model("services", name) for name in ("Location", "ClinicPolicy"))
    for pk, zone in Location.objects.values_list("pk", "time_zone"):
        Location.objects.filter(pk=pk).update(country=countries.country_of_zone(zone))
    if not Location.objects.exists():
        Policy.objects.filter(emergency_number="112").update(emergency_number="")


class Migration(migrations.Migration):
    dependencies = [("services", "0004_complete_the_first_tables")]

    operations = [
        migrations.AddField(
            model_name="location",
            name="country",
            field=models.CharField(
                blank=True,
                choices=countries.names,
                default="",
                help_text="For phone numbers, prices, the clock, and the emergency number. Empty: the country of the time zone.",
                max_length=2,
                verbose_name="country",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="clinicpolicy",
            name="emergency_number",
            field=models.CharField(
                blank=True,
                help_text="Empty: that of the first location's country.",
                max_length=20,
                verbose_name="emergency number",
            ),
        ),
        migrations.AddField(
            model_name="clinicpolicy",
            name="emergency_number_confirmed",
            field=models.BooleanField(default=False, verbose_name="we have checked the emergency number"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
