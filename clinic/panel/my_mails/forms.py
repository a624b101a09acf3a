"""Which emails somebody gets."""

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.messages.to_staff import CASE, CHOICES
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.fields import make_helper


class MyMailsForm(forms.Form):
    """Therapists are not asked about cases, which they do not see."""

    kinds = forms.MultipleChoiceField(label=_("Email me when"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, member: Member, **fields: object) -> None:
        super().__init__(*args, **fields)  # type: ignore[arg-type]
        sees_cases = may(member, Right.WORK_CASES)
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]
            (key, words) for key, words in CHOICES.items() if key != CASE or sees_cases
        ]
        self.helper = make_helper("kinds", submit=_("Save these choices"), name="my-mails")
