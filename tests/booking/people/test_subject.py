import pytest

from booking.models import Case
from booking.people.subject import Subject, find_nobodys, find_subject, without_words
from tests.cast import NOW, make_client, make_intake

NIAMH = Subject(drafts=frozenset({"draft-7"}), words=frozenset({"Niamh Byrne", "niamh@example.com"}))


@pytest.mark.parametrize(
    ("session", "left"),
    [
        ({"draft": "draft-7", "language": "en"}, {"language": "en"}),
        ({"next": '{"said": "Booked for Niamh Byrne"}'}, {}),
        ({"draft": "draft-8", "language": "en"}, None),
        ({}, None),
    ],
)
def test_a_session_is_left_without_what_names_the_person(session: dict[str, str], left: dict[str, str] | None) -> None:
    assert without_words(session, NIAMH) == left


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contact", "is_theirs"),
    [
        ({"contact_name": "niamh byrne", "contact_email": "NIAMH@example.com"}, True),
        ({"contact_name": "Cian Byrne", "contact_email": "niamh@example.com"}, False),
        ({"contact_name": "Niamh Byrne", "contact_email": "another@example.com"}, False),
        ({"contact_name": "Niamh Byrne"}, False),
    ],
)
def test_a_case_of_nobody_is_theirs_by_name_and_contact_only(contact: dict[str, str], is_theirs: bool) -> None:
    client, stray = make_client(), make_intake()
    case = Case.objects.create(kind=Case.Kind.PHYSICIAN, intake=stray, opened_at=NOW, **contact)

    found = find_subject(client)

    assert (case.pk in found.cases, stray.pk in found.intakes) == (is_theirs, is_theirs)


@pytest.mark.django_db
def test_what_belongs_to_a_check_of_nobody_is_found_by_the_check_and_nothing_else() -> None:
    stray, other = make_intake(), make_intake()
    case = Case.objects.create(kind=Case.Kind.PHYSICIAN, intake=stray, opened_at=NOW)
    Case.objects.create(kind=Case.Kind.PHYSICIAN, intake=other, opened_at=NOW)

    assert find_nobodys([stray.pk]) == Subject(intakes=frozenset({stray.pk}), cases=frozenset({case.pk}))
