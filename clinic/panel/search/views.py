"""The search box in the head of every page, and the page that answers it where no script does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from booking.people.search import find_people, read_question, read_reference
from clinic.panel.desk.gap import read_gap
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Reach, Right, may
from clinic.panel.search.load import find_visit, load_visits
from clinic.panel.search.page import SearchPage, describe_search
from clinic.panel.staff_page import staff_page
from clinic.record.audit import write_search
from services import catalogue


@staff_page("people", methods=("GET", "POST"))
def people(request: HttpRequest, member: Member) -> HttpResponse:
    """Who is called so, or has this phone or email; a reference opens its visit.

    By POST, so that no name ends up in an address or a log. The box itself asks for the answer alone (`X-Search`).
    """
    if request.method != "POST":
        return show(request, member, "panel/search/people.html", SearchPage())
    words, now, country = request.POST.get("words", ""), timezone.now(), catalogue.home_country()
    is_live = "X-Search" in request.headers
    visit = find_visit(reference) if (reference := read_reference(words)) else None
    if visit is not None and may(member, Right.SEE_VISIT, visit=visit):
        url = redirect("panel:visit", reference=visit.reference)
        return HttpResponse(headers={"X-Go": url["Location"]}) if is_live else url
    therapist_id = (member.therapist_id or 0) if member.reach(Right.FIND_CLIENTS) is Reach.OWN else None
    answer = find_people(read_question(words, country=country), therapist_id=therapist_id)
    ids = [hit.client_id for hit in answer.hits]
    sees_contacts = may(member, Right.SEE_CONTACTS)
    write_search(by=request.user, client_ids=ids, now=now, fields=["contacts"] if sees_contacts else ["name"])
    may_book = may(member, Right.CHANGE_VISIT)
    page = describe_search(
        words,
        answer,
        load_visits(client_ids=ids, therapist_id=therapist_id, now=now) if ids else {},
        country=country,
        gap=read_gap(request.POST) if may_book and request.POST.get("for") == "visit" else None,
        sees_contacts=sees_contacts,
        may_book=may_book,
    )
    if is_live:
        return render(request, "panel/search/hits.html", {"page": page})
    return show(request, member, "panel/search/people.html", page)
