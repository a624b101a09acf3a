"""Hours go away while somebody books there: the booking is refused, or the visit is marked. Never neither."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from booking.models import Appointment, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from services.models import ClinicPolicy, Therapist, WorkingHours
from tests.booking.scheduling.fits import marked, unfit
from tests.cast import NOW, TODAY, Clinic, at, book_online, make_clinic, make_draft, take_off
from tests.processes import Crew, Outcome
from tests.races.contest import dispatch, overlaps, staff_book_many

CHANGES = ("time off", "closure", "hours", "leaves")
ROUNDS = 12 if os.environ.get("PROVE") == "1" else 1  # of each change


@pytest.fixture
def clinic_of_one(transactional_db: Any) -> Clinic:
    made = make_clinic(rooms=2)
    ClinicPolicy.objects.update(grid_minutes=5)
    return made


def rounds() -> Iterator[tuple[date, str]]:
    """A day of its own for each, and the way in which the therapist goes away."""
    for number, change in enumerate(CHANGES * ROUNDS, start=1):
        yield TODAY + timedelta(days=number), change


def here_again(clinic: Clinic) -> None:
    """As before the last round, for who was let go or lost the hours. The visits are looked at with the next change."""
    therapist = clinic.therapists[0]
    Therapist.objects.update(is_active=True)
    therapist.treatments.set([clinic.treatment])
    WorkingHours.objects.update(last_date=None)


def away(clinic: Clinic, change: str, day: date) -> dict[str, Any]:
    return {
        "action": "change_rota",
        "change": change,
        "therapist": clinic.therapists[0].pk,
        "location": clinic.location.pk,
        "start": at("09:00", day=day).isoformat(),
        "end": at("17:00", day=day).isoformat(),
        "now": NOW.isoformat(),
    }


def values(outcomes: list[Outcome]) -> list[str]:
    assert [outcome.traceback for outcome in outcomes if outcome.error] == []
    return [outcome.value for outcome in outcomes]


def keep(clinic: Clinic, day: date) -> dict[str, Any]:
    """A visitor with a kept start, who books it now."""
    draft = make_draft(clinic=clinic)
    appointments.keep_start(
        draft=draft,
        starts_at=at("10:00", day=day),
        therapist_id=clinic.therapists[0].pk,
        address=draft.pk,
        now=NOW,
    )
    return {"action": "book_one", "draft": draft.pk, "key": draft.pk, "now": NOW.isoformat()}


def test_a_visitor_books_while_the_therapist_goes_away(crew: Crew, clinic_of_one: Clinic) -> None:
    for day, change in rounds():
        calls = [keep(clinic_of_one, day), away(clinic_of_one, change, day)]

        booked, changed = values(crew.run(dispatch, calls))

        made = Appointment.objects.filter(state=State.BOOKED, starts_at__date=day)
        references = list(made.values_list("reference", flat=True))
        assert (changed, booked, references) in [("ok", "NotOnOffer", []), ("ok", booked, [booked])]
        assert marked(now=NOW) == unfit(now=NOW)
        here_again(clinic_of_one)


def test_a_client_moves_a_visit_while_the_therapist_goes_away(crew: Crew, clinic_of_one: Clinic) -> None:
    for day, change in rounds():
        visit = book_online(clinic_of_one, at("10:00", day=day), email="")
        target = {"start": at("14:00", day=day).isoformat(), "therapist": clinic_of_one.therapists[0].pk}
        calls = [
            {"action": "move_one", "visit": visit.pk, "now": NOW.isoformat(), **target},
            away(clinic_of_one, change, day),
        ]

        moved, changed = values(crew.run(dispatch, calls))

        assert (moved in ("ok", "NotOnOffer"), changed) == (True, "ok")
        assert visit.reference in marked(now=NOW)
        assert marked(now=NOW) == unfit(now=NOW)
        here_again(clinic_of_one)


def test_a_cancellation_is_taken_back_while_the_therapist_goes_away(crew: Crew, clinic_of_one: Clinic) -> None:
    for day, _change in rounds():
        visit = book_online(clinic_of_one, at("10:00", day=day), email="")
        appointments.cancel(appointment=visit, by=CLIENT, now=NOW)
        calls = [
            {"action": "undo_one", "visit": visit.pk, "now": NOW.isoformat()},
            away(clinic_of_one, "time off", day),
        ]

        assert values(crew.run(dispatch, calls)) == ["ok", "ok"]
        assert visit.reference in marked(now=NOW)
    assert marked(now=NOW) == unfit(now=NOW)


def test_a_visitor_books_while_the_therapist_blocks_that_time(crew: Crew, clinic_of_one: Clinic) -> None:
    """One of the two is refused: nobody is booked into a block that was made without a word about them."""
    for day, _change in rounds():
        block = {
            "action": "block_one",
            "therapist": clinic_of_one.therapists[0].pk,
            "start": at("10:30", day=day).isoformat(),
            "end": at("11:00", day=day).isoformat(),
            "now": NOW.isoformat(),
        }

        booked, blocked = values(crew.run(dispatch, [keep(clinic_of_one, day), block]))

        made = list(Appointment.objects.filter(state=State.BOOKED, starts_at__date=day).values_list("reference"))
        assert (blocked, booked, made) in [("ok", "NotOnOffer", []), ("WouldStrand", booked, [(booked,)])]
    assert unfit(now=NOW) == marked(now=NOW)


def test_a_visitor_books_while_staff_book_off_the_grid(crew: Crew, clinic_of_one: Clinic) -> None:
    """The start that a visitor keeps is theirs; a reason outweighs no other visit, whoever comes first."""
    ClinicPolicy.objects.update(grid_minutes=15)
    for day, _change in rounds():
        draft = make_draft(clinic=clinic_of_one)
        therapist = clinic_of_one.therapists[0].pk
        keeping = {"action": "keep_one", "draft": draft.pk, "start": at("10:00", day=day).isoformat()}
        staff = {
            "action": "staff_book_one",
            "treatment": clinic_of_one.treatment.pk,
            "location": clinic_of_one.location.pk,
            "start": at("10:05", day=day).isoformat(),
            "reason": "She flies at noon",
        }
        same = {"therapist": therapist, "now": NOW.isoformat()}

        answers = values(crew.run(dispatch, [keeping | same, staff | same]))

        assert sorted(answers) == ["SlotTaken", "ok"]
    assert overlaps() == []


def test_without_the_question_a_booking_goes_past_unmarked(crew: Crew, clinic_of_one: Clinic) -> None:
    """The negative control: neither locked nor asked, a visit is booked where nobody works, and no row says so."""
    day = TODAY + timedelta(days=1)
    take_off(clinic_of_one.therapists[0], starts_at=at("09:00", day=day), ends_at=at("17:00", day=day))
    starts = [(at("10:00", day=day).isoformat(), clinic_of_one.therapists[0].pk)]
    place = {"treatment": clinic_of_one.treatment.pk, "location": clinic_of_one.location.pk, "now": NOW.isoformat()}

    (answers,) = crew.run(staff_book_many, [{"starts": starts, **place, "guards": "index only"}])

    assert answers.value == ["ok"]
    assert (len(unfit(now=NOW)), marked(now=NOW)) == (1, set())
