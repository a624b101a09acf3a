"""What staff follow up: opened by a decision or a requested visit, told as events."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.links import LinkRevoked
from booking.messages import outbox
from booking.models import Appointment, Case, CaseEvent, Client, Intake, State
from services.refusals import Refusal

# A case that rests on answers: the later ones weigh more.
GRAVITY = (Case.Kind.PHYSICIAN, Case.Kind.EMERGENCY, Case.Kind.UNEVALUATED)


def open_case(
    *,
    kind: Case.Kind,
    now: datetime,
    intake: Intake | None = None,
    appointment: Appointment | None = None,
    client: Client | None = None,
) -> Case:
    """Open a case, with the client's contacts where a known client or a visit brings them.

    Without a name or any contact nobody could act on it: it is closed at once and only counted. Where the answers follow others
    whose case is still open and weighs no more, that one is closed and its contact taken over: one person, one case.
    """
    case = Case(kind=kind, intake=intake, appointment=appointment, client=client, opened_at=now)
    if appointment is not None:
        case.contact_name, case.contact_email = appointment.booker_name, appointment.booker_email
        case.contact_phone, case.may_call = appointment.booker_phone, bool(appointment.booker_phone)
    elif client is not None:
        case.contact_name, case.contact_email, case.contact_phone = client.name, client.email, client.phone
    earlier = _replaced_by(case)
    if earlier is not None:
        case.contact_name, case.contact_email = earlier.contact_name, earlier.contact_email
        case.contact_phone, case.may_call, case.owner = earlier.contact_phone, earlier.may_call, earlier.owner
    if not _has_contact(case):
        case.state, case.closed_at = Case.State.CLOSED, now
    case.save()
    record_event(case=case, verb="open", by=None, now=now)
    if earlier is not None:
        set_state(earlier, Case.State.CLOSED, by=None, now=now, note=_("Answered again: see the newer case."))
    if _has_contact(case):
        outbox.announce_case(case=case, now=now)
    return case


def ask_for_call(*, case: Case, name: str, phone: str, now: datetime) -> Case:
    """The client left a number and wants to be called: the case is open for staff from now on, also one that was over.

    Asking twice only renews the number.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        was_over = not Case.State(case.state).is_open
        case.contact_name, case.contact_phone, case.may_call = name, phone, True
        if was_over:
            case.state, case.closed_at = Case.State.OPEN, None
        case.save(update_fields=["contact_name", "contact_phone", "may_call", "state", "closed_at"])
        asked = record_event(case=case, verb="call asked", by=None, now=now)
        if was_over:
            outbox.announce_case(case=case, event=asked, now=now)
    return case


def ask_about_data(*, kind: Case.Kind, appointment: Appointment, now: datetime) -> Case:
    """The client of a visit wants a copy of their data, or wants it erased: a case for staff.

    Asking again while the case is open changes nothing. Raises ValueError for a visit without a client, and
    LinkRevoked.
    """
    if appointment.client_id is None:
        raise ValueError("nobody is known for this visit")
    with transaction.atomic():
        client = Client.objects.select_for_update().get(pk=appointment.client_id)
        opened = Appointment.objects.select_for_update(of=("self",)).filter(pk=appointment.pk)
        if not opened.filter(link_generation=appointment.link_generation).exists():
            raise LinkRevoked
        waiting = Case.objects.filter(client=client, kind=kind, state__in=Case.OPEN).first()
        if waiting is not None:
            return waiting
        case = Case.objects.create(
            kind=kind,
            client=client,
            contact_name=appointment.booker_name,
            contact_email=appointment.booker_email,
            contact_phone=appointment.booker_phone,
            opened_at=now,
        )
        record_event(case=case, verb="open", by=None, now=now)
        outbox.announce_case(case=case, now=now)
    return case


def waiting() -> QuerySet[Case]:
    """Open cases, but for those of a request: that waits as a visit."""
    return Case.objects.filter(state__in=Case.OPEN).exclude(appointment__state=State.REQUESTED)


def close_for_appointment(*, appointment: Appointment, state: Case.State, by: User | None, now: datetime) -> None:
    """End the case of a requested visit once the visit was confirmed, declined or withdrawn."""
    case = Case.objects.filter(appointment=appointment, state__in=Case.OPEN).first()
    if case is not None:
        set_state(case, state, by=by, now=now)


def reopen_for_appointment(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """A cancelled request was taken back: its case waits for staff again."""
    case = Case.objects.filter(appointment=appointment).first()
    if case is not None:
        set_state(case, Case.State.OPEN, by=by, now=now)


class CaseChanged(Refusal):
    """Somebody else worked on the case after it was read; `event` says who and what."""

    def __init__(self, event: CaseEvent) -> None:
        super().__init__(_("This case was changed meanwhile. Please look at it again."))
        self.event = event


def steps_from(case: Case) -> tuple[Case.State, ...]:
    """Where staff can take the case from here. A cleared one is opened again by taking its letter back."""
    if case.state == Case.State.CLEARED:
        return ()
    return tuple(state for state in Case.State if state not in (case.state, Case.State.CLEARED))


def take_step(
    *, case: Case, state: Case.State, by: User, now: datetime, note: str = "", seen_event: int | None = None
) -> Case:
    """Staff have called, declined or closed a case, or opened it again; the note is encrypted.

    The state that the case is in already keeps it as it is: only the note is added. `seen_event` is the last event that
    the editor saw. "Cleared" is only reached by a recorded letter, and left by taking that back. Raises ValueError for
    either, and CaseChanged.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        last = case.events.order_by("-id").first()
        if seen_event is not None and last is not None and last.pk != seen_event:
            raise CaseChanged(last)
        if state == case.state:
            record_event(case=case, verb="note", by=by, now=now, note=note)
        elif state in steps_from(case):
            set_state(case, state, by=by, now=now, note=note)
        else:
            raise ValueError("a case is cleared by a recorded letter only, and opened again by taking it back")
        if case.owner_id is None:
            case.owner = by
            case.save(update_fields=["owner"])
    return case


def take_up(*, case_id: int, by: User) -> User | None:
    """Who has an open case now: `by`, unless it was in somebody's hands already. None where it waits no longer."""
    Case.objects.filter(pk=case_id, state__in=Case.OPEN, owner=None).update(owner=by)
    case = Case.objects.select_related("owner").filter(pk=case_id, state__in=Case.OPEN).first()
    return case.owner if case else None


def give_back(*, case_id: int, by: User) -> None:
    """`by` has the case no longer. Nothing happens where somebody else has it."""
    Case.objects.filter(pk=case_id, owner=by).update(owner=None)


def set_state(case: Case, state: Case.State, *, by: User | None, now: datetime, note: str = "") -> None:
    """Write the new state and its event. Under the case's lock."""
    case.state = state
    case.closed_at = None if state.is_open else now
    case.save(update_fields=["state", "closed_at"])
    record_event(case=case, verb=state.value, by=by, now=now, note=note)


def record_event(*, case: Case, verb: str, by: User | None, now: datetime, note: str = "") -> CaseEvent:
    """Add to the case's history; the note is encrypted."""
    return CaseEvent.objects.create(case=case, verb=verb, by=by, at=now, note=note or None)


def _replaced_by(case: Case) -> Case | None:
    """The open case of the answers that this one's answers follow, where nothing is lost by closing it."""
    if case.kind not in GRAVITY or case.intake is None or case.intake.previous_id is None:
        return None
    kinds = GRAVITY[: GRAVITY.index(Case.Kind(case.kind)) + 1]
    return Case.objects.filter(intake=case.intake.previous_id, kind__in=kinds, state__in=Case.OPEN).first()


def _has_contact(case: Case) -> bool:
    # A name is enough to find somebody by: staff wrote it down, or the client did.
    return bool(case.contact_name or case.contact_email or case.contact_phone)
