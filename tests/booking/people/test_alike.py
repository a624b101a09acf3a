import pytest

from booking.models import Client, NotTheSame
from booking.people.alike import find_alike, fold, tell_apart
from tests.cast import NOW, Clinic, make_member

pytestmark = pytest.mark.django_db


def make(name: str, *, email: str = "", phone: str = "", birth_date: str = "") -> Client:
    return Client.objects.create(name=name, email=email, phone=phone, birth_date=birth_date, created_at=NOW)


@pytest.mark.parametrize(
    ("name", "folded"), [("Seán  Ó Sé", "o se sean"), ("O'Brien, Áine", "aine brien o"), ("李 明", "明 李"), ("", "")]
)
def test_a_name_is_folded(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_likely_second_records_are_found_and_families_are_not(clinic: Clinic) -> None:
    mine = make("Fatima Haddad", email="haddad@example.ie", phone="+353875550101", birth_date="1980-05-01")
    slip = make("Fatima Hadad", phone="+353875550101")
    same = make("FATIMA HADDAD", email="Haddad@example.ie")
    make("Sami Haddad", email="haddad@example.ie", phone="+353875550101")
    make("Fatima Haddad", email="haddad@example.ie", birth_date="2010-05-01")
    erased = make("Fatima Haddad", email="haddad@example.ie")
    Client.objects.filter(pk=erased.pk).update(erased_at=NOW)

    assert find_alike(mine) == [same, slip]
    for _ in range(2):
        tell_apart(client=same, other=mine, by=make_member("owner", name=f"owner {_}"), now=NOW)
    assert (find_alike(mine), NotTheSame.objects.count()) == ([slip], 1)
