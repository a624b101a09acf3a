"""The back office, for superusers: places, treatments, therapists, hours, time off and the policy.

Hours, time off and skills are written through `services.rota`, under the locks that bookings take. What the rota
refuses is shown on the form. Therapists, locations and treatments are taken out of use, never deleted, for visits and
rules refer to them.
"""

import re
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services import rota
from services.hours import is_skipped
from services.locks import lock_parents
from services.models import (
    ClinicPolicy,
    Location,
    Room,
    Therapist,
    TimeOff,
    Treatment,
    TreatmentLength,
    WorkingHours,
)

# Numbers that a clinic may choose, where the column would take more than makes sense. Both ends are included.
POLICY_LIMITS = {
    "notice_minutes": (0, 30 * 24 * 60),
    "horizon_days": (1, 730),
    "free_cancelling_hours": (0, 30 * 24),
    "hold_minutes": (1, 60),
    "hold_extension_minutes": (0, 60),
    "undo_minutes": (0, 60),
    "grid_minutes": (5, 120),
    "intake_valid_days": (1, 365),
}
MOST_REMINDERS = 10
UTC_ZONE = ZoneInfo("UTC")
MOST_DAYS_BEFORE = 60
WALL_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


# --- Who may -------------------------------------------------------------------------------------------------------


def _is_superuser(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


class ForSuperusers:
    """Single permissions that someone was given count for nothing here, until the panel has its roles."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)


class NeverDeleted(ForSuperusers):
    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class RotaAdmin(ForSuperusers, admin.ModelAdmin):
    """Writes by `services.rota`. A refusal that the form could not foresee, after a race, becomes a message."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except rota.RotaRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return response

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)


# --- Places ----------------------------------------------------------------------------------------------------------


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


# --- Treatments ------------------------------------------------------------------------------------------------------


class LengthInline(ForSuperusers, admin.TabularInline):
    model = TreatmentLength
    extra = 0


@admin.register(Treatment)
class TreatmentAdmin(NeverDeleted, admin.ModelAdmin):
    list_display = ["name", "key", "firmness", "turnover_minutes", "order", "is_active"]
    inlines = [LengthInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Treatment | None = None) -> list[str]:
        return ["key"] if obj else []  # the rules of the safety check exclude treatments by their keys


# --- Therapists ------------------------------------------------------------------------------------------------------


class TherapistForm(forms.ModelForm):
    class Meta:
        model = Therapist
        fields = ["name", "treatments", "is_active"]
        widgets = {"treatments": forms.CheckboxSelectMultiple}


@admin.register(Therapist)
class TherapistAdmin(NeverDeleted, RotaAdmin):
    form = TherapistForm
    list_display = ["name", "is_active"]

    def save_model(self, request: HttpRequest, obj: Therapist, form: Any, change: bool) -> None:
        if not change:
            obj.save()
            return
        write = rota.activate_therapist if obj.is_active else rota.deactivate_therapist
        write(therapist=obj)
        obj.save(update_fields=["name"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        rota.set_skills(therapist=form.instance, treatments=form.cleaned_data["treatments"])


# --- Working hours ---------------------------------------------------------------------------------------------------


class WorkingHoursForm(forms.ModelForm):
    class Meta:
        model = WorkingHours
        fields = ["therapist", "location", "weekday", "opens", "closes", "first_date", "last_date"]
        help_texts = {
            "opens": gettext_lazy("In the local time of the location, in steps of five minutes."),
            "first_date": gettext_lazy("Empty means: since ever."),
            "last_date": gettext_lazy("Empty means: until further notice."),
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
            rota.change_hours(hours=obj, span=span)
        else:
            obj.pk = rota.add_hours(therapist=obj.therapist, location=obj.location, span=span).pk

    def delete_model(self, request: HttpRequest, obj: WorkingHours) -> None:
        rota.remove_hours(hours=obj)


# --- Time off and closures -------------------------------------------------------------------------------------------


class WallTimeField(forms.SplitDateTimeField):
    """A date and a time as a clock on the wall shows them, without a zone: which one depends on who is away."""

    widget = AdminSplitDateTime

    def compress(self, data_list: Any) -> datetime | None:
        if not data_list:
            return None
        day, moment = data_list
        if day in self.empty_values:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        if moment in self.empty_values:
            raise ValidationError(self.error_messages["invalid_time"], code="invalid_time")
        return datetime.combine(day, moment)


class TimeOffForm(forms.ModelForm):
    starts_at = WallTimeField(label=gettext_lazy("From"))
    ends_at = WallTimeField(label=gettext_lazy("Until"))

    class Meta:
        model = TimeOff
        fields = ["therapist", "location", "starts_at", "ends_at", "reason"]
        help_texts = {
            "therapist": gettext_lazy("Who is away, at every location."),
            "location": gettext_lazy("Instead of a therapist: the location is closed for everybody."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts_at", "ends_at"):
            self.fields[name].help_text = _zone_help(self.instance)
            if self.instance.pk:
                self.initial[name] = (
                    getattr(self.instance, name).astimezone(_zone_shown(self.instance)).replace(tzinfo=None)
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        zone = self._find_zone()
        # A repeated hour is away both times: from its first pass to the end of its second.
        self._make_instant("starts_at", zone, fold=0)
        self._make_instant("ends_at", zone, fold=1)
        return cleaned

    def validate_unique(self) -> None:
        """Once the row satisfies the constraints, the rota is asked for the rest."""
        super().validate_unique()
        time_off: TimeOff = self.instance
        if self.errors:
            return
        try:
            rota.check_time_off(starts_at=time_off.starts_at, ends_at=time_off.ends_at, reason=time_off.reason)
        except rota.RotaRefused as refused:
            self.add_error(None, str(refused))

    def _find_zone(self) -> ZoneInfo:
        """UTC where there is an error: nothing is saved then, but the model's checks want instants all the same."""
        therapist, location = self._owner("therapist"), self._owner("location")
        if (therapist is None) == (location is None):
            return UTC_ZONE  # the model's constraint has the words
        try:
            return _zone_of(therapist=therapist, location=location)
        except rota.RotaRefused as refused:
            self.add_error(None, str(refused))
            return UTC_ZONE

    def _owner(self, name: str) -> Any:
        return self.cleaned_data.get(name) if name in self.fields else getattr(self.instance, name)

    def _make_instant(self, name: str, zone: ZoneInfo, *, fold: int) -> None:
        wall = self.cleaned_data.get(name)
        if wall is None:
            return
        if not rota.FIRST_YEAR <= wall.year <= rota.LAST_YEAR:
            self.add_error(name, rota.wrong_year())
        elif is_skipped(wall, zone):
            sentence = _("There is no %(time)s on that day in %(zone)s: the clocks are put forward over it.")
            self.add_error(name, sentence % {"time": f"{wall:%H:%M}", "zone": zone.key})
        else:
            self.cleaned_data[name] = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


@admin.register(TimeOff)
class TimeOffAdmin(RotaAdmin):
    form = TimeOffForm
    list_display = ["owner", "local_start", "local_end", "zone", "reason"]
    list_filter = ["therapist", "location"]

    def get_readonly_fields(self, request: HttpRequest, obj: TimeOff | None = None) -> list[str]:
        return ["therapist", "location"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimeOff]:
        """With the zone of each row, so that a long list needs no more statements than a short one."""
        hours = WorkingHours.objects.filter(therapist=OuterRef("therapist")).order_by("location")
        zone_key = Coalesce(
            F("location__time_zone"),
            Subquery(hours.values("location__time_zone")[:1]),
            Subquery(Location.objects.order_by("pk").values("time_zone")[:1]),
        )
        return super().get_queryset(request).select_related("therapist", "location").annotate(zone_key=zone_key)

    def save_model(self, request: HttpRequest, obj: TimeOff, form: Any, change: bool) -> None:
        times: dict[str, Any] = {"starts_at": obj.starts_at, "ends_at": obj.ends_at, "reason": obj.reason}
        if change:
            rota.change_time_off(time_off=obj, **times)
        elif obj.therapist is not None:
            obj.pk = rota.add_time_off(therapist=obj.therapist, **times).pk
        elif obj.location is not None:
            obj.pk = rota.add_closure(location=obj.location, **times).pk

    def delete_model(self, request: HttpRequest, obj: TimeOff) -> None:
        rota.remove_time_off(time_off=obj)

    @admin.display(description=gettext_lazy("who or where"))
    def owner(self, obj: TimeOff) -> str:
        return str(obj.therapist or obj.location)

    @admin.display(description=gettext_lazy("from"), ordering="starts_at")
    def local_start(self, obj: TimeOff) -> str:
        return _local(obj.starts_at, obj)

    @admin.display(description=gettext_lazy("until"), ordering="ends_at")
    def local_end(self, obj: TimeOff) -> str:
        return _local(obj.ends_at, obj)

    @admin.display(description=gettext_lazy("time zone"))
    def zone(self, obj: TimeOff) -> str:
        return _zone_shown(obj).key


# --- Policy ----------------------------------------------------------------------------------------------------------


class PolicyForm(forms.ModelForm):
    class Meta:
        model = ClinicPolicy
        fields = "__all__"  # noqa: DJ007 - everything in this row is for the clinic to change

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in POLICY_LIMITS.items():
            field = self.fields[name]
            field.validators = [*field.validators, MinValueValidator(least), MaxValueValidator(most)]
            field.widget.attrs |= {"min": least, "max": most}
        self.fields["reminder_plan"].required = False  # an empty list is a plan, too: no reminders

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
            raise ValidationError(_("The same reminder stands in the list twice."))
        return plan


@admin.register(ClinicPolicy)
class PolicyAdmin(NeverDeleted, admin.ModelAdmin):
    form = PolicyForm

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_add_permission(request, obj) and not ClinicPolicy.objects.exists()

    def save_model(self, request: HttpRequest, obj: ClinicPolicy, form: Any, change: bool) -> None:
        obj.pk = 1  # the one row, whatever the sequence would give
        super().save_model(request, obj, form, change)


# --- Parts -----------------------------------------------------------------------------------------------------------


def _zone_of(*, therapist: Therapist | None, location: Location | None) -> ZoneInfo:
    """In which zone the time off of one of the two is typed. Raises RotaRefused where nothing says."""
    place = location if therapist is None else rota.home_of(therapist=therapist)
    if place is None:
        raise rota.TimeOffRefused(_("Add a location first."))
    return rota.zone_of(location=place)


def _zone_shown(time_off: TimeOff) -> ZoneInfo:
    """The zone of a stored row, which the list has loaded with it; UTC where that is unknown."""
    try:
        return ZoneInfo(getattr(time_off, "zone_key", None) or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC_ZONE


def _zone_help(time_off: TimeOff) -> str:
    if time_off.pk:
        return _("Local time, %(zone)s.") % {"zone": _zone_shown(time_off).key}
    places = Location.objects.values_list("name", "time_zone")
    zones = {zone for _name, zone in places}
    if len(zones) == 1:
        return _("Local time, %(zone)s.") % {"zone": zones.pop()}
    listed = ", ".join(f"{name}: {zone}" for name, zone in places)
    return _("Local time of the location; for a therapist, of the first one at which they work. %(zones)s") % {
        "zones": listed
    }


def _local(instant: datetime, time_off: TimeOff) -> str:
    return date_format(instant.astimezone(_zone_shown(time_off)).replace(tzinfo=None), "D j F Y, H:i")


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
