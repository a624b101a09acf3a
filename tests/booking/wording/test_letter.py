"""How a letter to a physician says what was answered."""

from booking.rules.questionnaire import VERSIONS, load_questionnaire
from booking.wording.answers import Answered, answers_in_words
from booking.wording.letter import LABELS, SCALES, findings_in_words, shorten

FIRST, SECOND = VERSIONS


def test_every_question_of_today_has_a_label_but_the_agreements() -> None:
    asked = {field.key for field in load_questionnaire().fields if field.must_be is None}

    # Whether a parent agrees is between them and us.
    assert asked - LABELS.keys() == {"guardian_consent"}
    assert LABELS.keys() - {field.key for field in load_questionnaire().fields} == set()


def test_every_scale_is_a_choice_of_its_question() -> None:
    fields = load_questionnaire().by_key

    assert [pair for pair in SCALES if pair[1] not in fields[pair[0]].values] == []
    assert {value for key, value in SCALES if key == "severity"} == set(fields["severity"].values)


def test_each_thing_that_was_ticked_is_a_line_of_its_own() -> None:
    behind = {"signs_now": ["weakness", "fever_or_chills"], "severity": "moderate", "immediate_severe_pain": True}

    assert findings_in_words(behind, version=SECOND) == (
        Answered("signs_now", "At the moment", "Weakness in an arm, hand, leg or foot"),
        Answered("signs_now", "At the moment", "A fever or chills"),
        Answered("severity", "At its worst, last day or last time", "Medium: 4 to 6 of 10"),
        Answered("immediate_severe_pain", "Very bad at once when hurt", "Yes"),
    )


def test_a_question_of_an_earlier_version_is_told_with_its_unit() -> None:
    (told,) = findings_in_words({"duration_hours": 336}, version=FIRST)

    assert told.answer == "2 weeks"
    assert told.question == load_questionnaire(FIRST).by_key["duration_hours"].label


def test_shared_answers_get_short_labels_and_units() -> None:
    answers = {"severity": "mild", "duration": "up_to_2_weeks"}

    told = shorten(answers_in_words(answers, version=SECOND), answers)

    assert told == (
        Answered("duration", "How long this time", "Up to 2 weeks"),
        Answered("severity", "At its worst, last day or last time", "Mild: 0 to 3 of 10"),
    )
