"""Prices and treatments in words, for pages and mails alike."""

import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.countries import locale_of

# Marks that turn the direction of the text around them would do so in an English sentence.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c]")
_CODE_BESIDE_NUMBER = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


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
