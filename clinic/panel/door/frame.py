"""What stands around every page of the panel, and how a page is shown inside it.

A template gets two things: `frame`, and `page`, a dataclass that has been worked out before.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.intake.signing import current_signature
from clinic.panel.door.pages import linked_pages
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.door.signed_in import user_of
from services.models import ClinicPolicy

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True)
class Link:
    """`is_here`: it leads to the page that is shown."""

    words: str
    url: str
    is_here: bool = False


@dataclass(frozen=True)
class Frame:
    """Everything but `clinic_name` is empty for somebody who has not come in yet. `who`: name, and role where they differ."""

    clinic_name: str
    who: str = ""
    links: tuple[Link, ...] = ()
    is_unsigned: bool = False
    to_do: tuple[Link, ...] = ()


def show(
    request: HttpRequest, member: Member, template: str, page: "DataclassInstance", *, status: int = 200
) -> HttpResponse:
    """A page for `member`."""
    policy = ClinicPolicy.current()
    frame = Frame(
        clinic_name=policy.clinic_name,
        who=_who(request, member),
        links=tuple(_links(request, member)),
        is_unsigned=current_signature() is None,
        to_do=tuple(_to_do(member, policy)),
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


def _links(request: HttpRequest, member: Member) -> list[Link]:
    here = request.resolver_match.url_name if request.resolver_match else ""
    links = [
        Link(str(page.label), reverse(f"panel:{page.address}"), is_here=page.address == here)
        for page in linked_pages(member)
    ]
    return links + ([Link(_("Set-up"), reverse("admin:index"))] if user_of(request).is_superuser else [])


def _to_do(member: Member, policy: ClinicPolicy) -> list[Link]:
    """What an owner still has to look at."""
    number = Link(
        _("To do: check which number clients are told to call in an emergency"), reverse("panel:emergency_number")
    )
    periods = Link(_("To do: check how long you keep people’s data"), reverse("panel:keeping"))
    return [
        *([number] if may(member, Right.SET_UP) and not policy.emergency_number_confirmed else []),
        *([periods] if may(member, Right.HANDLE_DATA) and policy.keep_confirmed_at is None else []),
    ]
