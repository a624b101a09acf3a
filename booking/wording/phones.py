"""Phone numbers as people of a country write them. Numbers are kept as they were typed and put right only for show."""

import re

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

MOST_READ = 64  # the library reads no further in any number of anybody


def is_phone(text: str, *, country: str) -> bool:
    """Whether people in `country` (ISO 3166) can dial this, or anybody where it begins with + or 00."""
    number = _read(text, country)
    return number is not None and phonenumbers.is_possible_number(number)


def format_phone(text: str, *, country: str) -> str:
    """For people of `country`: a number of theirs as they write it, one from elsewhere with its +; else as typed."""
    number = _read(text, country)
    if number is None or not phonenumbers.is_possible_number(number):
        return text
    if number.country_code != phonenumbers.country_code_for_region(country):
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    is_as_dialled = number.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
    return text if is_as_dialled else phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def example_phone(country: str) -> str:
    """A number that looks like one of theirs and belongs to nobody: "085 012 3456"."""
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
        number = phonenumbers.example_number_for_type(country, kind)
        if number is not None:
            return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return "+353 85 012 3456"


def _read(text: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text[:MOST_READ], country, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


def telephone_href(phone: str) -> str:
    """What a telephone is to dial; empty where `phone` has no digits."""
    dialled = re.sub(r"[^0-9+]", "", phone)
    return f"tel:{dialled}" if dialled.strip("+") else ""


def call_to_change(phone: str) -> str:
    """What a client reads where the clinic wants a call for it."""
    return _("To move or cancel, please call us: %(phone)s.") % {"phone": phone}
