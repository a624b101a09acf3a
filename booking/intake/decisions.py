"""From answers to a recorded decision: the shell around pure triage."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from booking.cases import follow_up
from booking.intake.drafts import lock_draft, put_answers
from booking.intake.findings import Findings, Kept, is_covered, level_of, to_store
from booking.messages import outbox
from booking.models import NOT_LOOKED_AT, Case, Clearance, Client, Decision, Draft, Intake
from booking.rules.answers import AnswerError, check_answers
from booking.rules.conditions import CORRECTED_ANSWERS
from booking.rules.levels import Level, rank
from booking.rules.questionnaire import Field, load_questionnaire
from booking.rules.rulebook import Rulebook, load_rulebook
from booking.rules.triage import Outcome, screen, triage
from booking.rules.version_1 import answers_today
from services.models import ClinicPolicy

CONSENT_TEXT_VERSION = "2"
# A lower outcome soon after a higher one is a correction, and a person looks at both versions.
CORRECTION_WITHIN = timedelta(hours=24)


class IncompleteAnswers(Exception):
    """Some answers are missing or can't be right; there is no outcome. `errors` says which."""

    def __init__(self, errors: tuple[AnswerError, ...]) -> None:
        super().__init__("Some questions still need an answer.")
        self.errors = errors


@dataclass(frozen=True)
class Consent:
    """Which text somebody agreed to when they let us keep the answers, and who; the name may follow with the booking."""

    text_version: str = CONSENT_TEXT_VERSION
    name: str = ""


ON_THE_PAGE = Consent()


def decide(*, draft: Draft, now: datetime, consent: Consent = ON_THE_PAGE) -> Decision:
    """Turn the draft's complete answers into an intake with its decision, and open a case where one is due.

    The answers leave the draft. Deciding twice gives the same decision. Raises IncompleteAnswers.
    """
    with transaction.atomic():
        draft = lock_draft(draft)
        if draft.intake is not None:
            return current_decision(intake=draft.intake, now=now)
        rulebook = load_rulebook()
        outcome = triage(draft.answers or {}, rulebook)
        if outcome.errors and not outcome.failed:
            raise IncompleteAnswers(outcome.errors)
        return _record(draft=draft, outcome=outcome, rulebook=rulebook, consent=consent, is_complete=True, now=now)


def take_answers(
    *, draft: Draft, keys: Collection[str], answers: Mapping[str, Any], now: datetime
) -> tuple[Draft, Decision | None]:
    """`drafts.save_answers` and `stop_at_emergency` in one transaction, for each page of the safety check."""
    with transaction.atomic():
        draft = lock_draft(draft)
        put_answers(draft, keys=keys, answers=answers, now=now)
        return draft, _stop_at_emergency(draft, consent=ON_THE_PAGE, now=now)


def stop_at_emergency(*, draft: Draft, now: datetime, consent: Consent = ON_THE_PAGE) -> Decision | None:
    """Ask the EMERGENCY rules about the answers so far; if one fires, the journey ends here with a decision."""
    with transaction.atomic():
        return _stop_at_emergency(lock_draft(draft), consent=consent, now=now)


def current_decision(*, intake: Intake, now: datetime) -> Decision:
    """What today's rulebook says of an intake. A changed rulebook adds a decision and leaves the old one.

    Answers to an earlier version of the questions are mapped, and what was decided of them then is never lowered.
    """
    rulebook = load_rulebook()
    stored = Decision.objects.filter(intake=intake, rulebook_version=rulebook.version).first()
    if stored is not None:
        return stored
    answers, mapped_from = answers_today(intake.answers, version=intake.schema_version)
    outcome = (triage if intake.is_complete else screen)(answers, rulebook)
    before = intake.decisions.first() if mapped_from else None
    kept = Kept.beyond(outcome, before=before) if before else None
    decision = _decision(intake=intake, outcome=outcome, rulebook=rulebook, kept=kept, mapped_from=mapped_from, now=now)
    try:
        with transaction.atomic():
            decision.save()
            _open_case_if_due(intake=intake, decision=decision, now=now)
    except IntegrityError:
        # Somebody else decided it in the same moment; the unique constraint kept one.
        return Decision.objects.get(intake=intake, rulebook_version=rulebook.version)
    return decision


def decide_again(*, intake: Intake, answers: Mapping[str, Any], now: datetime) -> Decision:
    """The decision for `intake` with some answers given again.

    The rest is what the person said last. Unchanged answers give the current decision of the same intake; changed ones
    a new intake that follows it. Raises IncompleteAnswers.
    """
    said_last = newest_intake(intake.client) or intake
    if said_last.is_complete:
        intake = said_last
    known, mapped_from = answers_today(intake.answers, version=intake.schema_version)
    # An earlier answer never stands in for one that was asked for now and not given.
    asked = {field.key for field in asked_again()}
    if _tells_of_more(answers, known):
        asked.add("doctor_review")  # what a doctor said before was not about this
    merged = {key: answer for key, answer in known.items() if key not in asked} | dict(answers)
    rulebook = load_rulebook()
    checked = check_answers(merged, questionnaire=rulebook.questionnaire)
    outcome = triage(checked, rulebook)
    if outcome.errors and not outcome.failed:
        raise IncompleteAnswers(outcome.errors)
    if checked.answers == known:
        return current_decision(intake=intake, now=now)
    with transaction.atomic():
        kept = Findings.of(current_decision(intake=intake, now=now)).kept if mapped_from else None
        newer = Intake.objects.create(
            client=intake.client,
            answers=dict(checked.answers),
            schema_version=rulebook.questionnaire.version,
            consent_text_version=intake.consent_text_version,
            consent_name=intake.consent_name,
            consented_at=intake.consented_at,
            created_at=now,
            previous=said_last,
        )
        decision = _decision(intake=newer, outcome=outcome, rulebook=rulebook, kept=kept, now=now)
        decision.save()
        # Visits are locked before cases, here as everywhere.
        outbox.look_again(intake=newer, now=now)
        _open_case_if_due(intake=newer, decision=decision, now=now)
    return decision


def _tells_of_more(answers: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether a sign is among these answers that was not known before."""
    lists = {key: answer for key, answer in answers.items() if isinstance(answer, list)}
    return any(set(answer) - set(known.get(key) or ()) - {"none"} for key, answer in lists.items())


def asked_again() -> tuple[Field, ...]:
    """The questions of the screens that the questionnaire names for it."""
    questionnaire = load_questionnaire()
    screens = [screen for screen in questionnaire.screens if screen.id in questionnaire.asked_again]
    return tuple(field for screen in screens for field in screen.fields)


def newest_intake(client: Client | None) -> Intake | None:
    """What a known person said last, complete or stopped halfway by an emergency sign."""
    return client.intakes.order_by("-created_at", "-id").first() if client else None


def is_lowering_correction(*, intake: Intake, decision: Decision, now: datetime) -> bool:
    """Whether this outcome is lower than what the same person was told before, so that a person must look."""
    earlier = intake.previous
    while earlier is not None:
        before = current_decision(intake=earlier, now=now)
        is_recent = intake.created_at - earlier.created_at <= CORRECTION_WITHIN
        is_grave = rank(before.level) > rank(Level.CAUTION)
        if rank(before.level) > rank(decision.level) and (is_recent or is_grave):
            return True
        not_compared = earlier.appointments.filter(conditions__kind=CORRECTED_ANSWERS, conditions__settled_at=None)
        if earlier.appointments.exclude(state__in=NOT_LOOKED_AT).exclude(pk__in=not_compared).exists():
            return False
        earlier = earlier.previous
    return False


def _stop_at_emergency(draft: Draft, *, consent: Consent, now: datetime) -> Decision | None:
    rulebook = load_rulebook()
    if draft.intake_id is not None or draft.consented_at is None:
        return None
    outcome = screen(draft.answers or {}, rulebook)
    if outcome.level is None and not outcome.failed:
        return None
    return _record(draft=draft, outcome=outcome, rulebook=rulebook, consent=consent, is_complete=False, now=now)


def _record(
    *, draft: Draft, outcome: Outcome, rulebook: Rulebook, consent: Consent, is_complete: bool, now: datetime
) -> Decision:
    intake = Intake.objects.create(
        client=draft.client,
        answers=draft.answers,
        is_complete=is_complete,
        schema_version=load_questionnaire().version,
        consent_text_version=consent.text_version,
        consent_name=consent.name,
        consented_at=draft.consented_at or now,
        created_at=now,
        # What the person said last, also where it was said on another device since this journey began.
        previous=newest_intake(draft.client) or draft.previous_intake,
    )
    decision = _decision(intake=intake, outcome=outcome, rulebook=rulebook, now=now)
    decision.save()
    draft.intake, draft.answers = intake, None
    draft.save(update_fields=["intake", "answers"])
    # Visits are locked before cases, here as everywhere.
    outbox.look_again(intake=intake, now=now)
    _open_case_if_due(intake=intake, decision=decision, now=now)
    return decision


def _decision(
    *,
    intake: Intake,
    outcome: Outcome,
    rulebook: Rulebook,
    now: datetime,
    kept: Kept | None = None,
    mapped_from: str = "",
) -> Decision:
    valid_until = intake.created_at.date() + timedelta(days=ClinicPolicy.current().intake_valid_days)
    return Decision(
        intake=intake,
        rulebook_version=rulebook.version,
        mapped_from=mapped_from,
        level=level_of(outcome, kept),
        conditions=list(dict.fromkeys([*outcome.conditions, *(kept.conditions if kept else ())])),
        findings=to_store(outcome, kept),
        decided_at=now,
        valid_until=valid_until,
    )


def _open_case_if_due(*, intake: Intake, decision: Decision, now: datetime) -> None:
    kinds = {"": Case.Kind.UNEVALUATED, Level.PHYSICIAN: Case.Kind.PHYSICIAN, Level.EMERGENCY: Case.Kind.EMERGENCY}
    kind = kinds.get(decision.level)
    if kind is not None and not _is_known(intake, decision, kind):
        follow_up.open_case(kind=kind, intake=intake, client=intake.client, now=now)


def _is_known(intake: Intake, decision: Decision, kind: Case.Kind) -> bool:
    """Whether staff have these answers before them already: a changed rulebook alone is not news."""
    if not Case.objects.filter(intake=intake, kind=kind, appointment=None).exists():
        return False
    letter = Clearance.objects.filter(intake=intake, voided_at=None).first()
    return letter is None or is_covered(letter=letter, decision=decision)
