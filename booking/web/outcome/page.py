"""What the pages of all outcomes have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Case
from booking.pages.layout import PressForm
from booking.rules.pages import since
from booking.scheduling.states import UNTREATED
from booking.web.journey import TAKEN_OVER, UNSEEN, Journey, clear_form
from booking.web.outcome.advice import Explained
from booking.web.so_far import StepPage
from booking.wording.times import Wall, format_moment


@dataclass(frozen=True, kw_only=True)
class OutcomePage(StepPage):
    """`reference` is the intake's, empty where nothing was stored. `updated` says when the visit is whose form was
    renewed.

    `is_taken_over`: earlier answers count too, and are not shown; `answer_anew` is the button for that case.
    """

    explained: Sequence[Explained]
    reference: str = ""
    updated: str = ""
    is_taken_over: bool = False
    answer_anew: PressForm | None = None
    clear_answers: PressForm | None = None


def known_of(journey: Journey) -> dict[str, Any]:
    """The fields of an OutcomePage that are the same whatever the outcome says."""
    assert journey.draft.intake is not None
    return {
        "reference": journey.draft.intake.reference,
        "updated": _describe_updated(journey),
        "is_taken_over": journey.is_taken_over,
        "answer_anew": PressForm(label=_("Answer all questions again"), action=reverse("booking:answer_anew")),
        "clear_answers": clear_form(),
    }


def shown_keys(journey: Journey) -> tuple[str, ...] | None:
    """The questions whose answers may be shown; None for all. What was taken over came by a link, and stays hidden."""
    if not journey.is_taken_over:
        return None
    return () if journey.typed[TAKEN_OVER] == UNSEEN else since().keys


def case_of(journey: Journey) -> Case | None:
    """The case that this outcome has opened."""
    return Case.objects.filter(intake=journey.draft.intake_id, appointment=None).order_by("id").first()


def _describe_updated(journey: Journey) -> str:
    """In words; empty where there is no such visit, or it is over or out of reach by now."""
    visit = journey.updates
    if visit is None or visit.state not in UNTREATED or journey.came_by_revoked_link:
        return ""
    return format_moment(visit.starts_at, Wall.of_visit(visit))
