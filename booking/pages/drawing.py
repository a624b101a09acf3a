"""How the fields of a form are drawn. One place for their markup, and no template for each of them.

A page of the safety check has sixty choices. With a template a field, half of the page's time went into looking names
up; here each piece is put together from values, which `format_html` escapes. A choice that everybody has is put
together once. What is chosen, typed or wrong is never kept, nor a choice that says what somebody answered. See
docs/decisions/0040.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

NOTHING, HIDDEN, CHECKED = SafeString(""), SafeString(" hidden"), SafeString(" checked")
AUTOFOCUS, INVALID = SafeString(" autofocus"), SafeString(' aria-invalid="true"')
KEPT_CHOICES = 2000  # several times as many as the questionnaire has


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
class Around:
    """What a field is drawn with besides itself. `show_if` is JSON that the script reads; empty where it always shows."""

    show_if: str = ""
    is_hidden: bool = False
    is_new: bool = False
    is_optional: bool = False

    @property
    def attributes(self) -> SafeString:
        shown = format_html(' data-show-if="{}"', self.show_if) if self.show_if else NOTHING
        return shown + HIDDEN if self.is_hidden else shown


def draw_input(bound: BoundField, around: Around, *, css_class: str = "") -> SafeString:
    """A text field, with label, help and error above it."""
    widget = bound.field.widget
    kind = "form-control is-invalid" if bound.errors else "form-control"
    control = bound.as_widget(attrs={"class": f"{type(widget).__name__.lower()} {kind}"})
    return format_html(
        '<div class="{}" id="question_{}"{}><label class="form-label" for="{}">{}{}</label>{}{}{}</div>',
        " ".join(filter(None, ("field", css_class, "has-error" if bound.errors else ""))),
        bound.html_name,
        around.attributes,
        bound.id_for_label,
        bound.label,
        _optional(around),
        _help(bound),
        draw_errors(bound),
        control,
    )


def draw_agreement(bound: BoundField, around: Around, *, tick: str) -> SafeString:
    """One box to tick, with the sentence that is agreed to."""
    described = _described_by(bound, "error") if bound.errors else NOTHING
    box = format_html(
        '<div class="choices"><label class="choice" for="{0}">'
        '<input class="box" type="checkbox" id="{0}" name="{1}" value="true"{2}{3}{4}><span>{5}</span></label></div>',
        bound.id_for_label,
        bound.html_name,
        INVALID if bound.errors else NOTHING,
        described,
        CHECKED if bound.value() in ("true", True) else NOTHING,
        tick,
    )
    return _fieldset(bound, Around(is_optional=around.is_optional), box, described=described)


def draw_choices(
    bound: BoundField, around: Around, groups: Iterable[RowGroup], *, kind: str, is_list: bool, are_fixed: bool
) -> SafeString:
    """Checkboxes or radios (`kind`) as one white list, or side by side; `are_fixed` where everybody has the same ones."""
    autofocus, draw = around.is_new, _fixed_choice if are_fixed else _choice
    inner: list[str] = []
    for number, group in enumerate(groups):
        if group.heading:
            inner.append(format_html('<p class="choices-group">{}</p>', group.heading))
        if group.is_alternative and number:
            inner.append(format_html('<p class="choices-or">{}</p>', _("or")))
        for row in group.rows:
            before, after = draw(
                "choice" if is_list else "option",
                kind,
                bound.html_name,
                row.id,
                row.value,
                label=row.label,
                is_alternative=group.is_alternative,
            )
            inner += [before, CHECKED if row.is_checked else NOTHING, AUTOFOCUS if autofocus else NOTHING, after]
            autofocus = False
    beside = (("helptext", bound.help_text), ("error", bound.errors))
    described = _described_by(bound, *(suffix for suffix, is_shown in beside if is_shown))
    css_class = "choices" if is_list else "options"
    lines = mark_safe(f'<div class="{css_class}">{"".join(inner)}</div>')  # noqa: S308 - of pieces that are safe
    return _fieldset(bound, around, lines, described=described)


def draw_hidden(bound: BoundField, value: object) -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', bound.html_name, value)


def draw_button(label: str, *, style: str) -> SafeString:
    return format_html('<button type="submit" class="btn btn-{}">{}</button>', style, label)


def draw_errors(bound: BoundField) -> SafeString:
    """The sentences that say what is wrong; most fields have none."""
    return mark_safe(render_to_string("forms/error.html", {"field": bound})) if bound.errors else NOTHING  # noqa: S308 - a template of our own


def _choice(
    css_class: str, kind: str, name: str, row_id: str, value: str, *, label: str, is_alternative: bool
) -> tuple[SafeString, SafeString]:
    """A choice before and after the place where it says that it is chosen."""
    before = format_html(
        '<label class="{}" for="{}"><input class="box" type="{}" id="{}" name="{}" value="{}"{}',
        css_class,
        row_id,
        kind,
        row_id,
        name,
        value,
        format_html(' data-alternative="{}"', value) if is_alternative else NOTHING,
    )
    return before, format_html("><span>{}</span></label>", label)


_fixed_choice = functools.lru_cache(maxsize=KEPT_CHOICES)(_choice)


def _fieldset(bound: BoundField, around: Around, inner: SafeString, *, described: SafeString) -> SafeString:
    return format_html(
        '<fieldset class="field{}" id="question_{}"{}{}><legend>{}{}</legend>{}{}{}</fieldset>',
        " has-error" if bound.errors else "",
        bound.html_name,
        described,
        around.attributes,
        bound.label,
        _optional(around),
        _help(bound),
        draw_errors(bound),
        inner,
    )


def _optional(around: Around) -> SafeString:
    return format_html(' <span class="optional">{}</span>', _("(optional)")) if around.is_optional else NOTHING


def _help(bound: BoundField) -> SafeString:
    if not bound.help_text:
        return NOTHING
    return format_html('<p class="field-help" id="{}_helptext">{}</p>', bound.auto_id, bound.help_text)


def _described_by(bound: BoundField, *suffixes: str) -> SafeString:
    """Where help and error stand, as far as there are such."""
    ids = " ".join(f"{bound.auto_id}_{suffix}" for suffix in suffixes)
    return format_html(' aria-describedby="{}"', ids) if ids else NOTHING
