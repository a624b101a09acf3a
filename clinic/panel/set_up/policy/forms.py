"""How the clinic books, in fields that a clinic would name."""

from collections.abc import Sequence
from typing import Any, ClassVar

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import MailField, TextField
from booking.wording.spans import format_span_of
from clinic.panel.fields import make_helper
from clinic.panel.set_up.changing import PolicyForm
from services.policy import LIMITS

HOUR = 60
NOTICES = (0, 15, 30, 45, *(HOUR * hours for hours in (1, 2, 3, 4, 5, 6, 8, 10, 12, 18, 24, 36, 48, 72, 96, 120, 168)))
FREE_HOURS = (0, 1, 2, 3, 4, 6, 8, 10, 12, 18, 20, 24, 30, 36, 48, 72, 96, 120, 168)
GRIDS = (5, 10, 15, 20, 30, 45, 60, 90, 120)


class SpanField(forms.TypedChoiceField):
    """How long, chosen from a list; what is stored is always on it.

    `unit`: how many minutes one of the column's numbers is; `words` say one with its `span`, `zero` none. Any number
    within the column's limits is taken, since somebody else's choice may have been on the list when the page was drawn.
    """

    def __init__(
        self,
        column: str,
        numbers: Sequence[int],
        *,
        label: Any,
        unit: int = 1,
        words: Any = "%(span)s",
        zero: Any = None,
    ) -> None:
        self.limits, self.unit, self.words, self.zero = LIMITS[column], unit, words, zero
        self.numbers = frozenset(numbers)
        super().__init__(label=label, coerce=int)
        self.offer(None)

    def offer(self, stored: object) -> None:
        """Have `stored` among the choices, too."""
        also = {int(stored)} if isinstance(stored, int) else set()
        self.choices = [(number, self._say(number)) for number in sorted(self.numbers | also)]

    def valid_value(self, value: Any) -> bool:
        least, most = self.limits
        return str(value).isdecimal() and len(str(value)) < 10 and least <= int(value) <= most

    def _say(self, number: int) -> str:
        return (
            str(self.zero)
            if number == 0 and self.zero
            else str(self.words) % {"span": format_span_of(number * self.unit)}
        )


def _number(column: str, label: Any) -> forms.IntegerField:
    least, most = LIMITS[column]
    widget = forms.NumberInput(attrs={"class": "number-short", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget)


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
    notice_minutes = SpanField("notice_minutes", NOTICES, label=_("Shortest notice"), zero=_("none"))
    horizon_days = _number("horizon_days", _("Days ahead"))
    grid_minutes = SpanField("grid_minutes", GRIDS, label=_("A new start every"))
    hold_minutes = _number("hold_minutes", _("Minutes that a time is kept"))
    hold_extension_minutes = _number("hold_extension_minutes", _("Minutes more, once"))
    free_cancelling_hours = SpanField(
        "free_cancelling_hours",
        FREE_HOURS,
        label=_("Free to move or cancel until"),
        unit=HOUR,
        words=_("%(span)s before"),
        zero=_("the start"),
    )
    late_cancelling_words = TextField(label=_("What a later change costs"), at_most=300, required=False)
    undo_minutes = _number("undo_minutes", _("Minutes to take a change back"))
    changes_by_phone = forms.BooleanField(label=_("Clients call us to move or cancel"), required=False)
    intake_valid_days = _number("intake_valid_days", _("Days that a safety check counts"))
    reception_reads_concerns = forms.BooleanField(
        label=_("Reception reads what clients write in the safety check"), required=False
    )
    advice_line = TextField(label=_("Health advice line"), at_most=120, required=False)
    maternity_line = TextField(label=_("Maternity line"), at_most=120, required=False)
    contact_email = MailField(label=_("The clinic’s email address"), required=False)

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
