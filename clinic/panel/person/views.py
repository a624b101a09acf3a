"""The record of one person: who they are, what to be careful about, their visits, and what staff wrote about them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Client, DeskLine
from booking.people import desk_lines
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import user_of
from clinic.panel.person.forms import LineForm, PageForm
from clinic.panel.person.load import open_person
from clinic.panel.person.page import describe_person, fields_shown
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record, write_view
from services.refusals import Refusal


@staff_page("person")
def person(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """The whole record, as far as the member may see it. A merged one leads to the record that counts."""
    found = open_person(public_id, member, Right.SEE_PERSON)
    if found.public_id != public_id:
        return redirect("panel:person", public_id=found.public_id)
    return _show(request, member, found)


@staff_page("person_line", methods=("POST",))
def line(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Write a line about the person."""
    found = open_person(public_id, member, Right.WRITE_LINES)
    form, now = LineForm(request.POST), timezone.now()
    if not form.is_valid():
        messages.error(request, _("Write what others should know."))
        return _show(request, member, found, typed=request.POST.get("text", ""), status=422)
    try:
        with on_record(by=request.user, verb="write line", object_type="client", object_id=found.pk, now=now):
            desk_lines.write_line(client=found, text=form.cleaned_data["text"], by=user_of(request), now=now)
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
        return _show(request, member, found, typed=form.cleaned_data["text"], status=422)
    return redirect("panel:person", public_id=found.public_id)


@staff_page("person_strike", methods=("POST",))
def strike(request: HttpRequest, member: Member, public_id: str, line_id: int) -> HttpResponse:
    """A line no longer helps."""
    found = open_person(public_id, member, Right.WRITE_LINES)
    written = DeskLine.objects.filter(client=found, pk=line_id).first()
    if written is None:
        raise Http404
    now = timezone.now()
    with on_record(by=request.user, verb="strike line", object_type="client", object_id=found.pk, now=now):
        desk_lines.strike_line(line=written, by=user_of(request), now=now)
    messages.success(request, _("The line is struck."))
    return redirect("panel:person", public_id=found.public_id)


def _show(request: HttpRequest, member: Member, found: Client, *, typed: str = "", status: int = 200) -> HttpResponse:
    wanted = PageForm(request.GET)
    now = timezone.now()
    page = describe_person(
        member, found, now, page=(wanted.is_valid() and wanted.cleaned_data["page"]) or 1, typed_line=typed
    )
    write_view(by=request.user, client_id=found.pk, now=now, fields=fields_shown(page))
    return show(request, member, "panel/person/person.html", page, status=status)
