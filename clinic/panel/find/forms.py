"""Forms beside the times: who the visit is for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.pages.fields import MailField, NameField, PhoneField
from booking.scheduling.appointments import Details


def split_words(words: str) -> dict[str, str]:
    """What was looked for, as the field of a new person that it most likely is."""
    if "@" in words:
        return {"email": words}
    return {"phone": words} if sum(letter.isdigit() for letter in words) >= 5 else {"name": words}


class NewPersonForm(forms.Form):
    """Somebody who has not been here. An email is enough to have the safety check sent."""

    name = NameField(label=_("Name"))
    email = MailField(label=_("Email (optional)"), required=False)

    def __init__(self, data: Any = None, *, country: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["phone"] = PhoneField(label=_("Phone (optional)"), country=country, required=False)

    def details(self) -> Details:
        """Who comes, once it is valid."""
        wanted = self.cleaned_data
        return Details(
            name=wanted["name"],
            booker_name=wanted["name"],
            booker_email=wanted["email"],
            booker_phone=wanted["phone"],
        )
