"""One page of the safety check as a form. Needs no database."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.http import QueryDict

from booking.intake.pages import PAGES, Page
from booking.intake.questionnaire import load_questionnaire
from booking.web.forms.layout import list_errors
from booking.web.forms.questions import QuestionsForm
from tests.factories import RELAXING

BY_ID = {page.id: page for page in PAGES}
URGENT, REASON, HEALTH, HABITS = (BY_ID[name] for name in ("urgent", "reason", "health", "habits"))
PROBLEM: dict[str, Any] = RELAXING | {
    "complaint_type": "pain",
    "sites": ["neck"],
    "onset": "gradual",
    "duration_hours": 24,
    "pattern": "weekly",
    "severity": 3,
    "pain_quality": ["dull_ache"],
    "pain_spread": ["none"],
    "movement_limit": "none",
    "head_symptoms": ["none"],
    "massage_response": "never_for_this",
}
NO_SIGN = {"emergency_symptoms": ["none"], "nerve_symptoms": ["none"]}


def send(page: Page, sent: Mapping[str, Any], *, answers: Mapping[str, Any] | None = None) -> QuestionsForm:
    """The page as a browser sends it; `answers` are those of the other pages."""
    data = QueryDict(mutable=True)
    for name, value in sent.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    elsewhere = {key: value for key, value in (answers or RELAXING).items() if key not in page.keys}
    return QuestionsForm(data, page=page, answers=elsewhere)


def errors_of(form: QuestionsForm) -> dict[str, list[str]]:
    form.is_valid()
    return {name: [str(sentence) for sentence in form.errors[name]] for name in form.errors}


@pytest.mark.parametrize("page", PAGES, ids=[page.id for page in PAGES])
def test_a_new_page_has_every_question_and_choice_by_name_and_nothing_chosen(page: Page) -> None:
    elsewhere = {key: value for key, value in PROBLEM.items() if key not in page.keys}

    html = render_crispy_form(QuestionsForm(page=page, answers=elsewhere))

    asked = [load_questionnaire().field(key) for key in page.keys]
    assert [field.key for field in asked if f'name="{field.key}"' not in html] == []
    missing = [(field.key, value) for field in asked for value in field.values if f'value="{value}"' not in html]
    assert missing == []
    assert " checked" not in html


def test_consent_stands_first_and_the_urgent_signs_second() -> None:
    assert PAGES[0].keys[:2] == ("consent_health_data", "consent_not_diagnosis")
    assert PAGES[1].keys[0] == "emergency_symptoms"
    assert len(PAGES) <= 6


def test_the_exclusive_answers_stand_last_under_the_word_or() -> None:
    html = render_crispy_form(QuestionsForm(page=URGENT, answers={}))

    listed = html[: html.index("nerve_symptoms")]
    assert listed.index("fainting_collapse") < listed.index(">or<") < listed.index('"unsure"') < listed.index('"none"')


def test_right_answers_come_out_in_the_types_of_the_schema() -> None:
    form = send(
        REASON,
        {
            "complaint_type": "pain",
            "sites": ["neck", "calf"],
            "onset": "sudden_after_impact",
            "injury_mechanism": "fall_standing",
            "immediate_severe_pain": "false",
            "duration_hours": "2",
            "duration_hours_unit": "days",
            "pattern": "weekly",
            "severity": "0",
            "pain_quality": ["none"],
            "pain_spread": ["none"],
            "movement_limit": "none",
        },
    )

    assert form.is_ready
    assert form.fresh == {
        "complaint_type": "pain",
        "sites": ["neck", "calf"],
        "onset": "sudden_after_impact",
        "injury_mechanism": "fall_standing",
        "immediate_severe_pain": False,
        "duration_hours": 48,
        "pattern": "weekly",
        "severity": 0,
        "pain_quality": ["none"],
        "pain_spread": ["none"],
        "movement_limit": "none",
    }


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        ("72", "hours", 72),
        ("3", "days", 72),
        ("3", "weeks", 504),
        ("6", "months", 4392),
        ("1", "years", 8784),
        ("1,5", "days", 36),
        ("0.1", "hours", Decimal("0.1")),
        ("0", "hours", 0),
        (" 3 ", "weeks", 504),
    ],
)
def test_a_duration_is_stored_in_exact_hours(number: str, unit: str, expected: object) -> None:
    form = send(REASON, {"complaint_type": "pain", "duration_hours": number, "duration_hours_unit": unit})

    form.is_valid()

    assert form.fresh["duration_hours"] == expected


@pytest.mark.parametrize(
    ("number", "unit", "sentence"),
    [
        ("three", "days", "Write a number, like 3."),
        ("", "days", "Write a number, like 3."),
        ("1e3", "hours", "Write a number, like 3."),
        ("9" * 50_000, "hours", "Write a number, like 3."),
        ("NaN", "hours", "Write a number, like 3."),
        ("-1", "hours", "Write a number from 0 to 876000."),
        ("101", "years", "Write a number from 0 to 876000."),
        ("3", "", "Choose hours, days, weeks, months or years."),
        ("3", "moons", "Choose hours, days, weeks, months or years."),
    ],
)
def test_a_wrong_duration_says_what_is_wrong(number: str, unit: str, sentence: str) -> None:
    form = send(REASON, {"complaint_type": "pain", "duration_hours": number, "duration_hours_unit": unit})

    assert errors_of(form)["duration_hours"] == [sentence]


@pytest.mark.parametrize(
    ("sent", "key", "sentence"),
    [
        (
            {"emergency_symptoms": ["none", "coughing_blood"]},
            "emergency_symptoms",
            "Choose either the lines that are true or “None of these”, not both.",
        ),
        ({"emergency_symptoms": ["made_up"]}, "emergency_symptoms", "Choose from the answers."),
        (
            {"emergency_symptoms": []},
            "emergency_symptoms",
            "Please answer “Do you have any of these now, or new in the last 2 weeks?”",
        ),
        (
            {"nerve_symptoms": ["weakness"], "nerve_course": ["stable", "getting_better"]},
            "nerve_course",
            "This was answered twice. Give one answer.",
        ),
        ({"nerve_symptoms": ["weakness"], "nerve_course": "<b>"}, "nerve_course", "Choose one of the answers."),
    ],
)
def test_a_wrong_answer_says_what_is_wrong_at_its_question(sent: dict[str, Any], key: str, sentence: str) -> None:
    form = send(URGENT, NO_SIGN | sent)

    assert errors_of(form)[key] == [sentence]
    assert key not in form.fresh


@pytest.mark.parametrize(
    ("age", "sentence"),
    [
        ("", "Please answer “How old is the person having the massage?”"),
        ("4.5", "Write a whole number, without a fraction."),
        ("121", "Write a number from 0 to 120."),
        ("-1", "Write a number from 0 to 120."),
        ("forty", "Write a number, like 3."),
    ],
)
def test_an_age_is_a_whole_number_of_years(age: str, sentence: str) -> None:
    form = send(PAGES[0], {"consent_health_data": "true", "consent_not_diagnosis": "true", "age_years": age})

    assert errors_of(form)["age_years"] == [sentence]


def test_a_follow_up_that_nobody_has_seen_is_asked_and_is_no_error() -> None:
    form = send(URGENT, NO_SIGN | {"nerve_symptoms": ["tingling"], "asked": "emergency_symptoms nerve_symptoms"})

    assert (form.is_valid(), form.is_ready, form.open_questions) == (True, False, ["nerve_course"])
    html = render_crispy_form(form)
    assert '<fieldset class="field" id="question_nerve_course" data-show-if="' in " ".join(html.split())
    assert html.count("autofocus") == 1
    assert html.index("autofocus") > html.index('id="question_nerve_course"')


def test_a_follow_up_that_was_seen_and_left_out_is_an_error() -> None:
    asked = "emergency_symptoms nerve_symptoms nerve_course"
    form = send(URGENT, NO_SIGN | {"nerve_symptoms": ["tingling"], "asked": asked})

    assert errors_of(form) == {"nerve_course": ["Please answer “Is that getting better or worse?”"]}


def test_a_follow_up_waits_hidden_on_a_new_page() -> None:
    html = " ".join(render_crispy_form(QuestionsForm(page=URGENT, answers={})).split())

    start = html.index('id="question_nerve_course"')
    assert "hidden>" in html[start : html.index(">", start) + 1]


def test_an_answer_to_a_hidden_question_is_dropped() -> None:
    form = send(URGENT, NO_SIGN | {"nerve_course": "worse_over_days"})

    assert form.is_ready
    assert form.fresh == NO_SIGN


def test_a_question_that_no_answer_here_could_open_is_not_asked() -> None:
    form = QuestionsForm(page=HEALTH, answers=RELAXING)

    assert "med_related" not in form.fields
    assert "condition_status" in form.fields


def test_something_that_we_do_not_ask_is_refused_in_words() -> None:
    form = send(URGENT, NO_SIGN | {"level": "CLEAR"})

    assert errors_of(form) == {
        "__all__": ["This page was sent with something that we do not ask (1). Please check it."]
    }


def test_answers_of_another_page_are_left_alone() -> None:
    form = send(URGENT, NO_SIGN | {"complaint_type": "pain"})

    assert form.is_ready
    assert form.fresh == NO_SIGN


def test_a_very_long_remark_is_kept_and_refused() -> None:
    form = send(HABITS, {"doctor_review": "not_seen", "factors": ["none"], "other_concern": "é" * 50_000})

    assert errors_of(form) == {"other_concern": ["Write at most 500 characters."]}
    html = render_crispy_form(form)
    assert "é" * 50_000 in html


def test_a_remark_is_cleaned_of_what_nobody_can_see() -> None:
    remark = "Pins in\x00 my\x07 knee \u202eevil\u202c 🦵🏽\r\nשלום"
    form = send(HABITS, {"doctor_review": "not_seen", "factors": ["none"], "other_concern": remark})

    assert form.is_ready
    assert form.fresh["other_concern"] == "Pins in my knee evil 🦵🏽\nשלום"


def test_a_page_that_comes_back_keeps_everything_typed() -> None:
    form = send(
        REASON,
        {
            "complaint_type": "pain",
            "sites": ["calf", "nonsense"],
            "duration_hours": "<3 days",
            "duration_hours_unit": "days",
            "severity": "7",
        },
    )

    assert not form.is_valid()
    html = " ".join(render_crispy_form(form).split())
    assert 'value="&lt;3 days"' in html
    assert '<option value="days" selected>' in html
    for chosen in ('value="calf" checked', 'value="7" checked', 'value="pain" checked'):
        assert chosen in html


def test_the_summary_names_each_error_with_a_place_to_go_to() -> None:
    form = send(PAGES[0], {"consent_health_data": "true", "asked": "age_years"})

    assert list_errors(form) == [
        {"sentence": "Tick to say that you understand what this form is not.", "target": "id_consent_not_diagnosis"},
        {"sentence": "Please answer “How old is the person having the massage?”", "target": "id_age_years"},
        {"sentence": "Please answer “Pregnancy”.", "target": "id_pregnancy_0"},
    ]


def test_what_was_answered_before_is_shown_as_it_was_given() -> None:
    answers = RELAXING | {
        "complaint_type": "pain",
        "duration_hours": 504,
        "severity": 4,
        "immediate_severe_pain": False,
    }

    html = " ".join(render_crispy_form(QuestionsForm(page=REASON, answers=answers)).split())

    assert '<option value="weeks" selected>' in html
    assert 'name="duration_hours" value="3"' in html
    assert 'name="severity" value="4" checked' in html
