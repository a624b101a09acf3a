"""What decisions found is kept as rule ids and region keys; the sentences are looked up in the file of their version.

The column is encrypted, so this needs HEALTH_DATA_KEYS. Going back means the backup that was made before.
"""

import re
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AT_A_TIME = 500


def store_ids(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    decisions = apps.get_model("booking", "Decision").objects
    last = 0
    while rows := _read(decisions.filter(pk__gt=last).order_by("pk")[:AT_A_TIME]):
        last = rows[-1].pk
        told = [row for row in rows if "reasons" in row.findings]
        for row in told:
            row.findings = as_ids(row.findings)
        decisions.bulk_update(told, ["findings"])


def _read(rows: Any) -> list[Any]:
    try:
        return list(rows)
    except InvalidToken:
        message = (
            "A decision can't be read with these HEALTH_DATA_KEYS. Add the key that it was stored under, then migrate."
        )
        raise RuntimeError(message) from None


def as_ids(findings: dict[str, Any]) -> dict[str, Any]:
    """The same findings without a sentence."""
    return {
        "rules": [
            {key: reason.get(key, {} if key == "behind" else "") for key in ("rule", "level", "urgency", "behind")}
            for reason in findings["reasons"]
        ],
        "excluded": findings["excluded"],
        "excluded_by_caution": findings["excluded_by_caution"],
        # As booking.rules.rulebook.region_key made them when this was written.
        "avoid": [re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_") for words in findings["avoid"]],
        "failed": findings["failed"],
        **{key: findings[key] for key in ("no_heat",) if key in findings},
    }


class Migration(migrations.Migration):
    dependencies = [("booking", "0011_mapped_decisions_and_answers_for_advice")]

    operations = [migrations.RunPython(store_ids)]
