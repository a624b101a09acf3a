"""One page of the safety check as a form. Needs no database."""

from collections.abc import Mapping
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.http import QueryDict

from booking.pages.layout import list_errors
from booking.rules.pages import Page, pages
from booking.rules.questionnaire import load_questionnaire
from booking.web.safety.forms import QuestionsForm
from tests.cast import RELAXING

BY_ID = {page.id: page for page in pages()}
START, URGENT, REASON, NOW, HEALTH = (BY_ID[name] for name in ("start", "urgent", "problem", "now", "health"))
PROBLEM: dict[str, Any] = RELAXING | {
    "complaint_type": "pain",
    "sites": ["neck"],
    "onset": "by_itself",
    "duration": "up_to_3_days",
    "pattern": "weekly",
    "severity": "mild",
    "pain_signs": ["none"],
    "head_symptoms": ["none"],
    "background": ["none"],
}
NO_SIGN = {"signs_now": ["none"]}
HEALTHY = {"conditions": ["none"], "medications": ["none"], "body": ["none"]}


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


@pytest.mark.parametrize("page", pages(), ids=[page.id for page in pages()])
def test_a_new_page_has_every_question_and_choice_by_name_and_nothing_chosen(page: Page) -> None:
    elsewhere = {key: value for key, value in PROBLEM.items() if key not in page.keys}

    html = render_crispy_form(QuestionsForm(page=page, answers=elsewhere))

    asked = [load_questionnaire().field(key) for key in page.keys]
    assert [field.key for field in asked if f'name="{field.key}"' not in html] == []
    missing = [(field.key, value) for field in asked for value in field.values if f'value="{value}"' not in html]
    assert missing == []
    assert " checked" not in html


def test_consent_stands_first_and_the_urgent_signs_second() -> None:
    assert pages()[0].keys[0] == "consent"
    assert pages()[1].keys == ("emergency_symptoms",)


def test_consent_is_a_question_with_one_box_and_its_words() -> None:
    html = " ".join(render_crispy_form(QuestionsForm(page=START, answers={})).split())

    assert "May we keep your answers, so that your massage is safe for you?" in html
    assert "<span>Yes, you may. I know that these questions do not replace a doctor.</span>" in html


def test_the_exclusive_answers_stand_last_under_the_word_or() -> None:
    listed = render_crispy_form(QuestionsForm(page=URGENT, answers={}))

    assert listed.index("fainting_collapse") < listed.index(">or<") < listed.index('"unsure"') < listed.index('"none"')


def test_right_answers_come_out_in_the_types_of_the_schema() -> None:
    said = {
        "sites": ["neck", "legs"],
        "onset": "impact",
        "injury_force": "low",
        "immediate_severe_pain": "false",
        "duration": "up_to_2_weeks",
        "pattern": "weekly",
        "severity": "mild",
        "pain_signs": ["none"],
        "head_symptoms": ["none"],
        "background": ["none"],
    }
    form = send(REASON, said, answers=PROBLEM)

    assert form.is_ready
    assert form.fresh == said | {"immediate_severe_pain": False}


@pytest.mark.parametrize(
    ("sent", "key", "sentence"),
    [
        (
            {"signs_now": ["none", "dark_urine"]},
            "signs_now",
            "Choose either the lines that apply or “None of these”, not both.",
        ),
        ({"signs_now": ["made_up"]}, "signs_now", "Choose from the answers."),
        ({"signs_now": []}, "signs_now", "Choose what you have, or “None of these”."),
        (
            {"signs_now": ["weakness"], "nerve_course": ["stable", "getting_better"]},
            "nerve_course",
            "This was answered twice. Give one answer.",
        ),
        ({"signs_now": ["weakness"], "nerve_course": "<b>"}, "nerve_course", "Choose one of the answers."),
    ],
)
def test_a_wrong_answer_says_what_is_wrong_at_its_question(sent: dict[str, Any], key: str, sentence: str) -> None:
    form = send(NOW, NO_SIGN | sent)

    assert errors_of(form)[key] == [sentence]
    assert key not in form.fresh


@pytest.mark.parametrize("age", ["", "4.5", "121", "-1", "forty"])
def test_an_age_is_a_whole_number_of_years(age: str) -> None:
    form = send(START, {"consent": "true", "age_years": age, "complaint_type": "pain"})

    assert errors_of(form)["age_years"] == ["Write your age in years, like 38."]


def test_a_follow_up_that_nobody_has_seen_is_asked_and_is_no_error() -> None:
    form = send(NOW, {"signs_now": ["numb_tingling"], "asked": "signs_now"})

    assert (form.is_valid(), form.is_ready, form.open_questions) == (True, False, ["nerve_course"])
    html = render_crispy_form(form)
    assert '<fieldset class="field" id="question_nerve_course" data-show-if="' in " ".join(html.split())
    assert html.count("autofocus") == 1
    assert html.index("autofocus") > html.index('id="question_nerve_course"')


def test_a_follow_up_that_was_seen_and_left_out_is_an_error() -> None:
    form = send(NOW, {"signs_now": ["numb_tingling"], "asked": "signs_now nerve_course"})

    sentence = "Please answer “Is the weakness, numbness, tingling or clumsiness getting better or worse?”"
    assert errors_of(form) == {"nerve_course": [sentence]}


def test_a_follow_up_waits_hidden_on_a_new_page() -> None:
    html = " ".join(render_crispy_form(QuestionsForm(page=NOW, answers={})).split())

    start = html.index('id="question_nerve_course"')
    assert "hidden>" in html[start : html.index(">", start) + 1]


def test_a_question_that_an_earlier_page_has_opened_is_no_follow_up() -> None:
    html = " ".join(render_crispy_form(QuestionsForm(page=HEALTH, answers=PROBLEM | {"severity": "severe"})).split())

    start = html.index('id="question_doctor_review"')
    assert "data-show-if" not in html[start : html.index(">", start)]


def test_an_answer_to_a_hidden_question_is_dropped() -> None:
    form = send(NOW, NO_SIGN | {"nerve_course": "worse_over_days"})

    assert form.is_ready
    assert form.fresh == NO_SIGN


def test_a_question_that_no_answer_here_could_open_is_not_asked() -> None:
    form = QuestionsForm(page=HEALTH, answers=RELAXING)

    assert "med_related" not in form.fields
    assert "condition_status" in form.fields


def test_something_that_we_do_not_ask_is_refused_in_words() -> None:
    form = send(NOW, NO_SIGN | {"level": "CLEAR"})

    assert errors_of(form) == {
        "__all__": ["This page was sent with something that we do not ask (1). Please check it."]
    }


def test_answers_of_another_page_are_left_alone() -> None:
    form = send(NOW, NO_SIGN | {"complaint_type": "pain"})

    assert form.is_ready
    assert form.fresh == NO_SIGN


def test_a_very_long_remark_is_kept_and_refused() -> None:
    form = send(HEALTH, HEALTHY | {"other_concern": "é" * 50_000})

    assert errors_of(form) == {"other_concern": ["Write at most 500 characters."]}
    html = render_crispy_form(form)
    assert "é" * 50_000 in html


def test_a_remark_is_cleaned_of_what_nobody_can_see() -> None:
    remark = "Pins in\x00 my\x07 knee \u202eevil\u202c 🦵🏽\r\nשלום"
    form = send(HEALTH, HEALTHY | {"other_concern": remark})

    assert form.is_ready
    assert form.fresh["other_concern"] == "Pins in my knee evil 🦵🏽\nשלום"


def test_a_page_that_comes_back_keeps_everything_chosen_and_typed() -> None:
    problem = send(REASON, {"sites": ["legs", "nonsense"], "severity": "severe"}, answers=PROBLEM)
    start = send(START, {"age_years": "<3 years"})

    assert (problem.is_valid(), start.is_valid()) == (False, False)
    html = " ".join(render_crispy_form(problem).split())
    for chosen in ('value="legs" checked', 'value="severe" checked'):
        assert chosen in html
    assert 'value="&lt;3 years"' in render_crispy_form(start)


def test_the_summary_names_each_error_with_a_place_to_go_to() -> None:
    form = send(START, {"asked": "consent age_years complaint_type"})

    assert list_errors(form) == [
        {
            "sentence": "Tick to agree that we keep your answers. Without them we can’t offer a massage.",
            "target": "id_consent",
        },
        {"sentence": "Write your age in years, like 38.", "target": "id_age_years"},
        {"sentence": "Please answer “What brings you in?”", "target": "id_complaint_type_0"},
    ]


def test_what_was_answered_before_is_shown_as_it_was_given() -> None:
    answers = PROBLEM | {"onset": "impact", "immediate_severe_pain": False, "severity": "moderate"}

    html = " ".join(render_crispy_form(QuestionsForm(page=REASON, answers=answers)).split())

    assert 'name="severity" value="moderate" checked' in html
    assert 'name="immediate_severe_pain" value="false" checked' in html
