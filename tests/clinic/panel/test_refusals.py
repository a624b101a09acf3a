import pytest
from django import forms

from clinic.panel.refusals import refusals_told_in
from services.refusals import Refusal


class ForStaff(Refusal):
    @property
    def for_staff(self) -> str:
        return "This person already has a visit then."


def refuse() -> None:
    raise ForStaff("You already have a visit then.")


def test_a_refusal_is_told_in_the_form_with_the_sentence_for_staff() -> None:
    form = forms.Form({})
    assert form.is_valid()

    with refusals_told_in(form):
        refuse()

    assert (form.is_valid(), form.non_field_errors()) == (False, ["This person already has a visit then."])


def test_what_nobody_expected_goes_up() -> None:
    with pytest.raises(ZeroDivisionError), refusals_told_in(forms.Form({})):
        raise ZeroDivisionError
