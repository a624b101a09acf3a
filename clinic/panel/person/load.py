"""One person, for somebody who may see them."""

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest

from booking.models import Client
from clinic.panel.door.rights import Member, Right, check_person
from clinic.panel.person.forms import WordsForm
from clinic.panel.search.load import load_people
from clinic.record.audit import write_search

FOUND_AT_MOST = 12


def find_person(public_id: str) -> Client:
    """Who has this id in addresses; Http404 for nobody, and for who was erased. A merged record leads to the one that counts."""
    found = Client.objects.filter(public_id=public_id).first()
    found = found.standing() if found is not None else None
    if found is None or found.erased_at is not None:
        raise Http404
    return found


def open_person(public_id: str, member: Member, right: Right) -> Client:
    """The person, if `member` has `right` over them; Http404 otherwise."""
    found = find_person(public_id)
    check_person(member, right, client=found)
    return found


def look_up(request: HttpRequest, *, now: datetime) -> Sequence[Client] | None:
    """Whom the words of a form find, on record; None where nobody was looked for. `now` in UTC."""
    form = WordsForm(request.POST or None)
    if not form.is_valid():
        return None
    hits = load_people(form.cleaned_data["words"], at_most=FOUND_AT_MOST)
    write_search(by=request.user, client_ids=[one.pk for one in hits], now=now, fields=["contacts"])
    return hits
