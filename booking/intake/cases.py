"""What staff follow up: opened by a decision or a requested visit, told as events."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from booking.messages import outbox
from booking.models import Appointment, Case, CaseEvent, Client, Intake

OPEN_STATES = (Case.State.OPEN, Case.State.CALLED)


def open_case(
    *,
    kind: Case.Kind,
    now: datetime,
    intake: Intake | None = None,
    appointment: Appointment | None = None,
    client: Client | None = None,
) -> Case:
    """Open a case, with the client's contacts where a known client or a visit brings them.

    Without any contact nobody could act on it: it is closed at once and only counted.
    """
    case = Case(kind=kind, intake=intake, appointment=appointment, client=client, opened_at=now)
    if appointment is not None:
        case.contact_name, case.contact_email = appointment.booker_name, appointment.booker_email
        case.contact_phone, case.may_call = appointment.booker_phone, bool(appointment.booker_phone)
    elif client is not None:
        case.contact_name, case.contact_email, case.contact_phone = client.name, client.email, client.phone
    if not _has_contact(case):
        case.state, case.closed_at = Case.State.CLOSED, now
    case.save()
    record_event(case=case, verb="open", by=None, now=now)
    if _has_contact(case):
        outbox.announce_case(case=case, now=now)
    return case


def ask_for_call(*, case: Case, name: str, phone: str, now: datetime) -> Case:
    """The client left a number and wants to be called: the case is open for staff from now on.

    Asking twice only renews the number.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        was_only_counted = not _has_contact(case)
        case.contact_name, case.contact_phone, case.may_call = name, phone, True
        if was_only_counted:
            case.state, case.closed_at = Case.State.OPEN, None
        case.save(update_fields=["contact_name", "contact_phone", "may_call", "state", "closed_at"])
        record_event(case=case, verb="call asked", by=None, now=now)
        if was_only_counted:
            outbox.announce_case(case=case, now=now)
    return case


def close_for_appointment(*, appointment: Appointment, state: Case.State, by: User | None, now: datetime) -> None:
    """End the case of a requested visit once the visit was confirmed, declined or withdrawn."""
    case = Case.objects.filter(appointment=appointment, state__in=OPEN_STATES).first()
    if case is not None:
        case.state, case.closed_at = state, now
        case.save(update_fields=["state", "closed_at"])
        record_event(case=case, verb=state.value, by=by, now=now)


def reopen_for_appointment(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """A cancelled request was taken back: its case waits for staff again."""
    case = Case.objects.filter(appointment=appointment).first()
    if case is not None:
        case.state, case.closed_at = Case.State.OPEN, None
        case.save(update_fields=["state", "closed_at"])
        record_event(case=case, verb="reopen", by=by, now=now)


def record_event(*, case: Case, verb: str, by: User | None, now: datetime, note: str = "") -> CaseEvent:
    """Add to the case's history; the note is encrypted."""
    return CaseEvent.objects.create(case=case, verb=verb, by=by, at=now, note=note or None)


def _has_contact(case: Case) -> bool:
    return bool(case.contact_email or case.contact_phone)
