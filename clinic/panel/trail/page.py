"""What the trail and the list of overrides show."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models import AppointmentEvent
from booking.scheduling.appointments import OVERRIDE
from booking.wording.conditions import condition_for_staff
from booking.wording.times import Wall, format_moment
from clinic.panel.trail.forms import TrailForm
from clinic.panel.trail.lines import Line

OVERRIDES_SHOWN = 100


@dataclass(frozen=True)
class TrailPage:
    """`person`: the name of the one person whose lines are shown. `older`: the query of the page before."""

    form: TrailForm
    lines: tuple[Line, ...]
    zone: str
    is_filtered: bool
    is_about_one: bool
    person: str
    older: str


@dataclass(frozen=True)
class OverrideLine:
    moment: str
    reference: str
    name: str
    what: str
    who: str
    why: str


@dataclass(frozen=True)
class OverridesPage:
    """`most`: how many are shown, where there may be more."""

    lines: tuple[OverrideLine, ...]
    most: int | None


def load_overrides() -> OverridesPage:
    events = AppointmentEvent.objects.filter(changes__has_key=OVERRIDE).select_related(
        "by", "appointment__client", "appointment__location", "appointment__treatment"
    )
    lines = tuple(_line(event) for event in events.order_by("-id")[:OVERRIDES_SHOWN])
    return OverridesPage(lines, most=OVERRIDES_SHOWN if len(lines) == OVERRIDES_SHOWN else None)


def _what(rule: str) -> str:
    """Which rule was overridden: one of the rota, or a condition of the visit."""
    of_rota = {"off_grid": _("Not at one of the starting times"), "off_shift": _("Outside working hours")}
    return of_rota[rule] if rule in of_rota else condition_for_staff(rule)


def _line(event: AppointmentEvent) -> OverrideLine:
    visit = event.appointment
    return OverrideLine(
        moment=format_moment(event.at, Wall.of_visit(visit), with_year=True),
        reference=visit.reference,
        name=(visit.client.name if visit.client else "") or visit.reference,
        what=_what(event.changes[OVERRIDE]),
        who=(event.by.username if event.by else "") or event.get_actor_display(),
        why=event.reason,
    )
