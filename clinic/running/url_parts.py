"""Addresses of servers, as settings write them. Pure."""

import re
from urllib.parse import SplitResult, urlsplit

MUST_BE_ENCODED = (
    "has a sign in its user name or password that must be percent-encoded: # is %23, / is %2F, ? is %3F, [ is %5B"
)


def split_url(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what raises on a port that is no number
    except ValueError:
        return None
    return parts


def is_cut_by_a_sign(text: str) -> bool:
    """Whether a user name or password holds a sign that ends it: then the @ before the host comes too late."""
    rest = text.partition("://")[2]
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    return "@" in rest[len(authority) :] or "[" in authority.rpartition("@")[0]
