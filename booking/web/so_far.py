"""What stands beside a step: the visit so far, or the start that is kept."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Appointment, Draft
from booking.pages.layout import PressForm
from booking.rules.levels import Level
from booking.web.journey import Journey, day_asked_for
from booking.web.site import Page
from booking.web.steps import StepLine
from booking.wording.prices import format_minutes, format_price, format_treatment
from booking.wording.times import Wall, format_moment, format_time
from services import catalogue
from services.models import ClinicPolicy, Location, Treatment


@dataclass(frozen=True)
class Fact:
    """`keeps_label` where the value says nothing without it, however narrow the page is."""

    label: str
    value: str
    keeps_label: bool = False


@dataclass(frozen=True)
class KeptStart:
    """A kept start in words, by the clock of its place. One that can't be kept has no `until`."""

    moment: str
    until: str
    until_instant: str
    can_extend: bool

    @classmethod
    def of(cls, kept: Appointment) -> Self:
        wall, until = Wall.of_visit(kept), kept.deadline_at
        return cls(
            moment=format_moment(kept.starts_at, wall),
            until=format_time(until, wall) if until else "",
            until_instant=until.isoformat() if until else "",
            can_extend=until is not None and kept.hold.extended_at is None,
        )


@dataclass(frozen=True)
class SoFar:
    """`more_time` is the button by which the start is kept longer, on the pages that have one."""

    facts: tuple[Fact, ...]
    kept: KeptStart | None
    more_time: PressForm | None

    @classmethod
    def of(cls, journey: Journey, *, policy: ClinicPolicy, with_more_time: bool = False) -> Self:
        more_time = PressForm(label=_("Keep it longer"), action=reverse("booking:keep_longer"), style="plain")
        return cls(
            facts=tuple(_facts(journey, policy)),
            kept=KeptStart.of(journey.kept) if journey.kept else None,
            more_time=more_time if with_more_time else None,
        )


@dataclass(frozen=True, kw_only=True)
class StepPage(Page):
    """What the page of a step has. `journey_mark` tells the pages of one journey from another's in the browser."""

    steps: StepLine | None = None
    so_far: SoFar | None = None
    journey_mark: str = ""


def describe_check(journey: Journey) -> str:
    """The safety check in a few words that name no answer."""
    if journey.decision is None or journey.draft.intake_id is None:
        return ""
    if journey.decision.level == Level.CLEAR:
        return _("Done, nothing to report")
    if journey.decision.level == Level.CAUTION:
        return _("Done, with care")
    return _("Done, with a doctor's letter") if journey.may_book else ""


def describe_what(draft: Draft, *, policy: ClinicPolicy, now: datetime) -> str:
    """ "Deep tissue, 60 minutes, €85."; empty where it is not chosen yet."""
    if draft.treatment is None or draft.minutes is None or draft.location is None:
        return ""
    words, price = name_treatment(draft.treatment, draft.minutes, draft.location), _price(draft, now=now)
    if price is None:
        return f"{words}."
    cost = format_price(price, policy.currency, country=draft.location.country)
    return _("%(what)s, %(price)s.") % {"what": words, "price": cost}


def name_treatment(treatment: Treatment, minutes: int, place: Location) -> str:
    """ "Deep tissue, 60 minutes", and the place where there are several."""
    what = format_treatment(treatment.name, minutes)
    return what if catalogue.the_only_location() else f"{what}, {place.name}"


def _facts(journey: Journey, policy: ClinicPolicy) -> list[Fact]:
    draft = journey.draft
    lines: list[Fact] = []
    if draft.treatment is not None and draft.minutes is not None:
        lines = [Fact(_("Treatment"), draft.treatment.name), Fact(_("Length"), format_minutes(draft.minutes))]
        price = _price(draft, now=journey.now)
        if price is not None:
            lines.append(Fact(_("Price"), format_price(price, policy.currency, country=journey.country)))
    if draft.location is not None and len(catalogue.locations_open()) > 1:
        lines.append(Fact(_("Where"), draft.location.name))
    if check := describe_check(journey):
        lines.append(Fact(_("Safety check"), check, keeps_label=True))
    return lines


def _price(draft: Draft, *, now: datetime) -> Decimal | None:
    """Of the day that is asked for; None for what is not on the list any more."""
    if draft.treatment is None or draft.minutes is None:
        return None
    day = day_asked_for(draft, now=now)
    try:
        return catalogue.find_length(
            treatment_key=draft.treatment.key, minutes=draft.minutes, on=day, or_later=True
        ).price
    except (catalogue.UnknownTreatment, catalogue.UnknownLength):
        return None
