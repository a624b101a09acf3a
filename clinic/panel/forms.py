"""Forms of the panel: they clean input and write nothing."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.intake.questionnaire import Field, load_questionnaire
from booking.models import Case, Condition, State
from services.models import Therapist, Treatment, TreatmentLength

# Asked again within a day before a treatment.
ASKED_AGAIN_SCREENS = ("urgent", "nerve", "general", "circulation")


def _helper(*fields: Any, submit: Any, name: str) -> FormHelper:
    helper = FormHelper()
    helper.layout = Layout(*fields, Submit(name, submit))
    return helper


def _in_this_century(moment: date) -> None:
    """Keeps the calendar's arithmetic in range, whatever was sent."""
    if not 2000 <= moment.year < 2100:
        raise ValidationError(_("Choose a date between 2000 and 2100."))


class StepForm(forms.Form):
    """One step of the day. `seen_event` is the last thing the editor saw happen to the visit."""

    target = forms.ChoiceField(choices=[(state.value, state.label) for state in State if state != State.CANCELLING])
    seen_event = forms.IntegerField(required=False)
    reason = forms.CharField(max_length=300, required=False)
    acknowledged = forms.BooleanField(required=False)


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)
    seen_event = forms.IntegerField(required=False, widget=forms.HiddenInput)
    helper = _helper("seen_event", "reason", submit=_("Cancel this visit"), name="cancel")


class MoveForm(forms.Form):
    """A new start, as the button of a list or a drag on the board sends it."""

    start = forms.DateTimeField(input_formats=["iso-8601"], validators=[_in_this_century])
    therapist = forms.ModelChoiceField(Therapist.objects.filter(is_active=True))
    tell_client = forms.BooleanField(required=False)
    seen_event = forms.IntegerField(required=False)


class MoveFromForm(forms.Form):
    """From when on free starts are listed, in the wall-clock time of the visit's place."""

    day = forms.DateField(
        label=_("From day"), validators=[_in_this_century], widget=forms.DateInput(attrs={"type": "date"})
    )
    time = forms.TimeField(
        label=_("From time"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "900"}),
    )


class SettleForm(forms.Form):
    kind = forms.CharField(max_length=40)
    remark = forms.CharField(max_length=300, required=False)
    seen_event = forms.IntegerField(required=False)


class BookForm(forms.Form):
    """A visit for a person on the phone or at the desk."""

    length = forms.ModelChoiceField(TreatmentLength.objects.none(), label=_("Treatment and length"))
    therapist = forms.ModelChoiceField(
        Therapist.objects.filter(is_active=True), label=_("Therapist"), required=False, empty_label=_("Anyone")
    )
    day = forms.DateField(label=_("Day"), validators=[_in_this_century], widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    client_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Who is treated"), max_length=120)
    email = forms.EmailField(label=_("Email (optional)"), required=False)
    phone = forms.CharField(label=_("Phone (optional)"), max_length=32, required=False)
    access_needs = forms.CharField(label=_("Access needs (optional)"), max_length=300, required=False)
    helper = _helper(
        "client_id",
        "length",
        "therapist",
        Div("day", "time", css_class="panel-row"),
        "name",
        "email",
        "phone",
        "access_needs",
        submit=_("Book this visit"),
        name="book",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_offer = TreatmentLength.objects.filter(is_active=True, treatment__is_active=True)
        self.fields["length"].queryset = on_offer.select_related("treatment").order_by(  # type: ignore[attr-defined]
            "treatment__order", "minutes"
        )


class FindForm(forms.Form):
    words = forms.CharField(label=_("Name, phone or email"), max_length=100, strip=True)
    helper = _helper("words", submit=_("Search"), name="find")


class CaseStepForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Step"),
        choices=[(state.value, state.label) for state in Case.State if state != Case.State.CLEARED],
    )
    note = forms.CharField(label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    seen_event = forms.IntegerField(required=False, widget=forms.HiddenInput)
    helper = _helper("seen_event", "state", "note", submit=_("Save"), name="case-step")


class ClearanceForm(forms.Form):
    """What a physician's letter says."""

    written_by = forms.CharField(label=_("Who wrote the letter"), max_length=120)
    written_date = forms.DateField(
        label=_("Date of the letter"), validators=[_in_this_century], widget=forms.DateInput(attrs={"type": "date"})
    )
    allowed_treatments = forms.MultipleChoiceField(
        label=_("Treatments that it allows"), widget=forms.CheckboxSelectMultiple
    )
    avoid = forms.CharField(
        label=_("Regions to avoid, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    valid_until = forms.DateField(
        label=_("Valid until"), validators=[_in_this_century], widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
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
    """Away, in the wall-clock time of the location."""

    therapist = forms.ModelChoiceField(
        Therapist.objects.filter(is_active=True), label=_("Who"), required=False, empty_label=_("Everybody: closed")
    )
    first_day = forms.DateField(
        label=_("From day"), validators=[_in_this_century], widget=forms.DateInput(attrs={"type": "date"})
    )
    first_time = forms.TimeField(label=_("From time"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    last_day = forms.DateField(
        label=_("Until day"), validators=[_in_this_century], widget=forms.DateInput(attrs={"type": "date"})
    )
    last_time = forms.TimeField(label=_("Until time"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    reason = forms.CharField(label=_("Reason, for staff"), max_length=100, required=False)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    helper = _helper(
        "confirmed",
        "therapist",
        Div("first_day", "first_time", css_class="panel-row"),
        Div("last_day", "last_time", css_class="panel-row"),
        "reason",
        submit=_("Save"),
        name="time-off",
    )


class SignatureForm(forms.Form):
    clinician_name = forms.CharField(label=_("Clinician's name"), max_length=120)
    registration = forms.CharField(label=_("Registration"), max_length=60)
    signed_date = forms.DateField(
        label=_("Date of the signature"), validators=[_in_this_century], widget=forms.DateInput(attrs={"type": "date"})
    )
    helper = _helper("clinician_name", "registration", "signed_date", submit=_("Record the signature"), name="sign")


class AskAgainForm(forms.Form):
    """The urgent, nerve, general and leg questions, in the words of the questionnaire, to read out at arrival."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        screens = [screen for screen in load_questionnaire().screens if screen.id in ASKED_AGAIN_SCREENS]
        questions = [question for screen in screens for question in screen.fields]
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
        User.objects.filter(is_active=True).order_by("username"),
        label=_("Member of staff"),
        required=False,
        empty_label=_("All"),
    )
    day = forms.DateField(
        label=_("Day"), required=False, validators=[_in_this_century], widget=forms.DateInput(attrs={"type": "date"})
    )
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
