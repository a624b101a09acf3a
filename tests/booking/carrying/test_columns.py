import pytest

from booking.carrying.columns import Column, count_known, is_enough, plain, recognise, system_of


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Name|E-mail Address|Mobile No.|DOB (dd/mm/yyyy)", "name|email|mobile|date of birth"),
        ("First Name|Surname|Full Name|Notes", "first name|last name||"),
        ("Name|First name", "last name|first name"),
        ("Surname|Name", "last name|first name"),
        ("Prénom|Nom|Courriel|Téléphone", "first name|last name|email|phone"),
        ("Name|Name|Email|Email 2|Shoe size", "name||email|email|"),
        (
            "E-mail 1 - Label|E-mail 1 - Value|E-mail 2 Address|Phone number 1|Phone number 1 type",
            "|email|email|phone|",
        ),
        ("Shoe size|Referred by", "|"),
    ],
)
def test_headings_are_recognised(header: str, expected: str) -> None:
    assert recognise(header.split("|")) == tuple(Column(one) for one in expected.split("|"))


def test_a_name_is_enough_and_nothing_else_is() -> None:
    assert [is_enough([one]) for one in (Column.NAME, Column.LAST_NAME, Column.EMAIL)] == [True, True, False]


def test_whose_export_it_is_is_said_where_two_of_its_own_headings_are_there() -> None:
    found = [system_of(header) for header in (["Client ID", "Blocked"], ["Client ID"], ["Name", "Email"])]

    assert found == ["Fresha", "", ""]


def test_headings_are_compared_without_accents_spaces_and_signs() -> None:
    assert (plain(" E-Mail (privé) "), count_known(["E-Mail", "Nobody", "Telephone"])) == ("emailprive", 2)
