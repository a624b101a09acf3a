"""The choice of what is looked for, as the fields of a form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from booking.wording.prices import format_price
from clinic.panel.finder.choice import GENDERS, WEEK, Choice, can_ask_for_gender
from services.catalogue import Offer
from services.countries import format_clock
from services.facts import current
from services.models import ClinicPolicy, Location

WEEKS_AHEAD = 4


@dataclass(frozen=True)
class Option:
    """One line of a list, or one box."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class FindForm:
    """The choice as fields. Lists of one entry are left out by the page. `is_fixed`: treatment, length and place are given.

    `weeks` are days from which the answer can begin; `first` is the one that it begins with now.
    """

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
    today: date
    sentence: str
    person: str
    back: str
    is_fixed: bool


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
            Option(str(day), str(WEEKDAYS_ABBR[day - 1]), day in choice.days) for day in weekdays_of(wish.location)
        ),
        after=_times(hours, choice.after, country),
        before=_times(hours, choice.before, country),
        weeks=_weeks(choice),
        first=choice.first,
        today=choice.today,
        sentence=choice.in_words(),
        person=choice.person,
        back=choice.back,
        is_fixed=choice.is_fixed,
    )


def _people(choice: Choice) -> tuple[Option, ...]:
    genders = zip(GENDERS, (_("A woman"), _("A man")), strict=True) if can_ask_for_gender(choice.people) else ()
    named = [*genders, *((str(one.pk), one.name) for one in choice.people)]
    return tuple(Option(value, words, value in choice.who) for value, words in named)


def weekdays_of(location: Location) -> list[int]:
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
    """Today and the Mondays after it, to press; any other day is typed."""
    monday = choice.today + timedelta(days=7 - choice.today.weekday())
    words = [(choice.today, _("Today"))]
    for number in range(WEEKS_AHEAD):
        later = _("In %(count)s weeks") % {"count": number + 1} if number else _("Next week")
        words.append((monday + number * WEEK, later))
    return tuple(Option(day.isoformat(), said, day == choice.first) for day, said in words)
