"""Generated answers: any complete and valid set, with the limits of the rules more likely than other numbers."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from booking.rules.questionnaire import Field, load_questionnaire

AGES = (0, 15, 16, 17, 18, 19, 20, 44, 45, 49, 50, 64, 65, 74, 75, 120)


def often() -> settings:
    """Three times the examples of the profile in force (test or prove), for what matters most."""
    return settings(max_examples=3 * settings().max_examples)


def answer_to(field: Field) -> st.SearchStrategy[Any]:
    """Any valid answer to one question."""
    match field.type:
        case "integer":
            return st.sampled_from(AGES) if field.key == "age_years" else st.integers(field.min, field.max)
        case "boolean":
            return st.booleans() if field.must_be is None else st.just(field.must_be)
        case "single":
            return st.sampled_from(field.values)
        case "multi":
            return _some_choices(field)
        case _:
            return st.sampled_from(["", "   ", "I also have a cold."])


@st.composite
def complete_answers(draw: st.DrawFn, given: dict[str, Any] | None = None) -> dict[str, Any]:
    """Answers to all questions that apply. With `given` those are kept, and only missing ones are drawn."""
    answers: dict[str, Any] = {}
    for field in load_questionnaire().fields:
        if not field.is_visible(answers):
            continue
        if given is not None and field.key in given:
            answers[field.key] = given[field.key]
        elif field.required or (given is None and draw(st.booleans())):
            answers[field.key] = draw(answer_to(field))
    return answers


@st.composite
def with_one_sign_more(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two sets of answers that differ in one sign: a symptom, place, condition, medicine or event chosen besides.

    "None of these" gives way to it. Questions that only appear because of it get any answer; no other answer changes.
    """
    before = draw(complete_answers())
    fields = [field for field in map(load_questionnaire().field, before) if field.type == "multi"]
    field = draw(st.sampled_from([field for field in fields if missing_signs(field, before[field.key])]))
    sign = draw(st.sampled_from(missing_signs(field, before[field.key])))
    after = draw(complete_answers(given=before | {field.key: add_sign(field, before[field.key], sign)}))
    return before, after


def missing_signs(field: Field, chosen: list[str]) -> list[str]:
    return [value for value in field.values if value not in field.exclusive and value not in chosen]


def add_sign(field: Field, chosen: list[str], sign: str) -> list[str]:
    return [*(value for value in chosen if value not in field.exclusive), sign]


def anything() -> st.SearchStrategy[Any]:
    """What a program may send instead of an answer."""
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=5)
    return plain | st.lists(plain, max_size=3) | st.dictionaries(st.text(max_size=3), plain, max_size=2)


def _some_choices(field: Field) -> st.SearchStrategy[list[str]]:
    signs = st.lists(
        st.sampled_from([value for value in field.values if value not in field.exclusive]),
        min_size=1,
        max_size=4,
        unique=True,
    )
    return st.sampled_from([[value] for value in field.exclusive]) | signs if field.exclusive else signs
