"""What a clinic adds is like one of the four that the rules know, the strictest until somebody chooses, and uses heat."""

from typing import Any

from django.db import migrations, models

FOUR = ("deep_tissue", "trigger_point", "myofascial_release", "swedish")


def fill(apps: Any, schema_editor: Any) -> None:
    """The four are like themselves and need no heat."""
    for key in FOUR:
        apps.get_model("services", "Treatment").objects.filter(key=key).update(like=key, uses_heat=False)


class Migration(migrations.Migration):
    dependencies = [("services", "0002_first_treatments")]

    operations = [
        migrations.AddField(
            model_name="treatment",
            name="like",
            field=models.CharField(
                choices=[
                    ("deep_tissue", "deep tissue"),
                    ("trigger_point", "trigger point therapy"),
                    ("myofascial_release", "myofascial release"),
                    ("swedish", "Swedish"),
                ],
                default="deep_tissue",
                help_text="The safety check allows or refuses it with this one. The four are like themselves.",
                max_length=40,
                verbose_name="like",
            ),
        ),
        migrations.AddField(
            model_name="treatment",
            name="uses_heat",
            field=models.BooleanField(
                default=True,
                help_text="Hot stones, warm packs: not for everybody. Ticked unless you are sure.",
                verbose_name="uses heat",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(like__in=["deep_tissue", "trigger_point", "myofascial_release", "swedish"]),
                name="treatment_is_like_one_of_the_four",
            ),
        ),
    ]
