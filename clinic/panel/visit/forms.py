"""Forms about one visit: its steps, moving, cancelling, settling, and the questions that are asked again."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.intake.decisions import asked_again
from booking.models import State
from booking.pages.fields import TextField
from booking.rules.questionnaire import Field, load_questionnaire
from clinic.panel.fields import Clock, InstantField, day_input, in_fives, in_this_century, make_helper
from services.models import Therapist, TreatmentLength

DOCTOR = "doctor_review"


class StepForm(forms.Form):
    """One step of the day. `seen_event` is the last thing the editor saw happen to the visit."""

    target = forms.ChoiceField(choices=[(state.value, state.label) for state in State if state != State.CANCELLING])
    seen_event = forms.IntegerField(required=False)
    reason = TextField(at_most=300, required=False)
    acknowledged = forms.BooleanField(required=False)


class CancelForm(forms.Form):
    reason = TextField(label=_("Why"), at_most=300, required=False)
    seen_event = forms.IntegerField(required=False, widget=forms.HiddenInput)
    helper = make_helper("seen_event", "reason", submit=_("Cancel this visit"), name="cancel")


class RevokeLinksForm(forms.Form):
    """Pressed as one of two buttons: with a new link by email, or without."""

    seen_event = forms.IntegerField(required=False)
    send_new = forms.BooleanField(required=False)


class BackForm(forms.Form):
    """Where whoever pressed goes on: the visit, or the board from which they came."""

    BOARD = "board"
    back = forms.CharField(required=False, max_length=10)


class MoveForm(BackForm):
    """A new start, as the button of a list or a drag on the board chooses it, and the answer to what is asked then."""

    start = InstantField()
    therapist = forms.ModelChoiceField(Therapist.objects.filter(is_active=True))
    tell_client = forms.BooleanField(required=False)
    seen_event = forms.IntegerField(required=False)
    reason = TextField(at_most=300, required=False)


class MoveToForm(forms.Form):
    """A time that is typed, by the clock of the visit's place: also one that is not on the list."""

    to_day = forms.DateField(label=_("Day"), validators=[in_this_century], widget=day_input())
    to_time = forms.TimeField(
        label=_("Time"),
        validators=[in_fives],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"}),
    )
    to_therapist = forms.ModelChoiceField(Therapist.objects.filter(is_active=True), label=_("With"), empty_label=None)

    def __init__(self, data: Any = None, *, zone: ZoneInfo, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        return cleaned | {"start": Clock(self, self.zone).read("to_day", "to_time")}


class TargetsForm(forms.Form):
    """The day of the board on which a visit is dragged."""

    day = forms.DateField(validators=[in_this_century])


class TreatmentForm(forms.Form):
    """What the visit is to be instead, as one of the lengths on offer."""

    length = forms.ModelChoiceField(
        TreatmentLength.objects.filter(is_active=True, treatment__is_active=True).select_related("treatment")
    )
    tell_client = forms.BooleanField(required=False)
    seen_event = forms.IntegerField(required=False)


class BookAgainForm(forms.Form):
    """A start that the page of a visit offered for the next one."""

    start = InstantField()


class KeepTimeForm(forms.Form):
    seen_event = forms.IntegerField(required=False)


class SettleForm(forms.Form):
    kind = forms.CharField(max_length=40)
    remark = TextField(at_most=300, required=False)
    seen_event = forms.IntegerField(required=False)


class AskAgainForm(forms.Form):
    """What the questionnaire has asked again before a treatment, in its words, to read out at arrival.

    A doctor's view is asked with a sign that it could change: an earlier one did not know of it. `begins`: the treatment
    is begun with the answers, by somebody who has read what to be careful about.
    """

    begins = forms.BooleanField(required=False, widget=forms.HiddenInput)
    seen_event = forms.IntegerField(required=False, widget=forms.HiddenInput)
    back = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = (*asked_again(), load_questionnaire().field(DOCTOR))
        for question in questions:
            self.fields[question.key] = _question(question)
        self.helper = make_helper(
            "begins",
            "seen_event",
            "back",
            *(question.key for question in questions),
            submit=_("These are the answers"),
            name="ask",
        )

    def answers(self) -> dict[str, Any]:
        """What was said, without what was not asked or does not apply."""
        asked = {question.key for question in asked_again()} | {DOCTOR}
        said = {key: value for key, value in self.cleaned_data.items() if key in asked and value not in ("", [])}
        signs = {key: value for key, value in said.items() if key != DOCTOR}
        return said if load_questionnaire().field(DOCTOR).is_visible(signs) else signs


def _question(question: Field) -> forms.Field:
    choices = [(choice.value, choice.label) for choice in question.choices]
    # A follow-up is not required here: the questionnaire says whether it is, once the answers are known.
    required = question.required and not question.show_if.entries
    common: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help,
        "choices": choices,
        "required": required,
    }
    if question.type == "multi":
        return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **common)
    if question.type == "boolean":
        common["choices"] = [("true", _("Yes")), ("false", _("No"))]
        return forms.TypedChoiceField(widget=forms.RadioSelect, coerce=lambda value: value == "true", **common)
    return forms.ChoiceField(widget=forms.RadioSelect, **common)
