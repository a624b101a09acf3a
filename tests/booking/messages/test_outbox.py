"""What is queued, withdrawn and planned when a visit changes. On both engines."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.messages import outbox, reasons
from booking.models import Appointment, Case, Message, State
from services.facts import current
from tests.booking.messages.factories import EMAIL, STARTS_AT, make_location, make_message, make_policy, make_visit
from tests.cast import NOW, soon

pytestmark = pytest.mark.django_db

Kind, MailState = Message.Kind, Message.State
Row = tuple[str, str, int, datetime, str]
A_DAY_BEFORE, THREE_HOURS_BEFORE = STARTS_AT - timedelta(hours=27), STARTS_AT - timedelta(hours=3)


def rows(visit: Appointment | None = None) -> list[Row]:
    """Kind, state, version, due and reason, in the order of writing."""
    found = Message.objects.order_by("id")
    if visit is not None:
        found = found.filter(appointment=visit)
    return list(found.values_list("kind", "state", "version", "due_at", "reason"))


def change(visit: Appointment, kind: Message.Kind | None, *, now: datetime = NOW, **fields: Any) -> None:
    """As the only writer of visits does it: save, then announce; a told change raises the version."""
    for name, value in fields.items():
        setattr(visit, name, value)
    visit.version += 1 if kind is not None else 0
    visit.save()
    outbox.announce(appointment=visit, kind=kind, now=now)


def move(visit: Appointment, by: timedelta, kind: Message.Kind | None = Kind.MOVED, *, now: datetime = NOW) -> None:
    change(
        visit,
        kind,
        now=now,
        starts_at=visit.starts_at + by,
        ends_at=visit.ends_at + by,
        busy_until=visit.busy_until + by,
    )


def announce_booked(visit: Appointment) -> None:
    outbox.announce(appointment=visit, kind=Kind.BOOKED, now=NOW)


def test_a_booking_is_told_at_once_and_reminded_of() -> None:
    make_policy()
    visit = make_visit()

    announce_booked(visit)

    assert rows() == [
        ("booked", "queued", 1, NOW, ""),
        ("reminder", "queued", 1, A_DAY_BEFORE, ""),
        ("reminder", "queued", 1, THREE_HOURS_BEFORE, ""),
    ]
    assert set(Message.objects.values_list("recipient", "only_unconfirmed", "created_at", "attempts")) == {
        (EMAIL, False, NOW, 0),
        (EMAIL, True, NOW, 0),
    }
    assert all(message.next_try_at == message.due_at for message in Message.objects.all())


def test_announcing_twice_is_announcing_once() -> None:
    make_policy()
    visit = make_visit()
    announce_booked(visit)
    first = rows()

    announce_booked(visit)

    assert rows() == first


def test_nobody_is_written_to_without_an_address() -> None:
    make_policy()

    announce_booked(make_visit(booker_email=""))

    assert rows() == []


def test_a_mail_is_due_at_once_by_night_while_reminders_wait_for_the_morning() -> None:
    """Booked at 23:00; the start a day and ten hours later would be reminded of at 06:00."""
    make_policy()
    night = NOW.replace(hour=23)
    visit = make_visit(starts_at=night + timedelta(days=1, hours=10))

    outbox.announce(appointment=visit, kind=Kind.BOOKED, now=night)

    assert rows()[:2] == [
        ("booked", "queued", 1, night, ""),
        ("reminder", "queued", 1, night + timedelta(hours=9), ""),
    ]


def test_a_reminder_that_quiet_hours_make_pointless_says_so() -> None:
    make_policy(reminder_plan=[{"hours_before": 2}])

    announce_booked(make_visit(starts_at=NOW + timedelta(days=1, minutes=10)))

    assert rows()[1:] == [("reminder", "suppressed", 1, NOW + timedelta(days=1), reasons.QUIET_TOO_LONG)]


def test_two_quick_changes_send_one_mail() -> None:
    make_policy()
    visit = make_visit()
    announce_booked(visit)

    move(visit, timedelta(hours=1))
    move(visit, timedelta(hours=1))

    waiting = [row for row in rows() if row[1] == "queued"]
    assert waiting == [
        ("moved", "queued", 3, NOW, ""),
        ("reminder", "queued", 3, A_DAY_BEFORE + timedelta(hours=2), ""),
        ("reminder", "queued", 3, THREE_HOURS_BEFORE + timedelta(hours=2), ""),
    ]
    assert {row[4] for row in rows() if row[1] == "suppressed"} == {reasons.SUPERSEDED}


def test_cancelling_withdraws_reminders_and_undoing_plans_them_again() -> None:
    make_policy()
    visit = make_visit()
    announce_booked(visit)

    change(visit, Kind.CANCELLED, state=State.CANCELLING, cancelled_from=State.BOOKED, deadline_at=soon(10))
    cancelled = [row for row in rows() if row[1] == "queued"]
    change(visit, Kind.RESTORED, state=State.BOOKED, cancelled_from="", deadline_at=None, now=soon(5))

    assert cancelled == [("cancelled", "queued", 2, NOW, "")]
    assert [row for row in rows() if row[1] == "queued"] == [
        ("restored", "queued", 3, soon(5), ""),
        ("reminder", "queued", 3, A_DAY_BEFORE, ""),
        ("reminder", "queued", 3, THREE_HOURS_BEFORE, ""),
    ]


def test_freeing_a_cancelled_visit_keeps_the_mail_that_tells_of_it() -> None:
    make_policy()
    visit = make_visit()
    change(visit, Kind.CANCELLED, state=State.CANCELLING, cancelled_from=State.BOOKED, deadline_at=soon(10))

    change(visit, None, state=State.CANCELLED, deadline_at=None, now=soon(10))

    assert [row for row in rows() if row[1] == "queued"] == [("cancelled", "queued", 2, NOW, "")]


def test_moving_without_a_word_moves_the_reminders() -> None:
    make_policy()
    visit = make_visit()
    announce_booked(visit)

    move(visit, timedelta(hours=1), None)

    assert [row for row in rows() if row[1] == "queued"] == [
        ("booked", "queued", 1, NOW, ""),
        ("reminder", "queued", 1, A_DAY_BEFORE + timedelta(hours=1), ""),
        ("reminder", "queued", 1, THREE_HOURS_BEFORE + timedelta(hours=1), ""),
    ]


def test_moving_back_without_a_word_brings_back_what_was_withdrawn_and_nothing_that_was_sent() -> None:
    make_policy()
    visit = make_visit()
    announce_booked(visit)
    Message.objects.filter(due_at=A_DAY_BEFORE).update(state=MailState.SENT)
    later = A_DAY_BEFORE + timedelta(minutes=30)

    move(visit, timedelta(hours=1), None, now=later)
    move(visit, -timedelta(hours=1), None, now=later)

    assert [row for row in rows() if row[0] == "reminder" and row[1] != "suppressed"] == [
        ("reminder", "sent", 1, A_DAY_BEFORE, ""),
        ("reminder", "queued", 1, THREE_HOURS_BEFORE, ""),
    ]


def test_arriving_withdraws_reminders_and_stepping_back_brings_back_those_to_come() -> None:
    make_policy()
    visit = make_visit()
    announce_booked(visit)
    early = THREE_HOURS_BEFORE - timedelta(hours=1)
    Message.objects.filter(due_at=A_DAY_BEFORE).update(state=MailState.SENT)

    change(visit, None, state=State.ARRIVED, now=early)
    arrived = [row[1] for row in rows(visit)]
    change(visit, None, state=State.BOOKED, now=early)

    assert arrived == ["queued", "sent", "suppressed"]
    assert [row[1] for row in rows(visit)] == ["queued", "sent", "queued"]


def test_asking_for_the_form_leaves_reminders_alone() -> None:
    make_policy()
    visit = make_visit()
    announce_booked(visit)
    overdue = A_DAY_BEFORE + timedelta(minutes=1)

    outbox.announce(appointment=visit, kind=Kind.FORM_MISSING, now=overdue)

    assert [row[:2] for row in rows()] == [
        ("booked", "queued"),
        ("reminder", "queued"),
        ("reminder", "queued"),
        ("form_missing", "queued"),
    ]


def test_a_requested_visit_has_no_reminders_until_it_is_confirmed() -> None:
    make_policy()
    visit = make_visit(state=State.REQUESTED, deadline_at=soon(600))
    outbox.announce(appointment=visit, kind=Kind.REQUESTED, now=NOW)
    requested = rows()

    change(visit, Kind.CONFIRMED, state=State.BOOKED, deadline_at=None, now=soon(60))

    # Staff hear of one that ends within a day.
    assert requested == [("request_ends", "queued", 1, NOW, ""), ("requested", "queued", 1, NOW, "")]
    assert [row[:3] for row in rows() if row[1] == "queued"] == [
        ("confirmed", "queued", 2),
        ("reminder", "queued", 2),
        ("reminder", "queued", 2),
    ]


@pytest.mark.parametrize("state", [MailState.CLAIMED, MailState.HANDED_OFF, MailState.SENT, MailState.FAILED])
def test_what_is_in_hand_or_done_is_not_touched(state: Message.State) -> None:
    make_policy()
    visit = make_visit()
    message = make_message(visit=visit, state=state, lease_token="t", lease_until=NOW, reason="as it was")

    move(visit, timedelta(hours=1))

    message.refresh_from_db()
    assert (message.state, message.reason) == (state, "as it was")


def test_a_copy_that_may_be_out_is_left_to_its_hand_off() -> None:
    make_policy()
    visit = make_visit()
    message = make_message(visit=visit, was_unclear=True)

    move(visit, timedelta(hours=1))

    message.refresh_from_db()
    assert message.state == MailState.QUEUED


def test_other_visits_are_not_touched() -> None:
    make_policy()
    one, other = make_visit(), make_visit()
    announce_booked(one)
    announce_booked(other)
    before = rows(other)

    move(one, timedelta(hours=1))

    assert rows(other) == before


@pytest.mark.parametrize("plan", ["nonsense", [{"hours": 3}], None, 7])
def test_a_list_of_reminders_that_cannot_be_read_keeps_nobody_from_booking(plan: object) -> None:
    make_policy()
    policy = make_policy(reminder_plan=plan if plan is not None else {})
    assert policy.reminder_plan == (plan if plan is not None else {})

    announce_booked(make_visit())

    assert [row[3] for row in rows()] == [NOW, A_DAY_BEFORE, THREE_HOURS_BEFORE]


def test_a_clinics_own_list_is_followed() -> None:
    make_policy(reminder_plan=[{"days_before": 1, "at": "18:00"}])

    announce_booked(make_visit())

    assert [row[3] for row in rows()] == [NOW, (STARTS_AT - timedelta(days=1)).replace(hour=18, minute=0)]


def test_a_policy_that_was_never_saved_has_usable_defaults() -> None:
    announce_booked(make_visit())

    assert [row[3] for row in rows()] == [NOW, A_DAY_BEFORE, THREE_HOURS_BEFORE]


@pytest.mark.parametrize(("kind", "expected"), [(Kind.BOOKED, 3), (None, 3)])
def test_statements_of_announcing(kind: Message.Kind | None, expected: int) -> None:
    """One read, the policy, one insert: whatever is queued. Nothing is withdrawn where nothing was."""
    make_policy()
    visit = make_visit()
    current()

    with CaptureQueriesContext(connection) as queries:
        outbox.announce(appointment=visit, kind=kind, now=NOW)

    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == expected


def make_case(**fields: Any) -> Case:
    return Case.objects.create(kind=Case.Kind.PHYSICIAN, opened_at=NOW, **fields)


def test_a_case_is_told_to_the_clinic_once() -> None:
    make_policy()
    case = make_case(contact_name="Niamh Byrne", contact_email=EMAIL)

    outbox.announce_case(case=case, now=NOW)
    outbox.announce_case(case=case, now=soon(1))

    assert rows() == [("case_opened", "queued", 0, NOW, "")]
    assert list(Message.objects.values_list("recipient", "case")) == [("desk@alder.example", case.pk)]


def test_a_case_that_nobody_can_be_told_of_says_so() -> None:
    make_policy(contact_email="")

    outbox.announce_case(case=make_case(), now=NOW)

    assert rows() == [("case_opened", "suppressed", 0, NOW, reasons.NO_ADDRESS)]


def test_the_list_of_the_day_is_queued_once_when_the_quiet_hours_end() -> None:
    make_policy()
    make_visit(starts_at=soon(120))

    queued = [outbox.queue_day_lists(now=soon(minutes)) for minutes in (-1, 0, 1, 239, 240)]

    assert queued == [0, 1, 0, 0, 0]
    assert list(Message.objects.values_list("kind", "recipient", "due_at", "on_date", "location__name")) == [
        ("day_list", "desk@alder.example", NOW, NOW.date(), "Alder Street")
    ]


@pytest.mark.parametrize("fields", [{"state": State.CANCELLED}, {"starts_at": NOW + timedelta(days=1)}])
def test_there_is_no_list_of_a_day_without_visits(fields: dict[str, Any]) -> None:
    make_policy()
    make_visit(**({"starts_at": soon(120)} | fields))

    assert outbox.queue_day_lists(now=NOW) == 0


def test_there_is_no_list_where_nobody_asked_for_one() -> None:
    make_policy(contact_email="")
    make_visit(starts_at=soon(120))

    assert outbox.queue_day_lists(now=NOW) == 0


def test_each_location_has_its_own_morning() -> None:
    make_policy()
    make_visit(starts_at=soon(120))
    make_visit(starts_at=soon(120), zone="Asia/Tokyo")
    make_location(zone="America/New_York")

    assert outbox.queue_day_lists(now=NOW) == 1


@pytest.mark.parametrize(
    ("state", "expected"),
    [(MailState.FAILED, True), (MailState.UNKNOWN, True), (MailState.SENT, False), (MailState.SUPPRESSED, False)],
)
def test_staff_send_failed_and_unclear_mails_again(state: Message.State, expected: bool) -> None:
    message = make_message(visit=make_visit(), state=state, reason="why", attempts=7)
    message_id = message.message_id

    done = outbox.send_again(message=message, by=AnonymousUser(), now=soon(5))

    message.refresh_from_db()
    assert done is expected
    assert (message.state, message.next_try_at, message.attempts, message.message_id) == (
        (MailState.QUEUED, soon(5), 0, message_id) if expected else (state, NOW, 7, message_id)
    )
