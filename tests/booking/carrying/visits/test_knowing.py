"""What a name in a list means, where it can mean one only. Clients: see `test_planning`."""

from booking.carrying.visits.knowing import Names

TREATMENTS = Names.of([("Deep tissue", 1), ("deep tissue", 1), ("Swedish massage", 2), ("Massage", 3)])
PEOPLE = Names.of([("Ana Ruiz", 1), ("Tom Byrne", 2), ("Tom Walsh", 3), ("Mei", 4)])


def test_a_treatment_is_told_by_its_own_words_and_never_by_some_of_them() -> None:
    said = ("DEEP TISSUE massage", "tissue, deep", "Swedish", "massage", "Deep", "Prenatal Swedish", "")

    assert [TREATMENTS.find(one) for one in said] == [1, 1, 2, 3, None, None, None]


def test_a_person_is_told_by_part_of_a_name_that_only_one_has() -> None:
    said = ("Ruiz, Ana", "Ána", "Ana Maria Ruiz RMT", "Tom", "Tom Walsh", "Mei Tan", "Joan", "")

    assert [PEOPLE.find_person(one) for one in said] == [1, 1, 1, None, 3, 4, None, None]
