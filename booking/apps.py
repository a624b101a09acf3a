from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = _("Booking")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        checks.register(_check_rulebook)


def _check_rulebook(**_kwargs: Any) -> list[checks.CheckMessage]:
    """A rulebook that can't be used stops web and worker, with the file and the rule named."""
    from booking.rules.questionnaire import QuestionnaireError
    from booking.rules.rulebook import RulebookError, load_rulebook

    try:
        load_rulebook()
    except (RulebookError, QuestionnaireError) as error:
        return [checks.Error(str(error), id="booking.E001")]
    return []
