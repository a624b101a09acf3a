"""Prices and treatments in words, for pages and mails alike."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

CURRENCY_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


def format_price(amount: Decimal, currency: str) -> str:
    """ "€85", "€85.50", or with the code where the sign is not known: "85 CHF"."""
    number = f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"
    sign = CURRENCY_SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{number} {currency}"


def format_minutes(minutes: int) -> str:
    """ "60 minutes"."""
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def format_treatment(name: str, minutes: int) -> str:
    """ "Deep tissue, 60 minutes"."""
    return _("%(treatment)s, %(length)s") % {"treatment": name, "length": format_minutes(minutes)}
