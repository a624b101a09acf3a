"""Two records of one person, side by side: merged, taken apart again, or said to be two people's."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Client, Merge
from booking.people import merging
from booking.people.alike import tell_apart
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import hand_of, user_of
from clinic.panel.person.load import find_person, look_up, open_person
from clinic.panel.person.other_pages import describe_merge, describe_same
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record, write_view
from services.refusals import Refusal

SHOWN = ["contacts", "date of birth", "household"]


@staff_page("person_same", methods=("GET", "POST"))
def same(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Look for the person's other record (by POST: no name in an address), likely or not."""
    found, now = open_person(public_id, member, Right.CORRECT_PEOPLE), timezone.now()
    hits = look_up(request, now=now)
    write_view(by=request.user, client_id=found.pk, now=now, fields=["record"])
    page = describe_same(found, request.POST.get("words", ""), hits)
    return show(request, member, "panel/person/same.html", page)


@staff_page("person_merge", methods=("GET", "POST"))
def merge(request: HttpRequest, member: Member, public_id: str, other: str) -> HttpResponse:
    """One choice a row; nothing is lost, and for a day it can be undone."""
    mine, theirs, now = *_both(public_id, other, member), timezone.now()
    chosen = None
    if request.method == "POST":
        chosen = [name for name in merging.CHOSEN if request.POST.get(name) == "other"]
        try:
            with on_record(
                by=request.user, verb="merge", object_type="client", object_id=mine.pk, fields=chosen, now=now
            ):
                merging.merge(
                    kept=mine,
                    gone=theirs,
                    from_gone=chosen,
                    by=hand_of(request),
                    now=now,
                    versions=_versions(request.POST.get("versions", "")),
                )
        except Refusal as refusal:
            messages.error(request, refusal.for_staff)
            mine, theirs = _both(public_id, other, member)
        else:
            return redirect("panel:person", public_id=mine.public_id)
    for one in (mine, theirs):
        write_view(by=request.user, client_id=one.pk, now=now, fields=SHOWN)
    page = describe_merge(mine, theirs, now, chosen=chosen)
    return show(request, member, "panel/person/merge.html", page, status=409 if chosen is not None else 200)


@staff_page("person_unmerge", methods=("POST",))
def unmerge(request: HttpRequest, member: Member, public_id: str, other: str) -> HttpResponse:
    """Both records as they were."""
    found, now = open_person(public_id, member, Right.CORRECT_PEOPLE), timezone.now()
    row = Merge.objects.select_related("kept", "gone").filter(kept=found, gone__public_id=other).first()
    if row is None:
        raise Http404
    try:
        with on_record(by=request.user, verb="undo merge", object_type="client", object_id=found.pk, now=now):
            merging.undo_merge(merge=row, by=hand_of(request), now=now)
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
    else:
        messages.success(request, _("The two records are as they were."))
    return redirect("panel:person", public_id=found.public_id)


@staff_page("person_apart", methods=("POST",))
def apart(request: HttpRequest, member: Member, public_id: str, other: str) -> HttpResponse:
    """They are two people: not asked again."""
    mine, theirs = _both(public_id, other, member)
    now = timezone.now()
    with on_record(by=request.user, verb="tell apart", object_type="client", object_id=mine.pk, now=now):
        tell_apart(client=mine, other=theirs, by=user_of(request), now=now)
    return redirect("panel:person", public_id=mine.public_id)


def _both(public_id: str, other: str, member: Member) -> tuple[Client, Client]:
    mine, theirs = open_person(public_id, member, Right.CORRECT_PEOPLE), find_person(other)
    if mine.pk == theirs.pk:
        raise Http404
    return mine, theirs


def _versions(text: str) -> tuple[int, int]:
    """As the page had looked at them; nonsense agrees with no record."""
    one, _dash, other = text.partition("-")
    known = one.isascii() and one.isdigit() and other.isascii() and other.isdigit()
    return (int(one[:9]), int(other[:9])) if known else (0, 0)
