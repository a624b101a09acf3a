"""Health data at rest, and what was typed about a person: only the holder of HEALTH_DATA_KEYS can read it.

The first key encrypts, all of them decrypt, so keys rotate by putting a new one in front.
"""

import functools
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact

DECIMAL = "$decimal"


@functools.lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def health_cipher() -> MultiFernet:
    """What HEALTH_DATA_KEYS say now: the first encrypts, all decrypt."""
    return _fernet(tuple(settings.HEALTH_DATA_KEYS))


def plain_decimal(value: object) -> object:
    """A Decimal as it was given: as a float, 72.00000000000000000001 hours would become 72 and lose a warning."""
    if isinstance(value, Decimal):
        return {DECIMAL: str(value)}
    raise TypeError(f"{type(value).__name__} can't be written as JSON here")


def decimal_back(stored: dict[str, Any]) -> Any:
    """What `plain_decimal` has written, as a Decimal again; any other object as it is."""
    return Decimal(stored[DECIMAL]) if stored.keys() == {DECIMAL} else stored


def encrypt(value: Any) -> str:
    """The token that is stored for a JSON-like `value`."""
    text = json.dumps(value, default=plain_decimal, separators=(",", ":"), ensure_ascii=False)
    return health_cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> Any:
    """The value behind `token`; fractions come back as Decimal. Raises InvalidToken under the wrong key."""
    text = health_cipher().decrypt(token.encode()).decode()
    return json.loads(text, parse_float=Decimal, object_hook=decimal_back)


class Encrypted(models.Field):
    """A column of tokens. Nothing can be looked for in it: the same value never gives the same token twice."""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class EncryptedJSONField(Encrypted, models.TextField):
    """A JSON value, encrypted in the column. The admin shows none of it."""

    if TYPE_CHECKING:  # a column of text that holds whatever JSON can say
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else encrypt(value)

    def to_python(self, value: Any) -> Any:
        return value


class IsEmptyText(Exact):
    """`reason=""`: the one text that is the same each time, because it is not encrypted."""

    def get_prep_lookup(self) -> str:
        if self.rhs != "":
            raise FieldError("What is encrypted can't be looked for, but for an empty text.")
        return ""


class EncryptedTextField(Encrypted, models.CharField):
    """What somebody typed, encrypted in the column; an empty text stays empty. `max_length` counts what was typed."""

    def get_internal_type(self) -> str:
        """A token is longer than its text, so the column has no length."""
        return "TextField"

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(str(value)) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        return IsEmptyText if lookup_name == "exact" else super().get_lookup(lookup_name)
