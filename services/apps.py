from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = _("What the clinic offers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_make_triggers_of_stamp, sender=self, dispatch_uid="triggers of the stamp")


def _make_triggers_of_stamp(**_kwargs: Any) -> None:
    """A migration that rebuilds a table drops its triggers silently on SQLite."""
    from services.stamp import make_triggers

    make_triggers()
