"""What the pages about therapists and places say. What nobody has written is left out."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.scheduling.availability import StartOnOffer
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import list_starts
from booking.web.choice import url_of_treatment, value_of
from booking.web.hours import describe_hours
from booking.web.next_times import NextTime, next_time
from booking.web.site import Page, Site
from booking.web.when.in_words import short_names
from booking.wording.lists import join_words
from booking.wording.phones import telephone_href
from booking.wording.prices import format_treatment
from booking.wording.times import local_date
from services import catalogue
from services.catalogue import Offer
from services.models import Location, Picture, Therapist

NEXT_TIMES, DAYS_AHEAD = 3, 14
OF_COMMON_WORDS = frozenset({"Deep tissue", "Trigger point therapy", "Myofascial release"})  # Swedish is a proper name


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
class Days:
    """Where somebody works, and when."""

    place: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TherapistPage(Page):
    """The next times are for the treatment `value`, in words `what`; `all_times` is the page of all that there are."""

    person: Person
    skills: tuple[Skill, ...]
    value: str
    what: str
    next_times: tuple[NextTime, ...]
    all_times: str
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
    found = list(team.defer("portrait__content"))
    said = short_names({one.pk: one.name for one in found})
    return [replace(_person(one), first_name=said[one.pk]) for one in found]


def make_therapist_page(site: Site, *, therapist: Therapist, now: datetime) -> TherapistPage:
    on_offer = catalogue.treatments_on_offer(on=catalogue.home_day(now))
    offers = [offer for offer in on_offer if offer.treatment in set(therapist.treatments.all())]
    first = offers[0] if offers and site.locations else None
    return TherapistPage(
        site=site,
        person=_person(therapist),
        skills=tuple(
            Skill(
                offer.treatment.name,
                offer.treatment.get_firmness_display(),
                _times_of(therapist, offer),
            )
            for offer in offers
        ),
        value=value_of(first.treatment, first.usual.minutes) if first else "",
        what=format_treatment(first.treatment.name, first.usual.minutes) if first else "",
        next_times=_next_times(therapist, first, site=site, now=now) if first else (),
        all_times=_times_of(therapist, first) if first else "",
        days=tuple(_days(therapist, site=site, now=now)),
    )


def _times_of(therapist: Therapist, offer: Offer) -> str:
    """The address of the times of this treatment that are this therapist's."""
    places = catalogue.locations_open()
    here = [one for one in places if therapist in catalogue.therapists_for(treatment=offer.treatment, location=one)]
    place = here[0] if here and len(places) > 1 else None
    return f"{url_of_treatment(offer.treatment, minutes=offer.usual.minutes, location=place)}&therapist={therapist.pk}"


def make_find_us_page(site: Site, *, now: datetime) -> FindUsPage:
    return FindUsPage(site=site, places=tuple(_place(location, site=site, now=now) for location in site.locations))


def show_picture(picture: Picture | None) -> Shown | None:
    if picture is None:
        return None
    return Shown(reverse("booking:picture", args=[picture.digest]), picture.width, picture.height)


def _person(therapist: Therapist) -> Person:
    names = [one.name for one in therapist.treatments.all() if one.is_active]
    skills = join_words(names[:1] + [_within(name) for name in names[1:]]) if names else ""
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


def _next_times(therapist: Therapist, offer: Offer, *, site: Site, now: datetime) -> tuple[NextTime, ...]:
    """The first start of each of the next days on which there is one, at any place."""
    first_of: dict[date, tuple[StartOnOffer, Location]] = {}
    for place in site.locations:
        search = Search(Wish(offer.treatment, offer.usual.minutes, place, therapist.pk), now)
        for start in list_starts(search=search, first_date=local_date(now, place.zone), days=DAYS_AHEAD):
            day = local_date(start.starts_at, place.zone)
            if day not in first_of or start < first_of[day][0]:
                first_of[day] = start, place
    is_only = len(site.locations) == 1
    return tuple(
        next_time(start, place, offer=offer, name=therapist.name, who="", is_only=is_only, now=now)
        for start, place in (first_of[day] for day in sorted(first_of)[:NEXT_TIMES])
    )


def _within(name: str) -> str:
    """As it stands within a sentence. What a clinic has named itself is left as it is."""
    return name.lower() if name in OF_COMMON_WORDS else name


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


def has_no_steps(location: Location) -> str:
    """Always something: who needs to know must not be left to guess."""
    said = {Location.StepFree.YES.value: _("Yes."), Location.StepFree.NO.value: _("No.")}
    return said.get(location.step_free) or _("Please call us.")


def describe_steps(location: Location) -> str:
    """The same, with what the clinic says of it."""
    more = location.step_free_words if location.step_free else ""
    return f"{has_no_steps(location)} {more}".strip()
