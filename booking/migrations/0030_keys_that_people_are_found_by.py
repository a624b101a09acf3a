"""Names and contacts folded into keys, and filled for everybody, in batches: fifty thousand clients take a minute."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from booking.models.folding import keys_of
from services.countries import FALLBACK

BATCH = 500


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    home = apps.get_model("services", "Location")._default_manager.filter(is_active=True).order_by("pk").first()
    country = home.country if home else FALLBACK
    search_key = apps.get_model("booking", "SearchKey")
    clients = (
        apps.get_model("booking", "Client")._default_manager.filter(erased_at=None, merged_into=None).order_by("pk")
    )
    last = 0
    while batch := list(clients.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        search_key._default_manager.bulk_create(
            search_key(client_id=client.pk, kind=kind, key=key.encode())
            for client in batch
            for kind, key in sorted(keys_of(name=client.name, email=client.email, phone=client.phone, country=country))
        )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0029_staff_keep_starts"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.PositiveSmallIntegerField()),
                ("key", models.BinaryField(max_length=160)),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.deletion.CASCADE,
                        related_name="search_keys",
                        to="booking.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "search key",
                "verbose_name_plural": "search keys",
                "indexes": [models.Index(fields=["kind", "key", "client"], name="search_key_by_key")],
                "constraints": [
                    models.UniqueConstraint(fields=["client", "kind", "key"], name="search_key_once_per_client")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
