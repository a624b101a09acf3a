"""Forms about one person."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment, Client, Note
from booking.pages.fields import MailField, NameField, PhoneField, TextField
from booking.wording.times import local_date
from clinic.models import StaffProfile
from clinic.panel.door.signed_in import known_as
from clinic.panel.fields import day_input, in_this_century, make_helper
from clinic.panel.home import home_phone
from services import catalogue

CONTACTS = ("name", "email", "phone")
OLDEST = 120  # years
MOST_NOTES = 50  # in one file: it takes one core some three seconds


class PageForm(forms.Form):
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000)


class LineForm(forms.Form):
    text = TextField(label=_("Line"), at_most=300)


class WordsForm(forms.Form):
    words = TextField(label=_("Name, phone or email"), at_most=100)


class CorrectForm(forms.Form):
    """Name and contacts. `was_…` is what stood in each field when the page was opened, so that a correction of one field
    takes nobody's correction of another back."""

    name = NameField(label=_("Name"))
    email = MailField(label=_("Email (optional)"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, client: Client) -> None:
        stored = contacts_of(client)
        was = {f"was_{name}": value for name, value in stored.items()}
        super().__init__(data, initial={**stored, **was, "version": client.version})
        self.fields["phone"] = PhoneField(label=_("Phone (optional)"), country=catalogue.home_country(), required=False)
        for name in was:
            self.fields[name] = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
        self.helper = make_helper(*CONTACTS, "version", *was, submit=_("Save"), name="correct")

    def wanted(self) -> dict[str, str]:
        """What the editor has changed, once it is valid."""
        return {name: self.cleaned_data[name] for name in CONTACTS if self._is_changed(name)}

    def typed(self) -> dict[str, str]:
        """The same as it was typed."""
        return {name: self.data.get(name, "") for name in CONTACTS if self._is_changed(name)}

    def _is_changed(self, name: str) -> bool:
        return bool(self.data.get(name, "").strip() != self.data.get(f"was_{name}", "").strip())


class BirthDateForm(forms.Form):
    birth_date = forms.DateField(label=_("Date of birth"), required=False, widget=day_input())
    version = forms.IntegerField(widget=forms.HiddenInput)
    helper = make_helper("birth_date", "version", submit=_("Save"), name="born")

    def clean_birth_date(self) -> str:
        day = self.cleaned_data["birth_date"]
        if day is None:
            return ""
        today = timezone.localdate()
        if not today.year - OLDEST <= day.year or day > today:
            raise ValidationError(_("Check the year: nobody is born then who could come."))
        return str(day.isoformat())


class _ReaderField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return known_as(obj)


class GrantForm(forms.Form):
    """Who reads a person's notes, until the end of which day, and why."""

    reader = _ReaderField(User.objects.none(), label=_("Therapist"), empty_label=None)
    last_day = forms.DateField(label=_("Until the end of"), widget=day_input(), validators=[in_this_century])
    reason = TextField(label=_("Reason"), at_most=300)

    def __init__(self, data: Any = None, *, public_id: str) -> None:
        super().__init__(data)
        staff = User.objects.filter(is_active=True, staff_profile__role=StaffProfile.Role.THERAPIST)
        choice = self.fields["reader"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = staff.select_related("staff_profile__therapist").order_by("username")
        self.helper = make_helper(
            "reader",
            "last_day",
            "reason",
            submit=_("Let them read"),
            name="grant",
            action=reverse("panel:person_grant", args=[public_id]),
        )

    def has_readers(self) -> bool:
        """Whether any therapist has an account."""
        return bool(self.fields["reader"].choices)  # type: ignore[attr-defined]


class _NotesFileForm(forms.Form):
    """Which signed notes go into a file. `notes` are all of a person, with their visits loaded."""

    nothing: Any

    def __init__(self, data: Any = None, *, notes: Sequence[Note]) -> None:
        super().__init__(data)
        self.signed = [note for note in notes if note.signed_at is not None]
        self.chosen: list[Note] = []

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        if self.errors:
            return cleaned
        self.chosen = [note for note in self.signed if self.is_chosen(note.appointment, cleaned)]
        if not self.chosen:
            raise ValidationError(self.nothing)
        if len(self.chosen) > MOST_NOTES:
            raise ValidationError(
                _("These are %(count)s visits. One file has at most %(most)s."),
                params={"count": len(self.chosen), "most": MOST_NOTES},
            )
        return cleaned

    def is_chosen(self, visit: Appointment, cleaned: Mapping[str, Any]) -> bool:
        raise NotImplementedError


class TickedNotesForm(_NotesFileForm):
    visit = forms.MultipleChoiceField(required=False)
    nothing = _("Tick a visit.")

    def __init__(self, data: Any = None, *, notes: Sequence[Note]) -> None:
        super().__init__(data, notes=notes)
        visits = self.fields["visit"]
        assert isinstance(visits, forms.MultipleChoiceField)
        visits.choices = [(note.appointment.reference, "") for note in self.signed]

    def is_chosen(self, visit: Appointment, cleaned: Mapping[str, Any]) -> bool:
        return visit.reference in cleaned["visit"]


class NotesOfDaysForm(_NotesFileForm):
    """From one day to another, both included, by the clock of each visit. A day that is left empty is no limit."""

    NAME = "days"  # of the button

    first_day = forms.DateField(label=_("From"), required=False, widget=day_input(), validators=[in_this_century])
    last_day = forms.DateField(label=_("Until"), required=False, widget=day_input(), validators=[in_this_century])
    nothing = _("No note of these days is signed.")

    def __init__(self, data: Any = None, *, notes: Sequence[Note], public_id: str) -> None:
        super().__init__(data, notes=notes)
        self.helper = make_helper(
            Div("first_day", "last_day", css_class="panel-row"),
            submit=_("PDF of these days"),
            name=self.NAME,
            action=reverse("panel:person_notes_file", args=[public_id]),
        )

    def is_chosen(self, visit: Appointment, cleaned: Mapping[str, Any]) -> bool:
        first, last = cleaned["first_day"], cleaned["last_day"]
        day = local_date(visit.starts_at, visit.zone)
        return (first is None or first <= day) and (last is None or day <= last)


def contacts_of(client: Client) -> dict[str, str]:
    """As they are shown in the form."""
    return {"name": client.name, "email": client.email, "phone": home_phone(client.phone)}
