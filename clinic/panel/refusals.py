"""How the panel tells that something was refused: in the form that was sent."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms

from services.refusals import Refusal


@contextmanager
def refusals_told_in(form: forms.Form) -> Iterator[None]:
    """A refusal ends the block; its sentence for staff is an error of `form`, which is not valid any more."""
    try:
        yield
    except Refusal as refusal:
        form.add_error(None, refusal.for_staff)
