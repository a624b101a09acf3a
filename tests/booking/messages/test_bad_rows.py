"""A row that nobody can judge or write is set aside as failed, and the good one behind it goes out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.template import TemplateSyntaxError
from django.template.loader import render_to_string
from pytest_django import Settings

from booking.intake.stops import is_stopped
from booking.messages import content, outbox, reasons, rereading
from booking.models import Appointment, Client, Intake, Message
from services.models import Location
from tests.booking.messages.factories import make_location, make_message, make_policy, make_visit
from tests.cast import NOW, make_client, make_intake, soon
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

Kind = Message.Kind
Make = Callable[[pytest.MonkeyPatch], Message]


def bad(**fields: Any) -> Message:
    return make_message(key=f"bad-{Message.objects.count()}", **({"visit": make_visit()} | fields))


def unknown_kind(_: pytest.MonkeyPatch) -> Message:
    return bad(kind="greeted")


def no_kind(_: pytest.MonkeyPatch) -> Message:
    return bad(kind="")


def no_visit(_: pytest.MonkeyPatch) -> Message:
    return bad(visit=None, kind=Kind.BOOKED)


def no_case(_: pytest.MonkeyPatch) -> Message:
    return bad(visit=None, kind=Kind.CASE_OPENED)


def case_mail_about_a_visit(_: pytest.MonkeyPatch) -> Message:
    return bad(kind=Kind.CASE_OPENED)


def no_location(_: pytest.MonkeyPatch) -> Message:
    return bad(visit=None, kind=Kind.DAY_LIST, on_date=NOW.date())


def no_day(_: pytest.MonkeyPatch) -> Message:
    return bad(visit=None, kind=Kind.DAY_LIST, location=make_location())


def place_with_an_unknown_zone(_: pytest.MonkeyPatch) -> Message:
    place = Location.objects.create(name="Atlantis", address="-", phone="-", time_zone="Europe/Dublin")
    Location.objects.filter(pk=place.pk).update(time_zone="Sea/Atlantis")
    place.refresh_from_db()
    return bad(visit=None, kind=Kind.DAY_LIST, location=place, on_date=NOW.date())


def visit_with_an_unknown_zone(_: pytest.MonkeyPatch) -> Message:
    visit = make_visit()
    Appointment.objects.filter(pk=visit.pk).update(time_zone="Sea/Atlantis")
    return bad(visit=visit, kind=Kind.BOOKED)


def reminder_with_a_broken_zone(_: pytest.MonkeyPatch) -> Message:
    visit = make_visit()
    Appointment.objects.filter(pk=visit.pk).update(time_zone="../../etc/passwd")
    return bad(visit=visit, kind=Kind.REMINDER)


def text_that_nobody_can_decrypt(_: pytest.MonkeyPatch) -> Message:
    person: Client = make_client()
    intake: Intake = make_intake(client=person)
    visit = make_visit(client=person, intake=intake)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_intake SET answers = %s WHERE id = %s", ["not a token", intake.pk])
    return bad(visit=visit)


def template_that_breaks(monkeypatch: pytest.MonkeyPatch) -> Message:
    visit = make_visit()
    message = bad(visit=visit)

    def fail_for_one(name: str, context: dict[str, Any]) -> str:
        if visit.reference in str(context["letter"].facts):
            raise TemplateSyntaxError("unclosed tag")
        return render_to_string(name, context)

    monkeypatch.setattr(content, "render_to_string", fail_for_one)
    return message


def words_that_recurse_for_ever(monkeypatch: pytest.MonkeyPatch) -> Message:
    visit = make_visit()
    write = content.write_visit_mail

    def fail_for_one(*, visit: Appointment, **others: Any) -> Any:
        if visit.pk == message.appointment_id:
            raise RecursionError
        return write(visit=visit, **others)

    message = bad(visit=visit)
    monkeypatch.setattr(content, "write_visit_mail", fail_for_one)
    return message


UNJUDGED = ("failed", reasons.NOT_JUDGED)
UNWRITTEN = ("failed", reasons.NOT_WRITTEN)
SORTS: dict[Make, tuple[str, str]] = {
    unknown_kind: UNJUDGED,
    no_kind: UNJUDGED,
    no_visit: UNJUDGED,
    no_case: UNJUDGED,
    case_mail_about_a_visit: UNJUDGED,
    no_location: UNJUDGED,
    no_day: UNJUDGED,
    place_with_an_unknown_zone: UNJUDGED,
    visit_with_an_unknown_zone: UNJUDGED,
    reminder_with_a_broken_zone: UNJUDGED,
    text_that_nobody_can_decrypt: UNJUDGED,
    template_that_breaks: UNWRITTEN,
    words_that_recurse_for_ever: UNWRITTEN,
}
ADDRESSES = (
    "a" * 300 + "@example.com",
    "nobody",
    "@",
    "niamh@example.com, all@example.com",
    "niamh@example.com\r\nBcc: all@example.com",
    "müller@example.com",
    "niamh@exam ple.com",
    "niamh@" + "x" * 70 + ".example",
    "\x00",
)


@pytest.mark.parametrize("make", SORTS, ids=lambda make: make.__name__)
def test_a_bad_row_is_set_aside_and_the_good_one_behind_it_goes_out(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_policy()
    row = make(monkeypatch)
    good = make_message(visit=make_visit(), key="good")

    sweep = outbox.send_due(ask_gate=is_stopped, now=NOW)

    row.refresh_from_db()
    good.refresh_from_db()
    assert ((row.state, row.reason), (good.state, good.reason)) == (SORTS[make], ("sent", ""))
    assert (str(sweep), len(mail.outbox), row.lease_token) == ("2 due: 1 failed, 1 sent", 1, "")


def test_all_bad_rows_at_once_stop_neither_this_sweep_nor_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    make_policy()
    rows = [make(monkeypatch) for make in SORTS]
    good = make_message(visit=make_visit(), key="good")
    later = make_message(visit=make_visit(), key="later", due_at=soon(1))

    first = outbox.send_due(ask_gate=is_stopped, now=NOW)
    second = outbox.send_due(ask_gate=is_stopped, now=soon(1))

    assert (str(first), str(second)) == (f"{len(rows) + 1} due: {len(rows)} failed, 1 sent", "1 due: 1 sent")
    assert list(Message.objects.filter(pk__in=[good.pk, later.pk]).values_list("state", flat=True)) == ["sent"] * 2


@pytest.mark.parametrize("transport", ["smtp", "files"])
def test_an_address_that_no_server_takes_fails_alone(
    transport: str, sink: Sink, settings: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever carries the mails. The visit's address is what is written to, so that is where it stands."""
    if transport == "files":
        settings.EMAIL_BACKEND = "booking.messages.file_backend.EmailBackend"
        settings.EMAIL_FILE_PATH = str(tmp_path)
    make_policy()
    look = rereading.look_again
    rows = {bad(visit=make_visit(reference=f"R{number}")).pk: text for number, text in enumerate(ADDRESSES)}
    good = make_message(visit=make_visit(), key="good")

    def look_with_bad_address(message: Message, **others: Any) -> rereading.Judged:
        judged = look(message, **others)
        if message.pk in rows and judged.visit is not None:
            judged.visit.booker_email = rows[message.pk]
        return judged

    monkeypatch.setattr("booking.messages.sweep.look_again", look_with_bad_address)
    outbox.send_due(ask_gate=is_stopped, now=NOW)

    found = dict(Message.objects.filter(pk__in=rows).values_list("pk", "state"))
    good.refresh_from_db()
    assert (set(found.values()), good.state) == ({"failed"}, "sent")


def test_a_row_of_an_unknown_state_is_set_aside_by_the_minutes_sweep() -> None:
    row = bad()
    Message.objects.filter(pk=row.pk).update(state="dreaming")

    outbox.set_strangers_aside()

    row.refresh_from_db()
    assert (row.state, row.reason) == UNJUDGED


def test_a_database_that_is_busy_costs_the_row_a_minute_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    make_policy()
    first, second = make_message(visit=make_visit(), key="a"), make_message(visit=make_visit(), key="b")
    look = rereading.look_again

    def be_busy_once(message: Message, **others: Any) -> rereading.Judged:
        if message.pk == first.pk:
            raise OperationalError("deadlock detected")
        return look(message, **others)

    monkeypatch.setattr("booking.messages.sweep.look_again", be_busy_once)
    outbox.send_due(ask_gate=is_stopped, now=NOW)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.reason, first.next_try_at) == ("deferred", reasons.DATABASE_BUSY, soon(1))
    assert second.state == "sent"


def test_one_place_with_an_unknown_zone_costs_the_others_no_list() -> None:
    make_policy()
    make_visit(starts_at=NOW + timedelta(hours=2))
    bad_place = Location.objects.create(name="Atlantis", address="-", phone="-", time_zone="Europe/Dublin")
    Location.objects.filter(pk=bad_place.pk).update(time_zone="Sea/Atlantis")

    assert outbox.queue_day_lists(now=NOW) == 1
