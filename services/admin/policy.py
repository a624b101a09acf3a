"""The one row of everything that a clinic changes."""

from typing import Any

from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.http import HttpRequest

from services.admin.rights import NeverDeleted
from services.admin.uploads import PictureForm, drop_unused_pictures
from services.models import ClinicPolicy
from services.origins import tidy_origins
from services.pictures import LOGO
from services.policy import LIMITS


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

    def clean_accent(self) -> str:
        return str(self.cleaned_data["accent"]).strip().lower()

    def clean_read_by(self) -> str:
        return tidy_origins(self.cleaned_data["read_by"])

    def clean_framed_by(self) -> str:
        return tidy_origins(self.cleaned_data["framed_by"])


@admin.register(ClinicPolicy)
class PolicyAdmin(NeverDeleted, admin.ModelAdmin):
    form = PolicyForm
    # Changed in the panel: what clients of booked visits were told stays, and their reminders follow.
    readonly_fields = ("free_cancelling_hours", "reminder_plan", "quiet_from", "quiet_until")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_add_permission(request, obj) and not ClinicPolicy.objects.exists()

    def save_model(self, request: HttpRequest, obj: ClinicPolicy, form: Any, change: bool) -> None:
        obj.pk = 1  # the one row, whatever the sequence would give
        super().save_model(request, obj, form, change)
        drop_unused_pictures()
