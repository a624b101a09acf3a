"""Starts as a client reads them: the soonest three, then days with morning, afternoon and evening.

Used to choose a start for a new visit and to move one. Reads only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from booking.intake.gate import last_valid_day
from booking.models import Appointment, Client, Draft, Intake
from booking.scheduling.appointments import SlotTaken
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.reasons import say
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import WINDOWS, list_starts, why_not_offered
from booking.web.when.forms import DateForm, StartForm
from booking.wording.lists import join_words
from booking.wording.phones import telephone_href
from booking.wording.prices import format_minutes
from booking.wording.times import Wall, count_times, format_day, format_time, local_date, zone_name
from services import catalogue
from services.models import ClinicPolicy, Therapist

WEEK = 7  # days on one page
SOONEST = 3
# Later days are folded, and nearer ones once so many times stand above them: a page is not endless on a phone.
DAYS_OPEN, STARTS_OPEN = 3, 30
NOON, EVENING = 12, 17  # local hours at which afternoon and evening begin
ANY = "any"


@dataclass(frozen=True)
class Shown:
    """One start in words. `instant` is ISO with the location's offset."""

    value: str
    instant: str
    therapist_id: int
    weekday: str
    date: str
    time: str
    with_whom: str
    first_name: str
    full_name: str
    is_kept: bool


@dataclass(frozen=True)
class DayPart:
    title: str
    starts: tuple[Shown, ...]


@dataclass(frozen=True)
class Day:
    iso: str
    title: str
    count: str
    parts: tuple[DayPart, ...]
    is_open: bool


@dataclass(frozen=True)
class Taken:
    """A start that could not be had: the page shows the ones nearest to it."""

    starts_at: datetime
    sentence: str


class Picker:
    """The page's starts. `query` holds therapist and date as the address says them, right or wrong."""

    def __init__(
        self,
        *,
        wish: Wish,
        query: QueryDict | Mapping[str, str],
        now: datetime,
        draft: Draft | None = None,
        moving: Appointment | None = None,
        kept: Appointment | None = None,
    ) -> None:
        self.now, self.zone, self.draft, self.moving, self.kept = now, wish.zone, draft, moving, kept
        self.policy = ClinicPolicy.current()
        self.today = local_date(now, self.zone)
        horizon = local_date(now + timedelta(days=self.policy.horizon_days), self.zone)
        # What the gate would refuse as too late for these answers is not shown.
        self.last_day = max(self.today, min(horizon, last_valid_day(self._intake) or horizon))
        self.therapists = catalogue.therapists_for(treatment=wish.treatment, location=wish.location)
        self.problems: list[str] = []
        self.wish = replace(wish, therapist_id=self._therapist(str(query.get("therapist") or ANY)))
        self.date_form = self._date_form(query)
        self.first_day = self._first_day(query)

    @property
    def _intake(self) -> Intake | None:
        return self.moving.intake if self.moving else self.draft.intake if self.draft else None

    @property
    def client(self) -> Client | None:
        """Whose other visits are in the way."""
        return self.moving.client if self.moving else self.draft.client if self.draft else None

    @cached_property
    def search(self) -> Search:
        return Search(self.wish, self.now, draft=self.draft, moving=self.moving, client=self.client)

    def start_form(self, data: Any = None, *, taken: Taken | None = None) -> StartForm:
        """The form with all start buttons; its answer is (instant, therapist id)."""
        soonest = self.near(taken.starts_at) if taken else self.soonest
        return StartForm(
            data,
            therapist_ids={therapist.pk for therapist in self.therapists},
            now=self.now,
            soonest=[self._show(start, relative=True) for start in soonest],
            soonest_heading=_("The nearest times") if taken else _("The three soonest"),
            days=self.days,
            days_heading=_("All days"),
            nothing_free=self._nothing_free(),
        )

    def context(self) -> dict[str, Any]:
        """What the page says around the buttons."""
        minutes = self.wish.minutes
        return {
            "zone": zone_name(self.zone),
            "phone": self.wish.location.phone,
            "phone_href": telephone_href(self.wish.location.phone),
            "stay": _("You stay for %(length)s; your therapist then gets the room ready for the next visit.")
            % {"length": format_minutes(minutes)},
            "people": self._people(),
            "date_form": self.date_form,
            "problems": self.problems,
            "earlier": self._page(self.first_day - timedelta(days=WEEK)) if self.first_day > self.today else "",
            "later": self._page(self.first_day + timedelta(days=WEEK)) if self._last_shown < self.last_day else "",
            "next_free": self._next_free(),
        }

    @cached_property
    def week(self) -> list[StartOnOffer]:
        days = (self._last_shown - self.first_day).days + 1
        return self._list(self.first_day, days)

    @cached_property
    def soonest(self) -> list[StartOnOffer]:
        """The three earliest of all, whatever week is shown."""
        if self.first_day == self.today and len(self.week) >= SOONEST:
            return self.week[:SOONEST]
        found: list[StartOnOffer] = []
        for days in (*WINDOWS, self._days_open):
            found = self._list(self.today, min(days, self._days_open))
            if len(found) >= SOONEST:
                break
        return found[:SOONEST]

    def near(self, moment: datetime) -> list[StartOnOffer]:
        """The three starts nearest to `moment`; the soonest where nothing is free around it."""
        first = max(self.today, local_date(moment - timedelta(days=3), self.zone))
        starts = self._list(first, WEEK)
        nearest = sorted(starts, key=lambda start: abs(start.starts_at - moment))[:SOONEST]
        return sorted(nearest) or self.soonest

    def why_not(self, moment: datetime, *, therapist_id: int | None) -> str:
        """The sentence why `moment` can't be had with that therapist; empty where it is (again) among the starts."""
        search = self.search.with_therapist(therapist_id)
        reason = why_not_offered(search=search, starts_at=moment)
        return say(reason, starts_at=moment, wish=search.wish).for_client if reason else ""

    def read_therapist(self, text: str) -> int | None:
        """The id that an address names, where it is one of those who could give this; None means anyone."""
        return next((one.pk for one in self.therapists if str(one.pk) == text), None)

    @property
    def days(self) -> list[Day]:
        by_day: dict[date, list[StartOnOffer]] = {}
        for start in self.week:
            by_day.setdefault(local_date(start.starts_at, self.zone), []).append(start)
        shown_before = [sum(len(starts) for starts in list(by_day.values())[:number]) for number in range(len(by_day))]
        return [
            Day(
                iso=day.isoformat(),
                title=format_day(day),
                count=count_times(len(starts)),
                parts=self._parts(starts),
                is_open=(number < DAYS_OPEN and shown_before[number] < STARTS_OPEN) or any(map(self._is_kept, starts)),
            )
            for number, (day, starts) in enumerate(by_day.items())
        ]

    @property
    def _last_shown(self) -> date:
        return min(self.first_day + timedelta(days=WEEK - 1), max(self.last_day, self.first_day))

    @property
    def _days_open(self) -> int:
        return (self.last_day - self.today).days + 1

    def _list(self, first_date: date, days: int) -> list[StartOnOffer]:
        days = min(days, (self.last_day - first_date).days + 1)
        if days < 1:
            return []
        return list_starts(search=self.search, first_date=first_date, days=days)

    def _therapist(self, text: str) -> int | None:
        if text == ANY:
            return None
        known = {str(therapist.pk): therapist.pk for therapist in self.therapists}
        if text not in known:
            self.problems.append(_("We do not know that therapist. These are the times of everybody."))
        return known.get(text)

    def _date_form(self, query: QueryDict | Mapping[str, str]) -> DateForm:
        therapist = str(self.wish.therapist_id or "")
        data = {"from": query["from"], "therapist": therapist} if query.get("from") else None
        return DateForm(data, first=self.today, last=self.last_day, shown=self.today, therapist=therapist)

    def _first_day(self, query: QueryDict | Mapping[str, str]) -> date:
        form = self.date_form
        if not form.is_bound or not form.is_valid():
            return self.today
        day: date = form.cleaned_data["from"]
        return day

    def _page(self, day: date) -> str:
        shown = max(day, self.today)
        return self._address(therapist=self.wish.therapist_id, first=shown)

    def _address(self, *, therapist: int | None, first: date | None = None) -> str:
        """A query that says only what is not as usual."""
        query = QueryDict(mutable=True)
        if therapist is not None:
            query["therapist"] = str(therapist)
        if first is not None and first != self.today:
            query["from"] = first.isoformat()
        return f"?{query.urlencode()}"

    def _people(self) -> list[dict[str, Any]]:
        shown: Sequence[Therapist | None] = [None, *self.therapists]
        return [
            {
                "name": person.name if person else _("Anyone"),
                "url": self._address(therapist=person.pk if person else None, first=self.first_day),
                "is_chosen": (person.pk if person else None) == self.wish.therapist_id,
            }
            for person in shown
        ]

    def _nothing_free(self) -> str:
        free = {local_date(start.starts_at, self.zone) for start in self.week}
        days = [
            self.first_day + timedelta(days=number) for number in range((self._last_shown - self.first_day).days + 1)
        ]
        empty = [day for day in days if day not in free]
        if not empty:
            return ""
        if len(empty) == len(days) > 1:
            return _("Nothing free from %(first)s to %(last)s.") % {
                "first": format_day(days[0]),
                "last": format_day(days[-1]),
            }
        return _("Nothing free on %(days)s.") % {"days": join_words(_name_days(empty))}

    def _next_free(self) -> dict[str, str] | None:
        """The first free day after a week that has none, or few."""
        if self.week or self._last_shown >= self.last_day:
            return None
        first = self._last_shown + timedelta(days=1)
        starts = self._list(first, (self.last_day - first).days + 1)
        if not starts:
            return None
        day = local_date(starts[0].starts_at, self.zone)
        return {"label": format_day(day), "url": self._page(day)}

    def _parts(self, starts: Sequence[StartOnOffer]) -> tuple[DayPart, ...]:
        titles = (_("Morning"), _("Afternoon"), _("Evening"))
        parts: dict[str, list[Shown]] = {title: [] for title in titles}
        for start in starts:
            hour = start.starts_at.astimezone(self.zone).hour
            parts[titles[(hour >= NOON) + (hour >= EVENING)]].append(self._show(start))
        return tuple(DayPart(title, tuple(shown)) for title, shown in parts.items() if shown)

    def _show(self, start: StartOnOffer, *, relative: bool = False) -> Shown:
        name = self._names[start.therapist_id]
        day = local_date(start.starts_at, self.zone)
        time = format_time(start.starts_at, Wall.of_place(self.wish.location))
        weekday, _space, rest = format_day(day).partition(" ")
        return Shown(
            value=f"{start.starts_at.isoformat()} {start.therapist_id}",
            instant=start.starts_at.astimezone(self.zone).isoformat(),
            therapist_id=start.therapist_id,
            weekday=self._weekday(day, weekday) if relative else weekday,
            date=rest,
            time=time,
            with_whom=_("with %(name)s") % {"name": name},
            first_name=name.split()[0],
            full_name=_("%(day)s, %(time)s with %(name)s") % {"day": format_day(day), "time": time, "name": name},
            is_kept=self._is_kept(start),
        )

    def _weekday(self, day: date, weekday: str) -> str:
        if day == self.today:
            return _("Today, %(weekday)s") % {"weekday": weekday}
        if day == self.today + timedelta(days=1):
            return _("Tomorrow, %(weekday)s") % {"weekday": weekday}
        return weekday

    def _is_kept(self, start: StartOnOffer) -> bool:
        kept = self.kept or self.moving
        return bool(kept and (kept.starts_at, kept.therapist_id) == (start.starts_at, start.therapist_id))

    @cached_property
    def _names(self) -> dict[int, str]:
        return {therapist.pk: therapist.name for therapist in self.therapists}


def _name_days(days: Sequence[date]) -> list[str]:
    """ "Wednesday 25", "Friday 27 November": the month where it changes, and at the end."""
    following = [*days[1:], None]
    return [
        format_day(day).rpartition(" ")[0] if after and after.month == day.month else format_day(day)
        for day, after in zip(days, following, strict=True)
    ]


def address_of_taken(refusal: SlotTaken) -> str:
    """The query by which a page of starts says which one could not be had."""
    return address_of_start(refusal.starts_at, therapist_id=refusal.therapist_id)


def address_of_start(starts_at: datetime, *, therapist_id: int | None) -> str:
    """The same, of a start that a page has found not to be free."""
    return urlencode({"taken": starts_at.isoformat(), "taken_of": therapist_id or ANY})


def read_taken(query: QueryDict, *, picker: Picker) -> Taken | None:
    """The start that the address says could not be had, with the reason of now; None where it can, or for nonsense."""
    try:
        moment = datetime.fromisoformat(query.get("taken", ""))
        if moment.tzinfo is None or abs(moment - picker.now) > timedelta(days=800):
            return None
    except (ValueError, OverflowError):
        return None
    sentence = picker.why_not(moment, therapist_id=picker.read_therapist(query.get("taken_of", ANY)))
    if not sentence:
        return None
    nearest = len(picker.near(moment))
    if nearest == SOONEST:
        sentence = _("%(sentence)s These three are the nearest.") % {"sentence": sentence}
    elif nearest:
        sentence = _("%(sentence)s These are the nearest.") % {"sentence": sentence}
    return Taken(starts_at=moment, sentence=sentence)
