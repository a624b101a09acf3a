"""A move and its undo against whatever else may happen in the same moment: nobody is anywhere twice."""

from datetime import date, timedelta
from typing import Any

from booking.models import OCCUPYING, Appointment, FormerPlace, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from booking.scheduling.claims import find_drift
from services.models import ClinicPolicy
from tests.booking.scheduling.fits import marked, unfit
from tests.cast import NOW, TODAY, Clinic, at, book_online, make_clinic, make_draft
from tests.processes import Crew
from tests.races.contest import dispatch, overlaps
from tests.races.test_meeting_changes import values
from tests.races.test_stranding_races import away

ROUNDS = 6
LAST = timedelta(seconds=1)


def days() -> list[date]:
    return [TODAY + timedelta(days=number) for number in range(1, ROUNDS + 1)]


def moved(clinic: Clinic, day: date, *, start: str = "10:00", to: str = "14:00") -> Appointment:
    visit = book_online(clinic, start, days=(day - TODAY).days, email="")
    return appointments.move(
        appointment=visit, starts_at=at(to, day=day), therapist_id=visit.therapist_id, by=CLIENT, now=NOW
    )


def keep(clinic: Clinic, day: date, start: str, *, now: Any) -> dict[str, Any]:
    wanted = {"start": at(start, day=day).isoformat(), "therapist": clinic.therapists[0].pk, "now": now.isoformat()}
    return {"action": "keep_one", "draft": make_draft(clinic=clinic).pk, **wanted}


def move_to(visit: Appointment, day: date, start: str, *, by: str = "client") -> dict[str, Any]:
    wanted = {"start": at(start, day=day).isoformat(), "therapist": visit.therapist_id, "now": NOW.isoformat()}
    return {"action": "move_one", "visit": visit.pk, "by": by, **wanted}


def agree(*, now: Any = NOW) -> bool:
    return (overlaps(), list(find_drift(now=now))) == ([], [])


def test_an_undo_meets_a_visitor_who_wants_the_former_time(crew: Crew) -> None:
    clinic = make_clinic()
    for day in days():
        visit = moved(clinic, day)
        until = FormerPlace.objects.get(appointment=visit).kept_until
        undo = {"action": "undo_move_one", "visit": visit.pk, "now": (until - LAST).isoformat()}

        answers = values(crew.run(dispatch, [undo, keep(clinic, day, "10:00", now=until)]))

        visit.refresh_from_db()
        assert (visit.starts_at, answers) in [
            (at("10:00", day=day), ["ok", "SlotTaken"]),
            (at("14:00", day=day), ["TooLate", "ok"]),
        ]
        assert Appointment.objects.filter(starts_at=at("10:00", day=day), state__in=OCCUPYING).count() == 1
    assert agree()


def test_an_undo_meets_a_visitor_who_wants_the_time_that_it_leaves(crew: Crew) -> None:
    clinic = make_clinic()
    for day in days():
        visit = moved(clinic, day)
        undo = {"action": "undo_move_one", "visit": visit.pk, "now": NOW.isoformat()}

        answers = values(crew.run(dispatch, [undo, keep(clinic, day, "14:00", now=NOW)]))

        visit.refresh_from_db()
        assert (visit.starts_at, answers[0], answers[1] in ("ok", "SlotTaken")) == (at("10:00", day=day), "ok", True)
    assert agree()


def test_an_undo_meets_the_sweep_that_ends_its_time(crew: Crew) -> None:
    clinic = make_clinic()
    for day in days():
        visit = moved(clinic, day, to="10:15")  # the places overlap
        until = FormerPlace.objects.get(appointment=visit).kept_until
        undo = {"action": "undo_move_one", "visit": visit.pk, "now": (until - LAST).isoformat()}

        answers = values(crew.run(dispatch, [undo, {"action": "expire_all", "now": until.isoformat()}]))

        visit.refresh_from_db()
        assert (visit.starts_at, answers) in [
            (at("10:00", day=day), ["ok", "0 expired"]),
            (at("10:15", day=day), ["TooLate", "1 expired"]),
        ]
        assert not FormerPlace.objects.exists()
    assert agree()


def test_a_cancellation_meets_the_undo_of_a_move(crew: Crew) -> None:
    clinic = make_clinic()
    for day in days():
        visit = moved(clinic, day)
        calls = [
            {"action": action, "visit": visit.pk, "now": NOW.isoformat()} for action in ("cancel_one", "undo_move_one")
        ]

        answers = values(crew.run(dispatch, calls))

        visit.refresh_from_db()
        assert (visit.state, visit.starts_at, answers) in [
            (State.CANCELLING, at("10:00", day=day), ["ok", "ok"]),  # undone, then cancelled
            (State.CANCELLING, at("14:00", day=day), ["ok", "NotAllowed"]),
        ]
        assert not FormerPlace.objects.exists()
    assert agree()


def test_two_moves_of_one_visit_leave_it_in_one_place_with_one_way_back(crew: Crew) -> None:
    clinic = make_clinic()
    for day in days():
        visit = book_online(clinic, "10:00", days=(day - TODAY).days, email="")

        answers = values(crew.run(dispatch, [move_to(visit, day, "12:00"), move_to(visit, day, "14:00", by="staff")]))

        visit.refresh_from_db()
        former = FormerPlace.objects.get(appointment=visit)
        assert answers == ["ok", "ok"]
        assert {visit.starts_at, former.starts_at} == {at("12:00", day=day), at("14:00", day=day)}
        assert agree()


def test_two_visits_swap_while_their_former_places_are_still_taken(crew: Crew) -> None:
    clinic = make_clinic()
    for day in days():
        first, second = (book_online(clinic, start, days=(day - TODAY).days, email="") for start in ("10:00", "12:00"))

        answers = values(crew.run(dispatch, [move_to(first, day, "12:00"), move_to(second, day, "10:00")]))

        assert answers == ["SlotTaken", "SlotTaken"]
    assert agree()


def test_a_move_meets_hours_that_end(crew: Crew) -> None:
    clinic = make_clinic()
    ClinicPolicy.objects.update(grid_minutes=5)
    for day in reversed(days()):  # each round ends the hours from its own day on
        visit = book_online(clinic, "10:00", days=(day - TODAY).days, email="")

        answers = values(crew.run(dispatch, [move_to(visit, day, "14:00"), away(clinic, "hours", day)]))

        visit.refresh_from_db()
        # First moved and then without hours, or refused because they were gone: never moved to where nobody works.
        assert (visit.starts_at, answers) in [
            (at("14:00", day=day), ["ok", "ok"]),
            (at("10:00", day=day), ["NotOnOffer", "ok"]),
        ]
        assert marked(now=NOW) == unfit(now=NOW)
    assert agree()


def test_an_undo_meets_hours_that_end_and_a_booking_of_what_is_free_then(crew: Crew) -> None:
    clinic = make_clinic()
    ClinicPolicy.objects.update(grid_minutes=5)
    for day in reversed(days()):
        visit = moved(clinic, day)
        undo = {"action": "undo_move_one", "visit": visit.pk, "now": NOW.isoformat()}

        values(crew.run(dispatch, [undo, away(clinic, "hours", day), keep(clinic, day, "14:00", now=NOW)]))

        assert agree()
        assert marked(now=NOW) == unfit(now=NOW)


def test_control_without_its_claims_the_former_time_is_sold_and_the_undo_that_was_promised_is_refused(
    crew: Crew,
) -> None:
    """With the guard off: the row says that the visit can go back, but neither cells nor starts know of it."""
    clinic = make_clinic()
    (day, *_others) = days()
    visit = moved(clinic, day)
    former = FormerPlace.objects.get(appointment=visit)
    kept_until = former.kept_until
    FormerPlace.objects.update(kept_until=NOW)
    appointments.expire_overdue(now=NOW)

    sold = values(crew.run(dispatch, [keep(clinic, day, "10:00", now=NOW)]))
    former.pk, former.kept_until = None, kept_until
    former.save()
    drift = list(find_drift(now=NOW))
    undone = values(crew.run(dispatch, [{"action": "undo_move_one", "visit": visit.pk, "now": NOW.isoformat()}]))

    assert (sold, undone) == (["ok"], ["SlotTaken"])
    assert drift == [f"Visit {visit.reference}: 42 claims missing, 0 too many."]
