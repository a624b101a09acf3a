from typing import Any

import pytest

from booking.rules.pages import GROUPS, asked_later, group_choices, pages, since
from booking.rules.questionnaire import load_questionnaire


def test_every_screen_is_a_page_and_every_question_is_asked_once() -> None:
    asked = [key for page in pages() for key in page.keys]

    assert [page.id for page in pages()] == ["start", "urgent", "problem", "now", "health", "later"]
    assert [*asked, *asked_later().keys] == [field.key for field in load_questionnaire().fields]
    assert asked_later().keys == ("factors",)


def test_only_who_wants_a_suggestion_is_asked_how_it_feels() -> None:
    assert {page.id: page.for_a_suggestion for page in pages() if page.for_a_suggestion} == {"later": {"feel"}}


def test_consent_comes_first_and_the_urgent_questions_second() -> None:
    assert pages()[0].keys[0] == "consent"
    assert pages()[1].keys == ("emergency_symptoms",)


def test_a_returning_client_agrees_and_answers_what_the_schema_says_is_asked_again() -> None:
    assert since().keys == (
        "consent",
        "emergency_symptoms",
        "signs_now",
        "nerve_course",
        "recent_immobility",
        "doctor_review",
    )


def test_urgent_signs_stand_under_small_headings_and_the_rest_under_or() -> None:
    groups = group_choices(load_questionnaire().field("emergency_symptoms"))

    assert [(group.heading, len(group.choices), group.is_alternative) for group in groups] == [
        ("Bladder, bowel and legs", 3, False),
        ("Chest and breathing", 2, False),
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
