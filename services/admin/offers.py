"""Where and what: locations, rooms, and treatments with their lengths."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.admin.rights import ForSuperusers, NeverDeleted, review_of
from services.admin.uploads import PictureForm, drop_unused_pictures
from services.locks import lock_parents
from services.models import ClinicPolicy, Location, Room, Treatment, TreatmentLength
from services.pictures import DOOR
from services.treatments import is_gentler


class LocationForm(PictureForm):
    picture, shape = "door_photo", DOOR

    class Meta:
        model = Location
        fields = "__all__"


@admin.register(Location)
class LocationAdmin(NeverDeleted, admin.ModelAdmin):
    form = LocationForm
    list_display = ["name", "address", "phone", "time_zone", "country", "is_active"]

    def save_model(self, request: HttpRequest, obj: Location, form: Any, change: bool) -> None:
        # Zone and activity decide what can be booked there.
        if change:
            lock_parents(location_ids=[obj.pk])
        super().save_model(request, obj, form, change)
        if "country" in form.changed_data:
            ClinicPolicy.objects.filter(pk=1).update(emergency_number_confirmed=False)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        review_of(request)(location_ids=[form.instance.pk])
        drop_unused_pictures()


class RoomForm(forms.ModelForm):
    class Meta:
        model = Room
        fields = ["location", "name", "order", "treatments", "is_active"]
        widgets = {"treatments": forms.CheckboxSelectMultiple}


@admin.register(Room)
class RoomAdmin(ForSuperusers, admin.ModelAdmin):
    form = RoomForm
    list_display = ["name", "location", "order", "is_active"]
    list_filter = ["location"]
    list_select_related = ["location"]

    def get_readonly_fields(self, request: HttpRequest, obj: Room | None = None) -> list[str]:
        return ["location"] if obj else []  # its visits are at the old place

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:
        lock_parents(location_ids=[obj.location_id])
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Saves the treatments that the room is meant for."""
        super().save_related(request, form, formsets, change)
        review_of(request)(location_ids=[form.instance.location_id])

    def delete_model(self, request: HttpRequest, obj: Room) -> None:
        self.delete_queryset(request, Room.objects.filter(pk=obj.pk))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        places = set(queryset.values_list("location_id", flat=True))
        lock_parents(location_ids=places)
        queryset.delete()
        review_of(request)(location_ids=places)


class LengthInline(ForSuperusers, admin.TabularInline):
    model = TreatmentLength
    extra = 0
    fields = ["minutes", "price", "later_prices", "is_active"]
    readonly_fields = ["later_prices"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TreatmentLength]:
        return super().get_queryset(request).prefetch_related("prices")

    @admin.display(description=_("from a day on"))
    def later_prices(self, length: TreatmentLength) -> str:
        """Changed in the panel only."""
        found = length.prices.all() if length.pk else ()
        return ", ".join(
            f"{price.first_date:%Y-%m-%d}: {_('not offered') if price.amount is None else price.amount}"
            for price in found
        )


class TreatmentForm(forms.ModelForm):
    """A treatment that becomes less restricted is saved only once somebody has confirmed it."""

    is_meant = forms.BooleanField(label=_("Yes, it is as gentle as that"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = Treatment
        fields = "__all__"  # noqa: DJ007 - everything in this row is for the clinic to change

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        was = Treatment.objects.filter(pk=self.instance.pk).first()
        like = cleaned.get("like", was.like if was else "")
        uses_heat = cleaned.get("uses_heat", True)
        if was and like and is_gentler(was, like=like, uses_heat=uses_heat) and not cleaned.get("is_meant"):
            self.fields["is_meant"].widget = forms.CheckboxInput()
            self.add_error("is_meant", _gentle_question(like, uses_heat=uses_heat))
        return cleaned


@admin.register(Treatment)
class TreatmentAdmin(NeverDeleted, admin.ModelAdmin):
    form = TreatmentForm
    list_display = ["name", "key", "like", "uses_heat", "firmness", "turnover_minutes", "order", "is_active"]
    inlines = [LengthInline]

    def save_model(self, request: HttpRequest, obj: Treatment, form: Any, change: bool) -> None:
        # Every booking takes the lock of its place: nobody books what is being taken off the list.
        if change:
            lock_parents(location_ids=Location.objects.values_list("pk", flat=True))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "is_active" in form.changed_data:
            review_of(request)(location_ids=list(Location.objects.values_list("pk", flat=True)))

    def get_readonly_fields(self, request: HttpRequest, obj: Treatment | None = None) -> list[str]:
        # The rules of the safety check exclude treatments by their keys.
        return [] if obj is None else ["key", "like"] if obj.key in Treatment.Kind.values else ["key"]

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """What decides who may have it is on record with its old and new value."""
        message = super().construct_change_message(request, form, formsets, add)
        old_and_new = [
            f"{name}: {form.initial.get(name)} > {form.cleaned_data[name]}"
            for name in ("like", "uses_heat")
            if not add and name in form.changed_data
        ]
        return [*message, {"changed": {"fields": old_and_new}}] if old_and_new else message


def _gentle_question(like: str, *, uses_heat: bool) -> str:
    question = (
        _("Is it really as gentle as %(kind)s?")
        if uses_heat
        else _("Is it really as gentle as %(kind)s, without heat?")
    )
    return question % {"kind": Treatment.Kind(like).label}
