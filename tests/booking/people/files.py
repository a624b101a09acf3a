"""What can be read in the files of a database with the clinic's key, whether or not a row still says it."""

import re
from pathlib import Path

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection

from services.encrypted import health_cipher
from tests.booking.people.planting import MARKS, PASSING

EVERYTHING = MARKS | PASSING
TOKEN = re.compile(rb"gAAAA[\w=-]{60,}")


def raw_files() -> bytes:
    """On SQLite the bytes of the file, its log and its index."""
    if connection.vendor != "sqlite":
        return b""
    name = Path(settings.DATABASES["default"]["TEST"]["NAME"])
    return b"".join(path.read_bytes() for path in sorted(name.parent.glob(f"{name.name}*")))


def marks_in_files() -> set[str]:
    """As they stand there, or within what is encrypted and lies in one piece."""
    raw = raw_files()
    texts = [raw.decode("latin-1").casefold(), *(decrypted(token) for token in TOKEN.findall(raw))]
    return {mark for mark in EVERYTHING if any(mark.casefold() in text for text in texts)}


def decrypted(token: bytes) -> str:
    try:
        return health_cipher().decrypt(token).decode().casefold()
    except InvalidToken:
        return ""
