"""New answers for a visit that is already there: from the client's own page, or asked again before the treatment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from booking.intake.decisions import current_decision, decide_again
from booking.intake.gate import FORM_MISSING, Door, GateRefused, pass_gate
from booking.models import Appointment, Condition, Decision, Intake, State
from booking.scheduling.appointments.ledger import By, NotAllowed, in_one_transaction, read_locked, record, wish_of

ASKED_AGAIN = "ask again"
# The urgent, nerve, general and leg questions are asked again within this time before a treatment.
FRESH_FOR = timedelta(hours=24)
OPEN_STATES = frozenset({State.REQUESTED, State.BOOKED, State.ARRIVED})


@in_one_transaction
def replace_form(*, appointment: Appointment, intake: Intake, by: By, now: datetime) -> Decision:
    """The visit rests on this intake from now on; what it asks to be settled is added, a missing form is settled.

    A worse outcome does not move or cancel the visit: the next door stops it, and the decision has opened a case.
    Raises NotAllowed once the treatment has begun.
    """
    visit = read_locked(appointment.pk)
    if visit.state not in OPEN_STATES:
        raise NotAllowed(_("This visit is %(state)s.") % {"state": visit.get_state_display()})
    decision = current_decision(intake=intake, now=now)
    Intake.objects.filter(pk=intake.pk, client=None).update(client=visit.client)
    visit.intake = intake
    visit.save(update_fields=["intake"])
    visit.conditions.filter(kind=FORM_MISSING, settled_at=None).update(settled_at=now, settled_by=by.user)
    Condition.objects.bulk_create(
        [Condition(appointment=visit, kind=kind) for kind in _new_conditions(visit, by=by, now=now)],
        ignore_conflicts=True,
    )
    record(visit, verb="new form", by=by, now=now)
    return decision


@in_one_transaction
def ask_again(*, appointment: Appointment, answers: Mapping[str, Any], by: By, now: datetime) -> Decision:
    """Staff have asked the urgent, nerve, general and leg questions again; `answers` are what was said.

    The same answers as before leave the intake, and with it a physician's letter, as they are. Other answers make a
    new intake with its own decision. Raises NotAllowed without a form to compare with, IncompleteAnswers.
    """
    visit = read_locked(appointment.pk)
    if visit.intake is None:
        raise NotAllowed(_("There is no safety check to ask about. Take the form first."))
    if visit.state not in OPEN_STATES:
        raise NotAllowed(_("This visit is %(state)s.") % {"state": visit.get_state_display()})
    decision = decide_again(intake=visit.intake, answers=answers, now=now)
    if decision.intake_id != visit.intake.pk:
        visit.intake = decision.intake
        visit.save(update_fields=["intake"])
    record(visit, verb=ASKED_AGAIN, by=by, now=now)
    return decision


def was_asked_again(visit: Appointment, *, now: datetime) -> bool:
    """Whether the urgent questions were answered within 24 hours: in a new form, or asked by staff."""
    since = now - FRESH_FOR
    if visit.intake is not None and visit.intake.created_at >= since:
        return True
    return visit.events.filter(verb=ASKED_AGAIN, at__gte=since).exists()


def _new_conditions(visit: Appointment, *, by: By, now: datetime) -> tuple[str, ...]:
    try:
        passage = pass_gate(
            door=Door.MOVE,
            intake=visit.intake,
            treatment=visit.treatment,
            on_date=visit.starts_at.astimezone(wish_of(visit).zone).date(),
            by_staff=by.is_staff,
            now=now,
        )
    except GateRefused:
        return ()  # nothing that staff could settle; the next door stops the visit
    return passage.conditions
