"""Back office, for superusers: what was booked and what was sent, to read. Answers are never shown here.

Times, states and cases are changed where the rules are asked: through `scheduling.appointments` and the panel.
"""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from booking.models import Appointment, AppointmentEvent, Case, CaseEvent, Client, Message


class ReadOnly:
    """To look at, by superusers only."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AppointmentEventInline(ReadOnly, admin.TabularInline):
    model = AppointmentEvent
    fields = ("at", "actor", "by", "verb", "state", "version", "reason")


class CaseEventInline(ReadOnly, admin.TabularInline):
    model = CaseEvent
    fields = ("at", "by", "verb")


@admin.register(Client)
class ClientAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "email", "phone", "created_at")
    search_fields = ("name", "email", "phone")


@admin.register(Appointment)
class AppointmentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("reference", "starts_at", "therapist", "client", "treatment", "state")
    list_filter = ("state", "location", "therapist")
    list_select_related = ("therapist", "client", "treatment")
    search_fields = ("reference", "client__name")
    date_hierarchy = "starts_at"
    exclude = ("intake", "public_id")
    inlines = (AppointmentEventInline,)


@admin.register(Case)
class CaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("opened_at", "kind", "state", "contact_name", "may_call", "owner")
    list_filter = ("state", "kind")
    list_select_related = ("owner",)
    exclude = ("intake",)
    inlines = (CaseEventInline,)


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("due_at", "kind", "recipient", "state", "attempts", "sent_at", "reason")
    list_filter = ("state", "kind")
    search_fields = ("recipient", "appointment__reference")
    exclude = ("lease_token",)
