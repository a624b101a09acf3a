"""Visits that something stops, each in another way, and what a sweep makes of the mails about them."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import User
from django.core import mail

from booking.cases import clearances
from booking.cases.clearances import Letter
from booking.intake.stops import Stop, is_stopped
from booking.messages import outbox
from booking.models import Appointment, Case, Clearance, Decision, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from tests.booking.messages.factories import make_message, make_policy, make_visit
from tests.cast import CAREFUL, DOCTOR_FIRST, EMERGENCY, NOW, TODAY, make_client, make_intake, make_treatment, soon

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
