"""What the page that a door leads to shows, where it is a list of the pages behind it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clinic.panel.door.frame import show
from clinic.panel.door.pages import DOORS, Door, pages_behind
from clinic.panel.door.rights import Member


@dataclass(frozen=True)
class HubLink:
    words: str
    about: str
    url: str


@dataclass(frozen=True)
class HubPage:
    title: str
    links: tuple[HubLink, ...]


def show_hub(request: HttpRequest, member: Member, door: Door, *more: HubLink) -> HttpResponse:
    """The pages behind `door` that `member` may open, then `more`."""
    links = [
        HubLink(str(page.label), str(page.about), reverse(f"panel:{page.address}"))
        for page in pages_behind(door, member)
        if not page.is_front
    ]
    return show(request, member, "panel/hub.html", HubPage(str(DOORS[door]), (*links, *more)))
