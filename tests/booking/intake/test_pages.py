from typing import Any

import pytest

from booking.intake.pages import GROUPS, PAGES, group_choices
from booking.intake.questionnaire import load_questionnaire


def test_six_pages_ask_every_question_once() -> None:
    asked = [key for page in PAGES for key in page.keys]

    assert (len(PAGES), sorted(asked)) == (6, sorted(field.key for field in load_questionnaire().fields))


def test_consent_comes_first_and_the_urgent_questions_second() -> None:
    assert PAGES[0].keys[:2] == ("consent_health_data", "consent_not_diagnosis")
    assert PAGES[1].keys == ("emergency_symptoms", "nerve_symptoms", "nerve_course")


def test_a_question_depends_on_earlier_ones_only() -> None:
    order = [key for page in PAGES for key in page.keys]
    fields = load_questionnaire().fields

    late = [
        (field.key, entry.key)
        for field in fields
        for entry in field.show_if
        if order.index(entry.key) > order.index(field.key)
    ]

    assert late == []


def test_urgent_signs_stand_under_small_headings_and_the_rest_under_or() -> None:
    groups = group_choices(load_questionnaire().field("emergency_symptoms"))

    assert [(group.heading, len(group.choices), group.is_alternative) for group in groups] == [
        ("Bladder, bowel and legs", 3, False),
        ("Chest and breathing", 3, False),
        ("Head, face and neck", 4, False),
        ("Tummy and fainting", 2, False),
        ("", 2, True),
    ]
    assert [choice.value for choice in groups[-1].choices] == ["unsure", "none"]


@pytest.mark.parametrize(
    "field", [field for field in load_questionnaire().fields if field.choices], ids=lambda f: f.key
)
def test_groups_show_every_choice_once(field: Any) -> None:
    grouped = [choice for group in group_choices(field) for choice in group.choices]

    assert sorted(grouped, key=lambda choice: choice.value) == sorted(field.choices, key=lambda choice: choice.value)


def test_groups_belong_to_questions() -> None:
    fields = load_questionnaire().by_key

    unknown = [
        (key, value)
        for key, groups in GROUPS.items()
        for values in groups.values()
        for value in values
        if value not in fields[key].values
    ]

    assert unknown == []
