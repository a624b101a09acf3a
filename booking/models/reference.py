"""How things are named outside the database: short references to read out over the phone, random ids in addresses."""

import secrets

# No I, L, O, U, 0 or 1: nothing that is misheard, misread, or spells a word.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 7


def make_reference() -> str:
    """Seven random characters (34 bits), e.g. "7KM4XQ2". Unique by constraint, not by luck."""
    return "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


def make_public_id() -> str:
    """128 random bits for an address that can't be guessed."""
    return secrets.token_urlsafe(16)
