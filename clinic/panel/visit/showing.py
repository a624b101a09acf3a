"""Shows a visit, or a page about one thing that can be done with it. Each look is on record."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from booking.models import Appointment
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.visit.page import NOTHING_TYPED, Typed, describe_visit, fields_shown
from clinic.record.audit import write_view

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def show_about(
    request: HttpRequest,
    member: Member,
    found: Appointment,
    template: str,
    page: "DataclassInstance",
    *,
    status: int = 200,
) -> HttpResponse:
    """A page about one thing that can be done with the visit."""
    write_view(by=request.user, client_id=found.client_id, now=timezone.now(), fields=["visit"])
    return show(request, member, template, page, status=status)


def show_visit(
    request: HttpRequest,
    member: Member,
    found: Appointment,
    now: datetime,
    *,
    typed: Typed = NOTHING_TYPED,
    status: int = 200,
) -> HttpResponse:
    """The whole visit; beside the board, or as a page where there is no board."""
    write_view(by=request.user, client_id=found.client_id, now=now, fields=fields_shown(member, found))
    template = "panel/visit/side.html" if request.headers.get("HX-Request") else "panel/visit/visit.html"
    return show(request, member, template, describe_visit(member, found, now, typed=typed), status=status)
