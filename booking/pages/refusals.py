"""How a view catches a refusal when all it can do is say so."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from services.refusals import Refusal


@contextmanager
def telling_refusals(request: HttpRequest) -> Iterator[None]:
    """A refusal ends the block, and the next page says why. Side effect: a message for the next page."""
    try:
        yield
    except Refusal as refusal:
        messages.warning(request, str(refusal))
