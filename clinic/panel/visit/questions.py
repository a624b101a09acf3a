"""The whole questionnaire on one page, for staff to read out. Its words and rules are the questionnaire's own."""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.pages.fields import TextField
from booking.pages.layout import Actions, Answers, Input, Sentence, make_helper
from booking.rules.pages import Page, pages
from booking.rules.questionnaire import Field, Needed, ShowIf, load_questionnaire
from booking.web.safety.forms import QuestionsForm
from booking.wording.lists import join_words
from clinic.panel.visit.about import About

SAID_BY = "said_by"
SO_FAR = "so_far"
AT_MOST_IN_WORDS = 2  # of the conditions of which one has to hold: more than that nobody reads out


@functools.cache
def everything() -> Page:
    """Everything that decides, on one page; what only serves a suggestion is left out."""
    keys = tuple(key for page in pages() for key in page.keys if key not in page.for_a_suggestion)
    return Page("everything", "", keys)


class ReadOutForm(QuestionsForm):
    """Every question, the follow-ups under theirs with the condition in words. Nothing stored is ever filled in."""

    def __init__(self, data: Any = None, *, said_by: str) -> None:
        super().__init__(data, page=everything(), answers={})
        self.fields[SAID_BY] = TextField(
            at_most=120,
            label=_("Who answers"),
            help_text=_("For somebody under 18 a parent or guardian."),
            initial=said_by,
            error_messages={"required": _("Write who answers.")},
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    @property
    def is_asked_so_far(self) -> bool:
        """Staff want to know about emergency signs before they read the rest out."""
        return SO_FAR in self.data

    @property
    def said_by(self) -> str:
        return str(self.cleaned_data.get(SAID_BY) or self.fields[SAID_BY].initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_asked_so_far:
            for key in everything().keys:
                if not self.data.get(key):
                    self.errors.pop(key, None)  # not asked yet
        return cleaned | {SAID_BY: self.said_by}

    def _is_follow_up(self, key: str) -> bool:
        """The page shows all of them from the start, so one that is missing is an error like any other."""
        return False

    def _unknown_names(self) -> set[str]:
        return super()._unknown_names() - {SAID_BY, SO_FAR}

    def _lay_out(self, answers: Mapping[str, Any]) -> None:
        self.helper = make_helper(Input(SAID_BY), *self._sections(), Actions(_("These are the answers")))

    def _sections(self) -> Iterator[LayoutObject]:
        for page in pages():
            fields = [load_questionnaire().field(key) for key in page.keys if key not in page.for_a_suggestion]
            if not fields:
                continue
            yield Sentence(_lead(page), heading=page.title)
            for show_if, group in groupby(fields, key=lambda field: field.show_if):
                parts = [self._part(field, is_hidden=False) for field in group]
                yield from [FollowUps(show_if, parts)] if show_if.entries else parts
            if _is_urgent(page):
                yield Answers(SO_FAR, (("yes", _("Check these for emergency signs now"), "quiet"),))

    def _part(self, field: Field, *, is_hidden: bool) -> Any:
        """It has no condition of its own: the group around it does."""
        part = super()._part(field, is_hidden=is_hidden)
        part.around = replace(part.around, show_if="", is_hidden=False)
        return part


def _is_urgent(page: Page) -> bool:
    return "emergency_symptoms" in page.keys


def _lead(page: Page) -> str:
    if page is pages()[0]:
        return _("Read the first question out, and tick it if the person agrees. Nothing is kept without.")
    return _("Ask about every line.") if _is_urgent(page) else ""


@dataclass(frozen=True)
class QuestionsPage:
    """`errors`: sentences and the fields to go to, in the order of the page."""

    visit: About
    form: ReadOutForm
    errors: list[dict[str, str]]


class FollowUps(LayoutObject):
    """Questions that apply under one condition, which stands above them in words; a script hides what does not apply."""

    def __init__(self, show_if: ShowIf, parts: list[Any]) -> None:
        self.parts = Layout(*parts)
        self.show_if = json.dumps(show_if.as_json())
        self.words = describe(show_if)
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        inside = self.parts.render(form, context, template_pack=template_pack, **kwargs)
        known = {"show_if": self.show_if, "words": self.words, "inside": inside}
        return render_to_string("panel/visit/follow_ups.html", known)


def describe(show_if: ShowIf) -> str:
    """A condition in words: "Only if “How old …?” is under 18."."""
    if len(show_if.any) > AT_MOST_IN_WORDS:
        return _("Only if the answers before call for it. We tell you when you send them.")
    either = _(" or ").join(_describe(entry) for entry in show_if.any)
    conditions = [*(_describe(entry) for entry in show_if.all), *([either] if either else [])]
    return _("Only if %(conditions)s.") % {"conditions": join_words(conditions)}


def _describe(entry: Needed) -> str:
    asked = load_questionnaire().field(entry.key)
    label = {"question": asked.label}
    if entry.op == "lt":
        return _("“%(question)s” is under %(number)s") % (label | {"number": entry.value})
    named = entry.value if isinstance(entry.value, list) else [entry.value]
    others = [value for value in asked.values if value not in named]
    # What is left out is shorter to say than what is meant.
    if entry.op == "ne" or len(others) == 1:
        words = _quoted(asked, named if entry.op == "ne" else others)
        return _("“%(question)s” is anything but %(answers)s") % (label | {"answers": words})
    return _("“%(question)s” is %(answers)s") % (label | {"answers": _quoted(asked, named)})


def _quoted(field: Field, values: list[str]) -> str:
    words = [f"“{field.label_of(value)}”" for value in values]
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s or %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
