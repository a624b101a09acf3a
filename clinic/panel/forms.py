"""Forms of the panel: they clean input and write nothing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.intake.decisions import asked_again
from booking.intake.questionnaire import Field
from booking.models import Case, Condition, State
from booking.web.forms.text import TextField
from services import rota
from services.hours import is_skipped
from services.models import Location, Therapist, Treatment, TreatmentLength


def _helper(*fields: Any, submit: Any, name: str) -> FormHelper:
    helper = FormHelper()
    helper.layout = Layout(*fields, Submit(name, submit))
    return helper


def _day_input() -> forms.DateInput:
    """Browsers read the value of a date field as ISO, whatever the language of the page."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _in_this_century(moment: date) -> None:
    """Keeps the calendar's arithmetic in range, whatever was sent."""
    if not 2000 <= moment.year < 2100:
        raise ValidationError(_("Choose a date between 2000 and 2100."))


def _location_field(
    locations: Sequence[Location], *, empty_label: Any = None, help_text: Any = ""
) -> forms.ModelChoiceField:
    """Which place, where there are several."""
    places = Location.objects.filter(pk__in=[location.pk for location in locations]).order_by("pk")
    return forms.ModelChoiceField(places, label=_("Location"), help_text=help_text, empty_label=empty_label)


class _Clock:
    """Reads what was typed as day and time by the wall clock of one place, and puts errors beside the time."""

    def __init__(self, form: forms.Form, zone: ZoneInfo) -> None:
        self.form, self.zone = form, zone

    def read(self, day: str, time: str, *, fold: int = 0) -> datetime | None:
        """The instant (UTC); None where it is missing or never. Shown twice, it is the first one (`fold` 1: the second)."""
        cleaned = self.form.cleaned_data
        if not cleaned.get(day) or cleaned.get(time) is None:
            return None
        wall = datetime.combine(cleaned[day], cleaned[time])
        if is_skipped(wall, self.zone):
            self.form.add_error(
                time,
                _("The clocks are put forward over %(time)s on that day. Choose another time.")
                % {"time": f"{wall:%H:%M}"},
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
        _in_this_century(moment)
        return moment.astimezone(UTC)


class StepForm(forms.Form):
    """One step of the day. `seen_event` is the last thing the editor saw happen to the visit."""

    target = forms.ChoiceField(choices=[(state.value, state.label) for state in State if state != State.CANCELLING])
    seen_event = forms.IntegerField(required=False)
    reason = TextField(at_most=300, required=False)
    acknowledged = forms.BooleanField(required=False)


class CancelForm(forms.Form):
    reason = TextField(label=_("Why"), at_most=300, required=False)
    seen_event = forms.IntegerField(required=False, widget=forms.HiddenInput)
    helper = _helper("seen_event", "reason", submit=_("Cancel this visit"), name="cancel")


class MoveForm(forms.Form):
    """A new start, as the button of a list or a drag on the board sends it."""

    start = InstantField()
    therapist = forms.ModelChoiceField(Therapist.objects.filter(is_active=True))
    tell_client = forms.BooleanField(required=False)
    seen_event = forms.IntegerField(required=False)


class MoveFromForm(forms.Form):
    """From when on free starts are listed, in the wall-clock time of the visit's place."""

    day = forms.DateField(label=_("From day"), validators=[_in_this_century], widget=_day_input())
    time = forms.TimeField(
        label=_("From time"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "900"}),
    )


class SettleForm(forms.Form):
    kind = forms.CharField(max_length=40)
    remark = TextField(at_most=300, required=False)
    seen_event = forms.IntegerField(required=False)


class BookForm(forms.Form):
    """A visit for a person on the phone or at the desk. `starts_at` comes of day, time and the clock of the place."""

    location = forms.ModelChoiceField(Location.objects.none(), label=_("Location"), empty_label=None)
    length = forms.ModelChoiceField(TreatmentLength.objects.none(), label=_("Treatment and length"))
    therapist = forms.ModelChoiceField(
        Therapist.objects.filter(is_active=True), label=_("Therapist"), required=False, empty_label=_("Anyone")
    )
    day = forms.DateField(label=_("Day"), validators=[_in_this_century], widget=_day_input())
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    client_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = TextField(label=_("Who is treated"), at_most=120)
    email = forms.EmailField(label=_("Email (optional)"), required=False)
    send_form = forms.BooleanField(label=_("Send the safety check to the email above"), required=False, initial=True)
    phone = TextField(label=_("Phone (optional)"), at_most=32, required=False)
    access_needs = TextField(label=_("Access needs (optional)"), at_most=300, required=False)

    def __init__(
        self, data: Any = None, *, locations: Sequence[Location], needs_form: bool, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self.locations = locations
        on_offer = TreatmentLength.objects.filter(is_active=True, treatment__is_active=True)
        self.fields["length"].queryset = on_offer.select_related("treatment").order_by(  # type: ignore[attr-defined]
            "treatment__order", "minutes"
        )
        if initial.get("client_id"):
            self.fields["length"].widget.attrs["autofocus"] = True
        if len(locations) > 1:
            self.fields["location"] = _location_field(locations)
        else:
            del self.fields["location"]
        if not needs_form:
            del self.fields["send_form"]
        where, send = [[name] if name in self.fields else [] for name in ("location", "send_form")]
        when = Div(*where, Div("day", "time", css_class="panel-row"))
        self.helper = _helper(
            "client_id",
            "length",
            "therapist",
            when,
            "name",
            "email",
            *send,
            "phone",
            "access_needs",
            submit=_("Book this visit"),
            name="book",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        location = self.locations[0] if "location" not in self.fields else cleaned.get("location")
        starts_at = _Clock(self, rota.zone_of(location=location)).read("day", "time") if location else None
        return cleaned | {"location": location, "starts_at": starts_at}


class FindForm(forms.Form):
    words = TextField(label=_("Name, phone or email"), at_most=100)
    helper = _helper("words", submit=_("Search"), name="find")


class CaseStepForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Step"),
        choices=[(state.value, state.label) for state in Case.State if state != Case.State.CLEARED],
    )
    note = TextField(label=_("Note"), at_most=1000, is_long=True, required=False)
    seen_event = forms.IntegerField(required=False, widget=forms.HiddenInput)
    helper = _helper("seen_event", "state", "note", submit=_("Save"), name="case-step")


class ClearanceForm(forms.Form):
    """What a physician's letter says."""

    written_by = TextField(label=_("Who wrote the letter"), at_most=120)
    written_date = forms.DateField(label=_("Date of the letter"), validators=[_in_this_century], widget=_day_input())
    allowed_treatments = forms.MultipleChoiceField(
        label=_("Treatments that it allows"), widget=forms.CheckboxSelectMultiple
    )
    avoid = TextField(label=_("Regions to avoid, one a line"), at_most=1000, is_long=True, required=False)
    valid_until = forms.DateField(label=_("Valid until"), validators=[_in_this_century], widget=_day_input())
    note = TextField(label=_("Note"), at_most=1000, is_long=True, required=False)
    helper = _helper(
        "written_by",
        "written_date",
        "allowed_treatments",
        "avoid",
        "valid_until",
        "note",
        submit=_("Record this letter"),
        name="clear",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = Treatment.objects.filter(is_active=True).values_list("key", "name")
        self.fields["allowed_treatments"].choices = list(choices)  # type: ignore[attr-defined]


class TimeOffForm(forms.Form):
    """Away, by the clock of one place. `confirmed` names the visits that were shown as stranded."""

    location = forms.ModelChoiceField(Location.objects.none(), label=_("Location"), empty_label=None)

    therapist = forms.ModelChoiceField(
        Therapist.objects.filter(is_active=True), label=_("Who"), required=False, empty_label=_("Everybody: closed")
    )
    first_day = forms.DateField(label=_("From day"), validators=[_in_this_century], widget=_day_input())
    first_time = forms.TimeField(label=_("From time"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    last_day = forms.DateField(label=_("Until day"), validators=[_in_this_century], widget=_day_input())
    last_time = forms.TimeField(label=_("Until time"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    reason = TextField(label=_("Reason, for staff"), at_most=100, required=False)
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, locations: Sequence[Location]) -> None:
        super().__init__(data)
        self.locations = locations
        if len(locations) > 1:
            hint = _("The times are those of this place. Only a closure is for this place alone.")
            self.fields["location"] = _location_field(locations, empty_label=_("Choose"), help_text=hint)
        else:
            del self.fields["location"]
        self.helper = _helper(
            "confirmed",
            "therapist",
            *(["location"] if "location" in self.fields else []),
            Div("first_day", "first_time", css_class="panel-row"),
            Div("last_day", "last_time", css_class="panel-row"),
            "reason",
            submit=_("Save"),
            name="time-off",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        location = self.locations[0] if "location" not in self.fields else cleaned.get("location")
        if location is None:
            return cleaned
        clock = _Clock(self, rota.zone_of(location=location))
        starts_at = clock.read("first_day", "first_time")
        # A repeated hour is away both times: until the end of its second pass.
        ends_at = clock.read("last_day", "last_time", fold=1)
        return cleaned | {"location": location, "starts_at": starts_at, "ends_at": ends_at}


class SignatureForm(forms.Form):
    clinician_name = TextField(label=_("Clinician's name"), at_most=120)
    registration = TextField(label=_("Registration"), at_most=60)
    signed_date = forms.DateField(label=_("Date of the signature"), validators=[_in_this_century], widget=_day_input())
    helper = _helper("clinician_name", "registration", "signed_date", submit=_("Record the signature"), name="sign")


class AskAgainForm(forms.Form):
    """The urgent, nerve, general and leg questions, in the words of the questionnaire, to read out at arrival."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = asked_again()
        for question in questions:
            self.fields[question.key] = _question(question)
        self.helper = _helper(*(question.key for question in questions), submit=_("These are the answers"), name="ask")

    def answers(self) -> dict[str, Any]:
        """What was said, without what was not asked."""
        return {key: value for key, value in self.cleaned_data.items() if value not in ("", [])}


class TrailForm(forms.Form):
    """Which lines of the trail. A person is named by number only, so that no name stands in an address."""

    person = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    member = forms.ModelChoiceField(
        # Also who has left: what they did stays to be read.
        User.objects.order_by("username"),
        label=_("Member of staff"),
        required=False,
        empty_label=_("All"),
    )
    day = forms.DateField(label=_("Day"), required=False, validators=[_in_this_century], widget=_day_input())
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62)


def _question(question: Field) -> forms.Field:
    choices = [(choice.value, choice.label) for choice in question.choices]
    # A follow-up is not required here: the questionnaire says whether it is, once the answers are known.
    required = question.required and not question.show_if
    common: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help,
        "choices": choices,
        "required": required,
    }
    if question.type == "multi":
        return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **common)
    return forms.ChoiceField(widget=forms.RadioSelect, **common)


class ConditionWords:
    """What each condition is called on a page."""

    WORDS = {
        "doctor_note": _("See the doctor's note"),
        "guardian_present": _("A parent or guardian has to be present"),
        "guardian_consent": _("A parent or guardian has to agree"),
        "staff_call": _("Call the client first"),
        "postpone_48h_after_fever": _("Free of fever for 48 hours"),
        "postpone_until_not_contagious": _("No longer contagious"),
        "note_to_read": _("Read the client's remark"),
        "form_missing": _("The safety check is missing"),
        "corrected_answers": _("Compare the corrected answers"),
    }

    @classmethod
    def of(cls, condition: Condition) -> str:
        return str(cls.WORDS.get(condition.kind, condition.kind.replace("_", " ")))
