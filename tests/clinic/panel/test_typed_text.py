"""A reason or remark that nobody can see is none: in every form that asks for words, and where they are written down."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

import booking.web
import clinic.panel
from booking.intake.gate import GateRefused
from booking.models import Case, State
from booking.pages.fields import TextField
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Refused
from tests.cast import NOW, at, book, make_client, make_clinic

BLANKS = ["", "   ", "\u00a0", "\u200b\u200d", "\u2800\u3164", "\u2060\ufe0f", "\t\u2003\n", "\x00"]


def forms_of(package: Any) -> Iterator[type[forms.Form]]:
    """Every form that a module of the package or of one below defines."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, forms.Form) and one.__module__ == module.__name__:
                yield one


FIELDS = [
    pytest.param(field, id=f"{form.__name__}.{name}")
    for package in (booking.web, clinic.panel)
    for form in forms_of(package)
    for name, field in form.base_fields.items()
    if type(field) is forms.CharField or isinstance(field, TextField)
]


@pytest.mark.parametrize("field", FIELDS)
def test_words_that_nobody_can_see_are_refused_or_are_nothing(field: forms.Field) -> None:
    if field.widget.is_hidden or not isinstance(field, TextField):
        # Keys and names of ours, which a page fills in: nobody types them, and no one reads them as words.
        return
    for blank in BLANKS:
        try:
            said = field.clean(blank)
        except ValidationError:
            continue
        assert (said, field.required) == ("", False)


def test_there_are_fields_to_look_at() -> None:
    assert len(FIELDS) > 10
    assert forms.CharField().clean("\u2800") == "\u2800"  # the control: what a plain field makes of it


@pytest.mark.django_db
@pytest.mark.parametrize("blank", BLANKS[1:-1])
def test_a_missing_form_is_not_overridden_by_a_reason_of_blanks(blank: str, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    person = make_client()
    visit = book(clinic, "14:00", name=person.name, client=person, with_form=False)
    by, later = By("staff", User.objects.create_user("boss")), at("14:00") - timedelta(minutes=5)
    appointments.change_state(appointment=visit, target=State.ARRIVED, by=by, now=later)

    with pytest.raises((Refused, GateRefused)):
        appointments.change_state(
            appointment=visit, target=State.IN_TREATMENT, by=by, now=later, reason=blank, acknowledged=True
        )
    visit.refresh_from_db()
    refused = visit.state
    appointments.change_state(
        appointment=visit, target=State.IN_TREATMENT, by=by, now=later, reason="Answered by phone", acknowledged=True
    )

    assert (refused, Case.objects.filter(appointment=visit).exists()) == (State.ARRIVED, False)
    visit.refresh_from_db()
    assert visit.state == State.IN_TREATMENT
