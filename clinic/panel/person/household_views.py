"""Who belongs together: found by a search, added and taken out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.people.households import add_to_household, leave_household
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right
from clinic.panel.person.load import find_person, look_up, open_person
from clinic.panel.person.other_pages import describe_household
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record, write_view


@staff_page("person_household", methods=("GET", "POST"))
def household(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Look for somebody (by POST: no name in an address), and add who was found."""
    found, now = open_person(public_id, member, Right.CORRECT_PEOPLE), timezone.now()
    if request.POST.get("add"):
        other = find_person(request.POST["add"])
        with on_record(
            by=request.user,
            verb="household",
            object_type="client",
            object_id=found.pk,
            fields=["household"],
            now=now,
        ):
            add_to_household(client=found, other=other)
        messages.success(request, _("%(name)s is in the household.") % {"name": other.name})
        return redirect("panel:person_household", public_id=found.public_id)
    hits = look_up(request, now=now)
    write_view(by=request.user, client_id=found.pk, now=now, fields=["household"])
    page = describe_household(found, request.POST.get("words", ""), hits)
    return show(request, member, "panel/person/household.html", page)


@staff_page("person_leave", methods=("POST",))
def leave(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """The person is in no household any more."""
    found, now = open_person(public_id, member, Right.CORRECT_PEOPLE), timezone.now()
    with on_record(
        by=request.user, verb="household", object_type="client", object_id=found.pk, fields=["household"], now=now
    ):
        leave_household(client=found)
    messages.success(request, _("%(name)s is in no household now.") % {"name": found.name})
    return redirect("panel:person", public_id=found.public_id)
