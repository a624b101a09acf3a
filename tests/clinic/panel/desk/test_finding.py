import pytest

from booking.models import Client
from clinic.panel.desk.finding import find_client
from tests.cast import NOW, make_client

pytestmark = pytest.mark.django_db


def test_an_erased_person_is_not_booked_for() -> None:
    niamh = make_client()
    before = find_client(niamh.public_id)
    Client.objects.update(erased_at=NOW)

    assert (before, find_client(niamh.public_id)) == (niamh, None)


@pytest.mark.parametrize("public_id", [None, "", "x", "-1", "9" * 40, "\0"])
def test_what_is_no_id_of_a_person_is_nobody(public_id: str | None) -> None:
    make_client()

    assert find_client(public_id) is None
