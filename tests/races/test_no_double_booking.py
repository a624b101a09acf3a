"""Many processes want the same fifty starts. As many get one as fit, and nobody shares.

Two negative controls: with only the unique index left there is still no overlap, so it is the index that guards; with
the index gone as well the same contest finds overlaps, so the contest can find them.
"""

import os
import random
from collections import Counter
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.db.models import Model

from booking.models import OCCUPYING, Appointment, Claim, Decision, Draft, Intake
from booking.models.reference import make_reference
from booking.scheduling.claims import find_drift
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts
from tests.cast import NOW, TODAY, Clinic, at, make_clinic, make_draft
from tests.processes import Crew, Outcome
from tests.races.contest import index_dropped, keep_and_book_many, keep_many, overlaps, staff_book_many

R = TypeVar("R", bound=Model)
IS_LONG = os.environ.get("PROVE") == "1"
CONTENDERS = 16 if IS_LONG else 4
CONTESTED = 50


def contested_starts(clinic: Clinic) -> list[tuple[str, int]]:
    """Fifty (start, therapist) pairs, half an hour apart, so that neighbours overlap partly."""
    halves = [
        at("09:00", day=TODAY + timedelta(days=day)) + timedelta(minutes=30 * n) for day in (1, 2) for n in range(15)
    ]
    pairs = [(start.isoformat(), therapist.pk) for start in halves for therapist in clinic.therapists]
    return random.Random(7).sample(pairs, CONTESTED)


def wishes_for(contender: int, *, starts: list[tuple[str, int]], template: Draft) -> list[tuple[str, str, int]]:
    """One visitor a start, each with the same answers; each contender goes through them in an order of its own."""
    drafts = Draft.objects.bulk_create(
        Draft(
            treatment=template.treatment,
            minutes=60,
            location=template.location,
            intake=intake,
            consented_at=NOW,
            created_at=NOW,
            expires_at=template.expires_at,
        )
        for intake in copies_of(template.intake, count=len(starts))
    )
    wishes = [(draft.pk, start, therapist) for draft, (start, therapist) in zip(drafts, starts, strict=True)]
    # Half of them come in the same order, so that they meet at every start; the others cross them.
    if contender % 2:
        random.Random(contender).shuffle(wishes)
    return wishes


def copies_of(intake: Intake | None, *, count: int) -> list[Intake]:
    """The same answers with the same decision, of as many people."""
    assert intake is not None
    decision = intake.decisions.get()
    copies = Intake.objects.bulk_create(copy_row(intake, reference=make_reference()) for _ in range(count))
    Decision.objects.bulk_create(copy_row(decision, intake_id=copy.pk) for copy in copies)
    return copies


def copy_row(row: R, **changes: Any) -> R:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}
    return type(row)(**fields | changes)


def contest(crew: Crew, clinic: Clinic, *, how: Any, guards: str = "all") -> Counter[str]:
    starts = contested_starts(clinic)
    common = {"now": NOW.isoformat(), "guards": guards}
    if how is staff_book_many:
        place = {"treatment": clinic.treatment.pk, "location": clinic.location.pk}
        calls = [{"starts": starts, **place, **common} for _ in range(CONTENDERS)]
    else:
        template = make_draft(clinic=clinic)
        calls = [
            {"wishes": wishes_for(number, starts=starts, template=template), "address": f"contender {number}", **common}
            for number in range(CONTENDERS)
        ]
    return count(crew.run(how, calls, seconds=240))


def count(outcomes: list[Outcome]) -> Counter[str]:
    assert [outcome.traceback for outcome in outcomes if outcome.error] == []
    return Counter(answer for outcome in outcomes for answer in outcome.value)


def still_on_offer(clinic: Clinic) -> list[tuple[str, int]]:
    """Contested starts that could be booked after all, so that somebody was refused without need."""
    left = list_starts(search=Search(clinic.wish(), NOW), first_date=TODAY, days=4, each_therapist=True)
    offered = {(start.starts_at.isoformat(), start.therapist_id) for start in left}
    return sorted(offered & set(contested_starts(clinic)))


@pytest.mark.parametrize("how", [keep_many, keep_and_book_many, staff_book_many])
def test_as_many_visits_as_fit_and_no_overlap(crew: Crew, how: Any) -> None:
    clinic = make_clinic(therapists=3, rooms=2)

    answers = contest(crew, clinic, how=how)

    visits = Appointment.objects.filter(state__in=OCCUPYING).count()
    assert overlaps() == []
    assert list(find_drift(now=NOW)) == []
    assert still_on_offer(clinic) == []
    assert answers == {"ok": visits, "SlotTaken": CONTENDERS * CONTESTED - visits}


def test_the_index_alone_refuses_every_overlap(crew: Crew) -> None:
    clinic = make_clinic(therapists=3, rooms=1)

    answers = contest(crew, clinic, how=keep_many, guards="index only")

    assert overlaps() == []
    assert list(find_drift(now=NOW)) == []
    assert set(answers) == {"ok", "SlotTaken"}


def test_without_the_index_the_same_contest_finds_overlaps(crew: Crew) -> None:
    clinic = make_clinic(therapists=3, rooms=1)

    with index_dropped(Claim, "claim_one_per_cell"):
        contest(crew, clinic, how=keep_many, guards="index only")
        found = overlaps()

    assert found != []
