"""Prices and treatments in words, for pages and mails alike."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_symbol, get_decimal_symbol
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.countries import locale_of

# Marks that turn the direction of the text around them would do so in an English sentence.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c]")
_CODE_BESIDE_NUMBER = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")

# Whole units, in groups of three or not, and up to two digits after a point or a comma.
_NUMBER = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:[.][0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:[.,](?P<cents>[0-9]{1,2}))?"
)


@lru_cache(maxsize=1024)
def format_price(amount: Decimal, currency: str, *, country: str) -> str:
    """As people in `country` write it: "€85" in Ireland, "85,50 €" in Germany, "R$ 85,50" in Brazil."""
    locale = locale_of(country)
    pattern = locale.currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    text = format_currency(amount, currency, format=pattern, locale=locale, currency_digits=False)
    return _CODE_BESIDE_NUMBER.sub("\xa0", _DIRECTION_MARKS.sub("", text))


def format_minutes(minutes: int) -> str:
    """ "60 minutes"."""
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def format_treatment(name: str, minutes: int) -> str:
    """ "Deep tissue, 60 minutes"."""
    return _("%(treatment)s, %(length)s") % {"treatment": name, "length": format_minutes(minutes)}


class NotAPrice(ValueError):
    """`str()` is a sentence that says what to write instead."""


def read_price(text: str, currency: str, *, country: str) -> Decimal | None:
    """What a person means by "70", "70,00", "€70" or "1.200,50"; None for nothing. Raises NotAPrice."""
    typed = unicodedata.normalize("NFKC", _DIRECTION_MARKS.sub("", text))
    signs = (get_currency_symbol(currency, locale=locale_of(country)), get_currency_symbol(currency), currency)
    for sign in sorted({unicodedata.normalize("NFKC", sign) for sign in signs}, key=len, reverse=True):
        typed = re.sub(re.escape(sign), "", typed, count=1, flags=re.IGNORECASE)
    typed = re.sub(r"[\s'’]", "", typed)
    if not typed:
        if text.strip():
            raise NotAPrice(_not_a_price(currency, country))
        return None
    found = _NUMBER.fullmatch(typed)
    # "70.505" is no seventy thousand where a point begins the cents.
    if found is None or (not found["cents"] and get_decimal_symbol(locale_of(country)) in found["whole"]):
        raise NotAPrice(_not_a_price(currency, country))
    whole, cents = re.sub(r"[.,]", "", found["whole"]), found["cents"] or "0"
    if len(whole.lstrip("0")) > 7:
        raise NotAPrice(_("That is more than a price can be."))
    return Decimal(f"{whole}.{cents}")


def _not_a_price(currency: str, country: str) -> str:
    example = format_price(Decimal("70.50"), currency, country=country)
    return _("Write a price like %(example)s, or leave the box empty.") % {"example": example}
