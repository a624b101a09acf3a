"""How fields are drawn, each as a whole."""

from typing import Any

import pytest
from django import forms
from django.utils.html import escape

from booking.pages import drawing
from booking.pages.drawing import Around, RowGroup, draw_agreement, draw_choices, draw_hidden, draw_input
from booking.pages.layout import rows_of

PLAIN = Around()
NASTY = "<b>\"a\" & 'b'</b>"


class TwoFields(forms.Form):
    """One with choices, one with text; both have to be filled in."""

    signs = forms.MultipleChoiceField(
        label=NASTY, choices=[("one", NASTY), ("none", "None")], widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(label="Name", help_text="As on <your> card.", widget=forms.TextInput(attrs={"rows": "3"}))


def choices(form: forms.Form, around: Around = PLAIN, **more: Any) -> str:
    one, none = rows_of(form["signs"], order=["one", "none"])
    groups = [RowGroup("Signs", (one,)), RowGroup("", (none,), is_alternative=True)]
    how: dict[str, Any] = {"kind": "checkbox", "is_list": True, "are_fixed": False} | more
    return draw_choices(form["signs"], around, groups, **how)


def test_choices_with_their_groups() -> None:
    nasty = escape(NASTY)

    drawn = choices(TwoFields(initial={"signs": ["none"]}), Around(show_if='{"a": 1}', is_hidden=True, is_new=True))

    assert drawn == (
        '<fieldset class="field" id="question_signs" data-show-if="{&quot;a&quot;: 1}" hidden>'
        f'<legend>{nasty}</legend><div class="choices"><p class="choices-group">Signs</p>'
        '<label class="choice" for="id_signs_0"><input class="box" type="checkbox" id="id_signs_0" name="signs"'
        f' value="one" autofocus><span>{nasty}</span></label><p class="choices-or">or</p>'
        '<label class="choice" for="id_signs_1"><input class="box" type="checkbox" id="id_signs_1" name="signs"'
        ' value="none" data-alternative="none" checked><span>None</span></label></div></fieldset>'
    )


def test_choices_that_are_wrong_say_so_above_them() -> None:
    drawn = choices(TwoFields({"name": "Niamh"}), is_list=False, kind="radio")

    assert drawn.startswith(
        '<fieldset class="field has-error" id="question_signs" aria-describedby="id_signs_error"><legend>'
    )
    assert 'id="id_signs_error"' in drawn
    assert '<div class="options">' in drawn
    assert drawn.count('<label class="option"') == drawn.count('type="radio"') == 2


@pytest.mark.parametrize(("are_fixed", "kept"), [(True, 2), (False, 0)])
def test_only_choices_that_everybody_has_are_kept(are_fixed: bool, kept: int) -> None:
    drawing._fixed_choice.cache_clear()

    drawn = [choices(TwoFields(initial={"signs": chosen}), are_fixed=are_fixed) for chosen in ([], ["one"], ["none"])]

    assert [one.count(" checked>") for one in drawn] == [0, 1, 1]
    assert drawn[1] != drawn[2]
    assert drawing._fixed_choice.cache_info().currsize == kept


def test_a_text_field_with_its_help_and_what_is_wrong() -> None:
    right = draw_input(TwoFields(initial={"name": NASTY})["name"], Around(is_optional=True), css_class="field-short")
    wrong = draw_input(TwoFields({"name": ""})["name"], Around())

    assert right == (
        '<div class="field field-short" id="question_name"><label class="form-label" for="id_name">Name'
        ' <span class="optional">(optional)</span></label>'
        '<p class="field-help" id="id_name_helptext">As on &lt;your&gt; card.</p>'
        f'<input type="text" name="name" value="{escape(NASTY)}" rows="3" class="textinput form-control" required'
        ' aria-describedby="id_name_helptext" id="id_name"></div>'
    )
    assert wrong.startswith('<div class="field has-error" id="question_name">')
    assert 'class="textinput form-control is-invalid"' in wrong
    assert 'id="id_name_error"' in wrong


@pytest.mark.parametrize(("value", "checked"), [("true", " checked"), (True, " checked"), ("", ""), ("yes", "")])
def test_an_agreement_is_ticked_only_by_the_client(value: Any, checked: str) -> None:
    form = TwoFields(initial={"name": value})

    assert draw_agreement(form["name"], Around(), tick="I <agree>") == (
        '<fieldset class="field" id="question_name"><legend>Name</legend>'
        '<p class="field-help" id="id_name_helptext">As on &lt;your&gt; card.</p>'
        '<div class="choices"><label class="choice" for="id_name"><input class="box" type="checkbox" id="id_name"'
        f' name="name" value="true"{checked}><span>I &lt;agree&gt;</span></label></div></fieldset>'
    )


def test_a_hidden_value_is_escaped() -> None:
    drawn = draw_hidden(TwoFields()["name"], NASTY)

    assert drawn == f'<input type="hidden" name="name" value="{escape(NASTY)}">'
