"""Text that people type: cleaned of what nobody can see, kept as it is otherwise, whatever the script."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.phones import example_phone, is_phone

# Controls that turn the direction of the text around them. Right-to-left letters need none of these.
TURNING_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def clean_line(text: str) -> str:
    """One line: breaks and runs of spaces become one space, control characters go."""
    return re.sub(r"\s+", " ", _without_controls(text, kept="\t\n\r\x0b\x0c\x85")).strip()


def clean_lines(text: str) -> str:
    """Several lines, each without control characters."""
    return "\n".join(_without_controls(line, kept="\t").rstrip() for line in re.split(r"\r\n|\r|\n", text)).strip()


def _without_controls(text: str, *, kept: str) -> str:
    # Joiners (category Cf) stay: emoji and several scripts are written with them.
    return "".join(
        letter
        for letter in text
        if letter in kept or (unicodedata.category(letter) not in ("Cc", "Cs") and letter not in TURNING_MARKS)
    )


class TextField(forms.CharField):
    """Plain text. Too long a text is said so and kept; a `maxlength` in the page would cut it silently."""

    def __init__(self, *, at_most: int, is_long: bool = False, **kwargs: Any) -> None:
        self.at_most, self.is_long = at_most, is_long
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput())
        super().__init__(strip=False, **kwargs)
        # CharField refuses NUL with a message of its own; here it is dropped like the other controls.
        self.validators = [
            check for check in self.validators if type(check).__name__ != "ProhibitNullCharactersValidator"
        ]

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return clean_lines(text) if self.is_long else clean_line(text)

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.at_most:
            raise ValidationError(
                ngettext(
                    "Write at most %(most)s characters. This has %(count)s.",
                    "Write at most %(most)s characters. These are %(count)s.",
                    len(value),
                )
                % {"most": self.at_most, "count": len(value)}
            )


class MailField(forms.EmailField):
    """An address to write to, up to 254 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.pop("maxlength", None)
        self.max_length = None
        self.validators = [self._check]

    def to_python(self, value: Any) -> str:
        return clean_line(str(value or ""))

    def _check(self, value: str) -> None:
        for check in forms.EmailField.default_validators:
            try:
                check(value)
            except ValidationError:
                raise ValidationError(_("Write an email address with an @, like niamh@example.ie")) from None
        if len(value) > 254:
            raise ValidationError(_("Write an email address of at most 254 characters."))


class PhoneField(TextField):
    """A phone number as people in `country` dial it, or with its + from anywhere; kept as it was typed."""

    def __init__(self, *, country: str, **kwargs: Any) -> None:
        self.country = country
        super().__init__(
            at_most=32,
            widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
            **kwargs,
        )

    def validate(self, value: str) -> None:
        if value and not is_phone(value, country=self.country):
            raise ValidationError(write_a_phone(self.country))
        super().validate(value)


def write_a_phone(country: str) -> str:
    """What to write, with an example of that country."""
    return _("Write a phone number with its area code, like %(example)s.") % {"example": example_phone(country)}
