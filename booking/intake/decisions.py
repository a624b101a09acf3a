"""From answers to a recorded decision: the shell around pure triage."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import IntegrityError, transaction

from booking.intake import cases
from booking.intake.answers import AnswerError
from booking.intake.drafts import lock_draft
from booking.intake.questionnaire import Field, load_questionnaire
from booking.intake.rules import Rulebook, load_rulebook
from booking.intake.triage import Outcome, screen, triage
from booking.messages import outbox
from booking.models import Case, Client, Decision, Draft, Intake, Level, State
from services.models import ClinicPolicy, Treatment

CONSENT_TEXT_VERSION = "1"
SEVERITY = [Level.CLEAR, Level.CAUTION, Level.PHYSICIAN, Level.EMERGENCY]
# A lower outcome soon after a higher one is a correction, and a person looks at both versions.
CORRECTION_WITHIN = timedelta(hours=24)
# Visits in these states say nothing about whether staff have accepted the form behind them.
NOT_LOOKED_AT = (State.HELD, State.REQUESTED, State.CANCELLING, State.CANCELLED, State.EXPIRED)
# Asked again within a day before a treatment.
ASKED_AGAIN_SCREENS = ("urgent", "nerve", "general", "circulation")
CORRECTED_ANSWERS = "corrected_answers"


class IncompleteAnswers(Exception):
    """Some answers are missing or can't be right; there is no outcome. `errors` says which."""

    def __init__(self, errors: tuple[AnswerError, ...]) -> None:
        super().__init__("Some questions still need an answer.")
        self.errors = errors


@dataclass(frozen=True)
class Consent:
    """Under which text somebody agreed that the answers are kept, and who; the name may follow with the booking."""

    text_version: str = CONSENT_TEXT_VERSION
    name: str = ""


ON_THE_PAGE = Consent()


@dataclass(frozen=True)
class Reason:
    """A rule that fired, in the words of the rulebook that decided, with the answers that led to it."""

    rule: str
    level: str
    urgency: str
    client: str
    staff: str
    behind: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Findings:
    """What a decision says beside its level. Stored encrypted; `excluded` counts CAUTION rules apart, because a
    physician's clearance sets aside what PHYSICIAN rules exclude, and never what CAUTION rules do."""

    reasons: tuple[Reason, ...] = ()
    excluded: tuple[str, ...] = ()
    excluded_by_caution: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    no_heat: bool = True

    def excludes(self, treatment: Treatment, *, has_letter: bool = False) -> bool:
        """Whether `treatment` is left out: the one of the four that it is like, or heat that it uses.

        A physician's letter sets neither heat nor what CAUTION rules exclude aside.
        """
        excluded = self.excluded_by_caution if has_letter else self.excluded
        return treatment.counts_as in excluded or (treatment.uses_heat and self.no_heat)

    @classmethod
    def of(cls, decision: Decision) -> Self:
        stored = decision.findings
        return cls(
            reasons=tuple(Reason(**reason) for reason in stored["reasons"]),
            excluded=tuple(stored["excluded"]),
            excluded_by_caution=tuple(stored["excluded_by_caution"]),
            avoid=tuple(stored["avoid"]),
            failed=tuple(stored["failed"]),
            no_heat=stored.get("no_heat", True),
        )


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


def stop_at_emergency(*, draft: Draft, now: datetime, consent: Consent = ON_THE_PAGE) -> Decision | None:
    """Ask the EMERGENCY rules about the answers so far; if one fires, the journey ends here with a decision."""
    with transaction.atomic():
        draft = lock_draft(draft)
        rulebook = load_rulebook()
        if draft.intake is not None or draft.consented_at is None:
            return None
        outcome = screen(draft.answers or {}, rulebook)
        if outcome.level is None and not outcome.failed:
            return None
        return _record(draft=draft, outcome=outcome, rulebook=rulebook, consent=consent, is_complete=False, now=now)


def current_decision(*, intake: Intake, now: datetime) -> Decision:
    """What the rulebook of today says of an intake. A changed rulebook adds a decision and leaves the old one."""
    rulebook = load_rulebook()
    stored = Decision.objects.filter(intake=intake, rulebook_version=rulebook.version).first()
    if stored is not None:
        return stored
    outcome = (triage if intake.is_complete else screen)(intake.answers, rulebook)
    decision = _decision(intake=intake, outcome=outcome, rulebook=rulebook, now=now)
    try:
        with transaction.atomic():
            decision.save()
            _open_case_if_due(intake=intake, decision=decision, now=now)
    except IntegrityError:
        # Somebody else decided it in the same moment; the unique constraint kept one.
        return Decision.objects.get(intake=intake, rulebook_version=rulebook.version)
    return decision


def decide_again(*, intake: Intake, answers: Mapping[str, Any], now: datetime) -> Decision:
    """The decision for `intake` with some answers given anew.

    The rest is what the person said last. Unchanged answers give the current decision of the same intake; changed ones
    a new intake that follows it. Raises IncompleteAnswers.
    """
    said_last = newest_intake(intake.client) or intake
    if said_last.is_complete:
        intake = said_last
    # An answer of before never stands in for one that was asked for and not given now.
    asked = {field.key for field in asked_again()}
    merged = {key: answer for key, answer in intake.answers.items() if key not in asked} | dict(answers)
    rulebook = load_rulebook()
    outcome = triage(merged, rulebook)
    if outcome.errors and not outcome.failed:
        raise IncompleteAnswers(outcome.errors)
    if merged == intake.answers:
        return current_decision(intake=intake, now=now)
    with transaction.atomic():
        newer = Intake.objects.create(
            client=intake.client,
            answers=merged,
            schema_version=load_questionnaire().version,
            consent_text_version=intake.consent_text_version,
            consent_name=intake.consent_name,
            consented_at=intake.consented_at,
            created_at=now,
            previous=said_last,
        )
        decision = _decision(intake=newer, outcome=outcome, rulebook=rulebook, now=now)
        decision.save()
        # Visits are locked before cases, here as everywhere.
        outbox.look_again(intake=newer, now=now)
        _open_case_if_due(intake=newer, decision=decision, now=now)
    return decision


def asked_again() -> tuple[Field, ...]:
    """The urgent, nerve, general and leg questions."""
    screens = [screen for screen in load_questionnaire().screens if screen.id in ASKED_AGAIN_SCREENS]
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
        if _rank(before) > _rank(decision) and (is_recent or _rank(before) > SEVERITY.index(Level.CAUTION)):
            return True
        not_compared = earlier.appointments.filter(conditions__kind=CORRECTED_ANSWERS, conditions__settled_at=None)
        if earlier.appointments.exclude(state__in=NOT_LOOKED_AT).exclude(pk__in=not_compared).exists():
            return False
        earlier = earlier.previous
    return False


def _rank(decision: Decision) -> int:
    """Position among the levels; a decision without a level ranks above all."""
    return SEVERITY.index(Level(decision.level)) if decision.level else len(SEVERITY)


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


def _decision(*, intake: Intake, outcome: Outcome, rulebook: Rulebook, now: datetime) -> Decision:
    valid_until = intake.created_at.date() + timedelta(days=ClinicPolicy.current().intake_valid_days)
    # A form that no longer passes the questionnaire of today has no level either: fail closed.
    level = outcome.level.name if outcome.level is not None else ""
    return Decision(
        intake=intake,
        rulebook_version=rulebook.version,
        level=level,
        conditions=list(outcome.conditions),
        findings=asdict(_findings(outcome, intake)),
        decided_at=now,
        valid_until=valid_until,
    )


def _findings(outcome: Outcome, intake: Intake) -> Findings:
    return Findings(
        reasons=tuple(
            Reason(
                rule=rule.id,
                level=rule.level.name,
                urgency=rule.urgency or "",
                client=rule.client,
                staff=rule.staff,
                behind=outcome.behind.get(rule.id, {}),
            )
            for rule in outcome.fired
        ),
        excluded=tuple(outcome.excluded),
        excluded_by_caution=tuple(
            dict.fromkeys(key for rule in outcome.fired if rule.level.name == Level.CAUTION for key in rule.excluded)
        ),
        avoid=tuple(outcome.avoid),
        failed=tuple(outcome.failed),
        no_heat=outcome.no_heat,
    )


def _open_case_if_due(*, intake: Intake, decision: Decision, now: datetime) -> None:
    kinds = {"": Case.Kind.UNEVALUATED, Level.PHYSICIAN: Case.Kind.PHYSICIAN, Level.EMERGENCY: Case.Kind.EMERGENCY}
    kind = kinds.get(decision.level)
    if kind is not None:
        cases.open_case(kind=kind, intake=intake, client=intake.client, now=now)
