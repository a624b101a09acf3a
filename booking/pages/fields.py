"""Text that people type, in any script: cleaned of what nobody can see, otherwise kept as it is."""

import re
import unicodedata
from typing import Any
from urllib.parse import unquote

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.wording.phones import example_phone, is_phone
from services.blanks import is_blank, is_invisible

# Controls that turn the direction of the text around them. Right-to-left letters need none of these.
TURNING_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_AROUND = ' ,;:<>()[]"“”„«»'
_ADDRESS_OF_A_NAME = re.compile(r"[^<>]*<([^<>]+)>")


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
    """Plain text; what nobody can see is nothing.

    A text that is too long is kept, and the page says so; a `maxlength` in the page would cut it silently.
    """

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
        text = clean_lines(text) if self.is_long else clean_line(text)
        return "" if is_blank(text) else text

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


class NameField(TextField):
    """What a person is called: anything that can be read, in any script."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(at_most=120, **kwargs)

    def to_python(self, value: Any) -> str:
        name = super().to_python(value)
        if not name and str(value or "").strip():
            raise ValidationError(_("This name has no letter that can be seen. Write it again."))
        return name


class MailField(forms.EmailField):
    """An address to write to, up to 254 characters. What is copied along with one is taken off: see `clean_mail`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"type": "email", "autocomplete": "email", "autocapitalize": "none"})
        )
        super().__init__(**kwargs)
        self.widget.attrs.pop("maxlength", None)
        self.max_length = None
        self.validators = [check_mail]

    def to_python(self, value: Any) -> str:
        return clean_mail(str(value or ""))


def clean_mail(text: str) -> str:
    """The address alone, without what is copied along with one.

    That is what nobody can see, `mailto:` and what follows the address there, the name before <...>, and brackets,
    quotation marks and signs of a sentence around it.
    """
    text = clean_line("".join(letter for letter in text if letter.isspace() or not is_invisible(letter)))
    if named := _ADDRESS_OF_A_NAME.fullmatch(text):
        text = named[1]
    if text.lower().startswith("mailto:"):
        text = unquote(text[len("mailto:") :].partition("?")[0])
    if '"@' not in text:  # else the quotation marks are part of it
        text = text.lstrip(_AROUND).rstrip(f"{_AROUND}.")
    if len(text) > 1 and text[0] + text[-1] in ("''", "‘’"):
        text = text[1:-1]
    return text.rstrip(".")


def check_mail(address: str) -> None:
    """Raise ValidationError with a sentence that says what to mend."""
    local, _at, domain = address.rpartition("@")
    if address.count("@") > 1 or re.search(r"@.*[;,\s].*@", address):
        raise ValidationError(_("Write one address only, like niamh@example.ie"))
    if not local or not domain or re.search(r"\s", address):
        raise ValidationError(_("Write the whole address, like niamh@example.ie"))
    if "," in address:
        meant = {"address": address.replace(",", ".")}
        raise ValidationError(_("There is a comma in this address. Did you mean %(address)s?") % meant)
    if len(local) > 64:
        raise ValidationError(_("An email address has at most 64 characters before the @."))
    if len(address) > 254:
        raise ValidationError(_("Write an email address of at most 254 characters."))
    if ".." in address or local[0] == "." or local[-1] == ".":
        raise ValidationError(_("Check the dots: never two in a row, nor one at an end, like niamh.byrne@example.ie"))
    if not local.isascii():
        raise ValidationError(_("An email address has no accents before the @. Write it without them."))
    if not _is_domain(domain):
        raise ValidationError(_("The part after the @ is not right. Write the whole address, like niamh@example.ie"))
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("Write the whole address, like niamh@example.ie")) from None


def _is_domain(domain: str) -> bool:
    """Whether mail can be sent there: a name with a dot, in any script."""
    try:
        ascii_form = domain.encode("idna").decode()
    except UnicodeError:
        return False
    return (
        re.fullmatch(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])", ascii_form)
        is not None
    )


class PhoneField(TextField):
    """A phone number as people in `country` dial it, or with its + from anywhere; kept as it was typed."""

    def __init__(self, *, country: str, **kwargs: Any) -> None:
        self.country = country
        super().__init__(
            at_most=32,
            widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return "".join(letter for letter in super().to_python(value) if not is_invisible(letter))

    def validate(self, value: str) -> None:
        if value and not is_phone(value, country=self.country):
            raise ValidationError(write_a_phone(self.country))
        super().validate(value)


def write_a_phone(country: str) -> str:
    """What to write, with an example of that country."""
    return _("Write a phone number with its area code, like %(example)s.") % {"example": example_phone(country)}
