"""Parts of crispy layouts that the journey's forms share: choice lists, options, buttons. No page writes a field."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from booking.pages.drawing import (
    Around,
    Row,
    RowGroup,
    draw_agreement,
    draw_button,
    draw_choices,
    draw_hidden,
    draw_input,
)


@dataclass(frozen=True)
class FollowUp:
    """A field that applies only with certain answers on the same page.

    `show_if` is what the script reads, as the questionnaire writes it. Without a script the server decides.
    """

    show_if: Mapping[str, Any]
    is_hidden: bool
    is_new: bool = False


class Part(LayoutObject):
    """One field of a form, drawn by `draw`."""

    def __init__(self, name: str, *, follow_up: FollowUp | None = None, is_optional: bool = False) -> None:
        self.name, self.fields = name, [name]
        self.around = Around(
            show_if=json.dumps(follow_up.show_if) if follow_up else "",
            is_hidden=follow_up is not None and follow_up.is_hidden,
            is_new=follow_up is not None and follow_up.is_new,
            is_optional=is_optional,
        )

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        # What crispy keeps for every form, so that no field is drawn twice.
        form.__dict__.setdefault("rendered_fields", set()).add(self.name)
        return self.draw(form[self.name])

    def draw(self, bound: BoundField) -> SafeString:
        raise NotImplementedError


class Choices(Part):
    """Checkboxes or radios as one white list (`style` "list"), or side by side ("options").

    `are_fixed` where everybody has the same choices in the same words: how they look is kept.
    """

    def __init__(
        self,
        name: str,
        *,
        style: str = "list",
        groups: Sequence[tuple[str, Sequence[str], bool]] | None = None,
        follow_up: FollowUp | None = None,
        is_optional: bool = False,
        are_fixed: bool = False,
    ) -> None:
        super().__init__(name, follow_up=follow_up, is_optional=is_optional)
        self.style, self.groups, self.are_fixed = style, groups, are_fixed

    def draw(self, bound: BoundField) -> SafeString:
        widget = bound.field.widget
        groups = self.groups or [("", [str(value) for value, _label in widget.choices], False)]
        shown = [value for _heading, members, _is_alternative in groups for value in members]
        rows = {row.value: row for row in rows_of(bound, order=shown)}
        return draw_choices(
            bound,
            self.around,
            [
                RowGroup(heading, tuple(rows[value] for value in members), is_alternative)
                for heading, members, is_alternative in groups
            ],
            kind="checkbox" if isinstance(widget, forms.CheckboxSelectMultiple) else "radio",
            is_list=self.style == "list",
            are_fixed=self.are_fixed,
        )


class Input(Part):
    """A text field, with label, help and error above it."""

    def __init__(
        self,
        name: str,
        *,
        css_class: str = "",
        follow_up: FollowUp | None = None,
        is_optional: bool = False,
    ) -> None:
        super().__init__(name, follow_up=follow_up, is_optional=is_optional)
        self.css_class = css_class

    def draw(self, bound: BoundField) -> SafeString:
        if self.around.is_new:
            bound.field.widget.attrs["autofocus"] = True
        return draw_input(bound, self.around, css_class=self.css_class)


class Agreement(Part):
    """A box to tick; `tick` is the sentence beside it."""

    def __init__(self, name: str, *, tick: str, is_optional: bool = False) -> None:
        super().__init__(name, is_optional=is_optional)
        self.tick = tick

    def draw(self, bound: BoundField) -> SafeString:
        return draw_agreement(bound, self.around, tick=self.tick)


class Tick(Part):
    """One box to tick on the page itself, its label beside it."""

    def draw(self, bound: BoundField) -> SafeString:
        return render_to_string("forms/tick.html", {"field": bound})


class Folded(LayoutObject):
    """Fields that few people need, behind a line that opens them; open where something is in them, right or wrong."""

    def __init__(self, summary: str, *parts: Part) -> None:
        self.summary, self.parts = summary, parts
        self.fields = [name for part in parts for name in part.fields]

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        drawn = [part.render(form, context, template_pack=template_pack, **kwargs) for part in self.parts]
        is_open = any(form[name].value() or form[name].errors for name in self.fields)
        return render_to_string(
            "forms/folded.html",
            {
                "summary": self.summary,
                "inside": format_html_join("", "{}", ((one,) for one in drawn)),
                "is_open": is_open,
            },
        )


class Button(LayoutObject):
    """A button that sends the form. Its label says what happens."""

    def __init__(self, label: str, *, style: str = "primary") -> None:
        self.label, self.style = label, style
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return draw_button(self.label, style=self.style)


class Actions(LayoutObject):
    """The primary button of a page, and perhaps a sentence beside it."""

    def __init__(self, label: str, *, beside: str = "") -> None:
        self.label, self.beside = label, beside
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return render_to_string("forms/actions.html", {"label": self.label, "beside": self.beside})


# What the two buttons of `Marks` send; without a script the page comes again with all or none ticked.
MARK, ALL, NONE = "mark", "all", "none"


class Marks(LayoutObject):
    """ "Select all" and "Clear", and before them what Enter in a field presses, which is neither."""

    def __init__(self, name: str, *, usual: str) -> None:
        self.name, self.usual = name, usual
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        sends = {"mark": MARK, "all": ALL, "none": NONE}
        return render_to_string("forms/marks.html", {"usual": self.usual, "marked": self.name} | sends)


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

    def draw(self, bound: BoundField) -> SafeString:
        return draw_hidden(bound, bound.value())
