import pytest

from booking.models import Client
from clinic.panel.desk.finding import FOUND_AT_MOST, find_client, search_clients
from tests.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def niamh() -> Client:
    Client.objects.create(name="Cian Walsh", email="cian@example.com", phone="01 555 0123", created_at=NOW)
    return Client.objects.create(name="Niamh Byrne", email="niamh@example.com", phone="+35315550199", created_at=NOW)


@pytest.mark.parametrize("words", ["niamh", "BYRNE", "niamh@", "0199", "555 0199"])
def test_a_person_is_found_by_a_part_of_name_email_or_phone(niamh: Client, words: str) -> None:
    assert search_clients(words) == [niamh]


def test_three_digits_are_no_phone(niamh: Client) -> None:
    assert search_clients("019") == []


def test_an_erased_person_is_not_found(niamh: Client) -> None:
    before = search_clients("niamh"), find_client(str(niamh.pk))
    Client.objects.update(erased_at=NOW)

    assert (before, search_clients("niamh"), find_client(str(niamh.pk))) == (([niamh], niamh), [], None)


def test_a_common_name_has_a_list_with_an_end() -> None:
    Client.objects.bulk_create(Client(name=f"Byrne {number:02}", created_at=NOW) for number in range(FOUND_AT_MOST + 1))

    assert [one.name for one in search_clients("byrne")] == [f"Byrne {number:02}" for number in range(FOUND_AT_MOST)]


@pytest.mark.parametrize("number", [None, "", "x", "-1", "٣", "1234567890", "0"])
def test_what_is_no_number_of_a_person_is_nobody(niamh: Client, number: str | None) -> None:
    assert find_client(number) is None
