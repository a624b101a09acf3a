"""Shown instead of a page that needs a place to work at, while the clinic has none."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right, may


@dataclass(frozen=True)
class NoLocationPage:
    may_set_up: bool


def show_no_location(request: HttpRequest, member: Member) -> HttpResponse:
    page = NoLocationPage(may_set_up=may(member, Right.SET_UP))
    return show(request, member, "panel/no_location.html", page)
