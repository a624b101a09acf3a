from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from booking.intake import decisions, drafts
from booking.intake.drafts import Found
from booking.models import Draft
from tests.cast import NOW, RELAXING, soon

pytestmark = pytest.mark.django_db

CONSENT = {"consent": True}


def answer(draft: Draft, answers: dict[str, Any]) -> Draft:
    return drafts.save_answers(draft=draft, keys=answers.keys(), answers=answers, now=NOW)


def test_pages_add_up_and_a_page_replaces_only_its_own_questions() -> None:
    draft = drafts.start_draft(now=NOW)
    answer(draft, CONSENT | {"age_years": 40})

    drafts.save_answers(draft=draft, keys=["age_years", "complaint_type"], answers={"age_years": 41}, now=NOW)

    assert drafts.answers_so_far(Draft.objects.get()) == CONSENT | {"age_years": 41}


def test_answers_are_unreadable_in_the_table() -> None:
    answer(drafts.start_draft(now=NOW), CONSENT | {"other_concern": "MARKER"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM booking_draft")
        (stored,) = cursor.fetchone()

    assert "MARKER" not in stored
    assert "consent" not in stored


def test_a_draft_is_there_for_a_day() -> None:
    draft = drafts.start_draft(now=NOW)
    tomorrow = NOW + timedelta(hours=24)

    found = drafts.load_draft(draft_id=draft.pk, now=tomorrow - timedelta(seconds=1))
    assert found == Found(draft, is_booked=False, is_held=False)
    assert drafts.load_draft(draft_id=draft.pk, now=tomorrow) is None
    assert drafts.load_draft(draft_id="somebody-elses", now=NOW) is None
    assert (drafts.delete_expired(now=soon(0)), drafts.delete_expired(now=tomorrow)) == (0, 1)


def test_starting_over_in_the_same_browser_remembers_what_was_said() -> None:
    draft = answer(drafts.start_draft(now=NOW), RELAXING | {"emergency_symptoms": ["fainting_collapse"]})
    first = decisions.decide(draft=draft, now=NOW).intake
    draft.refresh_from_db()

    again = drafts.start_draft(now=soon(5), previous=draft)

    assert again.previous_intake == first
