from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = _("Visits and clients")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        checks.register(_check_rulebook)
        post_migrate.connect(_watch_tables, sender=self, dispatch_uid="triggers of changes")


def _watch_tables(**_kwargs: Any) -> None:
    """As for the audit trail: a migration that rebuilds a table drops its triggers silently."""
    from booking.changes import make_triggers

    make_triggers()


def _check_rulebook(**_kwargs: Any) -> list[checks.CheckMessage]:
    """A rulebook that can't be used stops web and worker, with the file and the rule named."""
    from booking.rules.questionnaire import QuestionnaireError
    from booking.rules.rulebook import RulebookError, load_rulebook

    try:
        load_rulebook()
    except (RulebookError, QuestionnaireError) as error:
        return [checks.Error(str(error), id="booking.E001")]
    return []
