"""The gate before mails: whatever stops a visit, nobody is invited to it; its client is told once; the end of a stop counts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.cases import clearances
from booking.cases.clearances import Letter
from booking.intake.stops import Stop, find_stop, find_stops, is_stopped
from booking.messages import outbox, reasons
from booking.messages.kinds import INVITING, KINDS
from booking.models import Appointment, Case, Clearance, Decision, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from tests.booking.messages.factories import make_message, make_policy, make_visit
from tests.cast import CAREFUL, DOCTOR_FIRST, EMERGENCY, NOW, TODAY, make_client, make_intake, make_treatment, soon

pytestmark = pytest.mark.django_db

Kind = Message.Kind
LETTER = Letter("Dr Farrell", TODAY, ("swedish", "deep_tissue"), TODAY + timedelta(days=30))
A_DAY = timedelta(days=1)
Way = Callable[[Appointment], None]


def owner() -> User:
    return User.objects.get_or_create(username="owner")[0]


def renew(visit: Appointment, answers: dict[str, list[str]]) -> None:
    intake = make_intake(client=visit.client, answers=answers, now=soon(1), previous=visit.intake)
    appointments.replace_form(appointment=visit, intake=intake, by=CLIENT, now=soon(1))
    visit.refresh_from_db()


def renewed_form(visit: Appointment) -> None:
    renew(visit, DOCTOR_FIRST)


def emergency_sign(visit: Appointment) -> None:
    renew(visit, EMERGENCY)


def answers_for_another_visit(visit: Appointment) -> None:
    make_intake(client=visit.client, answers=DOCTOR_FIRST, now=soon(1))


def letter_taken_back(visit: Appointment) -> None:
    renew(visit, DOCTOR_FIRST)
    letter = clearances.record_clearance(
        case=Case.objects.get(intake=visit.intake), letter=LETTER, by=owner(), now=soon(1)
    )
    clearances.void_clearance(clearance=letter, by=owner(), now=soon(1))


def letter_too_short(visit: Appointment) -> None:
    renew(visit, DOCTOR_FIRST)
    clearances.record_clearance(case=Case.objects.get(intake=visit.intake), letter=LETTER, by=owner(), now=soon(1))
    Clearance.objects.update(valid_until=visit.starts_at.date() - A_DAY)


def form_too_old(visit: Appointment) -> None:
    Decision.objects.update(valid_until=visit.starts_at.date() - A_DAY)


def rule_that_fails(visit: Appointment) -> None:
    Decision.objects.update(level="")


def treatment_excluded(visit: Appointment) -> None:
    Appointment.objects.update(treatment=make_treatment(key="deep_tissue"))
    renew(visit, CAREFUL)


def nothing(visit: Appointment) -> None:
    """The control."""


WAYS: dict[Way, Stop | None] = {
    nothing: None,
    renewed_form: Stop.ANSWERS,
    emergency_sign: Stop.ANSWERS,
    answers_for_another_visit: Stop.ANSWERS,
    letter_taken_back: Stop.ANSWERS,
    letter_too_short: Stop.ANSWERS,
    form_too_old: Stop.FORM,
    rule_that_fails: Stop.ANSWERS,
    treatment_excluded: Stop.TREATMENT,
}


def make_stopped(way: Way, *, state: State = State.BOOKED) -> Appointment:
    make_policy()
    client = make_client()
    deadline = NOW + A_DAY if state == State.REQUESTED else None
    visit = make_visit(client=client, intake=make_intake(client=client), state=state, deadline_at=deadline)
    way(visit)
    visit.refresh_from_db()
    return visit


def due(visit: Appointment, kind: str, key: str = "") -> Message:
    return make_message(visit=visit, kind=kind, key=key or f"due-{kind}")


def sweep(minute: int = 2) -> str:
    """Until nothing is due: a stop that is met on the way is told in the same minute."""
    return str(sum(outbox.each_sweep(clock=lambda: soon(minute), ask_gate=is_stopped), start=outbox.Sweep()))


def told() -> int:
    return sum("can't go ahead yet" in one.body for one in mail.outbox)


def rows(**fields: object) -> dict[str, tuple[str, str]]:
    found = Message.objects.filter(**fields).order_by("id").values_list("kind", "state", "reason")
    return {kind: (state, reason) for kind, state, reason in found}


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


@pytest.mark.parametrize("way", [way for way in WAYS if WAYS[way]], ids=lambda way: way.__name__)
def test_the_mail_about_it_says_no_word_of_health_and_comes_once(way: Way) -> None:
    visit = make_stopped(way)
    due(visit, Kind.REMINDER)
    sweep()
    outbox.look_again(intake=visit.intake or make_intake(), now=soon(3))
    due(visit, Kind.REMINDER, key="another")

    sweep(minute=3)

    (told_mail,) = [one for one in mail.outbox if one.to == [visit.booker_email]]
    words = ("health", "doctor", "physician", "letter", "safety", "answer", "symptom", "medic", "weight", "emergency")
    text = f"{told_mail.subject} {told_mail.body}"
    assert [word for word in words if word in text.lower()] == []
    assert set(Message.objects.filter(kind=Kind.STOPPED, state="suppressed").values_list("reason", flat=True)) == {
        reasons.TOLD
    }


def test_a_renewed_form_is_told_within_one_sweep_and_not_only_when_a_reminder_is_due() -> None:
    make_stopped(renewed_form)

    assert sweep() == "2 due: 2 sent"
    assert (told(), rows(kind=Kind.STOPPED)) == (1, {"stopped": ("sent", "")})


def test_where_nothing_stops_the_visit_new_answers_send_nothing() -> None:
    make_stopped(lambda visit: renew(visit, {}))

    sweep()

    assert (mail.outbox, rows(kind=Kind.STOPPED)) == ([], {"stopped": ("suppressed", reasons.NOTHING_STOPS)})


@pytest.mark.parametrize("kind", ["cleared", "corrected"])
def test_when_the_stop_is_lifted_what_was_held_back_goes_out(kind: str) -> None:
    visit = make_stopped(renewed_form)
    reminder = due(visit, Kind.REMINDER)
    sweep()
    reminder.refresh_from_db()
    held_back = reminder.state, reminder.reason

    if kind == "cleared":
        case = Case.objects.get(intake=visit.intake)
        clearances.record_clearance(case=case, letter=LETTER, by=owner(), now=soon(3))
    else:
        intake = make_intake(client=visit.client, now=soon(3), previous=visit.intake)
        appointments.replace_form(appointment=visit, intake=intake, by=CLIENT, now=soon(3))
    sweep(minute=4)

    reminder.refresh_from_db()
    assert (held_back, reminder.state, told()) == (("suppressed", reasons.STOPPED), "sent", 1)
    assert find_stop(visit=Appointment.objects.get(pk=visit.pk), now=soon(4)) is None


def test_a_reminder_that_is_too_late_by_then_stays_unsent() -> None:
    visit = make_stopped(renewed_form)
    reminder = due(visit, Kind.REMINDER)
    sweep()
    late = visit.starts_at - timedelta(minutes=20)
    clearances.record_clearance(case=Case.objects.get(intake=visit.intake), letter=LETTER, by=owner(), now=late)

    list(outbox.each_sweep(clock=lambda: late, ask_gate=is_stopped))

    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == ("suppressed", reasons.TOO_LATE)


def test_a_stop_that_comes_back_is_told_again() -> None:
    visit = make_stopped(renewed_form)
    sweep()
    letter = clearances.record_clearance(
        case=Case.objects.get(intake=visit.intake), letter=LETTER, by=owner(), now=soon(3)
    )
    sweep(minute=3)

    clearances.void_clearance(clearance=letter, by=owner(), now=soon(4))
    sweep(minute=4)

    assert told() == 2


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
