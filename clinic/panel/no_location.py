"""Shown instead of a page that needs a place to work at, while the clinic has none."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of


@dataclass(frozen=True)
class NoLocationPage:
    may_set_up: bool


def show_no_location(request: HttpRequest, member: Member) -> HttpResponse:
    page = NoLocationPage(may_set_up=user_of(request).is_superuser)
    return show(request, member, "panel/no_location.html", page)
