"""What the pages about the rulebook show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.panel.rulebook.forms import SignatureForm


@dataclass(frozen=True)
class RulebookPage:
    """`rulebook` as `manage.py rulebook` prints it. `note` is for as long as nobody has signed it."""

    rulebook: Mapping[str, Any]
    note: str


@dataclass(frozen=True)
class Signed:
    name: str
    registration: str
    day: date


@dataclass(frozen=True)
class SignaturePage:
    form: SignatureForm
    signed: Signed | None
    version: str
