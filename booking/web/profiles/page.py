"""What the pages about therapists and places say. What nobody has written is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import list_starts
from booking.web.hours import describe_hours
from booking.web.site import Page, Site
from booking.wording.lists import join_words
from booking.wording.phones import telephone_href
from booking.wording.prices import format_minutes
from booking.wording.times import Wall, format_day, format_time, local_date
from services import catalogue
from services.catalogue import Offer
from services.models import Location, Picture, Therapist

NEXT_TIMES, DAYS_AHEAD = 3, 14
USUAL_MINUTES = 60


@dataclass(frozen=True)
class Shown:
    """A picture on a page."""

    address: str
    width: int
    height: int


@dataclass(frozen=True)
class Skill:
    name: str
    firmness: str
    href: str


@dataclass(frozen=True)
class Person:
    """A therapist as clients meet them. `line` is what they do and speak; `initial` stands where there is no portrait."""

    name: str
    first_name: str
    initial: str
    href: str
    line: str
    about: str
    training: tuple[str, ...]
    portrait: Shown | None


@dataclass(frozen=True)
class NextTime:
    day: str
    time: str


@dataclass(frozen=True)
class Days:
    """Where somebody works, and when."""

    place: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TherapistPage(Page):
    """`length` is what the next times are for."""

    person: Person
    skills: tuple[Skill, ...]
    next_times: tuple[NextTime, ...]
    length: str
    days: tuple[Days, ...]


@dataclass(frozen=True, kw_only=True)
class TherapistsPage(Page):
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Fact:
    title: str
    words: str


@dataclass(frozen=True)
class Place:
    """How to find a place. `facts` has only what somebody wrote, but always whether there are steps."""

    name: str
    is_only: bool
    address: str
    photo: Shown | None
    map_link: str
    phone: str
    phone_href: str
    at_the_door: str
    facts: tuple[Fact, ...]
    hours: tuple[str, ...]
    running_late: str

    @property
    def heading(self) -> str:
        """The level of what stands under it: the place has a heading of its own where it is one of several."""
        return "h2" if self.is_only else "h3"


@dataclass(frozen=True, kw_only=True)
class FindUsPage(Page):
    places: tuple[Place, ...]


def make_therapists_page(site: Site) -> TherapistsPage:
    return TherapistsPage(site=site, people=tuple(people()))


def people() -> list[Person]:
    """Everybody who works here, in the order in which they came. Three statements."""
    team = Therapist.objects.filter(is_active=True).select_related("portrait").prefetch_related("treatments")
    return [_person(one) for one in team.defer("portrait__content")]


def make_therapist_page(site: Site, *, therapist: Therapist, now: datetime) -> TherapistPage:
    offers = [offer for offer in catalogue.treatments_on_offer() if offer.treatment in set(therapist.treatments.all())]
    times, length = _next_times(therapist, offers, site=site, now=now)
    return TherapistPage(
        site=site,
        person=_person(therapist),
        skills=tuple(
            Skill(
                offer.treatment.name,
                offer.treatment.get_firmness_display(),
                f"{reverse('booking:treatment')}#{offer.treatment.key}",
            )
            for offer in offers
        ),
        next_times=times,
        length=length,
        days=tuple(_days(therapist, site=site, now=now)),
    )


def make_find_us_page(site: Site, *, now: datetime) -> FindUsPage:
    return FindUsPage(site=site, places=tuple(_place(location, site=site, now=now) for location in site.locations))


def show_picture(picture: Picture | None) -> Shown | None:
    if picture is None:
        return None
    return Shown(reverse("booking:picture", args=[picture.digest]), picture.width, picture.height)


def _person(therapist: Therapist) -> Person:
    names = [one.name for one in therapist.treatments.all() if one.is_active]
    skills = join_words(names) if names else ""
    speaks = _("Speaks %(languages)s.") % {"languages": therapist.languages} if therapist.languages else ""
    return Person(
        name=therapist.name,
        first_name=therapist.first_name,
        initial=therapist.name.strip()[:1].upper(),
        href=reverse("booking:therapist", args=[therapist.pk]),
        line=" ".join(part for part in (f"{skills}." if skills else "", speaks) if part),
        about=therapist.about,
        training=tuple(line.strip() for line in therapist.training.splitlines() if line.strip()),
        portrait=show_picture(therapist.portrait),
    )


def _next_times(
    therapist: Therapist, offers: Sequence[Offer], *, site: Site, now: datetime
) -> tuple[tuple[NextTime, ...], str]:
    """The first start of each of the next days on which there is one, and the length that they are for."""
    if not offers or not site.locations:
        return (), ""
    minutes = min((length.minutes for length in offers[0].lengths), key=lambda one: abs(one - USUAL_MINUTES))
    first_of: dict[date, tuple[datetime, Wall]] = {}
    for location in site.locations:
        search = Search(Wish(offers[0].treatment, minutes, location, therapist.pk), now)
        wall = Wall.of_place(location)
        for start in list_starts(search=search, first_date=local_date(now, wall.zone), days=DAYS_AHEAD):
            day = local_date(start.starts_at, wall.zone)
            if day not in first_of or start.starts_at < first_of[day][0]:
                first_of[day] = start.starts_at, wall
    found = [first_of[day] for day in sorted(first_of)[:NEXT_TIMES]]
    times = tuple(NextTime(_day_of(start, wall, now=now), format_time(start, wall)) for start, wall in found)
    return times, format_minutes(minutes)


def _day_of(start: datetime, wall: Wall, *, now: datetime) -> str:
    day, today = local_date(start, wall.zone), local_date(now, wall.zone)
    if day < today + timedelta(days=2):
        return _("Today") if day == today else _("Tomorrow")
    return str(WEEKDAYS[day.weekday()]) if day < today + timedelta(days=7) else format_day(day)


def _days(therapist: Therapist, *, site: Site, now: datetime) -> list[Days]:
    found = [
        Days(
            place.name if len(site.locations) > 1 else "",
            tuple(describe_hours(place, today=local_date(now, place.zone), therapist=therapist)),
        )
        for place in site.locations
    ]
    return [one for one in found if one.lines]


def _place(location: Location, *, site: Site, now: datetime) -> Place:
    rows = (
        (_("Bus and tram"), location.directions),
        (_("Parking"), location.parking),
        (_("Bicycle"), location.bicycle),
        (_("Quiet"), location.quiet),
    )
    return Place(
        name=location.name,
        is_only=len(site.locations) == 1,
        address=", ".join(line.strip() for line in location.address.splitlines() if line.strip()),
        photo=show_picture(location.door_photo),
        map_link=location.map_link,
        phone=location.phone,
        phone_href=telephone_href(location.phone),
        at_the_door=location.at_the_door,
        facts=(
            Fact(_("Step-free"), describe_steps(location)),
            *(Fact(title, words) for title, words in rows if words.strip()),
        ),
        hours=tuple(describe_hours(location, today=local_date(now, location.zone))),
        running_late=location.running_late,
    )


def describe_steps(location: Location) -> str:
    """Always something: who needs to know must not be left to guess."""
    said = {Location.StepFree.YES.value: _("Yes."), Location.StepFree.NO.value: _("No.")}
    if location.step_free not in said:
        return _("Please call us.")
    return f"{said[location.step_free]} {location.step_free_words}".strip()
