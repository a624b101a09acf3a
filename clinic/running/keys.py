"""Encrypts all that is encrypted in the database again, with the first of HEALTH_DATA_KEYS, while the clinic works."""

from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from services.encrypted import health_cipher
from services.encrypted_columns import Column, batches, replace


@dataclass
class Tally:
    """What was found in one column: values under the first key, under another, and under none that is known."""

    current: int = 0
    older: int = 0
    lost: int = 0


def rotate(column: Column, *, writes: bool = True) -> Tally:
    """Encrypt again what a key other than the first encrypted; with `writes` false, only count it.

    Safe at any time, any number of times, and after it was cut off: each value is replaced only if it is still what was
    read, so a change that comes in between stays.
    """
    first, tally = Fernet(settings.HEALTH_DATA_KEYS[0]), Tally()
    for rows in batches(column):
        anew: list[tuple[str, Any, str]] = []
        for key, token in rows:
            if _opens(first, token):
                tally.current += 1
                continue
            try:
                anew.append((health_cipher().rotate(token.encode()).decode(), key, token))
                tally.older += 1
            except InvalidToken:
                tally.lost += 1
        if anew and writes:
            replace(column, anew)
    return tally


def _opens(cipher: Fernet, token: str) -> bool:
    try:
        cipher.decrypt(token.encode())
    except InvalidToken:
        return False
    return True
