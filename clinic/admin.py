"""Who works here, for superusers; and what was looked at, to read only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from booking.admin import ReadOnly
from clinic.audit import write_entry
from clinic.models import AuditEntry, StaffProfile


@admin.register(StaffProfile)
class StaffProfileAdmin(admin.ModelAdmin):
    list_display = ("user", "role", "therapist")
    list_select_related = ("user", "therapist")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def log_addition(self, request: HttpRequest, obj: StaffProfile, message: Any) -> Any:
        _write_role(request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: StaffProfile, message: Any) -> Any:
        _write_role(request, obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for profile in queryset:
            _write_role(request, profile, verb="take role")
        return super().log_deletions(request, queryset)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "by", "verb", "object_type", "object_id", "fields")
    list_filter = ("verb", "object_type")
    list_select_related = ("by",)


def _write_role(request: HttpRequest, profile: StaffProfile, *, verb: str = "give role") -> None:
    """Who has which role from now on. A role is the one value in the trail: without it the line would say nothing."""
    write_entry(
        by=request.user,
        verb=verb,
        object_type="user",
        object_id=profile.user_id,
        fields=[profile.role],
        now=timezone.now(),
    )
