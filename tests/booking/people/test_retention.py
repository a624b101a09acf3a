"""What is kept no longer than the register says: by a test clock over nine years. On both engines."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction

from booking import tasks
from booking.cases import follow_up
from booking.models import (
    Appointment,
    Case,
    Claim,
    Client,
    Draft,
    Heartbeat,
    Intake,
    Message,
    Note,
    Origin,
    RetentionRun,
    SearchKey,
    State,
    Submission,
)
from booking.notes.content import Content
from booking.notes.granting import grant_reading
from booking.notes.writing import add_to_note, save_note, sign_note
from booking.people import retention
from booking.people.register import BOOKS, HEALTH, MAILS, STAFF, TRAIL, UNBOOKED
from booking.people.retention import forget_by_night, next_due, years_before
from clinic.models import AuditEntry
from clinic.record.audit import write_entry
from services.models import ClinicPolicy, TimeOff
from services.sealed import drop_seals, make_seals, missing_seals
from tests.booking.web.visitors import make_visit
from tests.cast import DOCTOR_FIRST, NOW, Clinic, at, make_client, make_intake

pytestmark = pytest.mark.django_db

MAIL = {"kind": Message.Kind.BOOKED, "recipient": "niamh@example.com", "due_at": NOW, "next_try_at": NOW}


def in_years(years: int, *, days: int = 0) -> datetime:
    return NOW.replace(year=NOW.year + years) + timedelta(days=days)


def make_past_visit(clinic: Clinic, start: str = "10:00") -> Appointment:
    """Over since today, with answers; what the minute's sweep takes away is gone."""
    visit = make_visit(clinic, starts_at=at(start))
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED, access_needs="a step-free room")
    for model in (Message, Draft, Submission, Origin, Claim):
        model._default_manager.all().delete()
    visit.refresh_from_db()
    return visit


def make_mail(key: str, visit: Appointment | None = None, **fields: Any) -> Message:
    wanted = {**MAIL, "state": "sent", "created_at": NOW, "dedupe_key": key, "message_id": f"<{key}@clinic.test>"}
    return Message.objects.create(**wanted | {"appointment": visit} | fields)


def erase_night(when: datetime) -> dict[str, int]:
    assert forget_by_night(night=when, now=when)
    run = RetentionRun.objects.filter(night_at=when).first()
    return dict(run.counts) if run else {}


def test_nine_years_of_a_clinic(clinic: Clinic) -> None:
    visit = make_past_visit(clinic)
    unbooked = make_intake(answers=DOCTOR_FIRST)
    make_mail("one", visit)
    boss = User.objects.create_user("boss", last_login=NOW)
    write_entry(by=boss, verb="view", object_type="client", object_id=visit.client_id or 0, now=NOW)
    kind = ContentType.objects.get_for_model(Client)
    LogEntry.objects.create(user=boss, content_type=kind, object_id="1", object_repr="Niamh", action_flag=2)

    keys = SearchKey.objects.count()
    counts = {(years, days): erase_night(in_years(years, days=days)) for years in range(1, 10) for days in (-1, 1)}

    assert {when: found for when, found in counts.items() if found} == {
        (1, 1): {"booking.Intake": 1, "booking.Decision": 1, "booking.Case": 1, "booking.CaseEvent": 1}
        | {"booking.Message": 1},
        (3, 1): {"clinic.AuditEntry": 1, "admin.LogEntry": 1, "auth.User": 1},
        (8, 1): {"booking.Intake": 1, "booking.Decision": 1, "booking.Appointment": 1, "booking.Client": 1}
        | {"booking.AppointmentEvent": visit.events.count() - 1, "booking.SearchKey": keys},
    }
    assert not Intake.objects.filter(pk=unbooked.pk).exists()
    person = Client.objects.get()
    assert (person.name, person.email, person.erased_at) == ("Erased", "", in_years(8, days=1))
    visit.refresh_from_db()
    assert (visit.booker_name, visit.access_needs, visit.intake, visit.state) == ("", "", None, State.COMPLETED)
    assert visit.events.latest("id").verb == "erase"


def test_nothing_is_erased_before_an_owner_has_confirmed(clinic: Clinic) -> None:
    make_past_visit(clinic)
    ClinicPolicy.objects.update(keep_confirmed_at=None)

    erase_night(in_years(9))

    assert (Client.objects.get().erased_at, Intake.objects.count(), RetentionRun.objects.count()) == (None, 1, 0)


def test_the_first_night_is_the_one_after_the_owner_s_press(clinic: Clinic) -> None:
    make_past_visit(clinic)
    ClinicPolicy.objects.update(keep_confirmed_at=in_years(9))

    before = erase_night(in_years(9) - timedelta(hours=5))
    after = erase_night(in_years(9, days=1))

    assert (before, after["booking.Client"]) == ({}, 1)


def test_the_periods_are_those_of_the_clinic(clinic: Clinic) -> None:
    """Health answers sooner than the books: the name stays with these."""
    visit = make_past_visit(clinic)
    ClinicPolicy.objects.update(keep_health_years=2, keep_receipts_years=10)

    first, second = erase_night(in_years(2, days=1)), erase_night(in_years(10, days=1))

    assert (first["booking.Intake"], "booking.Client" in first) == (1, False)
    visit.refresh_from_db()
    assert (visit.access_needs, visit.intake, second["booking.Client"]) == ("", None, 1)


def test_whoever_left_no_health_answers_goes_with_the_books(clinic: Clinic) -> None:
    make_visit(clinic, starts_at=at("10:00"))
    Appointment.objects.update(intake=None)
    Intake.objects.all().delete()

    counts = erase_night(in_years(7, days=1))

    assert counts["booking.Client"] == 1


@pytest.mark.parametrize("later", ["visit", "safety check", "case"])
def test_whoever_came_back_is_kept_from_then_on(clinic: Clinic, later: str) -> None:
    visit = make_past_visit(clinic)
    assert visit.client is not None
    if later == "visit":
        Appointment.objects.create(
            client=visit.client,
            state=State.COMPLETED,
            treatment=visit.treatment,
            minutes=60,
            therapist=visit.therapist,
            location=visit.location,
            starts_at=in_years(5),
            ends_at=in_years(5) + timedelta(hours=1),
            busy_until=in_years(5) + timedelta(hours=1),
            price=60,
            created_at=in_years(5),
        )
    elif later == "safety check":
        make_intake(client=visit.client, now=in_years(5))
    else:
        follow_up.ask_about_data(kind=Case.Kind.SEND_DATA, appointment=visit, now=in_years(5))

    early, late = erase_night(in_years(9)), erase_night(in_years(13, days=1))

    assert ("booking.Client" in early, late["booking.Client"]) == (False, 1)


def test_a_check_of_nobody_stays_while_something_happens_about_it(clinic: Clinic) -> None:
    asked = make_intake(answers=DOCTOR_FIRST)
    followed = make_intake(answers=DOCTOR_FIRST, previous=asked, now=NOW + timedelta(1))
    called = Case.objects.get(intake=followed)
    follow_up.record_event(case=called, verb="called", by=None, now=in_years(1), note="Rang twice")

    early, late = erase_night(in_years(1, days=10)), erase_night(in_years(2, days=1))

    assert (early, late["booking.Intake"], late["booking.Case"], Case.objects.count()) == ({}, 2, 2, 0)


def test_what_somebody_answered_before_they_were_known_stays_with_them(clinic: Clinic) -> None:
    visit = make_past_visit(clinic)
    first = make_intake()
    second = make_intake(previous=first)
    Intake.objects.filter(client=visit.client).update(previous=second)

    erase_night(in_years(2))

    assert Intake.objects.count() == 3


def test_a_visit_that_nobody_confirmed_keeps_no_answers(clinic: Clinic) -> None:
    visit = make_past_visit(clinic)
    Intake.objects.update(client=None)
    Appointment.objects.update(client=None, state=State.EXPIRED)

    counts = erase_night(in_years(1, days=1))

    visit.refresh_from_db()
    assert (counts["booking.Intake"], visit.intake, visit.access_needs) == (1, None, "")


def test_an_email_that_still_waits_is_left(clinic: Clinic) -> None:
    make_mail("waits", make_past_visit(clinic), state="queued")

    assert erase_night(in_years(1, days=1)) == {}


def test_why_somebody_was_away_goes_and_that_they_were_stays(clinic: Clinic) -> None:
    TimeOff.objects.create(therapist=clinic.therapists[0], starts_at=at("09:00"), ends_at=at("10:00"), reason="Flu")

    counts = erase_night(in_years(3, days=1))

    assert (counts, TimeOff.objects.get().reason) == ({"services.TimeOff": 1}, "")
    assert erase_night(in_years(3, days=2)) == {}


def test_the_trail_is_guarded_again_after_the_night(clinic: Clinic) -> None:
    make_seals()
    try:
        for age in (NOW, in_years(4)):
            write_entry(by=None, verb="view", object_type="client", object_id=1, now=age)

        counts = erase_night(in_years(3, days=1))

        assert (counts, AuditEntry.objects.get().at) == ({"clinic.AuditEntry": 1}, in_years(4))
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            AuditEntry.objects.all().delete()
    finally:
        drop_seals()


def test_notes_go_with_the_health_answers_and_those_of_others_stay_closed(clinic: Clinic) -> None:
    """Signed and added to, or begun and left; who was let in goes with them."""
    ana = User.objects.create_user("ana", last_login=NOW).pk
    old, begun = make_past_visit(clinic), make_past_visit(clinic, start="12:00")
    newer, end = make_past_visit(clinic, start="14:00"), in_years(4) + timedelta(hours=1)
    Appointment.objects.filter(pk=newer.pk).update(starts_at=in_years(4), ends_at=end, busy_until=end)
    for visit in (old, newer):
        note = sign_note(appointment=visit, content=Content(next="Same"), seen=0, by_id=ana, now=NOW)
        add_to_note(note=note, text="More", by_id=ana, now=NOW)
        assert visit.client is not None
        grant_reading(client=visit.client, reader_id=ana, reason="Ill", until=in_years(1), by_id=ana, now=NOW)
    save_note(appointment=begun, content=Content(found="Sore"), seen=0, by_id=ana, now=NOW)
    make_seals()
    try:
        counts = erase_night(in_years(8, days=1))

        gone = {name: counts[f"booking.{name}"] for name in ("Note", "NoteAddition", "NoteGrant")}
        assert gone == {"Note": 2, "NoteAddition": 1, "NoteGrant": 1}
        assert [note.appointment_id for note in Note.objects.all()] == [newer.pk]
        assert missing_seals() == set()
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Note.objects.update(version=9)
    finally:
        drop_seals()


def test_a_night_is_done_in_batches_and_goes_on_where_it_was(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PEOPLE_AT_ONCE", 2)
    for number in range(5):
        Client.objects.create(name=f"Client {number}", created_at=NOW)
    night, ticks = in_years(8, days=1), iter([0.0, 99.0, 100.0, 101.0])

    keys = SearchKey.objects.count()
    is_done = forget_by_night(night=night, now=night, clock=lambda: next(ticks))
    after_one = Client.objects.exclude(erased_at=None).count()
    erase_night(night)

    assert (is_done, after_one) == (False, 2)
    run = RetentionRun.objects.get()
    assert (run.counts, run.started_at, run.finished_at) == (
        {"booking.Client": 5, "booking.SearchKey": keys},
        night,
        night,
    )


def test_a_night_that_is_done_twice_is_done_once(clinic: Clinic) -> None:
    make_past_visit(clinic)
    night = in_years(8, days=1)

    assert (erase_night(night), erase_night(night)["booking.Client"], RetentionRun.objects.count()) == (
        erase_night(night),
        1,
        1,
    )


def test_who_cannot_be_erased_keeps_nobody_else(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = make_client("Aoife"), make_client("Brigid")
    from booking.people.erasing import erase_client as erase

    def fail_for_the_first(*, client: Client, **more: Any) -> Any:
        if client.pk == first.pk:
            raise ValueError("Aoife is broken")
        return erase(client=client, **more)

    monkeypatch.setattr(retention, "erase_client", fail_for_the_first)

    keys = SearchKey.objects.filter(client=second).count()
    with caplog.at_level(logging.INFO):
        counts = erase_night(in_years(8, days=1))

    assert counts == {"booking.Client": 1, "booking.SearchKey": keys, "not done": 1}
    second.refresh_from_db()
    assert second.name == "Erased"
    assert (
        f"personal data that was over has been erased: booking.Client 1, booking.SearchKey {keys}, not done 1"
        in caplog.messages
    )


def test_whoever_has_a_visit_to_come_is_left(clinic: Clinic) -> None:
    """The oldest client who booked for the day of the night itself."""
    visit = make_past_visit(clinic)
    night = in_years(8, days=1)
    Appointment.objects.filter(pk=visit.pk).update(
        state=State.BOOKED, starts_at=night, ends_at=night + timedelta(hours=1), busy_until=night + timedelta(hours=1)
    )

    assert erase_night(night) == {}


def test_the_minute_s_sweep_does_it_and_catches_a_night_up(clinic: Clinic, time_machine: Any) -> None:
    make_past_visit(clinic)
    Heartbeat.objects.all().delete()
    time_machine.move_to(in_years(8, days=2).replace(hour=14), tick=False)

    tasks.sweep()

    run = RetentionRun.objects.get()
    assert (run.night_at, run.counts["booking.Client"]) == (in_years(8, days=2).replace(hour=3), 1)
    tasks.sweep()
    assert RetentionRun.objects.count() == 1


def test_what_comes_next_is_said_for_each_period(clinic: Clinic) -> None:
    visit = make_past_visit(clinic)
    make_intake(now=NOW - timedelta(days=30))
    make_mail("one", visit)
    policy = ClinicPolicy.current()

    found = {keep.key: next_due(keep, policy=policy) for keep in (HEALTH, BOOKS, UNBOOKED, MAILS, TRAIL, STAFF)}

    day = NOW.date()
    assert found == {
        "health": day.replace(year=day.year + 8),
        "books": day.replace(year=day.year + 8),
        "unbooked": (day - timedelta(days=30)).replace(year=day.year + 1),
        "mails": day.replace(year=day.year + 1),
        "trail": None,
        "staff": None,
    }


def test_a_name_without_health_answers_is_due_with_the_books(clinic: Clinic) -> None:
    make_past_visit(clinic)
    Client.objects.create(name="Cian", created_at=NOW)

    assert next_due(BOOKS, policy=ClinicPolicy.current()) == NOW.date().replace(year=NOW.year + 7)


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [("2032-02-29", 1, "2031-02-28"), ("2032-02-29", 4, "2028-02-29"), ("2026-11-23", 8, "2018-11-23")],
)
def test_years_are_those_of_the_calendar(day: str, years: int, expected: str) -> None:
    assert years_before(datetime.fromisoformat(day), years) == datetime.fromisoformat(expected)
