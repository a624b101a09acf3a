"""`triage`, as a program calls it: with no environment and no database."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from booking.management.commands import triage as triage_command
from booking.rules.questionnaire import FOLDER, IN_FORCE
from booking.rules.rulebook import read_rulebook_file
from tests.booking.rules.answers import complete
from tests.environment import ROOT
from tests.programs import MANAGE, run

VIGNETTES = json.loads((ROOT / "tests/booking/rules/vignettes.json").read_text(encoding="utf-8"))
REFUSED: dict[str, Any] = {"level": None, "rules": [], "excluded_treatments": [], "conditions": []}
NO_ANSWERS = REFUSED | {"errors": ["These are not answers: an object with the keys of the questionnaire is needed."]}
CLEAR = {"level": "CLEAR", "rules": [], "excluded_treatments": [], "conditions": [], "errors": []}


def run_triage(text: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    printed = io.StringIO()
    call_command("triage", stdout=printed)
    return json.loads(printed.getvalue())


def with_age(age: str) -> str:
    """Complete answers as text, so that the number arrives as it is written."""
    return json.dumps([complete({"age_years": 0, "complaint_type": "relaxation_only"})]).replace(
        '"age_years": 0', f'"age_years": {age}'
    )


def test_the_worked_cases_through_the_command() -> None:
    done = run(*MANAGE, "triage", text=json.dumps([vignette["answers"] for vignette in VIGNETTES]), variables={})

    assert (done.status, done.err) == (0, "")
    outcomes = json.loads(done.out)
    assert [set(outcome) for outcome in outcomes] == [{*CLEAR}] * 79
    assert [(outcome["level"], sorted(outcome["excluded_treatments"]), outcome["errors"]) for outcome in outcomes] == [
        (vignette["expected_level"], sorted(vignette["excluded_treatments"]), []) for vignette in VIGNETTES
    ]
    assert all(
        set(vignette["expected_rule_ids"]) <= set(outcome["rules"])
        for outcome, vignette in zip(outcomes, VIGNETTES, strict=True)
    )


def test_a_bad_element_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [complete({}), 3, None, [], "answers", complete({}) | {"hat": 1}, complete({})]

    assert run_triage(json.dumps(items), monkeypatch) == [
        CLEAR,
        NO_ANSWERS,
        NO_ANSWERS,
        NO_ANSWERS,
        NO_ANSWERS,
        REFUSED | {"errors": ["hat: We do not ask this question."]},
        CLEAR,
    ]


def test_an_empty_list_gives_an_empty_list(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_triage("[]", monkeypatch) == []


def test_restrictions_and_conditions_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = complete({"age_years": 17, "body": ["rash_or_infection"], "other_concern": "Scared of needles."})

    assert run_triage(json.dumps([answers]), monkeypatch) == [
        {
            "level": "CAUTION",
            "rules": ["ca-minor", "ca-skin-infection"],
            "excluded_treatments": ["deep_tissue"],
            "conditions": ["guardian_present", "staff_call", "note_to_read"],
            "errors": [],
        }
    ]


def test_a_key_that_stands_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python would take the last one, and with it the harmless answer."""
    text = json.dumps([complete({"emergency_symptoms": ["fainting_collapse"]}), complete({})])
    twice = text.replace('"sites":', '"emergency_symptoms": ["none"], "sites":', 1)

    assert run_triage(twice, monkeypatch) == [REFUSED | {"errors": ["A question is answered twice."]}, CLEAR]


@pytest.mark.parametrize(
    ("age", "level"),
    [("75", "CAUTION"), ("75.0", "CAUTION"), ("7.5e1", "CAUTION"), ("74", "CLEAR"), ("7.4e1", "CLEAR")],
)
def test_numbers_are_compared_as_they_are_written(age: str, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [outcome["level"] for outcome in run_triage(with_age(age), monkeypatch)] == [level]


@pytest.mark.parametrize(
    ("age", "sentence"),
    [
        ("NaN", "Write a number."),
        ("-Infinity", "Write a number."),
        ("1e9999999999999999999999", "Write a number."),
        ("1e999999", "Write a number from 0 to 120."),
        ("-0.1", "Write a number from 0 to 120."),
        # A float would round this to 75.
        ("75.00000000000000000001", "Write a whole number, without a fraction."),
        ("9" * 5000, "Write a number from 0 to 120."),
        ("-" + "9" * 5000, "Write a number from 0 to 120."),
        ("true", "Write a number."),
        ('"72"', "Write a number."),
    ],
)
def test_an_impossible_number_is_an_error_of_its_element(
    age: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_triage(with_age(age), monkeypatch) == [REFUSED | {"errors": [f"age_years: {sentence}"]}]


def test_answers_to_the_first_version_are_no_answers_to_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    [outcome] = run_triage('[{"consent_health_data": true, "age_years": 40, "duration_hours": 24}]', monkeypatch)

    assert (outcome["level"], outcome["errors"][:2]) == (
        None,
        ["consent_health_data: We do not ask this question.", "duration_hours: We do not ask this question."],
    )


@pytest.mark.parametrize("text", ["", "{", "[{]", "[1,]", "nonsense", "[" * 100_000])
def test_what_is_not_json_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match=r"^The input is not JSON: "):
        run_triage(text, monkeypatch)


@pytest.mark.parametrize("text", ["{}", "1", "null", '"[]"', "NaN"])
def test_what_is_no_list_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match=r"^The input is not a list of answers\.$"):
        run_triage(text, monkeypatch)


def test_a_refusal_ends_the_process_with_a_sentence() -> None:
    done = run(*MANAGE, "triage", text="{}", variables={})

    assert (done.status, done.out) == (1, "")
    assert done.err == "CommandError: The input is not a list of answers.\n"


def test_odd_characters_come_back_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = "\ud800 ‘é’ \x00 🙂"

    outcomes = run_triage(json.dumps([complete({}) | {odd: 1}]), monkeypatch)

    assert outcomes == [REFUSED | {"errors": [f"{odd}: We do not ask this question."]}]


def test_a_broken_rulebook_ends_both_commands_with_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rules.json"
    rules = (FOLDER / IN_FORCE / "rules.json").read_text(encoding="utf-8")
    path.write_text(rules.replace("'heart_condition'", "'hart'"), encoding="utf-8")
    monkeypatch.setattr(triage_command, "load_rulebook", lambda: read_rulebook_file(path))
    monkeypatch.setattr("booking.management.commands.rulebook.load_rulebook", lambda: read_rulebook_file(path))

    for command in ("triage", "rulebook"):
        with pytest.raises(CommandError, match=r"^rules\.json, rule \S+: “hart” is not an answer to “heart_detail”\.$"):
            call_command(command)
