"""A person's safety checks as their record shows them: what each came to, and what has changed since the one before."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.intake.gate import last_valid_day
from booking.models import OCCUPYING, Appointment, Client, Intake
from booking.rules.levels import Level
from booking.wording.times import Wall, format_date, local_date
from clinic.panel.door.rights import Member, Right, may_see
from clinic.panel.visit.cautions import Cautions, unite_cautions
from clinic.panel.visit.since import Changed, compare

CHECKS_SHOWN = 5
LOOKS: dict[str, str] = {
    Level.CLEAR: "badge-plain",
    Level.CAUTION: "badge-careful",
    Level.PHYSICIAN: "badge-form",
    Level.EMERGENCY: "badge-stop",
}


@dataclass(frozen=True)
class Check:
    """`before` is the day of the check that it is compared with; empty where nothing is, or may be, compared."""

    day: str
    level: str
    look: str
    valid_until: str
    before: str
    changed: tuple[Changed, ...]


def describe_person_cautions(member: Member, found: Client, wall: Wall, now: datetime) -> Cautions | None:
    """What the newest answers ask for, and those that a coming visit rests on."""
    if not may_see(member, Right.SEE_RESTRICTIONS, client=found):
        return None
    newest = list(Intake.objects.filter(client=found).order_by("-created_at", "-pk")[:1])
    coming = Appointment.objects.filter(client=found, state__in=OCCUPYING, ends_at__gt=now).exclude(intake=None)
    rests_on = Intake.objects.filter(pk__in=coming.values("intake")).order_by("-created_at", "-pk")[:2]
    said = list(dict.fromkeys([*newest, *rests_on]))
    return unite_cautions(member, said, local_date(now, wall.zone), now)


def list_checks(member: Member, found: Client, wall: Wall) -> tuple[Check, ...]:
    """The latest ones, the newest first. What was answered is for who may see answers."""
    rows = Intake.objects.filter(client=found).order_by("-created_at", "-pk").prefetch_related("decisions")
    intakes = list(rows[: CHECKS_SHOWN + 1])
    may_compare = may_see(member, Right.SEE_ANSWERS, client=found)
    return tuple(
        _check(one, intakes[number + 1] if len(intakes) > number + 1 else None, wall, may_compare=may_compare)
        for number, one in enumerate(intakes[:CHECKS_SHOWN])
    )


def _check(intake: Intake, before: Intake | None, wall: Wall, *, may_compare: bool) -> Check:
    decision = next(iter(intake.decisions.all()), None)
    until = last_valid_day(decision) if decision else None
    compared = before if may_compare else None
    return Check(
        day=_day(intake, wall),
        level=(decision.get_level_display() if decision and decision.level else "") or _("a person must look"),
        look=LOOKS.get(decision.level if decision else "", "badge-form"),
        valid_until=format_date(until) if until else "",
        before=_day(compared, wall) if compared else "",
        changed=tuple(compare(compared, intake)) if compared else (),
    )


def _day(intake: Intake, wall: Wall) -> str:
    return format_date(local_date(intake.created_at, wall.zone))
