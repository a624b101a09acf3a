"""One page of the safety check as a form. What is right, the questionnaire decides; this reads and shows it.

Fields are named by the schema's keys and choices by their values. Nothing is chosen beforehand but what the client
chose before. A follow-up on the same page is there from the start, hidden; a script shows it at once, and without one
the page comes back with it.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.pages.drawing import draw_hidden
from booking.pages.fields import clean_lines
from booking.pages.layout import Actions, Agreement, Answers, Choices, FollowUp, Input, Part, Sentence, make_helper
from booking.rules.answers import AnyAnswers, check_answers
from booking.rules.pages import Page, asked_later, group_choices
from booking.rules.questionnaire import Field, ShowIf, load_questionnaire

CHANGED = "has_changed"  # asked of returning clients only
ASKED = "asked"  # the questions that were open on the page that was sent; only for show, decides nothing
BESIDES_ANSWERS = frozenset({ASKED, CHANGED, "csrfmiddlewaretoken"})
LONGEST_NUMBER = 20  # characters
IN_OUR_WORDS = {
    "consent": gettext_lazy("Tick to agree that we keep your answers. Without them we can’t offer a massage."),
    "age_years": gettext_lazy("Write your age in years, like 38."),
}


class QuestionsForm(forms.Form):
    """`answers` are all answers so far, `page` says which are asked here. `fresh` are those that are right.

    `open_questions` are follow-ups that the client has not seen yet: the page comes back with them, and that is no
    error. Writes nothing.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        page: Page,
        answers: AnyAnswers,
        skipped: frozenset[str] = frozenset(),
    ) -> None:
        checked = check_answers(answers)
        super().__init__(data, initial=_initial(page, checked.given))
        self.page = page
        self.elsewhere = {key: value for key, value in checked.given.items() if key not in page.keys}
        self._known = (checked if self.elsewhere == checked.given else check_answers(self.elsewhere)).answers
        self.fresh: dict[str, Any] = {}
        self.open_questions: list[str] = []
        self.asked_fields = [
            field
            for field in map(load_questionnaire().field, page.keys)
            if field.key not in skipped and self._left_of(field) is not None
        ]
        for field in self.asked_fields:
            self.fields[field.key] = _form_field(field)
        self.fields[ASKED] = forms.CharField(required=False, widget=forms.HiddenInput)
        self._lay_out(checked.answers)

    def clean(self) -> dict[str, Any]:
        given, faults = self._read()
        checked = check_answers(self.elsewhere | given)
        mine = {field.key for field in self.asked_fields}
        self.fresh = {key: value for key, value in checked.answers.items() if key in mine}
        seen = set(str(self.data.get(ASKED, "")).split())
        # What does not apply is not looked at: without a script its fields are sent along, half filled in.
        shown = {field.key for field in self.asked_fields if field.is_visible(checked.answers)}
        faults = {key: sentence for key, sentence in faults.items() if key in shown}
        for key, sentence in (*faults.items(), *((error.key, error.sentence) for error in checked.errors)):
            if key not in mine or self.has_error(key):
                continue
            if key not in given and key not in faults and key not in seen and self._is_follow_up(key):
                self.open_questions.append(key)
            else:
                self.add_error(key, _in_our_words(key, sentence))
        if unknown := self._unknown_names():
            self.add_error(
                None,
                _("This page was sent with something that we do not ask (%(count)s). Please check it.")
                % {"count": len(unknown)},
            )
        # What is right counts already, so that follow-ups on a page with errors show too.
        self._lay_out(checked.answers)
        return dict(self.fresh)

    @property
    def is_ready(self) -> bool:
        """Whether everything on this page is answered."""
        return self.is_valid() and not self.open_questions

    def _read(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What was sent, in the types of the schema, and what is wrong with the way it was sent."""
        given: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for field in self.asked_fields:
            sent = self.data.getlist(field.key) if hasattr(self.data, "getlist") else _as_list(self.data.get(field.key))
            if field.type != "multi" and len(sent) > 1:
                faults[field.key] = _("This was answered twice. Give one answer.")
                continue
            try:
                answer = self._answer(field, sent)
            except ValueError as error:
                faults[field.key] = str(error)
                continue
            if answer not in (None, [], ""):
                given[field.key] = answer
        return given, faults

    def _answer(self, field: Field, sent: list[str]) -> Any:
        if field.type == "multi":
            return sent
        text = sent[0] if sent else ""
        if field.type in ("integer", "number"):
            return _read_number(text)
        if field.type == "boolean":
            return _read_boolean(text)
        return clean_lines(text) if field.type == "text" else text

    def _left_of(self, field: Field) -> ShowIf | None:
        """What the answers on this page still say about whether a question applies; None where none could make it."""
        return field.show_if.narrowed(to=self.page.keys, known=self._known)

    def _is_follow_up(self, key: str) -> bool:
        left = self._left_of(load_questionnaire().field(key))
        return left is not None and bool(left.entries)

    def _unknown_names(self) -> set[str]:
        known = set(load_questionnaire().by_key) | BESIDES_ANSWERS
        return {str(name) for name in self.data} - known

    def _lay_out(self, answers: Mapping[str, Any]) -> None:
        visible = {field.key for field in self.asked_fields if field.is_visible(answers)}
        parts = [self._part(field, is_hidden=field.key not in visible) for field in self.asked_fields]
        self.fields[ASKED].initial = " ".join(field.key for field in self.asked_fields if field.key in visible)
        self.helper = make_helper(*parts, HiddenNote(ASKED), *self.closing(), css_class="questions")

    def closing(self) -> list[LayoutObject]:
        """What stands under the questions."""
        return [Actions(_("Continue"))]

    def _part(self, field: Field, *, is_hidden: bool) -> Part:
        left = self._left_of(field)
        follow_up = None
        if left is not None and left.entries:
            is_new = field.key in self.open_questions[:1]
            follow_up = FollowUp(show_if=left.as_json(), is_hidden=is_hidden, is_new=is_new)
        if field.must_be is not None:
            return Agreement(field.key, tick=field.tick, is_optional=not field.required)
        extra: dict[str, Any] = {"follow_up": follow_up, "is_optional": not field.required}
        if field.choices or field.type == "boolean":
            return _choices(field, extra)
        return Input(field.key, css_class="field-short" if field.type in ("integer", "number") else "", **extra)


class SinceForm(QuestionsForm):
    """What is asked of a client who comes back: the signs again, and by two buttons whether anything else is new."""

    def closing(self) -> list[LayoutObject]:
        # The safe answer comes first: pressing Enter in a field means the first button.
        changed, same = _("Something else has changed"), _("Nothing else has changed")
        return [
            Sentence(
                _("A new condition, medicine, operation, injury or pregnancy, or another reason for coming."),
                heading=_("Has anything else changed since then?"),
            ),
            Answers(CHANGED, (("yes", changed, "quiet"), ("no", same, "primary"))),
        ]

    @property
    def tells_of_change(self) -> bool:
        return self.data.get(CHANGED) != "no"


class AdviceForm(QuestionsForm):
    """What is offered on the page of a booked visit. Nothing of it has to be answered."""

    def __init__(self, data: Any = None, *, answers: AnyAnswers | None = None, action: str = "") -> None:
        self.action = action
        super().__init__(data, page=asked_later(), answers=answers or {})

    def closing(self) -> list[LayoutObject]:
        return [Actions(_("Show advice"))]

    def sentences(self) -> list[str]:
        """What is wrong."""
        return [str(sentence) for errors in self.errors.values() for sentence in errors]

    def _lay_out(self, answers: Mapping[str, Any]) -> None:
        super()._lay_out(answers)
        self.helper.form_action = self.action


class HiddenNote(Part):
    """The list of questions that stand open, always as the page is now and never as it was sent."""

    def draw(self, bound: BoundField) -> SafeString:
        return draw_hidden(bound, bound.field.initial)


def _choices(field: Field, extra: dict[str, Any]) -> Choices:
    if field.type == "boolean":
        return Choices(field.key, style="options", are_fixed=True, **extra)
    groups = [
        (group.heading, tuple(choice.value for choice in group.choices), group.is_alternative)
        for group in group_choices(field)
    ]
    return Choices(field.key, groups=groups, are_fixed=True, **extra)


def _form_field(field: Field) -> forms.Field:
    made = forms.Field(required=False, label=field.label, help_text=field.help)
    made.widget = _widget(field)
    made.widget.is_required = False
    return made


def _widget(field: Field) -> forms.Widget:
    if field.must_be is not None:
        return forms.CheckboxInput(attrs={"value": "true"}, check_test=lambda value: value in (True, "true"))
    if field.type == "text":
        return forms.Textarea(attrs={"rows": 3})
    choices = _choices_of(field)
    if field.type == "multi":
        return forms.CheckboxSelectMultiple(choices=choices)
    if choices:
        return forms.RadioSelect(choices=choices)
    return forms.TextInput(
        attrs={"inputmode": "decimal" if field.type == "number" else "numeric", "autocomplete": "off"}
    )


def _choices_of(field: Field) -> list[tuple[str, str]]:
    if field.type == "boolean":
        return [("true", _("Yes")), ("false", _("No"))]
    return [(choice.value, choice.label) for choice in field.choices]


def _initial(page: Page, answers: Mapping[str, Any]) -> dict[str, Any]:
    initial = {key: answers[key] for key in page.keys if key in answers}
    for key, answer in initial.items():
        if isinstance(answer, bool):
            initial[key] = "true" if answer else "false"
        elif isinstance(answer, int | Decimal):
            initial[key] = str(answer)
    return initial


def _as_list(value: Any) -> list[str]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [str(value)]


def _read_number(text: str) -> int | Decimal | None:
    """A number as people write it, with a point or a comma. Raises ValueError with a sentence."""
    text = text.strip()
    if not text:
        return None
    if len(text) > LONGEST_NUMBER or not re.fullmatch(r"[+-]?\d+([.,]\d+)?", text):
        raise ValueError(_("Write a number, like 3."))
    number = Decimal(text.replace(",", "."))
    return int(number) if number == number.to_integral_value() else number


def _read_boolean(text: str) -> Any:
    return {"true": True, "false": False}.get(text, text or None)


def _in_our_words(key: str, sentence: str) -> str:
    return str(IN_OUR_WORDS.get(key, sentence))
