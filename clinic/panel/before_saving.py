"""Before you save: which visits a change would strand, with one button that saves all the same and one that goes back.

Everything that was typed goes along in hidden fields, so that neither button loses it.
"""

from typing import Any

from django.http import HttpRequest

from booking.scheduling.stranding import WouldStrand
from clinic.panel.stranded import describe_stranded

SEEN, BACK = "confirmed", "go_back"
_OUR_OWN = (SEEN, BACK, "csrfmiddlewaretoken")


def describe_question(request: HttpRequest, would: WouldStrand, *, button: str) -> dict[str, Any]:
    """What the page of the question needs. `button` says what saving all the same does."""
    return {
        "stranded": describe_stranded(would.rows),
        "typed": [(name, value) for name, values in request.POST.lists() if name not in _OUR_OWN for value in values],
        "seen": " ".join(would.references),
        "button": button,
    }


def seen_visits(request: HttpRequest) -> list[str]:
    """The references of the visits that were shown with the question; only these may be stranded."""
    return request.POST.get(SEEN, "").split()


def goes_back(request: HttpRequest) -> bool:
    """Whether the form is wanted again as it was typed, with nothing saved."""
    return BACK in request.POST
