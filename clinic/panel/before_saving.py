"""Before you save: which visits a change would strand, with one button that saves all the same and one that goes back.

Everything that was typed goes along in hidden fields, so that neither button loses it. This is the back office's question;
in the panel there is a choice beside each visit, see `clinic.panel.choosing.saving`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from booking.scheduling.stranding import WouldStrand
from clinic.panel.stranded import StrandedLine, describe_stranded

SEEN, BACK = "confirmed", "go_back"
_OUR_OWN = (SEEN, BACK, "csrfmiddlewaretoken")


@dataclass(frozen=True)
class BeforeSavingPage:
    """The question. `seen`: references of the visits it names. `button` says what saving all the same does."""

    stranded: tuple[StrandedLine, ...]
    typed: tuple[tuple[str, str], ...]
    seen: str
    button: str


def describe_question(
    request: HttpRequest, would: WouldStrand, *, button: str, carried: Mapping[str, str] | None = None
) -> BeforeSavingPage:
    """`carried`: what goes along besides what was typed, such as a picture that was chosen."""
    return BeforeSavingPage(
        stranded=tuple(describe_stranded(would.rows)),
        typed=left_as_typed(request, carried=carried),
        seen=" ".join(would.references),
        button=button,
    )


def left_as_typed(
    request: HttpRequest, *, carried: Mapping[str, str] | None = None, without: str = ""
) -> tuple[tuple[str, str], ...]:
    """What was sent, to be sent once more, but for the names that begin with `without`."""
    also = dict(carried or {})
    left_out = (*_OUR_OWN, *also)
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in left_out and not (without and name.startswith(without))
        for value in values
    ]
    return (*typed, *also.items())


def seen_visits(request: HttpRequest) -> list[str]:
    """The references of the visits that were shown with the question; only these may be stranded."""
    return request.POST.get(SEEN, "").split()


def goes_back(request: HttpRequest) -> bool:
    """Whether the form is wanted again as it was typed, with nothing saved."""
    return BACK in request.POST
