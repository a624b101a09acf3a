"""New answers for a visit that is already there: from the client's own page, or asked again before the treatment."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from booking.intake import drafts
from booking.intake.decisions import (
    CONSENT_TEXT_VERSION,
    Consent,
    current_decision,
    decide,
    decide_again,
    stop_at_emergency,
)
from booking.intake.findings import Findings
from booking.intake.gate import Door, GateRefused, pass_gate
from booking.messages import outbox
from booking.models import Appointment, AppointmentEvent, Condition, Decision, Intake, Message
from booking.rules.conditions import CORRECTED_ANSWERS, FORM_MISSING, NOTE_TO_READ
from booking.scheduling.appointments.ledger import By, check_link, check_unchanged, read_locked, record
from booking.scheduling.appointments.refusals import NotAllowed
from booking.scheduling.appointments.transactions import in_one_transaction
from booking.scheduling.search import wish_of
from booking.scheduling.states import UNTREATED
from booking.wording.times import local_date

ASKED_AGAIN = "ask again"
NEW_FORM = "new form"
READ_OUT = "read out"
# The text that staff read out is the page's, but it is said, and answered, aloud.
READ_OUT_CONSENT_VERSION = f"{CONSENT_TEXT_VERSION} read out"
# What the questionnaire names for it is asked again within this time before a treatment.
FRESH_FOR = timedelta(hours=24)


@in_one_transaction
def replace_form(*, appointment: Appointment, intake: Intake, by: By, now: datetime) -> Decision:
    """The visit rests on this intake from now on; what it asks to be settled is added, a missing form is settled.

    A worse outcome does not move or cancel the visit: the next door stops it, and the decision has opened a case.
    Raises NotAllowed once the treatment has begun, LinkRevoked.
    """
    visit = read_locked(appointment.pk)
    check_link(visit, opened=appointment, by=by)
    _check_open(visit)
    decision = current_decision(intake=intake, now=now)
    _rest_on(visit, intake, verb=NEW_FORM, by=by, now=now)
    return decision


@in_one_transaction
def read_out(*, appointment: Appointment, answers: Mapping[str, Any], said_by: str, by: By, now: datetime) -> Decision:
    """Staff have read the questions out; `answers` are what `said_by` answered aloud, with the agreement to keep them.

    They are decided like a client's own, and the visit rests on them. Answers on the way count only where they are an
    emergency sign. Raises NotAllowed, IncompleteAnswers; without the agreement nothing is kept.
    """
    visit = read_locked(appointment.pk)
    _check_open(visit)
    draft = drafts.start_draft(now=now, client=visit.client, last_intake=visit.intake)
    drafts.save_answers(draft=draft, keys=answers.keys(), answers=answers, now=now)
    consent = Consent(text_version=READ_OUT_CONSENT_VERSION, name=said_by)
    decision = stop_at_emergency(draft=draft, now=now, consent=consent) or decide(draft=draft, now=now, consent=consent)
    draft.delete()
    _rest_on(visit, decision.intake, verb=READ_OUT, by=by, now=now)
    return decision


@in_one_transaction
def ask_again(
    *, appointment: Appointment, answers: Mapping[str, Any], by: By, now: datetime, seen_event: int | None = None
) -> Decision:
    """Staff have asked about the urgent signs and the signs of now again; `answers` are what was said.

    The same answers as before leave the intake, and with it a physician's letter, as they are. Other answers make a
    new intake with its own decision. Raises NotAllowed without a form to compare with, IncompleteAnswers, ChangedMeanwhile.
    """
    visit = read_locked(appointment.pk)
    if visit.intake is None:
        raise NotAllowed(_("There is no safety check to ask about. Take the form first."))
    _check_open(visit)
    check_unchanged(visit, seen_event=seen_event)
    decision = decide_again(intake=visit.intake, answers=answers, now=now)
    if decision.intake_id != visit.intake.pk:
        _rest_on(visit, decision.intake, verb=ASKED_AGAIN, by=by, now=now)
    else:
        add_conditions(visit, kinds=_conditions_of(visit, by=by, now=now))
        record(visit, verb=ASKED_AGAIN, by=by, now=now)
    return decision


def add_conditions(visit: Appointment, *, kinds: Collection[str]) -> None:
    """What has to be settled for the (locked) visit; what is there already stays as it is."""
    rows = [Condition(appointment=visit, kind=kind) for kind in kinds]
    Condition.objects.bulk_create(rows, ignore_conflicts=True)


def find_reading(visit: Appointment) -> AppointmentEvent | None:
    """Who read the questions out whose answers the visit rests on, and when; None where they came in another way."""
    last = visit.events.filter(verb__in=(NEW_FORM, READ_OUT, ASKED_AGAIN)).order_by("-id").first()
    return last if last is not None and last.verb == READ_OUT else None


def was_asked_again(visit: Appointment, *, now: datetime) -> bool:
    """Whether the urgent questions were answered within 24 hours: in a new form, or asked by staff."""
    since = now - FRESH_FOR
    if visit.intake is not None and visit.intake.created_at >= since:
        return True
    return visit.events.filter(verb=ASKED_AGAIN, at__gte=since).exists()


def needs_form(visit: Appointment, *, now: datetime) -> bool:
    """Whether the safety check is missing, too old on the day of the visit, or no longer passes today's questions."""
    if visit.intake is None:
        return True
    decision = current_decision(intake=visit.intake, now=now)
    return not decision.level or decision.valid_until < local_date(visit.starts_at, wish_of(visit).zone)


def _check_open(visit: Appointment) -> None:
    if visit.state not in UNTREATED:
        raise NotAllowed(_("This visit is %(state)s.") % {"state": visit.get_state_display()})


def _rest_on(visit: Appointment, intake: Intake, *, verb: str, by: By, now: datetime) -> None:
    """The (locked) visit rests on this intake: a missing form is settled, and what the new one asks for is added.

    What was settled for other answers is open again.
    """
    Intake.objects.filter(pk=intake.pk, client=None).update(client=visit.client)
    before = _causes(visit.intake, now=now)
    visit.intake = intake
    visit.save(update_fields=["intake"])
    visit.conditions.filter(kind=FORM_MISSING, settled_at=None).update(settled_at=now, settled_by=by.user)
    kinds, after = _conditions_of(visit, by=by, now=now), _causes(intake, now=now)
    add_conditions(visit, kinds=kinds)
    anew = [kind for kind in kinds if kind == CORRECTED_ANSWERS or after.get(kind) != before.get(kind)]
    visit.conditions.filter(kind__in=anew).update(settled_at=None, settled_by=None, remark="")
    outbox.withdraw(appointment=visit, kind=Message.Kind.FORM_MISSING)
    outbox.look_again(intake=intake, now=now)
    record(visit, verb=verb, by=by, now=now)


def _conditions_of(visit: Appointment, *, by: By, now: datetime) -> tuple[str, ...]:
    """What the gate asks to be settled for the visit as it is."""
    try:
        passage = pass_gate(
            door=Door.MOVE,
            intake=visit.intake,
            treatment=visit.treatment,
            on_date=visit.starts_at.astimezone(wish_of(visit).zone).date(),
            by_staff=by.is_staff,
            now=now,
            client=visit.client,
        )
    except GateRefused:
        # The next door stops the visit. A physician's letter may open it, and then these are still to be settled.
        return tuple(current_decision(intake=visit.intake, now=now).conditions) if visit.intake else ()
    return passage.conditions


def _causes(intake: Intake | None, *, now: datetime) -> dict[str, list[Any]]:
    """By condition, the rules and answers that ask for it."""
    if intake is None:
        return {}
    causes: dict[str, list[Any]] = {NOTE_TO_READ: [intake.answers.get("other_concern")]}
    for reason in Findings.of(current_decision(intake=intake, now=now)).reasons:
        if reason.hold:
            causes.setdefault(reason.hold, []).append((reason.rule, reason.behind))
    return causes
