"""The times that answer a choice, in words: by day, or what comes near."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.scheduling.availability import StartOnOffer
from booking.wording.times import Wall, count_times, format_day, format_time, local_date, zone_name
from clinic.panel.finder.answer import Answer, Miss, Near
from clinic.panel.finder.choice import DAYS_SHOWN, Choice
from clinic.panel.finder.shown_choice import weekdays_of
from services import catalogue
from services.countries import format_clock
from services.models import Therapist

# As many as stand in one row; the others of a day are folded.
TIMES_OPEN = 6


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


def describe_answer(choice: Choice, answer: Answer, *, chosen: tuple[datetime, int] | None) -> ShownAnswer:
    wish = choice.wish
    wall, speaker = Wall.of_place(wish.location), _Speaker(choice, chosen)
    free = {one.day for one in answer.days}
    wanted = [choice.first + timedelta(days=number) for number in range(DAYS_SHOWN)]
    wanted = [day for day in wanted if not choice.days or day.isoweekday() in choice.days]
    empty = [day for day in wanted if day not in free and day.isoweekday() in weekdays_of(wish.location)]
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


def _other_weeks(choice: Choice, days: int) -> str:
    first = max(choice.today, choice.first + timedelta(days=days))
    return choice.query(**{"from": first.isoformat()})


def _short(day: date) -> str:
    """ "30 November": without the weekday."""
    return format_day(day).partition(" ")[2]
