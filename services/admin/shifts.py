"""Who and when: therapists, their skills and their working hours."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from services import rota
from services.admin.rights import NeverDeleted, RotaAdmin, review_of
from services.admin.uploads import PictureForm, drop_unused_pictures
from services.models import Therapist, WorkingHours
from services.pictures import PORTRAIT

PROFILE = ["about", "training", "languages", "gender"]


class TherapistForm(PictureForm):
    picture, shape = "portrait", PORTRAIT

    class Meta:
        model = Therapist
        fields = ["name", "treatments", "is_active", *PROFILE]
        widgets = {"treatments": forms.CheckboxSelectMultiple}


@admin.register(Therapist)
class TherapistAdmin(NeverDeleted, RotaAdmin):
    form = TherapistForm
    list_display = ["name", "is_active"]

    def save_model(self, request: HttpRequest, obj: Therapist, form: Any, change: bool) -> None:
        obj.save(update_fields=["name", *PROFILE, "portrait"] if change else None)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        rota.change_therapist(
            therapist=form.instance,
            is_active=form.cleaned_data["is_active"],
            treatments=form.cleaned_data["treatments"],
            review=review_of(request),
        )
        drop_unused_pictures()


class WorkingHoursForm(forms.ModelForm):
    class Meta:
        model = WorkingHours
        fields = ["therapist", "location", "weekday", "opens", "closes", "first_date", "last_date"]
        help_texts = {
            "opens": gettext_lazy("In the local time of the location, in steps of five minutes."),
            "first_date": gettext_lazy("Empty: from the beginning."),
            "last_date": gettext_lazy("Empty: until further notice."),
        }

    def validate_unique(self) -> None:
        """Once the single row is sound, the rota is asked how it goes with the others."""
        super().validate_unique()
        hours: WorkingHours = self.instance
        if self.errors:
            return
        try:
            rota.check_hours(
                therapist=hours.therapist,
                location=hours.location,
                spans=[rota.span_of(hours=hours)],
                leaving_out=hours if hours.pk else None,
            )
        except rota.RotaRefused as refused:
            self.add_error(None, str(refused))


@admin.register(WorkingHours)
class WorkingHoursAdmin(RotaAdmin):
    form = WorkingHoursForm
    list_display = ["therapist", "location", "weekday", "opens", "closes", "first_date", "last_date"]
    list_filter = ["therapist", "location", "weekday"]
    list_select_related = ["therapist", "location"]

    def get_readonly_fields(self, request: HttpRequest, obj: WorkingHours | None = None) -> list[str]:
        return ["therapist", "location"] if obj else []

    def save_model(self, request: HttpRequest, obj: WorkingHours, form: Any, change: bool) -> None:
        span = rota.span_of(hours=obj)
        if change:
            rota.change_hours(hours=obj, span=span, review=review_of(request))
        else:
            made = rota.add_hours(therapist=obj.therapist, location=obj.location, span=span, review=review_of(request))
            obj.pk = made.pk

    def remove(self, request: HttpRequest, row: WorkingHours) -> None:
        rota.remove_hours(hours=row, review=review_of(request))
