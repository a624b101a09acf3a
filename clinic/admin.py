"""Who works here, for superusers; and what was looked at, to read only."""

from django.contrib import admin
from django.http import HttpRequest

from booking.admin import ReadOnly
from clinic.models import AuditEntry, StaffProfile
from clinic.panel.signing_in import needs_second_factor


def may_enter(request: HttpRequest) -> bool:
    """Superusers only, with the second factor where it is asked for."""
    user = request.user
    return bool(user.is_active and user.is_superuser) and not needs_second_factor(request)


admin.site.has_permission = may_enter  # type: ignore[method-assign]


@admin.register(StaffProfile)
class StaffProfileAdmin(admin.ModelAdmin):
    list_display = ("user", "role", "therapist")
    list_select_related = ("user", "therapist")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "by", "verb", "object_type", "object_id", "fields")
    list_filter = ("verb", "object_type")
    list_select_related = ("by",)
