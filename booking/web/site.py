"""What stands on every page: the clinic's name, phone and place. Read with two statements, three with a logo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from booking.web.card import Card, keep_card
from booking.wording.lists import join_words
from booking.wording.phones import telephone_href
from services import catalogue
from services.countries import FALLBACK
from services.models import ClinicPolicy, Location


@dataclass(frozen=True)
class Site:
    policy: ClinicPolicy
    locations: tuple[Location, ...]
    logo_digest: str = ""

    @property
    def name(self) -> str:
        return self.policy.clinic_name

    @property
    def colour_file(self) -> str:
        """The stylesheet of the clinic's own colour; empty where it has none."""
        return reverse("booking:colour", args=[self.policy.accent[1:]]) if self.policy.accent else ""

    @property
    def logo_file(self) -> str:
        """Empty where the drawn mark stands."""
        return reverse("booking:picture", args=[self.logo_digest]) if self.logo_digest else ""

    @property
    def country(self) -> str:
        """The first place's: for what belongs to none."""
        return self.locations[0].country if self.locations else FALLBACK

    @property
    def emergency_number(self) -> str:
        return self.policy.emergency_number_in(self.country)

    @property
    def phone(self) -> str:
        return self.locations[0].phone if self.locations else ""

    @property
    def phone_href(self) -> str:
        return telephone_href(self.phone)

    @property
    def phones(self) -> list[tuple[str, str, str]]:
        """Place, phone as it is written, and as a link."""
        return [(place.name, place.phone, telephone_href(place.phone)) for place in self.locations]

    @property
    def emergency_href(self) -> str:
        return telephone_href(self.emergency_number)

    @property
    def towns(self) -> str:
        """Where the clinic is, each town once."""
        return join_words(list(dict.fromkeys(place.town for place in self.locations)))

    @property
    def addresses(self) -> list[str]:
        """Each place on one line."""
        return [
            ", ".join(part.strip() for part in place.address.splitlines() if part.strip()) for place in self.locations
        ]


def load_site() -> Site:
    """The clinic as it is now. Side effect: name and phone are kept for pages without a database, see card.py."""
    policy = ClinicPolicy.current()
    site = Site(policy, tuple(catalogue.locations_open()), catalogue.picture_digest(picture_id=policy.logo_id))
    keep_card(Card(name=site.name, phone=site.phone))
    return site


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every public page has. Each page with something to say derives from it; its fields are the template's names."""

    site: Site
    errors: Sequence[Mapping[str, str]] = ()


def show(request: HttpRequest, template: str, page: Page | None = None, *, status: int = 200) -> HttpResponse:
    """A public page: `page` with everything on it, or one that says nothing but what its template says."""
    shown = page or Page(site=load_site())
    response = render(request, template, {one.name: getattr(shown, one.name) for one in fields(shown)}, status=status)
    allow_frames(response, shown.site.policy)
    return response


def allow_frames(response: HttpResponse, policy: ClinicPolicy) -> None:
    """Let the websites that the clinic named show this page in a frame; nobody else may. Side effect: on `response`."""
    if sites := policy.framed_by.split():
        # Read by the middleware of django-csp and by Django's own, whose header knows no list of sites.
        response._csp_replace = {"frame-ancestors": sites}  # type: ignore[attr-defined]  # noqa: SLF001 - how django-csp lets one answer differ
        response.xframe_options_exempt = True
