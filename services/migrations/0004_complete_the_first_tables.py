"""The limit of the policy's notice, which the very first version of 0001 did not have yet; see the one of booking."""

from typing import Any

from django.db import migrations

NAME, MOST = "policy_notice_at_most_thirty_days", 43_200


def complete(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    policy = apps.get_model("services", "ClinicPolicy")
    with connection.cursor() as cursor:
        present = connection.introspection.get_constraints(cursor, policy._meta.db_table)
    if NAME not in present:
        policy.objects.filter(notice_minutes__gt=MOST).update(notice_minutes=MOST)
        schema_editor.add_constraint(policy, next(one for one in policy._meta.constraints if one.name == NAME))


class Migration(migrations.Migration):
    dependencies = [("services", "0003_treatments_are_like_one_of_four")]

    operations = [migrations.RunPython(complete, migrations.RunPython.noop, elidable=True)]
