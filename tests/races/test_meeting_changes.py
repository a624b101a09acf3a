"""Two changes that want the same cells, let go at the same moment, many times over."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from booking.models import OCCUPYING, Appointment, Client, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from booking.scheduling.claims import find_drift
from services.models import TreatmentLength
from tests.cast import NOW, TODAY, at, book_online, make_clinic, make_draft
from tests.processes import Crew, Outcome
from tests.races.contest import STAFF, ask_one, book_one, details, dispatch, keep_one, overlaps

ROUNDS = 8


def values(outcomes: list[Outcome]) -> list[str]:
    assert [outcome.traceback for outcome in outcomes if outcome.error] == []
    return [outcome.value for outcome in outcomes]


def test_twenty_equal_submissions_are_one_visit_and_twenty_equal_answers(crew: Crew) -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)
    appointments.keep_start(
        draft=draft, starts_at=at("14:30"), therapist_id=clinic.therapists[0].pk, address="a", now=NOW
    )

    answers = values(crew.run(book_one, [{"draft": draft.pk, "key": "once", "now": NOW.isoformat()}] * 20))

    visit = Appointment.objects.get()
    assert answers == [visit.reference] * 20
    assert (visit.state, Client.objects.count(), Message.objects.filter(kind="booked").count()) == (State.BOOKED, 1, 0)


def test_a_move_meets_a_visitor_who_wants_the_same_time(crew: Crew) -> None:
    clinic = make_clinic()
    for day in range(1, ROUNDS + 1):
        visit = book_online(clinic, "10:00", days=day, email="")
        target = {
            "start": at("12:00", day=TODAY + timedelta(days=day)).isoformat(),
            "therapist": clinic.therapists[0].pk,
            "now": NOW.isoformat(),
        }
        calls = [
            {"action": "move_one", "visit": visit.pk, **target},
            {"action": "keep_one", "draft": make_draft(clinic=clinic).pk, **target},
        ]

        answers = values(crew.run(dispatch, calls))

        assert sorted(answers) == ["SlotTaken", "ok"]
    assert overlaps() == []
    assert list(find_drift(now=NOW)) == []


def test_a_visit_that_becomes_longer_meets_a_visitor_who_wants_the_next_start(crew: Crew) -> None:
    clinic = make_clinic()
    TreatmentLength.objects.update_or_create(
        treatment=clinic.treatment, minutes=90, defaults={"price": 120, "is_active": True}
    )
    for day in range(1, ROUNDS + 1):
        visit = book_online(clinic, "10:00", days=day, email="")
        start = at("11:15", day=TODAY + timedelta(days=day)).isoformat()
        wanted = {"start": start, "therapist": clinic.therapists[0].pk, "now": NOW.isoformat()}
        calls = [
            {"action": "lengthen_one", "visit": visit.pk, "minutes": 90, "now": NOW.isoformat()},
            {"action": "keep_one", "draft": make_draft(clinic=clinic).pk, **wanted},
        ]

        answers = values(crew.run(dispatch, calls))

        assert sorted(answers) == ["SlotTaken", "ok"]
    assert overlaps() == []
    assert list(find_drift(now=NOW)) == []


def test_two_moves_swap_places_without_a_deadlock(crew: Crew) -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    for day in range(1, ROUNDS + 1):
        start = {"day": TODAY + timedelta(days=day)}
        first = book_online(clinic, "10:00", days=day, email="")
        second = book_online(clinic, "12:00", days=day, email="")
        calls = [
            {"action": "move_one", "visit": visit.pk, "start": at(time, **start).isoformat()}
            | {"therapist": clinic.therapists[1].pk, "now": NOW.isoformat()}
            for visit, time in ((first, "14:00"), (second, "14:30"))
        ]

        answers = values(crew.run(dispatch, calls))

        assert sorted(answers) == ["SlotTaken", "ok"]
    assert overlaps() == []
    assert list(find_drift(now=NOW)) == []


def test_a_drag_on_the_board_meets_a_visitor_and_another_drag(crew: Crew) -> None:
    clinic = make_clinic()
    for day in range(1, ROUNDS + 1):
        dragged = [book_online(clinic, "09:00", days=day, email=""), book_online(clinic, "11:00", days=day, email="")]
        target = {
            "start": at("14:00", day=TODAY + timedelta(days=day)).isoformat(),
            "therapist": clinic.therapists[0].pk,
            "now": NOW.isoformat(),
        }
        calls = [{"action": "move_one", "visit": visit.pk, "by": "staff", **target} for visit in dragged]
        calls.append({"action": "keep_one", "draft": make_draft(clinic=clinic).pk, **target})

        answers = values(crew.run(dispatch, calls))

        assert sorted(answers) == ["SlotTaken", "SlotTaken", "ok"]
    assert overlaps() == []
    assert list(find_drift(now=NOW)) == []


def test_a_kept_start_runs_out_while_it_is_booked(crew: Crew) -> None:
    clinic = make_clinic()
    for day in range(1, ROUNDS + 1):
        draft = make_draft(clinic=clinic)
        start = at("14:30", day=TODAY + timedelta(days=day))
        held = appointments.keep_start(
            draft=draft, starts_at=start, therapist_id=clinic.therapists[0].pk, address=draft.pk, now=NOW
        )
        assert held.deadline_at is not None
        calls = [
            {
                "action": "book_one",
                "draft": draft.pk,
                "key": draft.pk,
                "now": (held.deadline_at - timedelta(seconds=1)).isoformat(),
            },
            {"action": "expire_all", "now": held.deadline_at.isoformat()},
        ]

        answers = values(crew.run(dispatch, calls))

        held.refresh_from_db()
        assert (held.state, answers) in [
            (State.BOOKED, [held.reference, "0 expired"]),
            (State.EXPIRED, ["NothingKept", "1 expired"]),
        ]
    assert list(find_drift(now=NOW)) == []


def test_an_undo_meets_a_visitor_who_wants_the_time(crew: Crew) -> None:
    clinic = make_clinic()
    for day in range(1, ROUNDS + 1):
        visit = book_online(clinic, "14:30", days=day, email="")
        deadline = appointments.cancel(appointment=visit, by=CLIENT, now=NOW).deadline_at
        assert deadline is not None
        calls = [
            {"action": "undo_one", "visit": visit.pk, "now": (deadline - timedelta(seconds=1)).isoformat()},
            {
                "action": "keep_one",
                "draft": make_draft(clinic=clinic).pk,
                "start": visit.starts_at.isoformat(),
                "therapist": clinic.therapists[0].pk,
                "now": deadline.isoformat(),
            },
        ]

        answers = values(crew.run(dispatch, calls))

        visit.refresh_from_db()
        assert (visit.state, answers) in [(State.BOOKED, ["ok", "SlotTaken"]), (State.CANCELLED, ["TooLate", "ok"])]
        assert Appointment.objects.filter(starts_at=visit.starts_at, state__in=OCCUPYING).count() == 1
    assert overlaps() == []
    assert list(find_drift(now=NOW)) == []


def pressed_after_the_link_was_revoked(crew: Crew, *, guards: str) -> tuple[list[str], Counter[str]]:
    """Verbs of clients that stand after the link was revoked, and all answers, of several rounds."""
    clinic = make_clinic()
    late: list[str] = []
    answers: Counter[str] = Counter()
    for day in range(1, ROUNDS + 1):
        visit = book_online(clinic, "10:00", days=day, email="")
        opened = {"visit": visit.pk, "now": NOW.isoformat()}
        calls = [{"action": "revoke_one", **opened}]
        calls += [
            {"action": "press_old_link", "press": press, "generation": 1, "guards": guards, **opened}
            for press in ("confirm", "cancel", "move")
        ]

        revoked, *pressed = values(crew.run(dispatch, calls))

        assert revoked == "ok"
        answers.update(pressed)
        verbs = list(visit.events.order_by("id").values_list("verb", flat=True))
        late += verbs[verbs.index("revoke links") + 1 :]
    assert overlaps() == []
    assert list(find_drift(now=NOW)) == []
    return late, answers


def test_a_press_on_a_link_that_is_revoked_lands_before_or_is_refused(crew: Crew) -> None:
    late, answers = pressed_after_the_link_was_revoked(crew, guards="all")

    assert late == []
    assert answers["LinkRevoked"] > 0
    assert set(answers) <= {"LinkRevoked", "ok", "NotAllowed"}


def test_without_the_guard_presses_land_after_the_link_was_revoked(crew: Crew) -> None:
    """The control."""
    late, _answers = pressed_after_the_link_was_revoked(crew, guards="any link")

    assert late


def test_the_form_is_asked_for_at_once_by_many_and_sent_once(crew: Crew) -> None:
    clinic = make_clinic()
    for day in range(1, ROUNDS + 1):
        visit = appointments.book_by_staff(
            wish=clinic.wish(),
            starts_at=at("10:00", day=TODAY + timedelta(days=day)),
            client=None,
            details=replace(details("Niamh"), booker_email="niamh@example.com"),
            intake=None,
            by=STAFF,
            now=NOW,
        )

        answers = values(crew.run(ask_one, [{"visit": visit.pk, "now": NOW.isoformat()}] * 4))

        assert sorted(answers) == ["AlreadyAsked", "AlreadyAsked", "AlreadyAsked", "ok"]
        assert Message.objects.filter(appointment=visit, kind="form_missing").count() == 1
        assert [event.verb for event in visit.events.all()] == ["book", "ask for form"]


def test_a_visitor_in_two_tabs_keeps_one_start(crew: Crew) -> None:
    clinic = make_clinic()
    draft = make_draft(clinic=clinic)
    starts = ["10:00", "11:30", "13:00", "14:30"]
    calls = [
        {
            "draft": draft.pk,
            "start": at(start).isoformat(),
            "therapist": clinic.therapists[0].pk,
            "now": NOW.isoformat(),
        }
        for start in starts
    ]

    answers = values(crew.run(keep_one, calls))

    assert answers == ["ok"] * 4
    assert Appointment.objects.filter(state=State.HELD).count() == 1
    assert list(find_drift(now=NOW)) == []
