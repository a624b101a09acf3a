"""Where and what: locations, rooms, and treatments with their lengths."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from services.admin.rights import ForSuperusers, NeverDeleted
from services.locks import lock_parents
from services.models import Location, Room, Treatment, TreatmentLength


@admin.register(Location)
class LocationAdmin(NeverDeleted, admin.ModelAdmin):
    list_display = ["name", "address", "phone", "time_zone", "is_active"]

    def save_model(self, request: HttpRequest, obj: Location, form: Any, change: bool) -> None:
        # Zone and activity decide what can be booked there.
        if change:
            lock_parents(location_ids=[obj.pk])
        super().save_model(request, obj, form, change)


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


class LengthInline(ForSuperusers, admin.TabularInline):
    model = TreatmentLength
    extra = 0


@admin.register(Treatment)
class TreatmentAdmin(NeverDeleted, admin.ModelAdmin):
    list_display = ["name", "key", "firmness", "turnover_minutes", "order", "is_active"]
    inlines = [LengthInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Treatment | None = None) -> list[str]:
        return ["key"] if obj else []  # the rules of the safety check exclude treatments by their keys
