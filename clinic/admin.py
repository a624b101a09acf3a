"""Who works here, for superusers; and what was looked at, to read only."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking.admin import ReadOnly
from clinic.models import AuditEntry, StaffProfile
from clinic.panel.door.owners import is_last_owner
from clinic.record.audit import write_entry

LAST_OWNER = gettext_lazy("Nobody else owns the clinic. Give somebody else the role of owner first.")


class AccountForm(UserChangeForm):
    def clean_is_active(self) -> bool:
        """Raises ValidationError where nobody would own the clinic afterwards."""
        is_active = bool(self.cleaned_data["is_active"])
        if not is_active and is_last_owner(self.instance.pk):
            raise ValidationError(LAST_OWNER)
        return is_active


# What helps nobody here: roles say who may do what, and second factors are reset in the panel, where sessions end too.
for unused in (User, Group, TOTPDevice, StaticDevice):
    admin.site.unregister(unused)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts are disabled, never deleted: the history of visits and the trail say who did what."""

    form = AccountForm
    list_filter = ("is_active",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Who it is"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Signing in"), {"fields": ("is_active",)}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Somebody new is invited in the panel, with a role."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """An address that somebody may still have: it says what to do instead."""
        told = _("Accounts are not deleted, because the history names them. Untick “Active” to disable one.")
        self.message_user(request, told, messages.WARNING)
        user = self.get_object(request, object_id)
        if user is None:
            return HttpResponseRedirect(reverse("admin:auth_user_changelist"))
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[user.pk]))


class StaffProfileForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where nobody would own the clinic afterwards."""
        cleaned = super().clean() or {}
        before = StaffProfile.objects.filter(pk=self.instance.pk).first()
        stays = cleaned.get("role") == StaffProfile.Role.OWNER and before and cleaned.get("user") == before.user
        if before is not None and is_last_owner(before.user_id) and not stays:
            raise ValidationError(LAST_OWNER)
        return cleaned


@admin.register(StaffProfile)
class StaffProfileAdmin(admin.ModelAdmin):
    form = StaffProfileForm
    list_display = ("user", "role", "therapist")
    list_select_related = ("user", "therapist")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: StaffProfile | None = None) -> bool:
        """Somebody always owns the clinic."""
        return bool(request.user.is_superuser) and not (obj is not None and is_last_owner(obj.user_id))

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
