"""Who works here and what was looked at, for superusers, to read only."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking.admin import ReadOnly
from booking.models import Appointment
from clinic.models import AuditEntry, StaffProfile
from services.models import Therapist

# What helps nobody here: roles say who may do what, and second factors are reset in the panel, where sessions end too.
for unused in (User, Group, TOTPDevice, StaticDevice):
    admin.site.unregister(unused)

# What the pages here call a table of Django's or a name from the code. All three are to read, so nothing of it is stored.
for table, one, several in (
    (User, gettext_lazy("account"), gettext_lazy("accounts")),
    (Appointment, gettext_lazy("visit"), gettext_lazy("visits")),
    (AuditEntry, gettext_lazy("entry"), gettext_lazy("entries")),
):
    table._meta.verbose_name, table._meta.verbose_name_plural = one, several
apps.get_app_config("auth").verbose_name = gettext_lazy("Who works here")


@admin.register(User)
class AccountAdmin(ReadOnly, UserAdmin):
    """To look at: only the panel knows what ends with a password, a role or an account (`door/staff_changes.py`)."""

    form = forms.ModelForm
    list_display = ("signs_in_as", "called", "email", "role", "can_sign_in")
    list_filter = ()
    list_select_related = ("staff_profile__therapist",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Above them, the way to where an account is changed."""
        leads_on = format_html(
            '<a href="{}">{}</a>',
            reverse("panel:staff_account", args=[obj.pk]) if obj else reverse("panel:set_up_staff"),
            _("Change this account in the panel"),
        )
        fields = ("signs_in_as", "called", "email", "role", "therapist", "can_sign_in")
        return ((None, {"fields": fields, "description": leads_on}),)

    @admin.display(description=gettext_lazy("Signs in as"), ordering="username")
    def signs_in_as(self, user: User) -> str:
        return user.username

    @admin.display(description=gettext_lazy("Name"), ordering="first_name")
    def called(self, user: User) -> str:
        return user.first_name

    @admin.display(description=gettext_lazy("Role"), ordering="staff_profile__role")
    def role(self, user: User) -> str:
        profile = _profile_of(user)
        return profile.get_role_display() if profile else ""

    @admin.display(description=gettext_lazy("Gives massages as"))
    def therapist(self, user: User) -> Therapist | None:
        profile = _profile_of(user)
        return profile.therapist if profile else None

    @admin.display(description=gettext_lazy("Can sign in"), boolean=True, ordering="is_active")
    def can_sign_in(self, user: User) -> bool:
        return user.is_active

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """An address that somebody may still have: it says what to do instead."""
        told = _("Accounts are not deleted, because the history names them. Disable the account in the panel.")
        self.message_user(request, told, messages.WARNING)
        user = self.get_object(request, object_id)
        if user is None:
            return HttpResponseRedirect(reverse("admin:auth_user_changelist"))
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[user.pk]))


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "by", "verb", "object_type", "object_id", "fields")
    list_filter = ("verb", "object_type")
    list_select_related = ("by",)


def _profile_of(user: User) -> StaffProfile | None:
    profile: StaffProfile | None = getattr(user, "staff_profile", None)
    return profile
