"""The gate before mails: whatever stops a visit, nobody is invited to it; its client is told once; the end of a stop counts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.cases import clearances
from booking.intake.stops import Stop, find_stop, find_stops, is_stopped
from booking.messages import outbox, reasons
from booking.messages.kinds import INVITING, KINDS
from booking.models import Appointment, Case, Message, State
from tests.booking.intake.stopped import (
    LETTER,
    WAYS,
    Way,
    due,
    make_stopped,
    nothing,
    owner,
    renewed_form,
    rows,
    sweep,
    told,
)
from tests.booking.messages.factories import make_visit
from tests.cast import DOCTOR_FIRST, NOW, make_client, make_intake, soon

pytestmark = pytest.mark.django_db

Kind = Message.Kind


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("state", [State.BOOKED, State.REQUESTED])
def test_nobody_is_invited_to_a_visit_that_the_gate_would_stop(way: Way, state: State) -> None:
    visit = make_stopped(way, state=state)
    kinds = [kind for kind in KINDS if state in KINDS[kind].true_in and kind != Kind.STOPPED]
    for kind in kinds:
        due(visit, kind)

    sweep()

    stopped = WAYS[way] is not None
    held_back = ("suppressed", reasons.STOPPED)
    expected = {kind: held_back if stopped and kind in INVITING else ("sent", "") for kind in kinds}
    found = rows(appointment=visit, kind__in=kinds)
    assert (find_stop(visit=visit, now=soon(2)), is_stopped(visit, soon(2))) == (WAYS[way], stopped)
    assert found == expected
    assert told() == int(stopped)


def test_a_reminder_that_is_too_late_by_then_stays_unsent() -> None:
    visit = make_stopped(renewed_form)
    reminder = due(visit, Kind.REMINDER)
    sweep()
    late = visit.starts_at - timedelta(minutes=20)
    clearances.record_clearance(case=Case.objects.get(intake=visit.intake), letter=LETTER, by=owner(), now=late)

    list(outbox.each_sweep(clock=lambda: late, ask_gate=is_stopped))

    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == ("suppressed", reasons.TOO_LATE)


def test_without_an_address_the_row_says_that_nobody_was_told() -> None:
    visit = make_stopped(renewed_form)
    Appointment.objects.update(booker_email="")
    sweep()

    assert (told(), rows(kind=Kind.STOPPED)) == (0, {"stopped": ("suppressed", reasons.NO_ADDRESS)})
    assert visit.state == State.BOOKED


def test_a_gate_that_fails_lets_no_invitation_out() -> None:
    visit = make_stopped(nothing)
    invitation, other = due(visit, Kind.REMINDER), due(visit, Kind.FORM_MISSING)

    def fail(visit: Appointment, now: object) -> bool:
        raise ZeroDivisionError

    outbox.send_due(ask_gate=fail, now=soon(2))

    invitation.refresh_from_db()
    other.refresh_from_db()
    assert (invitation.state, invitation.reason, other.state) == ("failed", reasons.NOT_JUDGED, "sent")


def test_many_visits_are_looked_at_with_three_statements() -> None:
    for number in range(6):
        client = make_client()
        make_visit(client=client, intake=make_intake(client=client, answers=DOCTOR_FIRST if number % 2 else {}))
    loaded = list(Appointment.objects.select_related("client", "intake", "treatment").order_by("pk"))

    with CaptureQueriesContext(connection) as statements:
        found = find_stops(visits=loaded, now=NOW)

    assert found == {visit.pk: Stop.ANSWERS for visit in loaded[1::2]}
    assert len(statements) == 3
