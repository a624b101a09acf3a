"""What the page that finds a time shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Appointment
from booking.scheduling.availability import StartOnOffer
from booking.wording.prices import format_price
from booking.wording.times import Wall, count_times, format_day, format_span, format_time, local_date, zone_name
from clinic.panel.find.answer import Answer, Miss, Near
from clinic.panel.find.candidates import Candidate
from clinic.panel.find.choice import DAYS_SHOWN, GENDERS, Choice, can_ask_for_gender, weeks_from
from clinic.panel.find.forms import NewPersonForm
from services import catalogue
from services.catalogue import Offer
from services.countries import format_clock
from services.facts import current
from services.models import ClinicPolicy, Location, Therapist

# As many as stand in one row; the others of a day are folded.
TIMES_OPEN = 6


@dataclass(frozen=True)
class Option:
    """One line of a list, or one box."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class FindForm:
    """The choice as fields. Lists of one entry are left out by the page. `fixed` says what is not to be chosen."""

    treatments: tuple[Option, ...]
    lengths: tuple[Option, ...]
    places: tuple[Option, ...]
    people: tuple[Option, ...]
    is_anyone: bool
    days: tuple[Option, ...]
    after: tuple[Option, ...]
    before: tuple[Option, ...]
    weeks: tuple[Option, ...]
    first: date
    sentence: str
    person: str


@dataclass(frozen=True)
class ShownStart:
    """`instant` is ISO with the offset of the place; `more` is said after what is seen."""

    instant: str
    therapist_id: int
    time: str
    who: str
    more: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownDay:
    iso: str
    title: str
    count: str
    starts: tuple[ShownStart, ...]
    more: tuple[ShownStart, ...]

    @property
    def more_words(self) -> str:
        return ngettext("%(count)s more time", "%(count)s more times", len(self.more)) % {"count": len(self.more)}


@dataclass(frozen=True)
class ShownNear:
    start: ShownStart
    day: str
    miss: str


@dataclass(frozen=True)
class ShownAnswer:
    """`count` and `span` are announced. `near` where nothing was found."""

    count: str
    span: str
    days: tuple[ShownDay, ...]
    near: tuple[ShownNear, ...]
    nothing_on: str
    earlier: str
    later: str
    zone: str


@dataclass(frozen=True)
class ChosenTime:
    """The start for which a person is looked for. `until`: how long it is kept; empty where it is not kept yet."""

    words: str
    treatment: str
    until: str


@dataclass(frozen=True)
class PersonBox:
    """`is_known`: `found` is the person for whom the page was opened. `searched`: somebody was looked for by `words`."""

    chosen: ChosenTime
    is_known: bool
    words: str
    searched: bool
    found: tuple[Candidate, ...]
    new_form: NewPersonForm | None
    is_new_open: bool


@dataclass(frozen=True)
class Booked:
    """What was booked a moment ago."""

    reference: str
    name: str
    words: str
    treatment: str
    is_anything_open: bool
    day_query: str


@dataclass(frozen=True)
class FindPage:
    """`query` is the choice as an address, `box_query` with the chosen time in it; `refused` why a time can't be had; `left_out` what the person may not have."""

    form: FindForm
    answer: ShownAnswer
    query: str
    box_query: str
    is_folded: bool
    for_whom: str
    left_out: str
    refused: str
    box: PersonBox | None
    booked: Booked | None


def describe_form(choice: Choice, *, offers: Sequence[Offer], locations: Sequence[Location]) -> FindForm:
    wish = choice.wish
    offer = next((one for one in offers if one.treatment.pk == wish.treatment.pk), None)
    policy, country = ClinicPolicy.current(), wish.location.country
    hours = _hours(wish.location)
    return FindForm(
        treatments=tuple(
            Option(one.treatment.key, one.treatment.name_for_staff, one.treatment.pk == wish.treatment.pk)
            for one in offers
        ),
        lengths=tuple(
            Option(
                str(one.minutes),
                _("%(count)s min, %(price)s")
                % {"count": one.minutes, "price": format_price(one.price, policy.currency, country=country)},
                one.minutes == wish.minutes,
            )
            for one in (offer.lengths if offer else ())
        ),
        places=tuple(Option(str(one.pk), one.name, one.pk == wish.location.pk) for one in locations),
        people=_people(choice),
        is_anyone=not choice.who,
        days=tuple(
            Option(str(day), str(WEEKDAYS_ABBR[day - 1]), day in choice.days) for day in _weekdays(wish.location)
        ),
        after=_times(hours, choice.after, country),
        before=_times(hours, choice.before, country),
        weeks=_weeks(choice),
        first=choice.first,
        sentence=choice.in_words(),
        person=choice.person,
    )


def describe_answer(choice: Choice, answer: Answer, *, chosen: tuple[datetime, int] | None) -> ShownAnswer:
    wish = choice.wish
    wall, speaker = Wall.of_place(wish.location), _Speaker(choice, chosen)
    free = {one.day for one in answer.days}
    wanted = [choice.first + timedelta(days=number) for number in range(DAYS_SHOWN)]
    wanted = [day for day in wanted if not choice.days or day.isoweekday() in choice.days]
    empty = [day for day in wanted if day not in free and day.isoweekday() in _weekdays(wish.location)]
    return ShownAnswer(
        count=count_times(answer.count),
        span=_("from %(first)s to %(last)s")
        % {"first": _short(choice.first), "last": _short(max(free, default=choice.last))},
        days=tuple(
            ShownDay(
                one.day.isoformat(),
                format_day(one.day),
                count_times(len(one.starts)),
                tuple(speaker.start(start) for start in one.starts[:TIMES_OPEN]),
                tuple(speaker.start(start) for start in one.starts[TIMES_OPEN:]),
            )
            for one in answer.days
        ),
        near=tuple(
            ShownNear(
                speaker.start(one.start), format_day(local_date(one.start.starts_at, wall.zone)), _say_miss(one, choice)
            )
            for one in answer.near
        ),
        nothing_on=", ".join(_short(day) for day in empty) if free and len(empty) < len(wanted) else "",
        earlier=_other_weeks(choice, -DAYS_SHOWN) if choice.first > choice.today else "",
        later=_other_weeks(choice, DAYS_SHOWN),
        zone=zone_name(wall.zone),
    )


def describe_chosen(visit: Appointment, *, until: datetime | None) -> ChosenTime:
    """The start that is kept, or an unsaved visit at the one that was pressed elsewhere, with its parts loaded."""
    wall = Wall.of_visit(visit)
    room = [visit.room.name] if visit.room else []
    when = format_span(visit.starts_at, visit.ends_at, wall)
    day = format_day(local_date(visit.starts_at, wall.zone))
    return ChosenTime(
        words=", ".join([day, when, visit.therapist.name, *room]),
        treatment=f"{visit.treatment.name_for_staff} {visit.minutes}",
        until=format_time(until, wall) if until else "",
    )


def describe_booked(visit: Appointment) -> Booked:
    """`visit` with its parts loaded."""
    day = local_date(visit.starts_at, Wall.of_visit(visit).zone)
    return Booked(
        reference=visit.reference,
        name=visit.client.name if visit.client else "",
        words=describe_chosen(visit, until=None).words,
        treatment=f"{visit.treatment.name_for_staff} {visit.minutes}",
        is_anything_open=visit.conditions.filter(settled_at=None).exists(),
        day_query=urlencode({"date": day.isoformat(), "location": visit.location_id}),
    )


def say_left_out(treatments: Sequence[str]) -> str:
    """Which treatments are not on the list, and why; empty where all are."""
    if not treatments:
        return ""
    return _("Left out, by the last safety check: %(treatments)s.") % {"treatments": ", ".join(treatments)}


class _Speaker:
    def __init__(self, choice: Choice, chosen: tuple[datetime, int] | None) -> None:
        self._wall, self._chosen = Wall.of_place(choice.wish.location), chosen
        self._rooms = catalogue.room_names(location=choice.wish.location)
        self._names = {one.pk: one for one in choice.people}

    def start(self, start: StartOnOffer) -> ShownStart:
        therapist: Therapist = self._names[start.therapist_id]
        room = [self._rooms[start.room_id]] if start.room_id else []
        day = format_day(local_date(start.starts_at, self._wall.zone))
        return ShownStart(
            instant=start.starts_at.astimezone(self._wall.zone).isoformat(),
            therapist_id=start.therapist_id,
            time=format_time(start.starts_at, self._wall),
            who=", ".join([therapist.first_name, *room]),
            more=f", {day}, {therapist.name}",
            is_chosen=self._chosen == (start.starts_at, start.therapist_id),
        )


def _say_miss(near: Near, choice: Choice) -> str:
    country = choice.wish.location.country
    if near.miss is Miss.WHO:
        return _("with somebody else")
    if near.miss is Miss.DAY:
        return _("on another day of the week")
    if near.miss is Miss.LATER:
        return _("later than you asked for")
    local = near.start.starts_at.astimezone(choice.wish.zone)
    if choice.after and local.time() < choice.after:
        return _("before %(time)s") % {"time": format_clock(choice.after, country=country)}
    assert choice.before is not None, "one of the two hours is missed"
    return _("ends after %(time)s") % {"time": format_clock(choice.before, country=country)}


def _people(choice: Choice) -> tuple[Option, ...]:
    genders = zip(GENDERS, (_("A woman"), _("A man")), strict=True) if can_ask_for_gender(choice.people) else ()
    named = [*genders, *((str(one.pk), one.name) for one in choice.people)]
    return tuple(Option(value, words, value in choice.who) for value, words in named)


def _weekdays(location: Location) -> list[int]:
    """ISO weekdays on which anybody works at the place; all of them where nobody does."""
    hours = current().hours
    found = {
        span.weekday for (_pk, location_id), spans in hours.items() if location_id == location.pk for span in spans
    }
    return sorted(found) or list(range(1, 8))


def _hours(location: Location) -> list[time]:
    """The full hours between which anybody works at the place."""
    spans = [
        span for (_pk, location_id), spans in current().hours.items() if location_id == location.pk for span in spans
    ]
    first = min((span.opens.hour for span in spans), default=8)
    last = max((span.closes.hour + (span.closes.minute > 0) for span in spans), default=20)
    return [time(hour) for hour in range(first, min(last, 23) + 1)]


def _times(hours: Sequence[time], chosen: time | None, country: str) -> tuple[Option, ...]:
    listed = sorted({*hours, *([chosen] if chosen else [])})
    return (
        Option("", _("Any"), chosen is None),
        *(Option(f"{hour:%H:%M}", format_clock(hour, country=country), hour == chosen) for hour in listed),
    )


def _weeks(choice: Choice) -> tuple[Option, ...]:
    weeks = dict(weeks_from(choice.today))
    weeks.setdefault(choice.first, format_day(choice.first))
    return tuple(Option(day.isoformat(), words, day == choice.first) for day, words in sorted(weeks.items()))


def _other_weeks(choice: Choice, days: int) -> str:
    first = max(choice.today, choice.first + timedelta(days=days))
    return choice.query(**{"from": first.isoformat()})


def _short(day: date) -> str:
    """ "30 November": without the weekday."""
    return format_day(day).partition(" ")[2]
