"""Sentences and the stored list are the same: there and back for everything that can be stored."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.messages.plan import Line, Offset, parse_lines, write_lines
from clinic.panel.set_up.reminders.forms import RemindersForm, new_line
from services.models import ClinicPolicy

pytestmark = pytest.mark.once


def form_of(plan: object, **fields: object) -> RemindersForm:
    return RemindersForm(policy=ClinicPolicy(reminder_plan=plan, **fields), country="IE")


def in_words(plan: object) -> list[str]:
    """What is chosen in each line, as it is read out."""
    said = []
    for line in form_of(plan).sentences():
        fields = [line.before, *([line.at] if line.at else []), line.whom]
        chosen = [
            next(str(words) for value, words in one.field.widget.choices if str(value) == str(one.value()))
            for one in fields
        ]
        said.append(("" if line.is_on.value() else "off: ") + ", ".join(chosen))
    return said


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ([], []),
        ([{"hours_before": 48}], ["48 hours before, everybody"]),
        ([{"hours_before": 3, "only_unconfirmed": True}], ["3 hours before, who has not confirmed yet"]),
        ([{"hours_before": 1}], ["1 hour before, everybody"]),
        ([{"hours_before": 1.5}], ["1 hour 30 minutes before, everybody"]),
        ([{"hours_before": 1440}], ["1440 hours before, everybody"]),
        ([{"days_before": 1, "at": "18:00"}], ["The day before, 18:00, everybody"]),
        ([{"days_before": 0, "at": "05:10", "off": True}], ["off: On the day, 05:10, everybody"]),
        ([{"days_before": 60, "at": "23:59"}], ["60 days before, 23:59, everybody"]),
    ],
)
def test_a_line_is_a_sentence_in_the_words_of_a_clinic(plan: object, said: list[str]) -> None:
    assert in_words(plan) == said


FLAGS = st.fixed_dictionaries({}, optional={"only_unconfirmed": st.booleans(), "off": st.booleans()})
Entry = dict[str, Any]
HOURS: st.SearchStrategy[Entry] = st.integers(60, 60 * 1440).map(lambda minutes: {"hours_before": minutes / 60})
DAYS: st.SearchStrategy[Entry] = st.tuples(st.integers(0, 60), st.times()).map(
    lambda pair: {"days_before": pair[0], "at": f"{pair[1]:%H:%M}"}
)
ENTRIES = st.tuples(HOURS | DAYS, FLAGS).map(lambda pair: pair[0] | pair[1])


def key(entry: Entry) -> str:
    return parse_lines([entry])[0].offset.key


@given(st.lists(ENTRIES, max_size=10, unique_by=key))
def test_every_list_that_can_be_stored_comes_back_from_its_sentences(plan: list[Entry]) -> None:
    lines = parse_lines(plan)
    drawn = form_of(plan)
    sent = {
        name: str(value) for name in drawn.fields if (value := drawn[name].value()) is not None and value is not False
    }

    form = RemindersForm(sent, policy=ClinicPolicy(), country="IE")

    assert form.is_valid(), form.errors
    assert (tuple(form.lines()), form.find_fault()) == (lines, "")
    assert parse_lines(form.wanted()["reminder_plan"]) == lines
    assert write_lines(lines) == form.wanted()["reminder_plan"]


def test_the_same_line_twice_is_named_by_both_numbers() -> None:
    form = form_of([{"hours_before": 48}, {"hours_before": 24}])
    sent = {name: str(form[name].value()) for name in form.fields} | {"before2": "2880"}

    form = RemindersForm(sent, policy=ClinicPolicy(), country="IE")

    assert form.is_valid()
    assert form.find_fault() == "Lines 1 and 2 say the same. Change one, or remove it."


@pytest.mark.parametrize("kind", ["hours", "days"])
def test_a_new_line_says_what_no_line_says_yet(kind: str) -> None:
    lines: list[Line] = []
    for _number in range(10):
        lines.append(new_line(kind, lines))

    assert len({line.offset.key for line in lines}) == 10
    assert lines[0].offset == (
        Offset(minutes_before=1440) if kind == "hours" else parse_lines([{"days_before": 1, "at": "18:00"}])[0].offset
    )
