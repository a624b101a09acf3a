"""Cases as the list and their page show them: why, how urgent, until when; what is overdue comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.intake.decisions import current_decision
from booking.intake.findings import Findings, Reason
from booking.models import Case
from booking.rules.levels import GRAVE
from booking.scheduling.deadlines import working_days_later
from booking.wording.conditions import condition_for_staff
from booking.wording.times import Wall, format_moment
from clinic.panel.door.rights import Member, Right, may

# How long staff have, from when a case began to wait: hours or days, or working days. A request says so itself.
PLAIN_TIME = {
    Case.Kind.EMERGENCY: timedelta(hours=2),
    Case.Kind.SEND_DATA: timedelta(days=30),
    Case.Kind.ERASE_DATA: timedelta(days=30),
}
WORKING_DAYS = {Case.Kind.UNEVALUATED: 1, Case.Kind.PHYSICIAN: 2, Case.Kind.REQUESTED: 2}
SAME_DAY = ("now", "same_day")
URGENCY = {
    "overdue": gettext_lazy("Overdue"),
    "urgent": gettext_lazy("Urgent"),
    "soon": gettext_lazy("Due soon"),
    "": gettext_lazy("Not due yet"),
}
EVENT_WORDS = {
    "open": gettext_lazy("opened"),
    "call asked": gettext_lazy("asked for a call"),
    "note": gettext_lazy("note"),
    "called": gettext_lazy("called"),
    "cleared": gettext_lazy("letter recorded"),
    "void": gettext_lazy("letter taken back"),
    "declined": gettext_lazy("declined"),
    "closed": gettext_lazy("closed"),
}
SINCE = Max("events__at", filter=Q(events__verb__in=("open", "call asked")))


@dataclass(frozen=True)
class WaitingCase:
    """`due_at` in UTC, `until` the same in words. `why` says more to those who may see answers."""

    case: Case
    why: tuple[str, ...]
    urgency: str
    until: str
    due_at: datetime

    @property
    def is_overdue(self) -> bool:
        return self.urgency == "overdue"

    @property
    def why_words(self) -> str:
        """The reasons as sentences."""
        return " ".join(f"{one.strip().rstrip('.')}." for one in self.why)

    @property
    def urgency_words(self) -> str:
        return str(URGENCY[self.urgency])


def describe_waiting(rows: QuerySet[Case], *, member: Member, wall: Wall, now: datetime) -> list[WaitingCase]:
    """The cases of `rows` in the order in which somebody should take them up."""
    read = rows.select_related("intake", "appointment", "owner").annotate(since=SINCE)
    read = read.prefetch_related("appointment__conditions", "intake__decisions")
    return sorted((describe_case(one, member=member, wall=wall, now=now) for one in read), key=lambda one: one.due_at)


def describe_case(case: Case, *, member: Member, wall: Wall, now: datetime) -> WaitingCase:
    reasons = _grave_reasons(case, now=now)
    since = getattr(case, "since", None) or case.opened_at
    due_at = find_due(case, since=since, zone=wall.zone, is_same_day=any(one.urgency in SAME_DAY for one in reasons))
    return WaitingCase(
        case=case,
        why=tuple(_why(case, reasons if may(member, Right.SEE_ANSWERS) else ())),
        urgency=_urgency(case, due_at, now=now),
        until=format_moment(due_at, wall),
        due_at=due_at,
    )


def find_due(case: Case, *, since: datetime, zone: ZoneInfo, is_same_day: bool) -> datetime:
    """By when staff should have acted (UTC). A request ends by itself then; a same-day case has one working day."""
    if case.appointment is not None and case.appointment.deadline_at is not None:
        return case.appointment.deadline_at
    kind = Case.Kind(case.kind)
    if kind in PLAIN_TIME:
        return since + PLAIN_TIME[kind]
    return working_days_later(since, zone, days=1 if is_same_day else WORKING_DAYS[kind])


def _urgency(case: Case, due_at: datetime, *, now: datetime) -> str:
    if due_at <= now:
        return "overdue"
    if case.kind == Case.Kind.EMERGENCY:
        return "urgent"
    return "soon" if due_at - now <= timedelta(days=1) else ""


def _grave_reasons(case: Case, *, now: datetime) -> list[Reason]:
    if case.intake is None or case.kind not in (Case.Kind.PHYSICIAN, Case.Kind.EMERGENCY):
        return []
    decision = current_decision(intake=case.intake, now=now)
    return [reason for reason in Findings.of(decision).reasons if reason.level in GRAVE]


def _why(case: Case, reasons: Iterable[Reason]) -> Iterable[str]:
    yield str(case.get_kind_display()).capitalize()
    if case.may_call:
        yield _("Wants a call") if case.contact_phone else _("May be called")
    if case.appointment is not None:
        yield from (
            condition_for_staff(one.kind) for one in case.appointment.conditions.all() if one.settled_at is None
        )
    yield from dict.fromkeys(reason.staff for reason in reasons if reason.staff.strip(" -"))
