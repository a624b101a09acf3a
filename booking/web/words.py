"""Facts in a client's words. Times come from `booking.wording.times`, prices from `booking.wording.prices`, answers from intake."""

import re

from django.utils.translation import ngettext


def count_times(count: int) -> str:
    """ "1 time", "7 times"."""
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": count}


def telephone_href(phone: str) -> str:
    """What a telephone is to dial; empty where `phone` has no digits."""
    dialled = re.sub(r"[^0-9+]", "", phone)
    return f"tel:{dialled}" if dialled.strip("+") else ""
