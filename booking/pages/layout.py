"""Parts of crispy layouts that the journey's forms share: choice lists, options, buttons. No page writes a field."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Row:
    """One choice of a list."""

    id: str
    value: str
    label: str
    is_checked: bool


@dataclass(frozen=True)
class RowGroup:
    """Rows under a small heading, or, as alternatives, under the word "or"."""

    heading: str
    rows: tuple[Row, ...]
    is_alternative: bool = False


@dataclass(frozen=True)
class FollowUp:
    """A field that applies only with certain answers on the same page.

    `show_if` is what the script reads, as the questionnaire writes it. Without a script the server decides.
    """

    show_if: Mapping[str, Any]
    is_hidden: bool
    is_new: bool = False


class Part(Field):
    """A field with its own template, and what this template needs besides the field."""

    def __init__(self, name: str, *, template: str, follow_up: FollowUp | None = None, **extra: Any) -> None:
        super().__init__(name, template=template)
        self.extra = extra
        if follow_up is not None:
            self.extra |= {
                "show_if": json.dumps(follow_up.show_if),
                "is_hidden": follow_up.is_hidden,
                "is_new": follow_up.is_new,
            }

    def render(
        self,
        form: forms.Form,
        context: Any,
        template_pack: Any = TEMPLATE_PACK,
        extra_context: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> str:
        known = NOTHING_EXTRA | (extra_context or {}) | self.extra | self.more(form)
        html: str = super().render(form, context, template_pack=template_pack, extra_context=known, **kwargs)
        return html

    def more(self, form: forms.Form) -> dict[str, Any]:
        return {}


# Names from one part must not reach the next by way of the shared context.
NOTHING_EXTRA: dict[str, Any] = {
    "show_if": "",
    "is_hidden": False,
    "is_new": False,
    "groups": (),
    "kind": "",
    "style": "",
    "hint": "",
    "tick": "",
    "is_optional": False,
    "is_short": False,
    "wrapper": "",
    "first_value": "",
    "described_by": "",
}


class Choices(Part):
    """Checkboxes or radios as one white list (`style` "list"), side by side ("options") or as a scale ("scale")."""

    def __init__(
        self,
        name: str,
        *,
        style: str = "list",
        groups: Sequence[tuple[str, Sequence[str], bool]] | None = None,
        follow_up: FollowUp | None = None,
        **extra: Any,
    ) -> None:
        template = "forms/list.html" if style == "list" else "forms/options.html"
        super().__init__(name, template=template, follow_up=follow_up, style=style, **extra)
        self.groups = groups

    def more(self, form: forms.Form) -> dict[str, Any]:
        bound = form[self.fields[0]]
        values = [str(value) for value, _ in bound.field.widget.choices]
        groups = self.groups or [("", values, False)]
        shown = [value for _, members, _ in groups for value in members]
        rows = {row.value: row for row in rows_of(bound, order=shown)}
        return {
            "groups": [
                RowGroup(heading, tuple(rows[value] for value in members), is_alternative)
                for heading, members, is_alternative in groups
            ],
            "kind": "checkbox" if isinstance(bound.field.widget, forms.CheckboxSelectMultiple) else "radio",
            "first_value": shown[0],
            "described_by": " ".join(self._described_by(bound)),
        }

    def _described_by(self, bound: BoundField) -> list[str]:
        """The ids of the help and of the error, as far as there are such."""
        has_help = bool(bound.help_text or self.extra.get("hint"))
        suffixes = (("helptext", has_help), ("error", bool(bound.errors)))
        return [f"{bound.auto_id}_{suffix}" for suffix, is_shown in suffixes if is_shown]


class Input(Part):
    """A text field, with label, help and error above it."""

    def __init__(self, name: str, *, template: str = "forms/input.html", **extra: Any) -> None:
        super().__init__(name, template=template, **extra)

    def more(self, form: forms.Form) -> dict[str, Any]:
        if self.extra.get("is_new"):
            form.fields[self.fields[0]].widget.attrs["autofocus"] = True
        return {}


class Button(LayoutObject):
    """A button that sends the form. Its label says what happens."""

    def __init__(self, label: str, *, style: str = "primary") -> None:
        self.label, self.style = label, style
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return render_to_string("forms/button.html", {"label": self.label, "style": self.style})


class Actions(LayoutObject):
    """The primary button of a page, and perhaps a sentence beside it."""

    def __init__(self, label: str, *, beside: str = "") -> None:
        self.label, self.beside = label, beside
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return render_to_string("forms/actions.html", {"label": self.label, "beside": self.beside})


class Answers(LayoutObject):
    """Buttons that send the form with an answer each: (value, label, style)."""

    def __init__(self, name: str, answers: Sequence[tuple[str, str, str]]) -> None:
        self.name, self.answers = name, answers
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return render_to_string("forms/answers.html", {"name": self.name, "answers": self.answers})


class Sentence(LayoutObject):
    """A sentence between the fields, perhaps under a heading."""

    def __init__(self, text: str, *, heading: str = "") -> None:
        self.text, self.heading = text, heading
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return render_to_string("forms/sentence.html", {"text": self.text, "heading": self.heading})


class PressForm(forms.Form):
    """A form that is only a button, for what has to be done by POST."""

    def __init__(
        self, *, label: str, action: str, style: str = "quiet", sends: Mapping[str, str] | None = None
    ) -> None:
        # Without ids: a page may have several of these, and nothing refers to what they send along.
        super().__init__(initial=dict(sends or {}), auto_id=False)
        for name in sends or {}:
            self.fields[name] = forms.CharField(widget=forms.HiddenInput)
        self.helper = make_helper(*self.fields, Button(label, style=style), action=action)


def make_helper(*parts: Any, action: str = "", method: str = "post", css_class: str = "") -> FormHelper:
    """A helper for a form whose errors stand in our own summary and above the fields."""
    helper = FormHelper()
    helper.layout = Layout(*parts)
    helper.form_action, helper.form_method, helper.form_class = action, method, css_class
    helper.form_show_errors = False  # the page shows them, above its heading
    helper.disable_csrf = method == "get"
    helper.attrs = {"novalidate": ""}  # the browser's bubbles say less, in another voice
    return helper


def rows_of(bound: BoundField, *, order: Sequence[str]) -> list[Row]:
    """The choices of a field in the order of the page, with ids that count up; only the client's own are chosen."""
    value = bound.value()
    chosen = {str(item) for item in value} if isinstance(value, list | tuple) else {str(value)}
    labels = {str(key): str(label) for key, label in bound.field.widget.choices}
    return [
        Row(id=f"{bound.auto_id}_{number}", value=key, label=labels[key], is_checked=key in chosen)
        for number, key in enumerate(order)
    ]


def list_errors(form: forms.Form) -> list[dict[str, str]]:
    """What is wrong, in the order of the page: each a sentence and the id of its field."""
    found = [{"sentence": str(sentence), "target": ""} for sentence in form.non_field_errors()]
    for bound in form:
        target = f"{bound.auto_id}_0" if isinstance(bound.field.widget, forms.RadioSelect) else bound.auto_id
        found += [{"sentence": str(sentence), "target": target} for sentence in bound.errors]
    return found


class Hidden(Part):
    """A hidden value."""

    def __init__(self, name: str) -> None:
        super().__init__(name, template="forms/hidden.html")

    def more(self, form: forms.Form) -> dict[str, Any]:
        return {"value": form[self.fields[0]].value()}
