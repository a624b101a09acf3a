"""Everybody is found however they are looked for, and nobody else, on both engines."""

import pytest

from booking.models import Client, SearchKey
from booking.people.search import MOST_COUNTED, SHOWN, find_drift, find_people, read_question, read_reference
from tests.cast import NOW, Clinic, book

pytestmark = pytest.mark.django_db

PEOPLE = (
    ("Aoife Finnegan", "aoife.finnegan@example.ie", "087 123 4567"),
    ("Dara Nolan", "dara@example.com", "+353 87 123 4501"),
    ("Seán Ó Briain", "sean@example.com", "01 555 0123"),
    ("Niamh O’Brien", "family@example.com", ""),
    ("Jürgen Groß", "family@example.com", "0049 30 1234567"),
    ("Łukasz Sørensen", "", ""),
    ("王小明", "", ""),
)


@pytest.fixture
def people() -> None:
    for name, email, phone in PEOPLE:
        Client.objects.create(name=name, email=email, phone=phone, created_at=NOW)


def names(text: str) -> list[str]:
    return [hit.name.split()[0] for hit in find_people(read_question(text, country="IE")).hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aoife finnegan", ["Aoife"]),
        ("FINNEGAN, Aoife", ["Aoife"]),
        ("fin ao", ["Aoife"]),
        ("negan", ["Aoife"]),
        ("finegan", ["Aoife"]),
        ("aofie", ["Aoife"]),
        ("fimegan", []),
        ("aoife nolan", []),
        ("sean o briain", ["Seán"]),
        ("obrien", ["Niamh"]),
        ("o'brien", ["Niamh"]),
        ("brien", ["Niamh"]),
        ("gross", ["Jürgen"]),
        ("JURGEN", ["Jürgen"]),
        ("Juergen", ["Jürgen"]),
        ("lukasz sorensen", ["Łukasz"]),
        ("小明", ["王小明"]),
        ("087 123", ["Aoife", "Dara"]),
        ("+353871234567", ["Aoife"]),
        ("00353 (0)87 1234567", ["Aoife"]),
        ("0871234501", ["Dara"]),
        ("087-123-4501", ["Dara"]),
        ("4567", ["Aoife", "Jürgen"]),
        ("+49 30 123", ["Jürgen"]),
        ("aoife 4567", ["Aoife"]),
        ("dara@", ["Dara"]),
        ("FAMILY@example.com", ["Jürgen", "Niamh"]),
        ("finnegan@example.ie", ["Aoife"]),
        ("@example.ie", ["Aoife"]),
        ("12", []),
        ("", []),
        ("%", []),
        ("_", []),
        ("…", []),
    ],
)
@pytest.mark.both_engines
def test_everybody_is_found_by_any_part_in_any_notation(people: None, text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_what_fits_best_comes_first_and_says_whether_it_is_only_near() -> None:
    for name in ("Lin Malik", "Linda Byrne", "Ali Lee", "Li Wei", "Liz Byrne"):
        Client.objects.create(name=name, created_at=NOW)

    answers = [find_people(read_question(text, country="IE")).hits for text in ("li", "lin", "linde")]

    assert [[(hit.name, hit.is_nearly) for hit in hits] for hits in answers] == [
        [(name, False) for name in ("Li Wei", "Lin Malik", "Linda Byrne", "Liz Byrne", "Ali Lee")],
        [("Lin Malik", False), ("Linda Byrne", False), ("Liz Byrne", True)],
        [("Linda Byrne", True)],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7km4xq2", "7KM4XQ2"), (" 7KM 4XQ2", "7KM4XQ2"), ("7KM4XQ", ""), ("7KM4XQ0", ""), ("Finnega", "")],
)
def test_a_reference_is_read_as_people_say_it(text: str, expected: str) -> None:
    assert read_reference(text) == expected


def test_a_common_name_has_an_answer_with_an_end() -> None:
    Client.objects.bulk_create(Client(name=f"Byrne {number:03}", created_at=NOW) for number in range(MOST_COUNTED + 10))
    few, many = (find_people(read_question(text, country="IE")) for text in ("byrne 01", "byrne"))

    assert [(len(one.hits), one.more, one.is_cut) for one in (few, many)] == [
        (10, 0, False),
        (SHOWN, MOST_COUNTED + 1 - SHOWN, True),
    ]


def test_a_therapist_finds_their_own_people_and_nobody_by_contact(clinic: Clinic) -> None:
    visit = book(clinic, "10:00", name="Niamh Byrne")
    book(clinic, "12:00", name="Niamh Walsh", therapist=1)

    def found(text: str, therapist_id: int) -> list[str]:
        question = read_question(text, country="IE")
        return [hit.name for hit in find_people(question, therapist_id=therapist_id).hits]

    own = visit.therapist_id
    assert [found("niamh", own), found("walsh", own), found("niamh.byrne", own)] == [
        ["Niamh Byrne"],
        [],
        ["Niamh Byrne"],
    ]
    assert [found(visit.booker_email, own), found("niamh", visit.therapist_id + 100)] == [[], []]


def drift() -> list[str]:
    return list(find_drift())


def test_every_way_to_write_a_name_or_contact_writes_the_keys() -> None:
    one = Client.objects.create(name="Anna Kern", phone="087 1234567", created_at=NOW)
    Client.objects.bulk_create([Client(name=f"Bulk {number}", created_at=NOW) for number in range(3)])
    one.name = "Berta Kern"
    one.save()
    one.phone = "087 7654321"
    one.save(update_fields=["phone"])
    Client.objects.filter(name="Bulk 1").update(email="bulk@example.com")
    others = list(Client.objects.filter(name__in=["Bulk 0", "Bulk 2"]).order_by("pk"))
    for other in others:
        other.name += " Changed"
    Client.objects.bulk_update(others, ["name"])
    Client.objects.update_or_create(name="Bulk 1", defaults={"name": "Cleo"})

    assert drift() == []
    assert [names(text) for text in ("anna", "berta", "4567", "4321", "changed", "bulk@", "cleo")] == [
        [],
        ["Berta"],
        [],
        ["Berta"],
        ["Bulk", "Bulk"],
        ["Cleo"],
        ["Cleo"],
    ]


def test_an_erased_person_has_no_keys() -> None:
    one = Client.objects.create(name="Anna Kern", created_at=NOW)
    Client.objects.update(erased_at=NOW)

    assert (names("anna"), SearchKey.objects.count(), drift()) == ([], 0, [])
    one.delete()


def test_drift_is_found_and_mended() -> None:
    for name in ("Anna Kern", "Berta Kern", "Cleo Kern"):
        Client.objects.create(name=name, created_at=NOW)
    first, second, _third = Client.objects.order_by("pk")
    SearchKey.objects.filter(client=first, key=b"anna").delete()
    SearchKey.objects.create(client=second, kind=1, key=b"zoe")

    found, mended, after = drift(), list(find_drift(mend=True)), drift()

    assert (
        found
        == mended
        == [f"Client {one.pk} is not found by name and contacts as they are." for one in (first, second)]
    )
    assert (after, names("zoe"), names("anna")) == ([], [], ["Anna"])
