"""The record of one person: who they are, what to be careful about, their visits, and what can be done."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right
from clinic.panel.person.load import open_person
from clinic.panel.person.page import describe_person, fields_shown
from clinic.panel.staff_page import staff_page
from clinic.record.audit import write_view


@staff_page("person")
def person(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """The whole record, as far as the member may see it."""
    found = open_person(public_id, member, Right.SEE_PERSON)
    page = describe_person(member, found)
    write_view(by=request.user, client_id=found.pk, now=timezone.now(), fields=fields_shown(page))
    return show(request, member, "panel/person/person.html", page)
