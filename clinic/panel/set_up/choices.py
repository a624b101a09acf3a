"""Choices for how long and when, in words: what is stored is always among them."""

from collections.abc import Callable, Collection
from datetime import time
from typing import Any

from django import forms

from services.countries import format_clock


class SpanField(forms.TypedChoiceField):
    """A number, chosen in the words that `say` has for it.

    Any number within the `limits` is taken: what somebody else stored may have been a choice when the page was drawn.
    """

    def __init__(
        self, numbers: Collection[int], *, say: Callable[[int], str], limits: tuple[int, int], label: Any
    ) -> None:
        self.limits, self.say, self.numbers = limits, say, frozenset(numbers)
        super().__init__(label=label, coerce=int)
        self.offer(None)

    def offer(self, stored: object) -> None:
        """Have `stored` among the choices, too."""
        also = {int(str(stored))} if self.valid_value(stored) else set()
        self.choices = [(number, self.say(number)) for number in sorted(self.numbers | also)]

    def valid_value(self, value: object) -> bool:
        least, most = self.limits
        return str(value).isdecimal() and len(str(value)) < 10 and least <= int(str(value)) <= most


class ClockField(forms.TypedChoiceField):
    """A time of the day in full minutes, as the clock of `country` shows it: each half hour, and what is stored."""

    def __init__(self, *, country: str, first: int = 0, last: int = 24, label: Any) -> None:
        """From `first` o'clock until before `last`."""
        self.country = country
        self.times = frozenset(time(hour, minute) for hour in range(first, last) for minute in (0, 30))
        super().__init__(label=label, coerce=time.fromisoformat)
        self.offer(None)

    def offer(self, stored: object) -> None:
        """Have `stored` among the choices, too."""
        also = {time.fromisoformat(str(stored))} if self.valid_value(stored) else set()
        self.choices = [(f"{one:%H:%M}", format_clock(one, country=self.country)) for one in sorted(self.times | also)]

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, time) else value

    def valid_value(self, value: object) -> bool:
        try:
            moment = time.fromisoformat(str(value))
        except ValueError:
            return False
        return moment.tzinfo is None and not moment.second and not moment.microsecond
