"""Parts that the forms of the panel share: days, times by the clock of a place, instants."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from services.countries import country_of_zone, format_clock
from services.hours import is_skipped
from services.models import Location


def make_helper(*fields: Any, submit: Any, name: str, action: str = "") -> FormHelper:
    """`action` is the address it is sent to; without one it goes to the page that shows it, which must then accept it."""
    helper = FormHelper()
    helper.layout = Layout(*fields, Submit(name, submit))
    helper.form_action = action
    return helper


def between(least: int, most: int, **kwargs: Any) -> forms.IntegerField:
    """A number, both ends included."""
    words = format_lazy(_("Write a number from {least} to {most}."), least=least, most=most)
    errors = dict.fromkeys(("invalid", "min_value", "max_value"), words)
    return forms.IntegerField(min_value=least, max_value=most, error_messages=errors, **kwargs)


def day_input() -> forms.DateInput:
    """Browsers read the value of a date field as ISO, whatever the language of the page."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def in_this_century(moment: date) -> None:
    """Keeps the calendar's arithmetic in range, whatever was sent."""
    if not 2000 <= moment.year < 2100:
        raise ValidationError(_("Choose a date between 2000 and 2100."))


def read_date(text: str) -> date | None:
    """A date of an address, like 2026-11-27; None for what is none, or is too far off to reckon with."""
    try:
        day = date.fromisoformat(text)
        in_this_century(day)
    except (ValueError, ValidationError):
        return None
    return day


def in_fives(moment: time) -> None:
    """Nothing in the diary lies between the marks of five minutes."""
    if moment.minute % 5 or moment.second or moment.microsecond:
        raise ValidationError(_("Use times in steps of five minutes."))


def location_field(
    locations: Sequence[Location], *, empty_label: Any = None, help_text: Any = ""
) -> forms.ModelChoiceField:
    """Which place, where there are several."""
    places = Location.objects.filter(pk__in=[location.pk for location in locations]).order_by("pk")
    return forms.ModelChoiceField(places, label=_("Location"), help_text=help_text, empty_label=empty_label)


class Clock:
    """Reads what was typed as day and time by the wall clock of one place, and puts errors beside the time."""

    def __init__(self, form: forms.Form, zone: ZoneInfo) -> None:
        self.form, self.zone = form, zone

    def read(self, day: str, time: str, *, fold: int = 0) -> datetime | None:
        """The instant (UTC); None where it is missing or never. Of a time shown twice, the first (`fold` 1: the second)."""
        cleaned = self.form.cleaned_data
        if not cleaned.get(day) or cleaned.get(time) is None:
            return None
        wall = datetime.combine(cleaned[day], cleaned[time])
        if is_skipped(wall, self.zone):
            self.form.add_error(
                time,
                _("The clocks are put forward over %(time)s on that day. Choose another time.")
                % {"time": format_clock(wall, country=country_of_zone(self.zone.key))},
            )
            return None
        return wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)


class InstantField(forms.Field):
    """An ISO instant with its offset; a time without one could be any of several."""

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise ValidationError(_("That is not a time that can be booked.")) from None
        if moment.utcoffset() is None:
            raise ValidationError(_("A start has to say its offset from UTC, like 2026-11-26T14:30+00:00."))
        in_this_century(moment)
        return moment.astimezone(UTC)
