"""CLEAR and CAUTION: what to take care of, and on to a treatment and a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from booking.models import Decision
from booking.rules.advice import SEE_A_DOCTOR_IF
from booking.rules.levels import Level
from booking.rules.pages import pages
from booking.web.journey import Journey
from booking.web.outcome.advice import advise, explain
from booking.web.outcome.onward import Ways, ways_on
from booking.web.outcome.page import OutcomePage, known_of, shown_keys
from booking.web.site import load_site, show
from booking.web.so_far import SoFar
from booking.web.steps import Step, StepLine
from booking.wording.conditions import condition_for_client
from booking.wording.lists import join_words

TEMPLATES = {Level.CLEAR: "web/outcome/clear.html", Level.CAUTION: "web/outcome/caution.html"}


@dataclass(frozen=True, kw_only=True)
class BookablePage(OutcomePage):
    """`not_offered` names treatments; `suggested` is the one that the press takes for who chose none, and why.

    `conditions` are what has to be settled first, `first_page` where the answers can be looked at again.
    """

    level: str
    remarks: Sequence[str]
    avoid: Sequence[str]
    not_offered: str
    conditions: Sequence[str]
    suggested: str
    why: Sequence[str]
    first_page: str
    ways: Ways
    nothing_left: bool
    see_a_doctor_if: Sequence[str]


def show_bookable(request: HttpRequest, journey: Journey, decision: Decision) -> HttpResponse:
    site, advice = load_site(), advise(journey)
    names = {offer.treatment.key: offer.treatment.name for offer in journey.offers}
    reasons = journey.findings.reasons
    page = BookablePage(
        site=site,
        steps=StepLine.at(Step.WHEN, _("time")),
        so_far=SoFar.of(journey, policy=site.policy) if journey.kept else None,
        journey_mark=journey.mark,
        level=decision.level,
        explained=explain((reason for reason in reasons if reason.level == Level.CAUTION), only=shown_keys(journey)),
        remarks=() if journey.is_taken_over else [reason.client for reason in reasons if reason.level == Level.CLEAR],
        avoid=journey.findings.avoid,
        not_offered=join_words([name for key, name in names.items() if key in journey.excluded]),
        conditions=[condition_for_client(kind) for kind in decision.conditions],
        suggested=names.get(advice.suggested, ""),
        why=advice.why,
        first_page=pages()[0].id,
        ways=ways_on(journey, policy=site.policy),
        nothing_left=not names.keys() - journey.excluded.keys(),
        see_a_doctor_if=SEE_A_DOCTOR_IF,
        **known_of(journey),
    )
    return show(request, TEMPLATES[Level(decision.level)], page)
