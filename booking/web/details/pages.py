"""What the page with name and email shows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling.deadlines import request_deadline
from booking.web.details.forms import DetailsForm
from booking.web.journey import Journey
from booking.web.plans_change import PlansChange
from booking.web.so_far import StepPage
from booking.web.summary import Row
from booking.wording.conditions import condition_for_client
from booking.wording.prices import format_price, format_treatment
from booking.wording.times import Wall, format_day, format_moment, format_span, local_date, zone_name
from services.models import ClinicPolicy


@dataclass(frozen=True, kw_only=True)
class DetailsPage(StepPage):
    """`waits_for_press`: the email has to be confirmed first. `will_be_requested`: by when staff answer, and why first."""

    form: DetailsForm
    rows: tuple[Row, ...]
    plans_change: PlansChange
    waits_for_press: bool
    will_be_requested: str


def rows_of(visit: Appointment) -> tuple[Row, ...]:
    """What is about to be booked."""
    wall = Wall.of_visit(visit)
    day = format_day(local_date(visit.starts_at, wall.zone))
    span = format_span(visit.starts_at, visit.ends_at, wall)
    price = format_price(visit.price, visit.currency, country=visit.location.country)
    what = {"treatment": format_treatment(visit.treatment.name, visit.minutes), "name": visit.therapist.name}
    return (
        Row(_("When"), _("%(day)s, %(span)s") % {"day": day, "span": span}, more=zone_name(wall.zone)),
        Row(_("What"), _("%(treatment)s, with %(name)s") % what),
        Row(_("Where"), ", ".join(visit.location.address.splitlines())),
        Row(_("Price"), _("%(price)s, paid at the clinic") % {"price": price}),
    )


def say_request(journey: Journey, visit: Appointment, *, policy: ClinicPolicy) -> str:
    """By when staff answer a visit that they have to confirm, and what they do first; empty where there is none."""
    conditions: Collection[str] = journey.decision.conditions if journey.decision else ()
    if not conditions:
        return ""
    wall = Wall.of_visit(visit)
    until = request_deadline(
        made_at=journey.now,
        starts_at=visit.starts_at,
        notice=timedelta(minutes=policy.notice_minutes),
        zone=wall.zone,
    )
    said = _("We will email you by %(until)s.") % {"until": format_moment(until, wall)}
    # What is settled first says something of the answers, which earlier ones that came by a link must not.
    first = () if journey.is_taken_over else tuple(condition_for_client(one) for one in conditions)
    return " ".join((said, *first))
