"""A field of the details form goes all the way: whoever adds one by half reads here what is missing."""

import re
from collections.abc import Collection
from dataclasses import fields

from crispy_forms.utils import render_crispy_form

from booking.models import TYPED, Appointment
from booking.scheduling.appointments import Details
from booking.web.details.forms import TRAP, DetailsForm, details_of
from tests.environment import ROOT

# Asked to find out who is treated, which is a field of the client.
WHO = {"for_whom", "person_name", "remember"}


def find_gaps(
    typed: Collection[str], *, asked: Collection[str], drawn: str, details: Collection[str], columns: Collection[str]
) -> list[str]:
    """What is missing, in words. `drawn` is the form as a page draws it."""
    gaps = [f"{name}: is asked, and not in TYPED" for name in asked if name not in {*typed, *WHO, TRAP}]
    gaps += [f"{name}: is asked, and not drawn" for name in asked if f'name="{name}"' not in drawn]
    for name in typed:
        gaps += [f"{name}: nobody asks for it"] if name not in asked else []
        gaps += [f"{name}: no field of Details"] if name not in details else []
        gaps += [f"{name}: no column of Appointment"] if name not in columns else []
    return gaps + [
        f"{name}: a field of Details that is not in TYPED" for name in details if name not in {*typed, "name"}
    ]


def draw() -> tuple[list[str], str]:
    from crispy_forms.utils import render_crispy_form

    form = DetailsForm(typed={}, country="IE", label="Go on")
    return list(form.fields), render_crispy_form(form)


def test_every_field_of_the_form_is_kept() -> None:
    asked, drawn = draw()
    columns = [field.name for field in Appointment._meta.get_fields()]

    assert (
        find_gaps(TYPED, asked=asked, drawn=drawn, details=[one.name for one in fields(Details)], columns=columns) == []
    )


def test_every_field_of_the_form_is_shown_to_staff() -> None:
    panel = _source("clinic/panel", "*.py") + _source("templates/panel", "*.html")

    assert [name for name in TYPED if f".{name}" not in panel] == []


def test_a_field_that_was_added_by_half_is_named() -> None:
    gaps = find_gaps(
        ["access_needs", "music"],
        asked=["access_needs", "colour"],
        drawn='<input name="access_needs">',
        details=["name", "access_needs", "scent"],
        columns=["access_needs"],
    )

    assert gaps == [
        "colour: is asked, and not in TYPED",
        "colour: is asked, and not drawn",
        "music: nobody asks for it",
        "music: no field of Details",
        "music: no column of Appointment",
        "scent: a field of Details that is not in TYPED",
    ]


def test_who_is_treated_is_somebody_else_where_the_booker_says_so() -> None:
    typed = {"booker_name": "Aoife", "booker_email": "aoife@example.ie", "person_name": "Niamh"}

    assert details_of(typed) == Details(name="Aoife", booker_name="Aoife", booker_email="aoife@example.ie")
    assert details_of(typed | {"for_whom": "someone_else"}).name == "Niamh"


def _source(folder: str, pattern: str) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / folder).rglob(pattern)))


def test_enter_in_a_field_presses_what_books_and_not_the_suggestion() -> None:
    """Browsers press the first button of the form."""
    form = DetailsForm(
        {"booker_name": "Niamh", "booker_email": "niamh@gmial.com"}, typed={}, country="IE", label="Book this visit"
    )
    form.is_valid()

    drawn = render_crispy_form(form)

    assert re.findall(r"<button[^>]*?(?:name=\"(\w+)\"[^>]*)?>\s*([^<]*?)\s*<", drawn) == [
        ("", "Book this visit"),
        ("use_suggestion", "Use niamh@gmail.com"),
        ("", "Book this visit"),
    ]
