import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.models.folding import Kind, fold, is_near, keys_of, name_words, numbers_of, slips


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seán Ó Briain", "sean o briain"),
        ("Łukasz GROẞ", "lukasz gross"),
        ("Søren Æbelø", "soren aebelo"),
        ("Đorđe Þór", "dorde thor"),
        ("İbrahim Işık", "ibrahim isik"),
        ("Ｎｉａｍｈ", "niamh"),
        ("Zoe\u0308", "zoe"),
        ("Ana\u200bRuiz\u202e", "anaruiz"),
        ("Αλέξης", "αλεξησ"),
        ("Алёна", "алена"),
    ],
)
def test_marks_and_capitals_are_folded(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Niamh O'Brien", ["niamh", "obrien"]),
        ("Niamh O’Brien", ["niamh", "obrien"]),
        ("Ó Briain", ["o", "briain", "obriain"]),
        ("Mc Donald", ["mc", "donald", "mcdonald"]),
        ("Anne-Marie Kelly", ["anne", "marie", "kelly", "annemarie"]),
        ("王小明", ["王小明"]),
        ("  ", []),
    ],
)
def test_a_name_has_its_words_and_those_that_may_be_written_together(name: str, expected: list[str]) -> None:
    assert name_words(name) == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("087 123 4567", "IE", ("353871234567", "871234567")),
        ("+353 (0)87 1234567", "IE", ("353871234567", "871234567")),
        ("00353-87-123.4567", "IE", ("353871234567", "871234567")),
        ("+48 601 234 567", "IE", ("48601234567", "601234567")),
        ("(555) 010-0199", "US", ("15550100199", "5550100199")),
        ("0871234", "IE", ("3530871234", "871234")),
        ("٠٨٧١٢٣٤٥٦٧", "IE", ("353871234567", "871234567")),
        ("12", "IE", ()),
        ("call me", "IE", ()),
    ],
)
def test_a_number_is_the_same_in_every_notation(text: str, country: str, expected: tuple[str, ...]) -> None:
    assert numbers_of(text, country)[-2:] == expected[-2:]


@pytest.mark.parametrize(
    ("typed", "word", "expected"),
    [
        ("finegan", "finnegan", True),
        ("finnnegan", "finnegan", True),
        ("fimnegan", "finnegan", True),
        ("ifnnegan", "finnegan", True),
        ("finneag", "finnegan", True),
        ("finneganx", "finnegan", True),
        ("fineg", "finnegan", True),
        ("finneganxy", "finnegan", False),
        ("fimmegan", "finnegan", False),
        ("bcda", "abcd", False),
    ],
)
def test_one_slip_is_near_and_two_are_not(typed: str, word: str, expected: bool) -> None:
    assert is_near(typed, word) is expected


@given(st.text("abcdé", min_size=3, max_size=12), st.integers(0, 11), st.sampled_from("abcdx"), st.integers(0, 3))
def test_two_spellings_one_slip_apart_have_a_key_in_common(word: str, at: int, letter: str, kind: int) -> None:
    at = at % len(word)
    changed = (
        word[:at] + letter + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1 :],
        word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
    )[kind]

    assert slips(changed) & slips(word)
    assert is_near(changed, word)


def test_a_person_is_found_by_these_keys() -> None:
    found = keys_of(name="Tom Ó Sé", email="Tom.Se@Example.com", phone="087 1234567", country="IE")

    assert {kind: sorted(key for of, key in found if of == kind) for kind in Kind} == {
        Kind.WORD: ["o", "ose", "se", "tom", "tomo"],
        Kind.ENDING: ["omo"],
        Kind.SLIP: ["oe", "om", "omo", "os", "ose", "se", "tm", "tmo", "to", "tom", "tomo", "too"],
        Kind.EMAIL: ["@example.com", "se@example.com", "tom.se@example.com"],
        Kind.PHONE: ["353871234567", "871234567"],
        Kind.PHONE_FROM_THE_END: ["765432178353"],
    }


def test_a_name_of_any_length_has_an_end() -> None:
    assert len(keys_of(name="x" * 120, email="y" * 254, phone="0" * 32, country="IE")) < 70
