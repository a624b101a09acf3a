"""The rulebook is read strictly. What each rule says is tested in test_every_rule.py."""

import copy
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from booking.rules.levels import Level
from booking.rules.questionnaire import FOLDER, IN_FORCE, VERSIONS, read_questionnaire
from booking.rules.rulebook import (
    RulebookError,
    find_rulebook,
    load_rulebook,
    read_rulebook,
    read_rulebook_file,
    region_key,
)

DATA = json.loads((FOLDER / IN_FORCE / "rules.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((FOLDER / IN_FORCE / "intake_schema.json").read_text(encoding="utf-8"))

Spoil = Callable[[dict[str, Any]], None]


def rule(rule_id: str, **changes: Any) -> Spoil:
    """Changes one rule; a value of None takes that part away."""

    def spoil(data: dict[str, Any]) -> None:
        entry = next(entry for entry in data["rules"] if entry["id"] == rule_id)
        entry.update(changes)
        for key in [key for key, value in changes.items() if value is None]:
            del entry[key]

    return spoil


def name(index: int, **changes: Any) -> Spoil:
    return lambda data: data["derived"][index].update(changes)


def again(list_name: str, index: int) -> Spoil:
    return lambda data: data[list_name].append(data[list_name][index])


def test_the_rulebook_in_force_has_its_124_rules() -> None:
    levels = Counter(rule.level.name for rule in load_rulebook().rules)

    assert levels == {"EMERGENCY": 13, "PHYSICIAN": 52, "CAUTION": 54, "CLEAR": 5}


def test_a_rulebook_is_found_by_its_hash() -> None:
    """Stored decisions name the rules that decided by it: the first one must never change."""
    first = "d35c29e3aceac989a0175012e1e4b80a94fd05a7322895df50cedea2219bcbaa"

    found = [find_rulebook(load_rulebook(version).version) for version in VERSIONS]

    assert found == [load_rulebook(version) for version in VERSIONS]
    assert (load_rulebook("1.0.0").version, find_rulebook("0" * 64)) == (first, None)


def test_regions_are_known_by_a_key() -> None:
    regions = load_rulebook().regions

    assert regions["legs_deep_pressure"] == "legs (deep pressure)"
    assert {region_key(words): words for words in regions.values()} == regions


@pytest.mark.parametrize(
    ("rule_id", "is_liftable"),
    [
        ("ph-severe-over-72h", True),
        ("ph-weakness", True),  # by way of NERVE_OK
        ("ph-weight-loss", False),
        ("ph-lump-or-shape", False),
        ("ph-advised-against", False),
        ("ca-cleared-by-doctor", False),  # it asks for a note, and is not turned off by one
    ],
)
def test_a_rule_says_whether_a_doctor_can_turn_it_off(rule_id: str, is_liftable: bool) -> None:
    assert load_rulebook().is_liftable(load_rulebook().by_id[rule_id]) is is_liftable


def test_levels_rise_and_none_of_them_is_false() -> None:
    assert sorted(Level) == [Level.CLEAR, Level.CAUTION, Level.PHYSICIAN, Level.EMERGENCY]
    assert all(Level)


def test_a_rule_is_read_whole() -> None:
    found = next(rule for rule in load_rulebook().rules if rule.id == "ca-pregnancy")

    assert (found.level, found.text, found.excluded, found.avoid, found.hold, found.urgency) == (
        Level.CAUTION,
        "PREGNANT",
        ("deep_tissue", "trigger_point"),
        ("abdomen", "legs (deep pressure)"),
        "",
        "",
    )
    assert (found.client, found.staff, found.source) == (
        "In pregnancy we work gently, with you lying on your side.",
        "On the side; no tummy; no deep leg work.",
        "Seed 004 L17 (pregnancy); J Clin Med 2021 review; BMC Pregnancy Childbirth 2020",
    )


# --- The version


def test_the_version_is_a_hash_that_white_space_does_not_change(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    shuffled = {"rules": [dict(reversed(rule.items())) for rule in DATA["rules"]], "derived": DATA["derived"]}
    path.write_text(json.dumps(shuffled, indent=7))

    version = read_rulebook_file(path).version

    assert (version, len(version)) == (load_rulebook().version, 64)


@pytest.mark.parametrize(
    "change",
    [
        rule("ca-heart", client="We will keep it very gentle."),
        rule("ca-heart", staff=""),
        rule("ca-heart", excl=[]),
        rule("ph-severe-over-72h", cond="PROBLEM and SEVERE and OVER_1_WEEK"),
        name(0, means="any reason"),
        lambda data: data["rules"].reverse(),
    ],
)
def test_the_version_changes_with_every_word(change: Spoil) -> None:
    data = copy.deepcopy(DATA)
    change(data)

    assert read_rulebook(data, file="rules.json").version != load_rulebook().version


def test_the_version_changes_with_the_questions() -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["screens"][0]["fields"][0]["label"] = "How old are you?"

    rulebook = read_rulebook(DATA, file="rules.json", questionnaire=read_questionnaire(schema, file="schema.json"))

    assert rulebook.version != load_rulebook().version


# --- What is refused


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        # What a rule has to say
        (rule("ca-heart", client=""), "rule ca-heart: “client” is missing or has the wrong type."),
        (rule("ca-heart", client=None), "rule ca-heart: “client” is missing or has the wrong type."),
        (rule("ca-heart", client=["We", "care"]), "rule ca-heart: “client” is missing or has the wrong type."),
        (rule("ca-heart", src=None), "rule ca-heart: “src” is missing or has the wrong type."),
        (rule("ca-heart", cond=None), "rule ca-heart: “cond” is missing or has the wrong type."),
        (rule("ca-heart", excl=None), "rule ca-heart: “excl” is missing or has the wrong type."),
        (rule("ca-heart", excl="deep_tissue"), "rule ca-heart: “excl” is missing or has the wrong type."),
        (rule("ca-heart", id=""), "rule : “id” is missing or has the wrong type."),
        (rule("ca-heart", clinet="We care."), "rule ca-heart: “clinet” is not a part of it."),
        (again("rules", 0), "rule em-cauda-equina: the id stands twice."),
        (lambda data: data["rules"].append("ph-new"), "rule 'ph-new': it is not an object."),
        # What follows from it
        (rule("ca-heart", level="WARNING"), "rule ca-heart: “WARNING” is not a level."),
        (rule("ca-heart", excl=["thai"]), "rule ca-heart: “thai” is not a treatment."),
        (rule("ca-heart", hold="doctor_note "), "rule ca-heart: “doctor_note ” is not something to settle first."),
        (rule("ph-fever", urgency=None), "rule ph-fever: how soon is missing, or is none of now, same_day, soon."),
        (rule("ph-fever", urgency=""), "rule ph-fever: how soon is missing, or is none of now, same_day, soon."),
        (rule("em-collapse", urgency="at once"), "rule em-collapse: how soon is missing, or is none of now, same_day, soon."),
        (rule("ph-fever", excl=["deep_tissue"]), "rule ph-fever: it must exclude every treatment."),
        (rule("in-any-back", excl=["deep_tissue"]), "rule in-any-back: advice restricts nothing."),
        (rule("in-any-back", hold="staff_call"), "rule in-any-back: advice restricts nothing."),
        # Its condition
        (rule("ca-heart", cond="has(conditions,"), "rule ca-heart: “has(conditions,” can't be read."),
        (rule("ca-heart", cond="exec('1')"), "rule ca-heart: “exec('1')” is not a condition."),
        (rule("ca-heart", cond="has(illnesses,'heart')"), "rule ca-heart: “illnesses” is not a question."),
        (rule("ca-heart", cond="has(conditions,'hearts')"), "rule ca-heart: “hearts” is not an answer to “conditions”."),
        (
            rule("ca-heart", cond="any_of(conditions,'heart','hart')"),
            "rule ca-heart: “hart” is not an answer to “conditions”.",
        ),
        (rule("ca-heart", cond="onset == 'suddenly'"), "rule ca-heart: “suddenly” is not an answer to “onset”."),
        (rule("ca-heart", cond="onset in ('by_itself','slow')"), "rule ca-heart: “slow” is not an answer to “onset”."),
        (rule("ca-heart", cond="HEART"), "rule ca-heart: “HEART” is not defined before it is used."),
        (rule("ca-heart", cond="not HEART"), "rule ca-heart: “HEART” is not defined before it is used."),
        (rule("ca-heart", cond="HEARTS >= 2"), "rule ca-heart: “HEARTS” is not defined before it is used."),
        (rule("ca-heart", cond="has(onset,'by_itself')"), "rule ca-heart: “onset” can't be asked this way."),
        (rule("ca-heart", cond="has(severity,'7')"), "rule ca-heart: “severity” can't be asked this way."),
        (rule("ca-heart", cond="onset >= 3"), "rule ca-heart: “onset” can't be asked this way."),
        (rule("ca-heart", cond="onset < 'by_itself'"), "rule ca-heart: “onset” can't be asked this way."),
        (rule("ca-heart", cond="conditions == 'cancer'"), "rule ca-heart: “conditions” can't be asked this way."),
        (rule("ca-heart", cond="conditions in ('cancer',)"), "rule ca-heart: “conditions” can't be asked this way."),
        (rule("ca-heart", cond="other_concern == 'ill'"), "rule ca-heart: “other_concern” can't be asked this way."),
        (rule("ca-heart", cond="guardian_consent < True"), "rule ca-heart: “guardian_consent” can't be asked this way."),
        (rule("ca-heart", cond="age_years == '7'"), "rule ca-heart: “7” is not an answer to “age_years”."),
        (rule("ca-heart", cond="age_years == True"), "rule ca-heart: “True” is not an answer to “age_years”."),
        (rule("ca-heart", cond="guardian_consent == 1"), "rule ca-heart: “1” is not an answer to “guardian_consent”."),
        (rule("ca-heart", cond="onset == 1"), "rule ca-heart: “1” is not an answer to “onset”."),
        (rule("ca-heart", cond="WEAK_FLAGS"), "rule ca-heart: “WEAK_FLAGS” is a count and has to be compared with a number."),
        (rule("ca-heart", cond="SPINE >= 1"), "rule ca-heart: “SPINE” is not a count."),
        (rule("ca-heart", cond="count(SPINE)"), "rule ca-heart: a count has to be compared with a number."),
        (rule("ca-heart", cond="SPINE and count(SPINE)"), "rule ca-heart: a count has to be compared with a number."),
        # Names
        (name(0, when="NERVE_OK"), "name PROBLEM: “NERVE_OK” is not defined before it is used."),
        (name(0, when="PROBLEM"), "name PROBLEM: “PROBLEM” is not defined before it is used."),
        (name(2, when="PREGNANT or CLEARED"), "name SPINE: “CLEARED” is not defined before it is used."),
        (name(0, name="Problem"), "name Problem: a name is in capitals and stands once."),
        (again("derived", 0), "name PROBLEM: a name is in capitals and stands once."),
        (name(0, means=""), "name PROBLEM: “means” is missing or has the wrong type."),
        (name(0, note="?"), "name PROBLEM: “note” is not a part of it."),
        (name(0, when="has(sites,'elbow')"), "name PROBLEM: “elbow” is not an answer to “sites”."),
    ],
)  # fmt: skip
def test_a_faulty_rulebook_is_refused_with_file_and_rule(spoil: Spoil, sentence: str) -> None:
    data = copy.deepcopy(DATA)
    spoil(data)

    with pytest.raises(RulebookError) as refused:
        read_rulebook(data, file="rules.json")

    assert str(refused.value) == f"rules.json, {sentence}"


@pytest.mark.parametrize(
    "data", [[], {}, {"rules": []}, {"rules": [], "derived": [], "notes": []}, {"rules": {}, "derived": []}, None]
)
def test_a_file_of_another_shape_is_refused(data: Any) -> None:
    with pytest.raises(
        RulebookError, match=r"^rules\.json: an object with the lists “derived” and “rules” is needed\.$"
    ):
        read_rulebook(data, file="rules.json")


@pytest.mark.parametrize("text", ["", "{", "\ufeff{}"])
def test_a_file_that_is_not_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(RulebookError, match=r"^rules\.json is not JSON: "):
        read_rulebook_file(path)


def test_other_levels_in_the_questionnaire_are_refused() -> None:
    questionnaire = read_questionnaire(SCHEMA | {"levels": ["GREEN", "RED"]}, file="schema.json")

    with pytest.raises(RulebookError, match=r"^rules\.json: the levels are not those of the questionnaire\.$"):
        read_rulebook(DATA, file="rules.json", questionnaire=questionnaire)
