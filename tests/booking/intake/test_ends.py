"""Where visitors' journeys ended. NOW is in November in Dublin."""

from datetime import UTC, date, datetime, timedelta

import pytest

from booking.intake import decisions, drafts
from booking.models import Draft, JourneyEnd
from booking.scheduling.appointments.holding import forget_draft
from tests.cast import DOCTOR_FIRST, NOW, RELAXING, Clinic, book_online

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(hours=24)


def begin(answers: dict[str, object] | None = None, *, is_decided: bool = False, typed: bool = False) -> Draft:
    draft = drafts.start_draft(now=NOW)
    if answers is not None:
        drafts.save_answers(draft=draft, keys=answers.keys(), answers=answers, now=NOW)
    draft.refresh_from_db()
    if is_decided:
        decisions.decide(draft=draft, now=NOW)
    if typed:
        drafts.save_typed(draft=draft, typed={"name": "Niamh"})
    return draft


def ends() -> dict[tuple[date, str], int]:
    return {(end.month, end.where): end.count for end in JourneyEnd.objects.all()}


def test_each_journey_that_runs_out_is_counted_once_where_it_ended(clinic: Clinic) -> None:
    book_online(clinic)
    begin()
    begin()
    begin({"consent": True})
    begin(RELAXING | DOCTOR_FIRST, is_decided=True)
    begin(RELAXING, is_decided=True)
    begin(RELAXING, is_decided=True, typed=True)

    deleted = [drafts.delete_expired(now=TOMORROW) for _ in range(2)]

    month = date(NOW.year, NOW.month, 1)
    assert (deleted, ends()) == (
        [7, 0],
        {
            (month, "start"): 2,
            (month, "check"): 1,
            (month, "stopped"): 1,
            (month, "time"): 1,
            (month, "details"): 1,
            (month, "booked"): 1,
        },
    )


def test_who_has_the_answers_deleted_ended_there_too_and_a_month_is_the_clinics(clinic: Clinic) -> None:
    draft = begin({"consent": True})
    # An hour before midnight in UTC it is June in Dublin already.
    Draft.objects.filter(pk=draft.pk).update(created_at=datetime(2026, 5, 31, 23, 30, tzinfo=UTC))

    forget_draft(draft=draft, now=NOW)

    assert ends() == {(date(2026, 6, 1), "check"): 1}
