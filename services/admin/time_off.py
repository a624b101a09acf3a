"""Time off and closures, typed and shown in the local time of the place that they are about."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services import rota
from services.admin.rights import RotaAdmin, review_of
from services.countries import country_of_zone, format_clock
from services.hours import is_skipped
from services.models import Location, Therapist, TimeOff, WorkingHours

UTC_ZONE = ZoneInfo("UTC")


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
            self.add_error(
                name, sentence % {"time": format_clock(wall, country=country_of_zone(zone.key)), "zone": zone.key}
            )
        else:
            self.cleaned_data[name] = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


@admin.register(TimeOff)
class TimeOffAdmin(RotaAdmin):
    form = TimeOffForm
    list_display = ["owner", "local_start", "local_end", "zone", "why"]
    list_filter = ["therapist", "location"]

    def get_readonly_fields(self, request: HttpRequest, obj: TimeOff | None = None) -> list[str]:
        return ["therapist", "location"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimeOff]:
        """With the zone of each row loaded, so that a long list needs no more statements than a short one."""
        hours = WorkingHours.objects.filter(therapist=OuterRef("therapist")).order_by("location")
        zone_key = Coalesce(
            F("location__time_zone"),
            Subquery(hours.values("location__time_zone")[:1]),
            Subquery(Location.objects.order_by("pk").values("time_zone")[:1]),
        )
        rows: QuerySet[TimeOff] = super().get_queryset(request).select_related("therapist", "location")
        return rows.annotate(zone_key=zone_key)

    def save_model(self, request: HttpRequest, obj: TimeOff, form: Any, change: bool) -> None:
        times: dict[str, Any] = {"starts_at": obj.starts_at, "ends_at": obj.ends_at, "reason": obj.reason}
        review = review_of(request)
        if change:
            rota.change_time_off(time_off=obj, **times, review=review)
        elif obj.therapist is not None:
            obj.pk = rota.add_time_off(therapist=obj.therapist, **times, review=review).pk
        elif obj.location is not None:
            obj.pk = rota.add_closure(location=obj.location, **times, review=review).pk

    def remove(self, request: HttpRequest, row: TimeOff) -> None:
        rota.remove_time_off(time_off=row, review=review_of(request))

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

    @admin.display(description=gettext_lazy("reason"))
    def why(self, obj: TimeOff) -> str:
        """Not the field: the list would offer to order by what is encrypted."""
        return obj.reason


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
