"""One person, for somebody who may see them."""

from django.http import Http404

from booking.models import Client
from clinic.panel.door.rights import Member, Right, check_person


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
