"""The whole questionnaire on one page, for staff to read out. Its words and rules are the questionnaire's own."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.intake.pages import PAGES, Page
from booking.intake.questionnaire import Field, ShowIf, load_questionnaire
from booking.web.forms.layout import Actions, Answers, Input, Sentence, make_helper
from booking.web.forms.questions import QuestionsForm
from booking.web.forms.text import TextField
from booking.web.words import join_words

SAID_BY = "said_by"
SO_FAR = "so_far"
URGENT_PAGE = PAGES[1]
EVERYTHING = Page("everything", "", tuple(key for page in PAGES for key in page.keys))


class ReadOutForm(QuestionsForm):
    """Every question, the follow-ups under theirs with the condition in words. Nothing stored is ever filled in."""

    def __init__(self, data: Any = None, *, said_by: str) -> None:
        super().__init__(data, page=EVERYTHING, answers={})
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
            for key in EVERYTHING.keys:
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
        for page in PAGES:
            yield Sentence(_lead(page), heading=page.title)
            fields = map(load_questionnaire().field, page.keys)
            for show_if, group in groupby(fields, key=lambda field: field.show_if):
                parts = [self._part(field, is_hidden=False) for field in group]
                yield from [FollowUps(show_if, parts)] if show_if else parts
            if page is URGENT_PAGE:
                yield Answers(SO_FAR, (("yes", _("Check these for emergency signs now"), "quiet"),))

    def _part(self, field: Field, *, is_hidden: bool) -> Any:
        """Without a condition of its own: the group around it has it."""
        part = super()._part(field, is_hidden=is_hidden)
        part.extra |= {"show_if": "", "is_hidden": False}
        return part


def _lead(page: Page) -> str:
    if page is PAGES[0]:
        return _("Read the first two sentences out, and tick what the person agrees to. Nothing is kept without.")
    return _("Ask about every line.") if page is URGENT_PAGE else ""


class FollowUps(LayoutObject):
    """Questions that apply under one condition, which stands above them in words; a script hides what does not apply."""

    def __init__(self, show_if: tuple[ShowIf, ...], parts: list[Any]) -> None:
        self.parts = Layout(*parts)
        self.show_if = json.dumps([{"key": entry.key, "op": entry.op, "value": entry.value} for entry in show_if])
        self.words = describe(show_if)
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        inside = self.parts.render(form, context, template_pack=template_pack, **kwargs)
        known = {"show_if": self.show_if, "words": self.words, "inside": inside}
        return render_to_string("panel/follow_ups.html", known)


def describe(show_if: tuple[ShowIf, ...]) -> str:
    """A condition in words: "Only if “How old …?” is under 18."."""
    return _("Only if %(conditions)s.") % {"conditions": join_words([_describe(entry) for entry in show_if])}


def _describe(entry: ShowIf) -> str:
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
