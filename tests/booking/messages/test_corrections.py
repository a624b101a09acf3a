"""Mails about a step by staff wait three minutes for an undo, and then tell what is news. On both engines."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail

from booking.intake.stops import is_stopped
from booking.messages import corrections, outbox, reasons
from booking.models import Appointment, Message, State
from booking.scheduling import appointments
from services.models import ClinicPolicy
from tests.cast import CAREFUL, EMAIL, NOW, STAFF, TODAY, WITH_A_NOTE, Clinic, at, book, book_online, make_treatment

pytestmark = pytest.mark.django_db

Kind, MailState = Message.Kind, Message.State
THURSDAY = TODAY + timedelta(days=3)


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def sweep(minutes: float) -> list[str]:
    """What the mails say that go out then."""
    before = len(mail.outbox)
    outbox.send_due(now=after(minutes), ask_gate=is_stopped)
    return [str(one.subject) for one in mail.outbox[before:]]


def booked(clinic: Clinic, *, told: bool = True) -> Appointment:
    """A visit on Thursday at half past two, of which the client has heard."""
    ClinicPolicy.objects.update(quiet_from="00:00", quiet_until="00:00")
    visit = book(clinic, days=3, email=EMAIL, now=after(-10))
    if told:
        assert sweep(-6) == ["Booked: Thursday 26 November, 14:30"]
    return visit


def move(visit: Appointment, start: str, minutes: float, *, tell: bool = True) -> None:
    appointments.move(
        appointment=visit,
        starts_at=at(start, day=THURSDAY),
        therapist_id=visit.therapist_id,
        by=STAFF,
        now=after(minutes),
        tell_client=tell,
    )


def undo_move(visit: Appointment, minutes: float) -> None:
    appointments.undo_move(appointment=visit, by=STAFF, now=after(minutes))


def cancel(visit: Appointment, minutes: float) -> None:
    appointments.cancel(appointment=visit, by=STAFF, now=after(minutes))


def undo_cancel(visit: Appointment, minutes: float) -> None:
    appointments.undo_cancel(appointment=visit, by=STAFF, now=after(minutes))


def change(visit: Appointment, minutes: float) -> None:
    treatment = make_treatment(key="myofascial_release")
    visit.therapist.treatments.add(treatment)
    appointments.change_treatment(appointment=visit, treatment=treatment, minutes=60, by=STAFF, now=after(minutes))


def undo_change(visit: Appointment, minutes: float) -> None:
    appointments.undo_treatment(appointment=visit, by=STAFF, now=after(minutes))


Press = Callable[[Appointment], None]
CASES: list[tuple[str, list[Press], list[str]]] = [
    ("cancelled", [lambda v: cancel(v, 0)], ["Cancelled: Thursday 26 November"]),
    ("cancelled, undone", [lambda v: cancel(v, 0), lambda v: undo_cancel(v, 1)], []),
    ("moved, undone", [lambda v: move(v, "15:30", 0), lambda v: undo_move(v, 1)], []),
    ("moved there and back", [lambda v: move(v, "15:30", 0), lambda v: move(v, "14:30", 2)], []),
    (
        "moved twice",
        [lambda v: move(v, "15:30", 0), lambda v: move(v, "16:00", 2)],
        ["Moved to Thursday 26 November, 16:00"],
    ),
    (
        "moved, and the second move undone",
        [lambda v: move(v, "15:30", 0), lambda v: move(v, "16:00", 1), lambda v: undo_move(v, 2)],
        ["Moved to Thursday 26 November, 15:30"],
    ),
    (
        "moved, cancelled, and that undone",
        [lambda v: move(v, "15:30", 0), lambda v: cancel(v, 1), lambda v: undo_cancel(v, 2)],
        ["Moved to Thursday 26 November, 15:30"],
    ),
    (
        "moved, then cancelled",
        [lambda v: move(v, "15:30", 0), lambda v: cancel(v, 1)],
        ["Cancelled: Thursday 26 November"],
    ),
    ("another treatment", [lambda v: change(v, 0)], ["Changed: Thursday 26 November, 14:30"]),
    ("another treatment, undone", [lambda v: change(v, 0), lambda v: undo_change(v, 1)], []),
    (
        "another treatment, then moved",
        [lambda v: change(v, 0), lambda v: move(v, "15:30", 1)],
        ["Moved to Thursday 26 November, 15:30"],
    ),
    (
        "moved with a word, then back without",
        [lambda v: move(v, "15:30", 0), lambda v: move(v, "14:30", 1, tell=False)],
        [],
    ),
]


@pytest.mark.parametrize(("presses", "told"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_three_minutes_after_the_last_step_one_mail_tells_what_is_news(
    clinic: Clinic, presses: list[Press], told: list[str]
) -> None:
    visit = booked(clinic)

    for press in presses:
        press(visit)

    # The last press was two minutes after the first at the most.
    assert (sweep(2.9), sweep(6), sweep(60)) == ([], told, [])
    visit.refresh_from_db()
    if visit.state == State.BOOKED:
        assert sweep(54 * 60) == [f"Tomorrow, {visit.wall_time[-5:]}"]


def test_a_step_that_was_told_is_taken_back_with_a_mail(clinic: Clinic) -> None:
    visit = booked(clinic)
    cancel(visit, 0)
    told = sweep(3)

    undo_cancel(visit, 4)

    assert (told, sweep(6.9), sweep(7)) == (
        ["Cancelled: Thursday 26 November"],
        [],
        ["Your visit is still booked: Thursday 26 November, 14:30"],
    )


def test_of_a_visit_that_staff_book_and_cancel_at_once_nobody_hears(clinic: Clinic) -> None:
    visit = booked(clinic, told=False)

    cancel(visit, -8)

    assert sweep(60) == []
    rows = Message.objects.exclude(kind=Kind.REMINDER).order_by("id").values_list("kind", "state", "reason")
    assert list(rows) == [
        ("booked", "suppressed", reasons.SUPERSEDED),
        ("cancelled", "suppressed", reasons.TAKEN_BACK),
    ]


def test_a_visit_that_staff_book_and_move_at_once_is_told_as_booked(clinic: Clinic) -> None:
    visit = booked(clinic, told=False)

    move(visit, "16:00", -9)

    assert sweep(0) == ["Booked: Thursday 26 November, 16:00"]


def test_a_request_that_is_confirmed_and_moved_is_told_as_confirmed(clinic: Clinic) -> None:
    visit = book_online(clinic, days=3, answers=WITH_A_NOTE | CAREFUL)
    sweep(0)
    for condition in visit.conditions.all():
        appointments.settle_condition(appointment=visit, kind=condition.kind, by=STAFF, now=after(1), remark="Seen")
    appointments.change_state(appointment=visit, target=State.BOOKED, by=STAFF, now=after(1))

    move(visit, "16:00", 2)

    assert (sweep(4), sweep(5)) == ([], ["Booked: Thursday 26 November, 16:00"])
    assert Message.objects.get(state=MailState.SENT, version=3).kind == Kind.CONFIRMED


def test_a_clients_own_press_is_told_at_once_and_is_the_last_word(clinic: Clinic) -> None:
    visit = booked(clinic)
    move(visit, "15:30", 0)

    appointments.cancel(appointment=Appointment.objects.get(), by=appointments.CLIENT, now=after(1))

    assert (sweep(1), sweep(30)) == (["Cancelled: Thursday 26 November"], [])


def test_a_step_is_told_where_the_mail_before_it_is_in_doubt(clinic: Clinic) -> None:
    visit = booked(clinic)
    move(visit, "15:30", 0)
    Message.objects.filter(kind=Kind.MOVED).update(state=MailState.UNKNOWN, reason=reasons.NO_ANSWER)

    undo_move(visit, 4)

    assert sweep(8) == ["Your visit is still booked: Thursday 26 November, 14:30"]


def test_nothing_else_about_a_visit_goes_out_before_what_staff_have_just_changed(clinic: Clinic) -> None:
    visit = booked(clinic)
    move(visit, "15:30", 0)
    reminder = Message.objects.filter(kind=Kind.REMINDER, version=2).earliest("due_at")
    Message.objects.filter(pk=reminder.pk).update(due_at=after(1), next_try_at=after(1))

    early = sweep(1)
    reminder.refresh_from_db()

    assert (early, reminder.state, reminder.reason) == ([], "queued", reasons.BEHIND)
    assert sweep(3) == ["Moved to Thursday 26 November, 15:30", "Thursday 26 November, 15:30"]


@pytest.mark.parametrize("is_swept_between", [True, False])
def test_a_reminder_that_fell_due_while_a_visit_was_cancelled_for_a_minute_goes_out(
    clinic: Clinic, is_swept_between: bool
) -> None:
    visit = booked(clinic)
    reminder = Message.objects.filter(kind=Kind.REMINDER).earliest("due_at")
    due = (reminder.due_at - NOW) / timedelta(minutes=1)
    cancel(visit, due - 1)
    between = sweep(due) if is_swept_between else []

    undo_cancel(visit, due + 1)

    assert (between, sweep(due + 1)) == ([], ["Tomorrow, 14:30"])
    assert sweep(due + 60) == []


def test_a_reminder_that_was_sent_before_is_not_sent_again_by_an_undo(clinic: Clinic) -> None:
    visit = booked(clinic)
    reminder = Message.objects.filter(kind=Kind.REMINDER).earliest("due_at")
    due = (reminder.due_at - NOW) / timedelta(minutes=1)
    sent = sweep(due)
    cancel(visit, due + 1)

    undo_cancel(visit, due + 2)

    assert (sent, sweep(due + 30)) == (["Tomorrow, 14:30"], [])


def test_a_worker_that_was_away_tells_only_what_is_news_by_then(clinic: Clinic) -> None:
    visit = booked(clinic)
    cancel(visit, 0)

    undo_cancel(visit, 8)

    assert sweep(9) == []


def test_without_the_wait_the_same_steps_are_told_one_by_one(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: what holds the mails back is the wait, and nothing else."""
    monkeypatch.setattr(corrections, "STAFF_WAIT", timedelta(0))
    visit = booked(clinic)

    cancel(visit, 0)
    first = sweep(0)
    undo_cancel(visit, 1)

    assert (first, sweep(1)) == (
        ["Cancelled: Thursday 26 November"],
        ["Your visit is still booked: Thursday 26 November, 14:30"],
    )
