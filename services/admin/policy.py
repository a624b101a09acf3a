"""The one row of everything that a clinic changes."""

import re
from datetime import time
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from services.admin.rights import NeverDeleted
from services.admin.uploads import PictureForm, drop_unused_pictures
from services.models import ClinicPolicy
from services.origins import tidy_origins
from services.pictures import LOGO
from services.policy import LIMITS

MOST_REMINDERS = 10
MOST_DAYS_BEFORE = 60
WALL_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class PolicyForm(PictureForm):
    picture, shape = "logo", LOGO

    class Meta:
        model = ClinicPolicy
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in LIMITS.items():
            if name not in self.fields:
                continue  # only read here: see PolicyAdmin
            field = self.fields[name]
            field.validators = [*field.validators, MinValueValidator(least), MaxValueValidator(most)]
            field.widget.attrs |= {"min": least, "max": most}
        self.fields["reminder_plan"].required = False  # an empty list is a plan, too: no reminders

    def clean_accent(self) -> str:
        return str(self.cleaned_data["accent"]).strip().lower()

    def clean_read_by(self) -> str:
        return tidy_origins(self.cleaned_data["read_by"])

    def clean_framed_by(self) -> str:
        return tidy_origins(self.cleaned_data["framed_by"])

    def clean_quiet_from(self) -> time:
        return _full_minutes(self.cleaned_data["quiet_from"])

    def clean_quiet_until(self) -> time:
        return _full_minutes(self.cleaned_data["quiet_until"])

    def clean_reminder_plan(self) -> list[dict[str, object]]:
        plan = self.cleaned_data["reminder_plan"]
        if not isinstance(plan, list) or len(plan) > MOST_REMINDERS or not all(map(_is_reminder, plan)):
            raise ValidationError(
                _(
                    'Write a list of at most %(count)s entries like {"hours_before": 48} or '
                    '{"days_before": 1, "at": "18:00"}, if you like with "only_unconfirmed": true.'
                ),
                params={"count": MOST_REMINDERS},
            )
        if any(entry in plan[:number] for number, entry in enumerate(plan)):
            raise ValidationError(_("The same reminder is in the list twice."))
        return plan


@admin.register(ClinicPolicy)
class PolicyAdmin(NeverDeleted, admin.ModelAdmin):
    form = PolicyForm
    # Changed in the panel, which keeps what clients of booked visits were told.
    readonly_fields = ("free_cancelling_hours",)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_add_permission(request, obj) and not ClinicPolicy.objects.exists()

    def save_model(self, request: HttpRequest, obj: ClinicPolicy, form: Any, change: bool) -> None:
        obj.pk = 1  # the one row, whatever the sequence would give
        super().save_model(request, obj, form, change)
        drop_unused_pictures()


def _full_minutes(moment: time) -> time:
    if moment.second or moment.microsecond:
        raise ValidationError(_("Write a time in full minutes, like 21:00."))
    return moment


def _is_reminder(entry: object) -> bool:
    """The shapes that `booking.messages.plan` reads; a test keeps the two in step."""
    if not isinstance(entry, dict) or not isinstance(entry.get("only_unconfirmed", False), bool):
        return False
    names = set(entry) - {"only_unconfirmed"}
    if names == {"hours_before"}:
        return _is_whole(entry["hours_before"], least=1, most=24 * MOST_DAYS_BEFORE)
    if names == {"days_before", "at"}:
        is_time = isinstance(entry["at"], str) and WALL_TIME.fullmatch(entry["at"])
        return bool(is_time) and _is_whole(entry["days_before"], least=0, most=MOST_DAYS_BEFORE)
    return False


def _is_whole(value: object, *, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
