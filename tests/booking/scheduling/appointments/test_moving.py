"""Moving a visit, and the ten minutes in which its former place is still claimed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.late_changes import free_until
from booking.models import Appointment, Claim, FormerPlace, Message, State, Stranding
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, By
from booking.scheduling.claims import find_drift
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts
from services.models import ClinicPolicy
from tests.cast import (
    NOW,
    STAFF,
    TODAY,
    WITH_A_NOTE,
    Clinic,
    at,
    book_online,
    details,
    make_clinic,
    make_intake,
    soon,
    take_off,
)

pytestmark = pytest.mark.django_db

THURSDAY, NEXT_WEEK = TODAY + timedelta(days=3), TODAY + timedelta(days=7)


def move(visit: Appointment, start: str, *, day: Any = TODAY, minutes: int = 5, **fields: Any) -> Appointment:
    wanted: dict[str, Any] = {"therapist_id": visit.therapist_id, "by": CLIENT, "now": soon(minutes)} | fields
    return appointments.move(appointment=visit, starts_at=at(start, day=day), **wanted)


def undo(visit: Appointment, *, minutes: int = 6, by: By = CLIENT) -> Appointment:
    return appointments.undo_move(appointment=visit, by=by, now=soon(minutes))


def taken_by(visit: Appointment) -> list[tuple[str, str]]:
    """The spans of its therapist's cells, merged."""
    cells = sorted(visit.claims.filter(kind=Claim.Kind.THERAPIST).values_list("cell", flat=True))
    spans: list[list[int]] = []
    for cell in cells:
        if spans and spans[-1][1] == cell:
            spans[-1][1] = cell + 1
        else:
            spans.append([cell, cell + 1])
    return [(_clock(first), _clock(last)) for first, last in spans]


def _clock(cell: int) -> str:
    return datetime.fromtimestamp(cell * 300, tz=NOW.tzinfo).strftime("%H:%M")


def offered(clinic: Clinic, *, now: datetime) -> list[str]:
    starts = list_starts(search=Search(clinic.wish(), now), first_date=TODAY, days=1)
    return [f"{start.starts_at:%H:%M}" for start in starts]


def said(visit: Appointment) -> list[tuple[str, str, int]]:
    """Every mail but reminders: kind, state and version."""
    rows = Message.objects.filter(appointment=visit).exclude(kind="reminder").order_by("id")
    return list(rows.values_list("kind", "state", "version"))


def test_moving_keeps_the_reference_and_raises_the_version() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    visit = book_online(clinic)

    moved = appointments.move(
        appointment=visit, starts_at=at("15:00"), therapist_id=clinic.therapists[1].pk, by=CLIENT, now=soon(5)
    )

    assert (moved.reference, moved.version, moved.starts_at, moved.therapist_id, moved.wall_time) == (
        visit.reference,
        2,
        at("15:00"),
        clinic.therapists[1].pk,
        "2026-11-23T15:00",
    )
    assert list(find_drift(now=NOW)) == []
    assert Message.objects.filter(appointment=visit, kind="moved", version=2).count() == 1


def test_moving_may_overlap_where_the_visit_was() -> None:
    clinic = make_clinic()

    moved = appointments.move(
        appointment=book_online(clinic),
        starts_at=at("14:45"),
        therapist_id=clinic.therapists[0].pk,
        by=CLIENT,
        now=soon(5),
    )

    assert moved.starts_at == at("14:45")
    assert list(find_drift(now=NOW)) == []
    assert taken_by(moved) == [("14:30", "16:00")]  # 14:45 to 15:45 with its turnover, and where it was


def test_moving_to_where_it_is_changes_nothing() -> None:
    clinic = make_clinic()
    visit = book_online(clinic)

    moved = appointments.move(
        appointment=visit, starts_at=at("14:30"), therapist_id=clinic.therapists[0].pk, by=CLIENT, now=soon(5)
    )

    assert (moved.version, moved.events.count()) == (1, visit.events.count())


def test_moving_onto_another_visit_is_refused_and_changes_nothing() -> None:
    clinic = make_clinic()
    visit = book_online(clinic)
    book_online(clinic, "11:00")

    with pytest.raises(appointments.SlotTaken):
        appointments.move(
            appointment=visit, starts_at=at("11:30"), therapist_id=clinic.therapists[0].pk, by=CLIENT, now=soon(5)
        )

    visit.refresh_from_db()
    assert (visit.starts_at, visit.version) == (at("14:30"), 1)
    assert list(find_drift(now=NOW)) == []


def test_an_editor_who_looked_at_an_older_state_is_told() -> None:
    clinic = make_clinic()
    visit = book_online(clinic)
    seen = visit.events.latest("id").pk
    who: dict[str, Any] = {"therapist_id": clinic.therapists[0].pk, "by": STAFF}
    appointments.move(appointment=visit, starts_at=at("15:00"), now=soon(5), seen_event=seen, **who)

    with pytest.raises(appointments.ChangedMeanwhile) as refusal:
        appointments.move(appointment=visit, starts_at=at("12:00"), now=soon(6), seen_event=seen, **who)

    assert refusal.value.event.verb == "move"


# --- The ten minutes --------------------------------------------------------------------------------------------------


def test_the_former_place_is_claimed_and_offered_to_nobody_until_the_time_to_undo_is_over() -> None:
    clinic = make_clinic()
    visit = move(book_online(clinic), "11:00")

    spans, free = taken_by(visit), offered(clinic, now=soon(14))
    just_after = offered(clinic, now=soon(15))  # whether or not the sweep has come by
    ended = appointments.expire_overdue(now=soon(15))

    assert spans == [("11:00", "12:15"), ("14:30", "15:45")]
    assert free == ["12:15", "12:30", "12:45", "13:00", "13:15", "15:45", "16:00"]
    assert {"13:30", "14:30", "15:30"} <= set(just_after)
    assert (ended, taken_by(visit), FormerPlace.objects.count()) == (1, [("11:00", "12:15")], 0)
    assert list(find_drift(now=soon(15))) == []


def test_another_books_the_former_place_once_the_time_is_over_before_any_sweep() -> None:
    clinic = make_clinic()
    visit = move(book_online(clinic), "11:00")

    with pytest.raises(appointments.SlotTaken):
        book_online(clinic, now=soon(14))
    other = book_online(clinic, now=soon(15))

    assert (other.state, taken_by(visit)) == (State.BOOKED, [("11:00", "12:15")])
    assert list(find_drift(now=soon(15))) == []


def test_the_person_is_taken_in_the_former_place_too() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    visit = move(book_online(clinic), "11:00")
    again: dict[str, Any] = {
        "wish": clinic.wish(therapist=clinic.therapists[1]),
        "starts_at": at("14:30"),
        "client": visit.client,
        "details": details(),
        "intake": make_intake(),
        "by": STAFF,
    }

    with pytest.raises(appointments.ClientBusy):
        appointments.book_by_staff(**again, now=soon(14))

    assert appointments.book_by_staff(**again, now=soon(15)).state == State.BOOKED


def test_a_move_is_undone_with_all_that_it_changed() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    visit = book_online(clinic, days=3)
    appointments.confirm_attendance(appointment=visit, now=soon(1))
    visit.refresh_from_db()
    names = [field.attname for field in Appointment._meta.concrete_fields if field.attname != "version"]
    before = {name: getattr(visit, name) for name in names}
    moved = move(visit, "10:00", day=THURSDAY, therapist_id=clinic.therapists[1].pk)

    restored = undo(moved)

    restored.refresh_from_db()
    assert {name: getattr(restored, name) for name in names} == before
    assert (moved.version, restored.version, FormerPlace.objects.count()) == (2, 3, 0)
    assert taken_by(restored) == [("14:30", "15:45")]
    assert list(find_drift(now=soon(6))) == []
    assert [event.verb for event in visit.events.all()] == ["keep", "book", "say coming", "move", "undo move"]


def test_what_was_undone_before_its_mail_went_out_is_not_told() -> None:
    visit = move(book_online(make_clinic(), days=3), "10:00", day=THURSDAY)

    undo(visit)

    assert said(visit) == [("booked", "suppressed", 1), ("moved", "suppressed", 2), ("restored", "queued", 3)]
    waiting = Message.objects.filter(appointment=visit, kind="reminder", state="queued", version=3)
    assert waiting.count() == 2


def test_a_move_without_a_word_is_undone_without_a_word() -> None:
    visit = move(book_online(make_clinic(), days=3), "10:00", day=THURSDAY, by=STAFF, tell_client=False)
    planned = sorted(Message.objects.filter(kind="reminder", version=1).values_list("due_at", "state"))

    restored = undo(visit, by=STAFF)

    assert (restored.version, said(visit)) == (1, [("booked", "queued", 1)])
    due = Message.objects.filter(kind="reminder", state="queued").values_list("due_at", flat=True)
    assert len(planned) == 4
    assert sorted(due) == [at("11:30", day=TODAY + timedelta(days=2)), at("11:30", day=THURSDAY)]


def test_undoing_twice_is_undoing_once() -> None:
    visit = undo(move(book_online(make_clinic()), "11:00"))

    again = undo(visit, minutes=7)

    assert (again.version, again.starts_at) == (3, at("14:30"))


def test_after_ten_minutes_a_move_stands() -> None:
    visit = move(book_online(make_clinic()), "11:00")

    with pytest.raises(appointments.TooLate, match="has passed"):
        undo(visit, minutes=15)

    assert Appointment.objects.get().starts_at == at("11:00")


def test_what_was_never_moved_has_nothing_to_undo() -> None:
    with pytest.raises(appointments.TooLate):
        undo(book_online(make_clinic()))


def test_a_second_move_frees_the_first_place_and_undo_leads_to_the_second() -> None:
    clinic = make_clinic()
    visit = move(move(book_online(clinic), "11:00"), "13:00", minutes=6)
    spans = taken_by(visit)

    restored = undo(visit, minutes=7)

    assert spans == [("11:00", "12:15"), ("13:00", "14:15")]
    assert (restored.starts_at, taken_by(restored)) == (at("11:00"), [("11:00", "12:15")])
    assert list(find_drift(now=soon(7))) == []


def test_a_visit_is_moved_by_hand_to_where_it_was() -> None:
    visit = move(move(book_online(make_clinic()), "14:45"), "14:30", minutes=6)

    assert (visit.starts_at, visit.version, taken_by(visit)) == (at("14:30"), 3, [("14:30", "16:00")])
    assert undo(visit, minutes=7).starts_at == at("14:45")


def test_a_cancelling_frees_the_former_place_and_its_undo_leads_to_the_new_one() -> None:
    visit = move(book_online(make_clinic()), "11:00")
    appointments.cancel(appointment=visit, by=CLIENT, now=soon(6))
    spans = taken_by(visit)

    with pytest.raises(appointments.NotAllowed):
        undo(visit, minutes=7)
    restored = appointments.undo_cancel(appointment=visit, by=CLIENT, now=soon(8))

    assert spans == [("11:00", "12:15")]
    assert (restored.state, restored.starts_at) == (State.BOOKED, at("11:00"))
    assert list(find_drift(now=soon(8))) == []


def test_a_step_of_staff_ends_the_time_to_undo() -> None:
    visit = move(book_online(make_clinic()), "09:00", by=STAFF)
    appointments.change_state(appointment=visit, target=State.ARRIVED, by=STAFF, now=soon(6))

    with pytest.raises(appointments.NotAllowed):
        undo(visit, by=STAFF, minutes=7)

    assert taken_by(visit) == [("09:00", "10:15")]
    assert list(find_drift(now=soon(7))) == []


def test_a_client_does_not_undo_what_staff_have_moved() -> None:
    visit = move(book_online(make_clinic()), "11:00", by=STAFF)

    with pytest.raises(appointments.NotAllowed, match="moved this visit ourselves"):
        undo(visit)

    assert undo(visit, by=STAFF).starts_at == at("14:30")


@pytest.mark.parametrize(("start", "target"), [("09:00", "14:30"), ("14:30", "09:00")])
def test_the_time_to_undo_ends_where_the_earlier_of_the_two_places_begins(start: str, target: str) -> None:
    clinic = make_clinic()
    ClinicPolicy.objects.update(notice_minutes=0)
    visit = book_online(clinic, start)

    move(visit, target, by=STAFF, now=at("08:55"))

    assert FormerPlace.objects.get().kept_until == at("09:00")


def test_a_late_visit_that_staff_have_dragged_is_put_back_though_its_start_has_passed() -> None:
    visit = move(book_online(make_clinic(), "10:00"), "14:30", by=STAFF, now=at("10:05"))

    restored = appointments.undo_move(appointment=visit, by=STAFF, now=at("10:10"))

    assert (restored.starts_at, taken_by(restored)) == (at("10:00"), [("10:00", "11:15")])


def test_a_move_of_a_visit_that_is_elsewhere_by_now_is_refused() -> None:
    visit = move(book_online(make_clinic()), "11:00", by=STAFF)

    with pytest.raises(appointments.ChangedMeanwhile):
        move(visit, "12:00", minutes=6, seen_start=at("14:30"))

    assert move(visit, "12:00", minutes=6, seen_start=at("11:00")).starts_at == at("12:00")


def test_a_request_whose_time_ran_out_meanwhile_gets_new_time_when_its_move_is_undone() -> None:
    visit = book_online(make_clinic(), answers=WITH_A_NOTE)
    assert visit.deadline_at is not None
    late = visit.deadline_at - timedelta(minutes=1)
    moved = move(visit, "10:00", day=THURSDAY, now=late)

    restored = appointments.undo_move(appointment=moved, by=CLIENT, now=late + timedelta(minutes=5))

    assert restored.deadline_at == at("14:30")
    assert appointments.expire_overdue(now=late + timedelta(minutes=5)) == 0


def test_a_request_that_runs_out_gives_both_places_back() -> None:
    visit = book_online(make_clinic(), answers=WITH_A_NOTE)
    visit = move(visit, "15:00")
    assert visit.deadline_at is not None
    Appointment.objects.update(deadline_at=soon(10))

    appointments.expire_overdue(now=soon(10))

    assert (Claim.objects.count(), FormerPlace.objects.count()) == (0, 0)
    assert list(find_drift(now=soon(10))) == []


def test_check_claims_finds_a_former_place_that_nobody_claims_and_claims_of_none() -> None:
    visit = move(book_online(make_clinic()), "11:00")
    former = FormerPlace.objects.get()
    extra = Claim.objects.filter(appointment=visit, cell__gte=int(at("14:30").timestamp()) // 300)
    lost = list(extra.values())
    extra.delete()
    missing = list(find_drift(now=soon(6)))
    Claim.objects.bulk_create(Claim(**row) for row in lost)
    former.delete()

    left_over = list(find_drift(now=soon(6)))

    assert missing == [f"Visit {visit.reference}: 42 claims missing, 0 too many."]
    assert left_over == [f"Visit {visit.reference}: 0 claims missing, 42 too many."]


def test_a_visit_that_needs_a_new_time_needs_it_again_when_its_move_is_undone() -> None:
    clinic = make_clinic()
    visit = book_online(clinic)
    take_off(clinic.therapists[0], starts_at=at("14:00"), ends_at=at("17:00"))
    stranded = rows_of(visit)
    moved = move(visit, "11:00", day=NEXT_WEEK)
    after = rows_of(visit)

    undo(moved)

    assert (stranded, after, rows_of(visit)) == (["open"], ["ended"], ["ended", "open"])
    assert free_until(moved, policy=ClinicPolicy.current()) == at(
        "11:00", day=NEXT_WEEK - timedelta(days=1)
    )  # nobody is late for the clinic's sake


def rows_of(visit: Appointment) -> list[str]:
    rows = Stranding.objects.filter(appointment=visit).order_by("pk")
    return ["ended" if row.ended_at else "open" for row in rows]
