"""The clinic's first place: what belongs to no place is shown by its clock and in the manner of its country."""

from zoneinfo import ZoneInfo

from booking.wording.phones import format_phone
from booking.wording.times import Wall
from services import catalogue


def home_wall() -> Wall:
    """The clock of the first place; UTC where there is none. Pages that use it name its zone once."""
    place = catalogue.home()
    return Wall.of_place(place) if place else Wall.of_zone(ZoneInfo("UTC"))


def home_phone(text: str) -> str:
    """A number that belongs to no visit, as people in the first place's country write it."""
    return format_phone(text, country=catalogue.home_country()) if text else ""
