import copy
import json
import re
from collections.abc import Callable, Container, Iterable
from typing import Any

import pytest

from booking.rules.questionnaire import (
    FOLDER,
    IN_FORCE,
    VERSIONS,
    Needed,
    QuestionnaireError,
    ShowIf,
    load_questionnaire,
    read_questionnaire,
    read_questionnaire_file,
)
from clinic.running.rooms import source_files
from tests.booking.rules.answers import UNCOMPLICATED

SCHEMA_PATH = FOLDER / IN_FORCE / "intake_schema.json"
KNEE, HIP = Needed("knee", "eq", "sore"), Needed("hip", "any_of", ["stiff"])


def test_the_questionnaire_in_force_has_its_screens_and_questions_and_the_earlier_one_is_still_read() -> None:
    sizes = {
        version: (len(load_questionnaire(version).screens), len(load_questionnaire(version).fields))
        for version in VERSIONS
    }

    assert sizes == {"1.0.0": (18, 35), "2.0.0": (6, 38)}
    assert (load_questionnaire().version, load_questionnaire().asked_again) == ("2.0.0", ("urgent", "now"))


def find_gaps(questions: Iterable[str], *, read: str, answered: Container[str]) -> list[str]:
    """What is missing of a question, in words. `read`: the conditions and the code in which somebody asks for it."""
    gaps = []
    for key in questions:
        if not re.search(rf"\b{key}\b", read):
            gaps.append(f"{key}: no rule, no advice and no other question asks for the answer")
        if key not in answered:
            gaps.append(f"{key}: no answer in UNCOMPLICATED")
    return gaps


def test_every_question_is_complete() -> None:
    """Whoever adds one says what it is for, and what an uncomplicated client answers; tests/ has the rest of the cases."""
    rulebook = json.loads((FOLDER / IN_FORCE / "rules.json").read_text(encoding="utf-8"))
    asked = [rule["cond"] for rule in rulebook["rules"]] + [name["when"] for name in rulebook["derived"]]
    shown = [str(field.show_if) for field in load_questionnaire().fields]
    code = [path.read_text(encoding="utf-8") for path in source_files() if "version_1" not in path.name]
    optional = {field.key for field in load_questionnaire().fields if not field.required}

    answered = {*UNCOMPLICATED, *optional}
    assert (
        find_gaps(
            [field.key for field in load_questionnaire().fields],
            read="\n".join([*asked, *shown, *code]),
            answered=answered,
        )
        == []
    )


def test_a_question_that_was_added_by_half_is_named() -> None:
    assert find_gaps(
        ["onset", "tattoo", "age"], read="onset == 'impact' or tattoo_old", answered={"onset", "tattoo"}
    ) == [
        "tattoo: no rule, no advice and no other question asks for the answer",
        "age: no rule, no advice and no other question asks for the answer",
        "age: no answer in UNCOMPLICATED",
    ]


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(QuestionnaireError, match=r"^There is no questionnaire 3\.0\.0\.$"):
        load_questionnaire("3.0.0")


@pytest.mark.parametrize(
    ("show_if", "answers", "holds"),
    [
        (ShowIf(), {}, True),
        (ShowIf(all=(KNEE, HIP)), {"knee": "sore", "hip": ["stiff"]}, True),
        (ShowIf(all=(KNEE, HIP)), {"knee": "sore"}, False),
        (ShowIf(any=(KNEE, HIP)), {"hip": ["stiff", "sore"]}, True),
        (ShowIf(any=(KNEE, HIP)), {"knee": "fine", "hip": ["none"]}, False),
        (ShowIf(any=(KNEE, HIP)), {}, False),
        (ShowIf(all=(KNEE,), any=(HIP,)), {"knee": "sore"}, False),
        (ShowIf(all=(KNEE,), any=(HIP,)), {"hip": ["stiff"]}, False),
        (ShowIf(all=(KNEE,), any=(HIP,)), {"knee": "sore", "hip": ["stiff"]}, True),
    ],
)
def test_all_of_all_and_one_of_any_must_hold(show_if: ShowIf, answers: dict[str, Any], holds: bool) -> None:
    assert show_if.holds(answers) is holds


@pytest.mark.parametrize(
    ("known", "left"),
    [
        # The knee is asked elsewhere, the hip on this page.
        ({"knee": "sore"}, ShowIf(all=(KNEE,), any=(HIP,))),
        ({"knee": "fine"}, None),
        ({}, None),
    ],
)
def test_what_is_asked_elsewhere_is_settled_before_a_page_asks_the_rest(
    known: dict[str, Any], left: ShowIf | None
) -> None:
    show_if = ShowIf(all=(KNEE,), any=(HIP,))

    narrowed = show_if.narrowed(to=["hip"], known=known)

    assert narrowed == (ShowIf(any=(HIP,)) if left else None)


@pytest.mark.parametrize(
    ("known", "left"),
    [({"knee": "sore"}, ShowIf()), ({"knee": "fine"}, ShowIf(any=(HIP,))), ({}, ShowIf(any=(HIP,)))],
)
def test_one_of_several_that_holds_already_asks_nothing_more(known: dict[str, Any], left: ShowIf) -> None:
    assert ShowIf(any=(KNEE, HIP)).narrowed(to=["hip"], known=known) == left
    assert ShowIf(any=(KNEE,)).narrowed(to=["hip"], known={}) is None


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
        (_twice, "schema.json, question consent: the key stands twice."),
        (_set(0, 1, type="date"), "schema.json, question age_years: “date” is not a type."),
        (
            _set(0, 1, choices=[{"value": "a", "label": "A"}]),
            "schema.json, question age_years: choices belong to single and multi, and to nothing else.",
        ),
        (
            _set(0, 3, choices=[{"value": "a", "label": "A"}] * 2),
            "schema.json, question complaint_type: a choice stands twice.",
        ),
        (
            _set(0, 3, exclusive=["never"]),
            "schema.json, question complaint_type: an exclusive answer is not among the choices.",
        ),
        (
            _set(0, 3, ask="now_and_then", required=False),
            "schema.json, question complaint_type: who it is asked of is not known, or it is required.",
        ),
        (
            _set(0, 3, ask="after_booking"),
            "schema.json, question complaint_type: who it is asked of is not known, or it is required.",
        ),
        (
            _set(0, 2, show_if=_show_if("age", "lt", 18)),
            "schema.json, question guardian_consent: it depends on “age”, which is not asked before it.",
        ),
        (
            _set(0, 2, show_if={"any": _show_if("severity", "eq", "mild")["all"]}),
            "schema.json, question guardian_consent: it depends on “severity”, which is not asked before it.",
        ),
        (
            _set(0, 2, show_if=_show_if("age_years", "below", 18)),
            "schema.json, question guardian_consent: “below” can't be asked of “age_years”.",
        ),
        (
            _set(2, 0, show_if=_show_if("complaint_type", "any_of", ["pain"])),
            "schema.json, question sites: “any_of” can't be asked of “complaint_type”.",
        ),
        (
            _set(2, 0, show_if={"any": _show_if("complaint_type", "in", ["pain", "perhaps"])["all"]}),
            "schema.json, question sites: “perhaps” is not an answer to “complaint_type”.",
        ),
        (_set(2, 0, show_if={"none": []}), "schema.json is incomplete: show_if with none."),
        (lambda data: data.update(asked_again=["soon"]), "schema.json: “soon” is asked again, and is not a screen."),
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
        read_questionnaire_file(path)
