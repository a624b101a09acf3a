"""A visitor's answers on the way: stored encrypted on the server, known by the random id in the session."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from booking.intake.ends import delete_counted
from booking.models import NOT_LOOKED_AT, Clearance, Client, Draft, Intake, State, Submission
from booking.rules.questionnaire import load_questionnaire
from booking.rules.version_1 import answers_to_start_from, answers_today
from services import facts
from services.models import Location, Therapist, Treatment

LIFETIME = timedelta(hours=24)


def start_draft(
    *, now: datetime, previous: Draft | None = None, client: Client | None = None, last_intake: Intake | None = None
) -> Draft:
    """A new journey. What the same visitor was told before is remembered, so that starting over wipes nothing.

    `client` and `last_intake` come with a "book again" link.
    """
    before = last_intake
    if previous is not None and not _is_accepted(previous):
        before = previous.intake or previous.previous_intake or last_intake
    return Draft.objects.create(
        created_at=now,
        expires_at=now + LIFETIME,
        client=client,
        previous_intake=before,
    )


def start_cleared_draft(*, clearance: Clearance, now: datetime) -> Draft:
    """A journey that begins at the choice of a start, on the answers that a physician's letter was written for."""
    intake = clearance.intake
    return Draft.objects.create(
        created_at=now,
        expires_at=now + LIFETIME,
        client=clearance.case.client or intake.client,
        intake=intake,
        consented_at=intake.consented_at,
    )


@dataclass(frozen=True)
class Found:
    """A draft, and what hangs on it: whether it has led to a visit, and whether a start is held for it."""

    draft: Draft
    is_booked: bool
    is_held: bool


def load_draft(*, draft_id: str | None, now: datetime) -> Found | None:
    """The draft of this session, or None where it is unknown or has run out.

    Asked by each page of the journey, in one statement that is written out: to compose it took longer than to answer it.
    Treatment, location and therapist come with it from the clinic's facts; what else the draft points to is read where it is needed.
    """
    if not draft_id:
        return None
    draft = next(iter(Draft.objects.raw(_WITH_WHAT_HANGS_ON_IT, [State.EXPIRED.value, draft_id])), None)
    if draft is None or draft.expires_at <= now:
        return None
    facts.fill_in(draft, "treatment", "location", "wished_therapist")
    return Found(draft, is_booked=bool(vars(draft)["is_booked"]), is_held=bool(vars(draft)["is_held"]))


_WITH_WHAT_HANGS_ON_IT = """
    SELECT booking_draft.*,
        EXISTS (SELECT 1 FROM booking_submission JOIN booking_appointment
            ON booking_appointment.id = booking_submission.appointment_id
            WHERE booking_submission.draft_id = booking_draft.id AND booking_appointment.state <> %s) AS is_booked,
        EXISTS (SELECT 1 FROM booking_slothold WHERE booking_slothold.draft_id = booking_draft.id) AS is_held
    FROM booking_draft WHERE booking_draft.id = %s
"""


def _is_accepted(draft: Draft) -> bool:
    """Whether staff have seen, or needed not see, the visit that came of it: then the next may be somebody else's."""
    done = Submission.objects.filter(draft_id=draft.pk)
    # One that waits for a press in its mail is not yet a visit that staff have to look at.
    return done.exclude(appointment__state__in=NOT_LOOKED_AT - {State.HELD}).exists()


def choose_treatment(
    *,
    draft: Draft,
    treatment: Treatment | None,
    minutes: int | None,
    location: Location | None,
    wished: tuple[datetime, Therapist] | None = None,
) -> None:
    """Remember what is to be booked; None for a client who is not sure. A wish for a start (UTC) replaces the one before.

    A wish reserves nothing.
    """
    draft.treatment, draft.minutes, draft.location = treatment, minutes, location
    draft.wished_start, draft.wished_therapist = wished or (None, None)
    draft.save(update_fields=["treatment", "minutes", "location", "wished_start", "wished_therapist"])


def drop_wish(*, draft: Draft) -> None:
    """Forget the start that was wished for: another is kept, or the answers lead to no booking."""
    if draft.wished_start is not None:
        draft.wished_start = draft.wished_therapist = None
        draft.save(update_fields=["wished_start", "wished_therapist"])


def save_answers(*, draft: Draft, keys: Collection[str], answers: Mapping[str, Any], now: datetime) -> Draft:
    """Replace the answers to `keys` (one page) by `answers`, and keep those of the other pages.

    The row is read again under lock, so that two tabs do not undo each other. The moment of consent is kept.
    Answering again after a decision starts a corrected intake: both versions stay.
    """
    with transaction.atomic():
        draft = lock_draft(draft)
        put_answers(draft, keys=keys, answers=answers, now=now)
    return draft


def put_answers(draft: Draft, *, keys: Collection[str], answers: Mapping[str, Any], now: datetime) -> None:
    """The same, on a draft that is locked."""
    if draft.intake is not None:
        _reopen(draft)
    kept = {key: value for key, value in (draft.answers or {}).items() if key not in keys}
    draft.answers = kept | dict(answers)
    if draft.answers.get("consent") is True:
        draft.consented_at = draft.consented_at or now
    else:
        draft.consented_at = None
    draft.save(update_fields=["answers", "consented_at", "intake", "previous_intake"])


def answers_so_far(draft: Draft) -> dict[str, Any]:
    """What the visitor has answered: of the decided intake, or of the draft on the way."""
    if draft.intake is not None:
        return answers_today(draft.intake.answers, version=draft.intake.schema_version)[0]
    return dict(draft.answers or {})


def is_outdated(draft: Draft) -> bool:
    """Whether the answers on the way are to an earlier version of the questions."""
    return not set(draft.answers or {}) <= set(load_questionnaire().by_key)


def drop_answers(*, draft: Draft) -> None:
    """Forget the answers on the way; what is to be booked stays."""
    draft.answers, draft.consented_at = None, None
    draft.save(update_fields=["answers", "consented_at"])


def save_typed(*, draft: Draft, typed: Mapping[str, str]) -> None:
    """Keep names and contacts between pages, so that nothing typed is lost."""
    draft.typed = dict(typed)
    draft.save(update_fields=["typed"])


def lock_draft(draft: Draft) -> Draft:
    """Read the draft again, locked to the end of the transaction: one visitor does one thing at a time.

    A journey of a person whose record was merged meanwhile goes on for the record that counts.
    """
    # Not joined: after waiting for a lock, PostgreSQL reads the locked row again, and nothing that is joined to it.
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.client is not None and draft.client.merged_into_id is not None:
        draft.client = draft.client.standing()
        draft.save(update_fields=["client"])
    return draft


def delete_expired(*, now: datetime) -> int:
    """Delete drafts that have run out, and count where each ended; returns how many."""
    with transaction.atomic():
        return delete_counted(Draft.objects.filter(expires_at__lte=now))


def _reopen(draft: Draft) -> None:
    assert draft.intake is not None
    intake = draft.intake
    is_of_today = intake.schema_version == load_questionnaire().version
    draft.answers = (
        dict(intake.answers) if is_of_today else answers_to_start_from(intake.answers, version=intake.schema_version)
    )
    draft.previous_intake = draft.intake
    draft.intake = None
