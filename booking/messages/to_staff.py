"""Mails to people who work here about what cannot wait, as each has chosen. Written with the change that they tell of.

The clinic's own address gets requests and cases whoever has chosen what; these mails go to people beside that, to the
address of their account. They say when and with whom, and never who comes, why, or what somebody typed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.messages.corrections import Known
from booking.messages.rows import make_row, make_visit_row
from booking.models import OCCUPYING, Appointment, AppointmentEvent, Case, FormerPlace, Message, StaffMails
from services.hours import local_day

LATE, REQUEST, CASE = "late", "request", "case"
# What can be chosen: one record a kind.
CHOICES: Mapping[str, Promise] = {
    LATE: _("A visit of today, or before tomorrow’s first visit, is booked, moved or cancelled"),
    REQUEST: _("A request is about to end by itself, or has ended"),
    CASE: _("A case that is urgent: emergency signs, or answers that could not be judged"),
}
# Once told of any of these, whoever works that day has to know.
CHANGES = frozenset(
    {
        Message.Kind.BOOKED,
        Message.Kind.REQUESTED,
        Message.Kind.MOVED,
        Message.Kind.CHANGED,
        Message.Kind.RESTORED,
        Message.Kind.CANCELLED,
        Message.Kind.DECLINED,
        Message.Kind.RAN_OUT,
    }
)
URGENT = frozenset({Case.Kind.EMERGENCY, Case.Kind.UNEVALUATED})


def late_rows(visit: Appointment, kind: Message.Kind | None, *, known: Known | None, now: datetime) -> list[Message]:
    """Not saved. No statement where the visit is further away than tomorrow, and was before it moved.

    `known`: the visit as it was before all that is still to be told.
    """
    has_moved = kind in (Message.Kind.MOVED, Message.Kind.RESTORED)
    if kind not in CHANGES or not _is_late(visit, has_moved=has_moved, known=known, now=now):
        return []
    return _visit_rows(visit, Message.Kind.LATE_CHANGE, who_chose(LATE, therapist_id=visit.therapist_id), now, now)


def request_rows(visit: Appointment, kind: Message.Kind, *, due_at: datetime, now: datetime) -> list[Message]:
    """Beside the one to the clinic's own address; not saved."""
    return _visit_rows(visit, kind, who_chose(REQUEST, therapist_id=visit.therapist_id), due_at, now)


def case_rows(case: Case, key: str, *, now: datetime) -> list[Message]:
    """Beside the one to the clinic's own address, if the case is urgent; not saved. Therapists have no cases."""
    if case.kind not in URGENT:
        return []
    rows = []
    for user in who_chose(CASE, therapist_id=None):
        row = make_row(Message.Kind.CASE_OPENED, f"{key}:to:{user.pk}", recipient=user.email, due_at=now, now=now)
        row.case, row.account = case, user
        rows.append(row)
    return rows


def who_chose(choice: str, *, therapist_id: int | None) -> list[User]:
    """Who is to hear of it, at an address of their own. One statement; the choices are few rows, and read whole."""
    rows = StaffMails.objects.filter(user__is_active=True).exclude(user__email="").select_related("user")
    return [
        row.user
        for row in rows.order_by("user_id")
        if choice in row.kinds and (not row.only_own or (therapist_id is not None and row.therapist_id == therapist_id))
    ]


def is_wanted(message: Message, *, visit: Appointment | None) -> bool:
    """Whether the person at the row's address still works here, has it, chose it, and did not do it themselves."""
    account = message.account
    if account is None or not account.is_active or account.email != message.recipient:
        return False
    choices = {Message.Kind.LATE_CHANGE: LATE, Message.Kind.CASE_OPENED: CASE}
    chosen = who_chose(
        choices.get(Message.Kind(message.kind), REQUEST), therapist_id=visit.therapist_id if visit else None
    )
    return account in chosen and not (visit is not None and _did_it(account, visit))


def _did_it(account: User, visit: Appointment) -> bool:
    last = AppointmentEvent.objects.filter(appointment=visit).order_by("-pk").values_list("by_id", flat=True)[:1]
    return list(last) == [account.pk]


def _is_late(visit: Appointment, *, has_moved: bool, known: Known | None, now: datetime) -> bool:
    today = now.astimezone(visit.zone).date()
    tonight = local_day(date=today, zone=visit.zone).end
    tomorrow_ends = local_day(date=today + timedelta(days=1), zone=visit.zone).end
    starts = [visit.starts_at]
    if known is not None:
        starts.append(known.starts_at)
    if has_moved:
        starts += FormerPlace.objects.filter(appointment=visit).values_list("starts_at", flat=True)
    near = min((start for start in starts if start > now), default=tomorrow_ends)
    if near >= tomorrow_ends:
        return False
    return near < tonight or not _has_earlier(visit, since=tonight, before=near)


def _has_earlier(visit: Appointment, *, since: datetime, before: datetime) -> bool:
    """Whether somebody comes to this place tomorrow before that: then nobody has to come in earlier for it."""
    others = Appointment.objects.filter(
        location_id=visit.location_id, state__in=OCCUPYING, starts_at__gte=since, starts_at__lt=before
    )
    return others.exclude(pk=visit.pk).exists()


def _visit_rows(
    visit: Appointment, kind: Message.Kind, users: Iterable[User], due_at: datetime, now: datetime
) -> list[Message]:
    rows = []
    for user in users:
        key = f"visit:{visit.pk}:{visit.version}:{kind}:to:{user.pk}"
        row = make_visit_row(visit, kind, key, due_at=due_at, now=now)
        row.recipient, row.account = user.email, user
        rows.append(row)
    return rows
