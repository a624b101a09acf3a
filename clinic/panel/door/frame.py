"""What stands around every page of the panel, and how a page is shown inside it.

A template gets two things: `frame`, and `page`, a dataclass that has been worked out before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.panel.door.coming_back import TO_DO, comes_from
from clinic.panel.door.glance import Glance, take_glance
from clinic.panel.door.pages import DOORS, PAGES, Door, open_doors, pages_behind
from clinic.panel.door.rights import Member, Reach, Right, may
from clinic.panel.door.signed_in import user_of
from clinic.panel.set_up.rail import count_rows, say_what_is_left
from services.models import ClinicPolicy

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True)
class DoorLink:
    """`current` is what `aria-current` says: "page", or "true" for a page behind this door; empty for other doors.

    `note`: how many are there, or what is to do there.
    """

    words: str
    url: str
    current: str = ""
    is_to_do: bool = False
    note: str = ""


@dataclass(frozen=True)
class Frame:
    """Everything but `clinic_name` is empty for somebody who has not come in yet. `who`: name, and role where they differ.

    `beside`: the pages behind Reports or Set-up, on each of them. `back`: where whoever is here goes on, see
    `coming_back`. `is_own`: for somebody who treats, and has the panel on a phone.
    """

    clinic_name: str
    who: str = ""
    doors: tuple[DoorLink, ...] = ()
    beside: tuple[DoorLink, ...] = ()
    is_unsigned: bool = False
    waiting: int = 0
    back: str = ""
    is_own: bool = False

    @property
    def comes_from_to_do(self) -> bool:
        return self.back == TO_DO


def show(
    request: HttpRequest,
    member: Member,
    template: str,
    page: "DataclassInstance",
    *,
    status: int = 200,
    glance: Glance | None = None,
) -> HttpResponse:
    """A page for `member`. `glance` as it was taken already, else it is taken here."""
    glance = glance or take_glance(member=member, now=timezone.now())
    frame = Frame(
        clinic_name=ClinicPolicy.current().clinic_name,
        who=_who(request, member),
        doors=tuple(_doors(request, member)),
        beside=tuple(_beside(request, member, glance)),
        is_unsigned=glance.is_unsigned,
        waiting=glance.count,
        back=comes_from(request),
        is_own=member.reach(Right.SEE_BOARD) is Reach.OWN,
    )
    return render(request, template, {"frame": frame, "page": page}, status=status)


def show_at_door(
    request: HttpRequest, template: str, page: "DataclassInstance | None" = None, *, status: int = 200
) -> HttpResponse:
    """A page for somebody who has not come in yet."""
    return render(request, template, {"frame": door_frame(), "page": page}, status=status)


def door_frame() -> Frame:
    return Frame(clinic_name=ClinicPolicy.current().clinic_name)


def _who(request: HttpRequest, member: Member) -> str:
    name = user_of(request).username
    return name if member.role == name else f"{name}, {member.role}"


def _doors(request: HttpRequest, member: Member) -> Iterator[DoorLink]:
    here = PAGES.get(request.resolver_match.url_name or "") if request.resolver_match else None
    for door, page in open_doors(member).items():
        is_behind = here is not None and here.door is door
        current = "page" if here is page else "true" if is_behind else ""
        yield DoorLink(str(DOORS[door]), reverse(f"panel:{page.address}"), current, is_to_do=door is Door.TO_DO)


def _beside(request: HttpRequest, member: Member, glance: Glance) -> Iterator[DoorLink]:
    here = PAGES.get(request.resolver_match.url_name or "") if request.resolver_match else None
    if here is None or here.door not in (Door.REPORTS, Door.SET_UP):
        return
    notes = _notes(member, glance) if here.door is Door.SET_UP else {}
    pages = {page: reverse(f"panel:{page.address}") for page in pages_behind(here.door, member)}
    above = [page for page, url in pages.items() if request.path.startswith(url)]
    for page, url in pages.items():
        # The page that the door leads to is above all others, and is marked only where no other is.
        is_above = page in above and (not page.is_front or len(above) == 1)
        current = "page" if here is page else "true" if is_above else ""
        yield DoorLink(str(page.label), url, current, note=notes.get(page.address, ""))


def _notes(member: Member, glance: Glance) -> Mapping[str, str]:
    """What the rail of the set-up says beside its pages."""
    if not may(member, Right.SET_UP):
        return {}
    now = timezone.now()
    unsigned = {"signature": _("To sign")} if glance.is_unsigned else {}
    return {**count_rows(now=now), **say_what_is_left(now=now), **unsigned}
