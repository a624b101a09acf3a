import pytest
from django.http import Http404

from booking.scheduling import appointments
from clinic.panel.door.rights import Member, Right
from clinic.panel.visit.load import find_visit, last_event
from tests.cast import STAFF, Clinic, book, soon

pytestmark = pytest.mark.django_db

OWNER = Member(1, "owner", None)


def test_a_visit_is_found_by_its_reference_with_the_last_that_happened_to_it(clinic: Clinic) -> None:
    visit = book(clinic)
    appointments.cancel(appointment=visit, by=STAFF, now=soon(5))

    found = find_visit(visit.reference, OWNER, Right.SEE_VISIT)

    assert (found, last_event(found)) == (visit, visit.events.latest("id").pk)


@pytest.mark.parametrize("reference", ["", "ABCDEFG", "\0"])
def test_what_is_no_reference_is_not_found(reference: str, clinic: Clinic) -> None:
    book(clinic)

    with pytest.raises(Http404):
        find_visit(reference, OWNER, Right.SEE_VISIT)
