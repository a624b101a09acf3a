"""A list of what was chosen: one row a fact, perhaps with a link that changes it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`more` is a second line under the value, `url` where it is changed; empty where there is none."""

    label: str
    value: str
    more: str = ""
    url: str = ""
