"""The one way in which a view catches a refusal that it has nothing else to do about."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from services.refusals import Refusal


@contextmanager
def telling_refusals(request: HttpRequest) -> Iterator[None]:
    """A refusal ends the block, and the next page shows its sentence. Side effect: a message in the session."""
    try:
        yield
    except Refusal as refusal:
        messages.warning(request, str(refusal))
