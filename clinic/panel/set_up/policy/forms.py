"""How the clinic books, in fields that a clinic would name."""

from typing import Any, ClassVar

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.pages.fields import MailField, TextField
from booking.wording.spans import format_span_of
from clinic.panel.fields import between, make_helper
from clinic.panel.set_up.changing import PolicyForm
from clinic.panel.set_up.choices import SpanField
from services.policy import LIMITS

HOUR = 60
NOTICES = (0, 15, 30, 45, *(HOUR * hours for hours in (1, 2, 3, 4, 5, 6, 8, 10, 12, 18, 24, 36, 48, 72, 96, 120, 168)))
FREE_HOURS = (0, 1, 2, 3, 4, 6, 8, 10, 12, 18, 20, 24, 30, 36, 48, 72, 96, 120, 168)
GRIDS = (5, 10, 15, 20, 30, 45, 60, 90, 120)


def _before(number: int) -> str:
    return _("%(span)s before") % {"span": format_span_of(number * HOUR)} if number else _("the start")


def _notice(number: int) -> str:
    return format_span_of(number) if number else _("none")


def _number(column: str, label: Any) -> forms.IntegerField:
    least, most = LIMITS[column]
    widget = forms.NumberInput(attrs={"class": "number-short", "inputmode": "numeric"})
    return between(least, most, label=label, widget=widget)


class BookingPolicyForm(PolicyForm):
    """`about`: what each field does to clients as it is stored now, a sentence by its name."""

    columns: ClassVar[tuple[str, ...]] = (
        "notice_minutes",
        "horizon_days",
        "grid_minutes",
        "hold_minutes",
        "hold_extension_minutes",
        "free_cancelling_hours",
        "late_cancelling_words",
        "undo_minutes",
        "changes_by_phone",
        "intake_valid_days",
        "reception_reads_concerns",
        "advice_line",
        "maternity_line",
        "contact_email",
    )
    notice_minutes = SpanField(
        NOTICES, say=_notice, limits=LIMITS["notice_minutes"], label=gettext_lazy("Shortest notice")
    )
    horizon_days = _number("horizon_days", gettext_lazy("Days ahead"))
    grid_minutes = SpanField(
        GRIDS, say=format_span_of, limits=LIMITS["grid_minutes"], label=gettext_lazy("A new start every")
    )
    hold_minutes = _number("hold_minutes", gettext_lazy("Minutes that a time is kept"))
    hold_extension_minutes = _number("hold_extension_minutes", gettext_lazy("Minutes more, once"))
    free_cancelling_hours = SpanField(
        FREE_HOURS,
        say=_before,
        limits=LIMITS["free_cancelling_hours"],
        label=gettext_lazy("Free to move or cancel until"),
    )
    late_cancelling_words = TextField(label=gettext_lazy("What a later change costs"), at_most=300, required=False)
    undo_minutes = _number("undo_minutes", gettext_lazy("Minutes to take a change back"))
    changes_by_phone = forms.BooleanField(label=gettext_lazy("Clients call us to move or cancel"), required=False)
    intake_valid_days = _number("intake_valid_days", gettext_lazy("Days that a safety check counts"))
    reception_reads_concerns = forms.BooleanField(
        label=gettext_lazy("Reception reads what clients write in the safety check"), required=False
    )
    advice_line = TextField(label=gettext_lazy("Health advice line"), at_most=120, required=False)
    maternity_line = TextField(label=gettext_lazy("Maternity line"), at_most=120, required=False)
    contact_email = MailField(label=gettext_lazy("The clinic’s email address"), required=False)

    def __init__(self, data: Any = None, *, about: dict[str, str], **known: Any) -> None:
        super().__init__(data, **known)
        self.about = about
        for name, sentence in about.items():
            self.fields[name].help_text = sentence
        for name, field in self.fields.items():
            if isinstance(field, SpanField):
                field.offer(self.initial[name])
        self.fields["late_cancelling_words"].widget = forms.Textarea(attrs={"rows": 2})
        self.helper = make_helper(
            "seen",
            Fieldset(str(_("Booking")), *self.columns[:5]),
            Fieldset(str(_("Moving and cancelling")), *self.columns[5:9]),
            Fieldset(str(_("Safety check")), *self.columns[9:13]),
            Fieldset(str(_("Email")), *self.columns[13:]),
            submit=_("Save"),
            name="policy",
        )
        self.helper.form_class = "set-up-lines"

    def clean_grid_minutes(self) -> int:
        minutes = int(self.cleaned_data["grid_minutes"])
        if minutes % 5:
            raise ValidationError(_("Choose a multiple of five minutes."))
        return minutes
