"""Which of the starts a visitor wants to see: with whom, at which time of day, on which days. As the address says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from booking.web.when.taken import ANY
from booking.wording.lists import join_words
from booking.wording.times import count_times
from services.models import Therapist

WOMAN, MAN = Therapist.Gender.WOMAN.value, Therapist.Gender.MAN.value
MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
PARTS = (MORNING, AFTERNOON, EVENING)
NOON_HOUR, EVENING_HOUR = 12, 17  # local hours at which afternoon and evening begin
DAYS = tuple(str(number) for number in range(1, 8))  # ISO weekdays


def part_of_day(local: datetime) -> str:
    """Of a moment by the clock of its place."""
    return PARTS[(local.hour >= NOON_HOUR) + (local.hour >= EVENING_HOUR)]


@dataclass(frozen=True)
class Narrowing:
    """`who` is ANY, a gender or a therapist's id; no part and no day means all of them. `is_known`: `who` was found."""

    who: str
    parts: tuple[str, ...]
    days: tuple[str, ...]
    people: tuple[Therapist, ...]
    is_known: bool = True

    @classmethod
    def read(cls, query: Any, *, people: Sequence[Therapist]) -> Self:
        """From an address, right or wrong: what is no part and no day is left out."""
        who = str(query.get("therapist") or ANY)
        named = (ANY, *(str(one.pk) for one in people), *(gender for gender in (WOMAN, MAN) if _has_both(people)))
        return cls(
            who=who if who in named else ANY,
            parts=_chosen(query, "part", PARTS),
            days=_chosen(query, "day", DAYS),
            people=tuple(people),
            is_known=who in named,
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.who != ANY or self.parts or self.days)

    @property
    def therapist_id(self) -> int | None:
        """The one therapist that is wanted."""
        return int(self.who) if self.who.isdecimal() else None

    @property
    def among(self) -> frozenset[int] | None:
        """Those who state the gender that is wanted; None where it does not count."""
        if self.who not in (WOMAN, MAN):
            return None
        return frozenset(one.pk for one in self.people if one.gender == self.who)

    def admits(self, local: datetime) -> bool:
        """Whether a start at this moment, by the clock of its place, is wanted."""
        is_wanted_day = not self.days or str(local.isoweekday()) in self.days
        return is_wanted_day and (not self.parts or part_of_day(local) in self.parts)

    def whom(self) -> list[tuple[str, str]]:
        """Value and words of everybody who can be chosen. A woman or a man only where both have somebody."""
        genders = [(WOMAN, _("A woman")), (MAN, _("A man"))] if _has_both(self.people) else []
        return [(ANY, _("Anyone")), *genders, *((str(one.pk), one.name) for one in self.people)]

    def query(self) -> list[tuple[str, str]]:
        """Only what is not as usual."""
        who = [("therapist", self.who)] if self.who != ANY else []
        return who + [("part", part) for part in self.parts] + [("day", day) for day in self.days]

    def state(self) -> str:
        """ "Anyone, any day, any time"."""
        who = dict(self.whom())[self.who]
        days = join_words(_weekdays(self.days)) or _("any day")
        parts = join_words([_plural(part) for part in self.parts]) or _("any time")
        return ", ".join((who, days, parts))

    def found(self, count: int) -> str:
        """ "10 times with a woman, afternoons and evenings, on Monday and Friday"."""
        parts = join_words([_plural(part) for part in self.parts])
        days = _("on %(days)s") % {"days": join_words(_weekdays(self.days))} if self.days else ""
        return ", ".join(filter(None, (f"{count_times(count)}{self._with()}", parts, days)))

    def nothing(self, *, until: str) -> str:
        """ "No evening times with a woman until 8 December." `until` is empty where there is none at all."""
        words = {"part": join_words([_single(part) for part in self.parts]), "with": self._with(), "until": until}
        if self.days:
            words["with"] += " " + _("on %(days)s") % {"days": join_words(_weekdays(self.days))}
        if not until:
            return (_("No %(part)s times%(with)s.") if self.parts else _("No times%(with)s.")) % words
        sentence = (
            _("No %(part)s times%(with)s until %(until)s.") if self.parts else _("No times%(with)s until %(until)s.")
        )
        return sentence % words

    def _with(self) -> str:
        words = {WOMAN: _("a woman"), MAN: _("a man")} | {str(one.pk): one.name for one in self.people}
        return _(" with %(name)s") % {"name": words[self.who]} if self.who in words else ""


def _has_both(people: Sequence[Therapist]) -> bool:
    return {WOMAN, MAN} <= {one.gender for one in people}


def _chosen(query: Any, name: str, known: Sequence[str]) -> tuple[str, ...]:
    sent = query.getlist(name) if isinstance(query, QueryDict) else []
    found = tuple(one for one in known if one in sent)
    return () if len(found) == len(known) else found


def _weekdays(days: Sequence[str]) -> list[str]:
    return [str(WEEKDAYS[int(day) - 1]) for day in days]


def _plural(part: str) -> str:
    return {MORNING: _("mornings"), AFTERNOON: _("afternoons"), EVENING: _("evenings")}[part]


def _single(part: str) -> str:
    return {MORNING: _("morning"), AFTERNOON: _("afternoon"), EVENING: _("evening")}[part]
