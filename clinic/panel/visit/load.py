"""One visit with all that its pages need, for somebody who may see it."""

from django.db.models import QuerySet
from django.http import Http404

from booking.models import Appointment
from clinic.panel.door.rights import Member, Right, check_visit


def related() -> QuerySet[Appointment]:
    """Visits with everything that a page of one asks for."""
    related = Appointment.objects.select_related("client", "treatment", "therapist", "room", "location", "intake")
    return related.prefetch_related("conditions", "messages", "events__by")


def find_visit(reference: str, member: Member, right: Right) -> Appointment:
    """The visit, if there is one that `member` has `right` over; Http404 otherwise."""
    visit = related().filter(reference=reference).first() if "\0" not in reference else None
    if visit is None:
        raise Http404
    check_visit(member, right, visit=visit)
    return visit


def last_event(found: Appointment) -> int | None:
    """What a change has to name, so that nothing is overwritten that happened meanwhile."""
    return max((event.pk for event in found.events.all()), default=None)
