import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from booking.intake.questionnaire import SCHEMA_PATH, QuestionnaireError, load_questionnaire, read_questionnaire


def test_the_questionnaire_has_18_screens_and_35_questions() -> None:
    questionnaire = load_questionnaire()

    assert (len(questionnaire.screens), len(questionnaire.fields), questionnaire.version) == (18, 35, "1.0.0")


def _without_title(data: dict[str, Any]) -> None:
    del data["screens"][0]["title"]


def _twice(data: dict[str, Any]) -> None:
    data["screens"][1]["fields"].append(data["screens"][0]["fields"][0])


def _set(screen: int, field: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["screens"][screen]["fields"][field].update(changes)


def _show_if(key: str, op: str, value: Any) -> dict[str, Any]:
    return {"all": [{"key": key, "op": op, "value": value}]}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_without_title, "schema.json is incomplete: 'title'."),
        (_twice, "schema.json, question age_years: the key stands twice."),
        (_set(0, 0, type="date"), "schema.json, question age_years: “date” is not a type."),
        (
            _set(0, 0, choices=[{"value": "a", "label": "A"}]),
            "schema.json, question age_years: choices belong to single and multi, and to nothing else.",
        ),
        (
            _set(0, 2, choices=[{"value": "a", "label": "A"}] * 2),
            "schema.json, question pregnancy: a choice stands twice.",
        ),
        (
            _set(0, 2, exclusive=["never"]),
            "schema.json, question pregnancy: an exclusive answer is not among the choices.",
        ),
        (
            _set(0, 1, show_if=_show_if("age", "lt", 18)),
            "schema.json, question guardian_consent: it depends on “age”, which is not asked before it.",
        ),
        (
            _set(0, 1, show_if=_show_if("severity", "lt", 18)),
            "schema.json, question guardian_consent: it depends on “severity”, which is not asked before it.",
        ),
        (
            _set(0, 1, show_if=_show_if("age_years", "below", 18)),
            "schema.json, question guardian_consent: “below” can't be asked of “age_years”.",
        ),
        (
            _set(0, 3, show_if=_show_if("pregnancy", "any_of", ["possibly"])),
            "schema.json, question pregnancy_warning_signs: “any_of” can't be asked of “pregnancy”.",
        ),
        (
            _set(0, 3, show_if=_show_if("pregnancy", "in", ["possibly", "perhaps"])),
            "schema.json, question pregnancy_warning_signs: “perhaps” is not an answer to “pregnancy”.",
        ),
    ],
)
def test_a_broken_schema_is_refused(spoil: Callable[[dict[str, Any]], None], sentence: str) -> None:
    data = copy.deepcopy(json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))
    spoil(data)

    with pytest.raises(QuestionnaireError) as refused:
        read_questionnaire(data, file="schema.json")

    assert str(refused.value) == sentence


def test_a_schema_that_is_not_json_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "schema.json"
    path.write_text("{")

    with pytest.raises(QuestionnaireError, match=r"^schema\.json is not JSON: "):
        load_questionnaire(path)
