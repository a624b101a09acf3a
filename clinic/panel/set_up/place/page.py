"""What the pages about places show."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.pages.layout import PressForm
from clinic.panel.set_up.place.forms import PlaceForm
from services.models import Location


@dataclass(frozen=True)
class PlaceLine:
    """A place of several, in the list. `state` is empty for one that is open."""

    name: str
    address: str
    state: str
    url: str


@dataclass(frozen=True)
class PlacesPage:
    places: tuple[PlaceLine, ...]


@dataclass(frozen=True)
class PlacePage:
    """`press` closes the place, or opens it again; None where there is no other. `may_add`: the page offers another one."""

    title: str
    form: PlaceForm
    press: PressForm | None
    may_add: bool


def describe_places(places: list[Location]) -> PlacesPage:
    return PlacesPage(
        tuple(
            PlaceLine(
                name=place.name,
                address=", ".join(place.address.split("\n")),
                state="" if place.is_active else _("closed"),
                url=reverse("panel:set_up_one_place", args=[place.pk]),
            )
            for place in places
        )
    )


def describe_place(form: PlaceForm, *, place: Location | None, is_only: bool) -> PlacePage:
    return PlacePage(
        title=place.name if place and not is_only else _("The place") if place or is_only else _("Another place"),
        form=form,
        press=_press(place) if place and not is_only else None,
        may_add=place is not None and is_only,
    )


def _press(place: Location) -> PressForm:
    if place.is_active:
        action = reverse("panel:close_place", args=[place.pk])
        return PressForm(label=_("Close this place for bookings"), action=action)
    return PressForm(label=_("Open this place again"), action=reverse("panel:reopen_place", args=[place.pk]))
