"""The set-up changes in another process between any two steps: who goes on is refused, and nothing is booked on old facts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client as Browser

from booking.models import Appointment, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, Details, Refused
from services import facts, locks
from services.facts import current, reading_once
from services.stamp import read_stamp
from tests.cast import NOW, STAFF, TODAY, Clinic, at, book, make_clinic, make_draft
from tests.processes import Crew

CHANGES = {
    "hours": "DELETE FROM services_workinghours",
    "who leaves": "UPDATE services_therapist SET is_active = false",
    "skills": "DELETE FROM services_therapist_treatments",
    "treatment": "UPDATE services_treatment SET is_active = false",
    "place": "UPDATE services_location SET is_active = false",
    "rooms": "UPDATE services_room SET is_active = false",
}
Step = Callable[[], object]


def change(*, statement: str) -> None:
    """In a process of its own: what no code of ours hears of."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def clinic_of_one(transactional_db: Any, time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)
    return make_clinic()


def keep(clinic: Clinic) -> Step:
    draft = make_draft(clinic=clinic)
    return lambda: appointments.keep_start(
        draft=draft, starts_at=at("10:00"), therapist_id=clinic.therapists[0].pk, address="10.0.0.1", now=NOW
    )


def want_unkept(clinic: Clinic) -> Step:
    draft = make_draft(clinic=clinic)
    return lambda: appointments.want_unkept(
        draft=draft, starts_at=at("10:00"), therapist_id=clinic.therapists[0].pk, now=NOW
    )


def book_what_is_kept(clinic: Clinic) -> Step:
    draft = make_draft(clinic=clinic)
    appointments.keep_start(
        draft=draft, starts_at=at("10:00"), therapist_id=clinic.therapists[0].pk, address="10.0.0.1", now=NOW
    )
    details = Details(name="Niamh", booker_name="Niamh", booker_email="niamh@example.com")
    return lambda: appointments.book(draft=draft, details=details, key=draft.pk, now=NOW)


def book_by_phone(clinic: Clinic) -> Step:
    return lambda: book(clinic, "10:00")


def move_by_link(clinic: Clinic) -> Step:
    visit = book(clinic, at("12:00", day=TODAY.replace(day=27)))
    return lambda: appointments.move(
        appointment=visit, starts_at=at("10:00", day=TODAY.replace(day=27)), therapist_id=None, by=CLIENT, now=NOW
    )


def drag(clinic: Clinic) -> Step:
    visit = book(clinic, "12:00")
    return lambda: appointments.move(
        appointment=visit, starts_at=at("10:00"), therapist_id=clinic.therapists[0].pk, by=STAFF, now=NOW
    )


# What each step still does, because a visit that is booked keeps its treatment.
STEPS: dict[str, tuple[Callable[[Clinic], Step], set[str]]] = {
    "keep": (keep, set()),
    "want unkept": (want_unkept, set()),
    "book": (book_what_is_kept, set()),
    "by phone": (book_by_phone, set()),
    "move": (move_by_link, {"treatment"}),
    "drag": (drag, {"treatment"}),
}


def places() -> list[tuple[Any, ...]]:
    return sorted(Appointment.objects.values_list("pk", "state", "starts_at", "busy_until"))


@pytest.mark.parametrize("name", STEPS)
def test_a_request_that_has_read_before_the_change_is_refused(name: str, crew: Crew, clinic_of_one: Clinic) -> None:
    prepare, allowed = STEPS[name]
    going_on = prepare(clinic_of_one)
    found = {}

    for what, statement in CHANGES.items():
        with as_it_was(), reading_once():
            current()
            (done,) = crew.run(change, [{"statement": statement}])
            assert done.error is None, done.traceback
            before = places()
            try:
                going_on()
            except Refused as refused:
                found[what] = bool(str(refused)) and places() == before

    assert found == dict.fromkeys(set(CHANGES) - allowed, True)


@contextmanager
def as_it_was() -> Iterator[None]:
    """Afterwards the set-up is put back; what was booked stays."""
    tables = [statement.split()[2] if "DELETE" in statement else statement.split()[1] for statement in CHANGES.values()]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS kept_{table} AS SELECT * FROM {table}")
    yield
    with connection.cursor() as cursor:
        for table in tables:
            if table in ("services_workinghours", "services_therapist_treatments"):
                cursor.execute(f"DELETE FROM {table}")
                cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
            else:
                cursor.execute(f"UPDATE {table} SET is_active = true")
            cursor.execute(f"DROP TABLE kept_{table}")


def test_a_page_shows_the_change_of_another_process_at_once(crew: Crew, clinic_of_one: Clinic) -> None:
    query: dict[str, Any] = {
        "treatment": "swedish",
        "minutes": 60,
        "from": TODAY.isoformat(),
        "days": 1,
        "therapist": "any",
    }
    before = len(Browser().get("/api/v1/starts", query).json()["starts"])

    crew.run(change, [{"statement": CHANGES["hours"]}])

    assert (before > 0, Browser().get("/api/v1/starts", query).json()["starts"]) == (True, [])


def test_facts_that_are_stale_are_refused_at_the_commit(crew: Crew, clinic_of_one: Clinic) -> None:
    with reading_once():
        stale = current()
        crew.run(change, [{"statement": CHANGES["hours"]}])
        facts._held = stale  # planted: this process and this request both hold them
        with pytest.raises(Refused):
            book(clinic_of_one, "10:00")

    assert places() == []


def test_without_asking_for_the_stamp_they_would_be_booked_on(
    crew: Crew, clinic_of_one: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control of the test above: it is the stamp that refuses."""
    stale = current()
    crew.run(change, [{"statement": CHANGES["hours"]}])
    monkeypatch.setattr(facts, "read_stamp", lambda: stale.stamp)

    visit = book(clinic_of_one, "10:00")

    assert visit.state == State.BOOKED


def test_without_asking_again_under_the_locks_they_would_be_booked_on(
    crew: Crew, clinic_of_one: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: what a request has read once is not enough."""
    monkeypatch.setattr(facts, "forget", lambda: None)
    monkeypatch.setattr(locks, "forget", lambda: None)

    with reading_once():
        current()
        crew.run(change, [{"statement": CHANGES["hours"]}])
        visit = book(clinic_of_one, "10:00")

    assert visit.state == State.BOOKED


def test_a_turnover_that_changes_while_somebody_books_counts(crew: Crew, clinic_of_one: Clinic) -> None:
    going_on = book_by_phone(clinic_of_one)

    with reading_once():
        current()
        crew.run(change, [{"statement": "UPDATE services_treatment SET turnover_minutes = 45"}])
        going_on()

    (visit,) = Appointment.objects.all()
    assert (visit.busy_until - visit.ends_at).seconds == 45 * 60


def test_two_who_change_the_set_up_do_not_wait_for_each_others_stamp(clinic_of_one: Clinic, engine: str) -> None:
    """On SQLite one of them writes at a time, whatever they write."""
    before = read_stamp()
    other = connections.create_connection("default")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE services_room SET name = 'Blue'")
            if engine == "postgresql":
                with other.cursor() as second:
                    second.execute("SET lock_timeout = '2s'")
                    second.execute("UPDATE services_therapist SET name = 'Ana'")
            meanwhile = read_stamp()
        both = read_stamp()
        with other.cursor() as second:
            second.execute("UPDATE services_therapist SET name = 'Ana Ruiz'")
    finally:
        other.close()

    assert (meanwhile == both, len({before, both, read_stamp()})) == (True, 3)
    assert list(current().names(type(clinic_of_one.therapists[0])).values()) == ["Ana Ruiz"]
