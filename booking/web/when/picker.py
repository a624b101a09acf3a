"""The starts on a page: the soonest three, then a week of days. For a new visit, and for one that is moved. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from booking.intake.gate import last_valid_day
from booking.models import Appointment, Client, Decision, Draft
from booking.pages.layout import list_errors
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.reasons import say
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import WINDOWS, list_starts, why_not_offered
from booking.web.when.forms import DateForm, NarrowForm, StartForm
from booking.web.when.in_words import Day, Speaker, nothing_free_on
from booking.web.when.narrowing import Narrowing
from booking.web.when.taken import ANY, Taken, moment_taken
from booking.wording.phones import telephone_href
from booking.wording.prices import format_minutes
from booking.wording.times import format_day, local_date, zone_name
from services import catalogue
from services.models import ClinicPolicy

WEEK = 7  # days on one page
SOONEST = 3


@dataclass(frozen=True)
class FreeDay:
    label: str
    url: str


@dataclass(frozen=True)
class AroundStarts:
    """What a page says around the start buttons. Addresses are empty where they would lead nowhere.

    `narrowed_to` is the state of the filter in words; `found` says what it has found, empty where all times are shown.
    """

    zone: str
    phone: str
    phone_href: str
    stay: str
    narrow_form: NarrowForm
    narrowed_to: str
    found: str
    all_times: str
    date_form: DateForm
    problems: tuple[str, ...]
    earlier: str
    later: str
    later_from: str
    next_free: FreeDay | None


class Picker:
    """The page's starts. `query` holds therapist and date as the address says them, right or wrong.

    `decision` is what was decided last for a new visit; that of one which is `moving` is read.
    """

    def __init__(
        self,
        *,
        wish: Wish,
        query: QueryDict | Mapping[str, str],
        now: datetime,
        draft: Draft | None = None,
        moving: Appointment | None = None,
        kept: Appointment | None = None,
        decision: Decision | None = None,
        stays: Mapping[str, str] | None = None,
    ) -> None:
        """`stays` are names of the address that its links keep."""
        self.now, self.zone, self.draft, self.moving, self.kept = now, wish.zone, draft, moving, kept
        self.policy = ClinicPolicy.current()
        self.today = local_date(now, self.zone)
        horizon = local_date(now + timedelta(days=self.policy.horizon_days), self.zone)
        # What the gate would refuse as too late for these answers is not shown.
        if moving is not None and moving.intake is not None:
            decision = moving.intake.decisions.first()
        self.last_day = max(self.today, min(horizon, last_valid_day(decision) or horizon))
        self.therapists = catalogue.therapists_for(treatment=wish.treatment, location=wish.location)
        self.stays = dict(stays or {})
        self.narrowing = Narrowing.read(query, people=self.therapists)
        unknown = _("That therapist is not here any more. These are all free times.")
        self.problems = [] if self.narrowing.is_known else [unknown]
        self.wish = replace(wish, therapist_id=self.narrowing.therapist_id)
        self.date_form = self._date_form(query)
        self.first_day = self._first_day(query)

    @property
    def client(self) -> Client | None:
        """Whose other visits are in the way."""
        return self.moving.client if self.moving else self.draft.client if self.draft else None

    @cached_property
    def search(self) -> Search:
        return Search(self.wish, self.now, draft=self.draft, moving=self.moving, client=self.client)

    def start_form(self, data: Any = None, *, taken: Taken | None = None) -> StartForm:
        """The form with all start buttons; its answer is (instant, therapist id)."""
        soonest = self.near(taken.starts_at) if taken else [] if self.narrowing.is_narrow else self.soonest
        return StartForm(
            data,
            therapist_ids={therapist.pk for therapist in self.therapists},
            now=self.now,
            soonest=[self._speaker.start(start, is_large=True) for start in soonest],
            soonest_heading=_("The nearest times") if taken else _("The three soonest"),
            days=self.days,
            days_heading=_("Other times") if soonest else _("Free times"),
            nothing_free=self.nothing_free,
        )

    def around(self) -> AroundStarts:
        minutes, next_free = self.wish.minutes, self._next_free()
        has_more = self._last_shown < self.last_day and bool(self.week or next_free)
        return AroundStarts(
            zone=zone_name(self.zone),
            phone=self.wish.location.phone,
            phone_href=telephone_href(self.wish.location.phone),
            stay=_("You stay for %(length)s; your therapist then gets the room ready for the next visit.")
            % {"length": format_minutes(minutes)},
            narrow_form=NarrowForm(self.narrowing, stays=self.stays),
            narrowed_to=self.narrowing.state(),
            found=self._found(next_free),
            all_times=self._address(first=self.first_day, narrowed=()) if self.narrowing.is_narrow else "",
            date_form=self.date_form,
            problems=tuple(self.problems),
            earlier=self._page(self.first_day - timedelta(days=WEEK)) if self.first_day > self.today else "",
            later_from=format_day(self.first_day + timedelta(days=WEEK)).partition(" ")[2],
            later=self._page(self.first_day + timedelta(days=WEEK)) if has_more else "",
            next_free=next_free,
        )

    def errors(self, form: StartForm | None = None) -> list[dict[str, str]]:
        """What is wrong with the date that was asked for, and with a `form` that was sent."""
        sent = [one for one in (form, self.date_form) if one is not None and one.is_bound]
        return [error for one in sent for error in list_errors(one)]

    def read_taken(self, query: Mapping[str, str]) -> Taken | None:
        """The start that the address says could not be had, and why it can't be now; None where it can, or for nonsense."""
        moment = moment_taken(query, now=self.now)
        if moment is None:
            return None
        sentence = self.why_not(moment, therapist_id=self._read_therapist(query.get("taken_of", ANY)))
        if not sentence:
            return None
        nearest = len(self.near(moment))
        if nearest == SOONEST:
            sentence = _("%(sentence)s These three are the nearest.") % {"sentence": sentence}
        elif nearest:
            sentence = _("%(sentence)s These are the nearest.") % {"sentence": sentence}
        return Taken(starts_at=moment, sentence=sentence)

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
        return say(reason, starts_at=moment, wish=search.wish, near=self.now).for_client if reason else ""

    @property
    def days(self) -> list[Day]:
        return self._speaker.days(self.week)

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
        starts = list_starts(search=self.search, first_date=first_date, days=days, among=self.narrowing.among)
        if not self.narrowing.is_narrow:
            return starts
        return [start for start in starts if self.narrowing.admits(start.starts_at.astimezone(self.zone))]

    def _date_form(self, query: QueryDict | Mapping[str, str]) -> DateForm:
        data = {"from": query["from"]} if query.get("from") else None
        stays = [*self.stays.items(), *self.narrowing.query()]
        return DateForm(data, first=self.today, last=self.last_day, shown=self.today, stays=stays)

    def _first_day(self, query: QueryDict | Mapping[str, str]) -> date:
        form = self.date_form
        if not form.is_bound or not form.is_valid():
            return self.today
        day: date = form.cleaned_data["from"]
        return day

    def _page(self, day: date) -> str:
        return self._address(first=max(day, self.today), narrowed=self.narrowing.query())

    def _address(self, *, first: date, narrowed: Sequence[tuple[str, str]]) -> str:
        """A query that says only what is not as usual."""
        dated = [("from", first.isoformat())] if first != self.today else []
        return f"?{urlencode([*self.stays.items(), *narrowed, *dated])}"

    def _found(self, next_free: FreeDay | None) -> str:
        if not self.narrowing.is_narrow:
            return ""
        if self.week:
            return self.narrowing.found(len(self.week))
        return self.narrowing.nothing(until=next_free.label if next_free else "")

    @property
    def nothing_free(self) -> str:
        """The days of this week that have none, in words; empty where only some times are looked at."""
        if self.narrowing.is_narrow:
            return ""
        free = {local_date(start.starts_at, self.zone) for start in self.week}
        shown = (self._last_shown - self.first_day).days + 1
        days = [self.first_day + timedelta(days=number) for number in range(shown)]
        return nothing_free_on([day for day in days if day not in free], of=days)

    def _next_free(self) -> FreeDay | None:
        """The first free day after a week that has none, or few."""
        if self.week or self._last_shown >= self.last_day:
            return None
        first = self._last_shown + timedelta(days=1)
        starts = self._list(first, (self.last_day - first).days + 1)
        if not starts:
            return None
        day = local_date(starts[0].starts_at, self.zone)
        return FreeDay(label=format_day(day), url=self._page(day))

    def _read_therapist(self, text: str) -> int | None:
        """The id that an address names, where it is one of those who could give this; None means anyone."""
        return next((one.pk for one in self.therapists if str(one.pk) == text), None)

    @cached_property
    def _speaker(self) -> Speaker:
        return Speaker(
            place=self.wish.location,
            zone=self.zone,
            today=self.today,
            names={therapist.pk: therapist.name for therapist in self.therapists},
            kept=self.kept or self.moving,
        )
