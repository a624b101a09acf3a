"""An email address whose domain is one slip away from one that many people have: what was probably meant. Pure."""

# What is suggested. Of a short name (aol, msn) only the ending is put right: too many real domains look like it.
COMMON = (
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.ie",
    "outlook.com",
    "outlook.ie",
    "live.com",
    "live.ie",
    "live.co.uk",
    "icloud.com",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.ie",
    "eircom.net",
    "protonmail.com",
    "btinternet.com",
    "virginmedia.com",
    "gmx.com",
    "gmx.net",
    "aol.com",
    "msn.com",
    "mac.com",
)
SHORT = 3  # letters of a short name
# Real ones that look like a slip.
ALSO_REAL = frozenset(
    {"mail.com", "email.com", "ymail.com", "rocketmail.com", "hotmail.co", "yahoo.ca", "live.ca", "gmx.de", "gmx.at"}
    | {f"{name}.{land}" for name in ("live", "hotmail", "outlook", "yahoo") for land in ("be", "de", "dk", "es", "fr")}
    | {f"{name}.{land}" for name in ("live", "hotmail", "outlook", "yahoo") for land in ("it", "nl", "no", "pt", "se")}
)


def suggest_address(address: str) -> str:
    """The address with the domain that was probably meant; empty where nothing is wrong that anybody could guess."""
    local, at, domain = address.rpartition("@")
    typed = domain.casefold()
    if not at or typed in COMMON or typed in ALSO_REAL:
        return ""
    meant = next((one for one in COMMON if _is_slip(typed, one)), "")
    return f"{local}@{meant}" if meant else ""


def _is_slip(typed: str, meant: str) -> bool:
    name, _dot, ending = meant.partition(".")
    if len(name) > SHORT:
        return _is_one_apart(typed, meant)
    typed_name, _dot, typed_ending = typed.partition(".")
    return typed_name == name and _is_one_apart(typed_ending, ending)


def _is_one_apart(typed: str, meant: str) -> bool:
    """One letter too many, too few or another one, or two neighbours swapped."""
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    left, right = typed[start:], meant[start:]
    return (
        left[1:] == right
        or left == right[1:]
        or left[1:] == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:] and len(right) > 1)
    )
