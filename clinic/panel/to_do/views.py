"""What waits for somebody, and who has it."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from clinic.panel.door.frame import show
from clinic.panel.door.glance import take_glance
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.door.waiting import KINDS
from clinic.panel.staff_page import staff_page
from clinic.panel.to_do import taking
from clinic.panel.to_do.page import load_to_do
from clinic.record.audit import on_record
from services.refusals import Refusal


@staff_page("to_do")
def to_do(request: HttpRequest, member: Member) -> HttpResponse:
    """All that waits for this person, by kind, soonest first."""
    return _show(request, member, timezone.now())


@staff_page("take_up", methods=("POST",))
def take_up(request: HttpRequest, member: Member, kind: str, row_id: int) -> HttpResponse:
    """Whoever presses has it; the later of two reads who does, or that it is done."""
    _check_kind(kind)
    now = timezone.now()
    try:
        with on_record(by=request.user, verb="take up", object_type=kind, object_id=row_id, now=now):
            taking.take(kind=kind, row_id=row_id, member=member, by=user_of(request), now=now)
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
        return _show(request, member, now, status=409)
    return redirect("panel:to_do")


@staff_page("give_back", methods=("POST",))
def give_back(request: HttpRequest, member: Member, kind: str, row_id: int) -> HttpResponse:
    """Whoever had it has it no longer."""
    _check_kind(kind)
    with on_record(by=request.user, verb="give back", object_type=kind, object_id=row_id, now=timezone.now()):
        taking.give_back(kind=kind, row_id=row_id, by=user_of(request))
    return redirect("panel:to_do")


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Http404


def _show(request: HttpRequest, member: Member, now: datetime, *, status: int = 200) -> HttpResponse:
    glance = take_glance(member=member, now=now)
    page = load_to_do(member, glance=glance, now=now)
    return show(request, member, "panel/to_do/to_do.html", page, status=status, glance=glance)
