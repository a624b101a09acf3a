"""What is looked for on the page that finds a time, as its address says it: right or wrong, every address means something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from booking.scheduling.search import STAFF_HORIZON, Wish
from booking.wording.lists import join_words
from booking.wording.times import local_date
from clinic.panel.fields import read_date
from services import catalogue
from services.catalogue import Offer
from services.countries import format_clock
from services.models import Location, Therapist

DAYS_SHOWN = 14
WEEK = timedelta(days=7)
GENDERS = (Therapist.Gender.WOMAN.value, Therapist.Gender.MAN.value)


@dataclass(frozen=True)
class Gap:
    """A start that the address names: an instant (UTC) with a therapist."""

    starts_at: datetime
    therapist_id: int

    def as_pair(self) -> tuple[datetime, int]:
        return self.starts_at, self.therapist_id


@dataclass(frozen=True)
class Choice:
    """`who` are ids of therapists and genders; empty is anyone. No `days` (ISO weekdays) is any day.

    `after` and `before` are hours by the clock of the place, between which the whole visit lies. `first` is the first of
    the days that are looked at, `gap` a start that was pressed elsewhere, `person` the public id of whom it is for.
    `is_fixed`: what is looked for is not to be chosen, as for a visit that moves; `back` says where whoever moves it goes on.
    """

    wish: Wish
    people: tuple[Therapist, ...]
    who: tuple[str, ...]
    days: tuple[int, ...]
    after: time | None
    before: time | None
    first: date
    today: date
    gap: Gap | None = None
    person: str = ""
    is_fixed: bool = False
    back: str = ""

    @classmethod
    def read(
        cls,
        query: QueryDict,
        *,
        locations: Sequence[Location],
        offers: Sequence[Offer],
        now: datetime,
        fixed: Wish | None = None,
        around: Gap | None = None,
    ) -> Self:
        """`around`: where a visit that moves is now; what is not chosen yet begins with its day and therapist."""
        gap = _read_gap(query)
        wish = fixed or _read_wish(query, locations=locations, offers=offers, gap=gap)
        people = tuple(catalogue.therapists_for(treatment=wish.treatment, location=wish.location))
        today = local_date(now, wish.zone)
        is_first = not any(name in query for name in ("with", "from", "day", "after"))
        who = tuple(one for one in _named(people) if one in query.getlist("with")) if "anyone" not in query else ()
        first = read_date(query.get("from", ""))
        usual = gap or around
        if usual is not None and is_first:
            who = tuple(str(one.pk) for one in people if one.pk == usual.therapist_id)
            first = local_date(usual.starts_at, wish.zone)
        latest = local_date(now + STAFF_HORIZON, wish.zone)
        return cls(
            wish=wish,
            people=people,
            who=who,
            days=tuple(day for day in range(1, 8) if str(day) in query.getlist("day")),
            after=_read_time(query.get("after", "")),
            before=_read_time(query.get("before", "")),
            first=min(max(first or today, today), latest),
            today=today,
            gap=gap,
            person=query.get("person", ""),
            is_fixed=fixed is not None,
            back=query.get("back", "")[:10] if fixed else "",
        )

    @property
    def among(self) -> frozenset[int] | None:
        """Who may give it; None for anyone."""
        if not self.who:
            return None
        return frozenset(one.pk for one in self.people if str(one.pk) in self.who or one.gender in self.who)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=DAYS_SHOWN - 1)

    def admits_day(self, starts_at: datetime) -> bool:
        return not self.days or starts_at.astimezone(self.wish.zone).isoweekday() in self.days

    def admits_hours(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether the visit lies between the two hours; one that ends on another day than it begins never does."""
        start, end = starts_at.astimezone(self.wish.zone), ends_at.astimezone(self.wish.zone)
        is_late_enough = self.after is None or start.time() >= self.after
        return is_late_enough and (self.before is None or (end.date() == start.date() and end.time() <= self.before))

    def query(self, **changed: str) -> str:
        """The same choice as the query of an address; `changed` by name, empty to leave out. The gap is not part of it."""
        what = {
            "treatment": self.wish.treatment.key,
            "minutes": str(self.wish.minutes),
            "location": str(self.wish.location.pk),
        }
        named = ({} if self.is_fixed else what) | {
            "after": f"{self.after:%H:%M}" if self.after else "",
            "before": f"{self.before:%H:%M}" if self.before else "",
            "from": self.first.isoformat(),
            "person": self.person,
            "back": self.back,
        }
        named |= changed
        several = [("with", one) for one in self.who] + [("day", str(day)) for day in self.days]
        return urlencode([*((name, value) for name, value in named.items() if value), *several])

    def in_words(self) -> str:
        """ "Deep tissue 60, anyone, Monday and Thursday from 17:00"."""
        what = f"{self.wish.treatment.name_for_staff} {self.wish.minutes}"
        days = join_words([str(WEEKDAYS[day - 1]) for day in self.days]) or _("any day")
        return ", ".join([what, self._who_in_words(), " ".join(filter(None, [days, self._hours_in_words()]))])

    def _who_in_words(self) -> str:
        words = {"woman": _("a woman"), "man": _("a man")} | {str(one.pk): one.first_name for one in self.people}
        return join_words([words[one] for one in self.who]) or _("anyone")

    def _hours_in_words(self) -> str:
        country = self.wish.location.country
        hours = {
            "after": format_clock(self.after, country=country) if self.after else "",
            "before": format_clock(self.before, country=country) if self.before else "",
        }
        if self.after and self.before:
            return _("from %(after)s to %(before)s") % hours
        if self.after:
            return _("from %(after)s") % hours
        return _("until %(before)s") % hours if self.before else ""


def _named(people: Sequence[Therapist]) -> list[str]:
    """What can be asked for: a woman or a man only where both have somebody."""
    has_both = set(GENDERS) <= {one.gender for one in people}
    return [*(GENDERS if has_both else ()), *(str(one.pk) for one in people)]


def can_ask_for_gender(people: Sequence[Therapist]) -> bool:
    return GENDERS[0] in _named(people)


def _read_wish(query: QueryDict, *, locations: Sequence[Location], offers: Sequence[Offer], gap: Gap | None) -> Wish:
    location = next((one for one in locations if str(one.pk) == query.get("location")), locations[0])
    able = {one.treatment.pk: catalogue.therapists_for(treatment=one.treatment, location=location) for one in offers}
    given = [
        one
        for one in offers
        if any(gap is None or therapist.pk == gap.therapist_id for therapist in able[one.treatment.pk])
    ]
    usual = (given or list(offers))[0]
    offer = next((one for one in offers if one.treatment.key == query.get("treatment")), usual)
    minutes = query.get("minutes", "")
    length = offer.length_of(int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 5 else None)
    return Wish(treatment=offer.treatment, minutes=(length or offer.usual).minutes, location=location)


def _read_gap(query: QueryDict) -> Gap | None:
    return _gap_of(query.get("start", ""), query.get("therapist", ""))


def _gap_of(start: str, number: str) -> Gap | None:
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        return None
    if moment.utcoffset() is None or not 2000 <= moment.year < 2100:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return Gap(moment.astimezone(UTC), int(number))


def _read_time(text: str) -> time | None:
    try:
        moment = time.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=None, second=0, microsecond=0)


def read_pressed(value: str) -> Gap | None:
    """The start of a button: ISO instant and therapist, with a space between; None for anything else."""
    moment, _space, number = value.partition(" ")
    return _gap_of(moment, number)
