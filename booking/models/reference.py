"""Short references that a person can read out over the phone."""

import secrets

# No I, L, O, U, 0 or 1: nothing that is misheard, misread, or spells a word.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def make_reference() -> str:
    """Seven random characters (34 bits), e.g. "7KM4XQ2". Unique by constraint, not by luck."""
    return "".join(secrets.choice(ALPHABET) for _ in range(7))
