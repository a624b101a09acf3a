from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BackOfficeConfig(admin_apps.AdminConfig):
    """Django's admin with a site of ours in it."""

    default = False  # the default of this module is the clinic itself
    default_site = "clinic.back_office.BackOffice"


class ClinicConfig(AppConfig):
    name = "clinic"
    verbose_name = _("Who looked at what")

    def ready(self) -> None:
        post_migrate.connect(_make_seals, sender=self, dispatch_uid="seals")


def _make_seals(**_kwargs: Any) -> None:
    """As in `services.apps`, the only signal of this project: a migration that rebuilds a table drops its triggers silently."""
    from services.sealed import make_seals

    make_seals()
