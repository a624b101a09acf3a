"""What has to hold whatever clients and staff do, worked out anew from the rows: neither the gate nor a step is asked."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from booking.intake.findings import Findings
from booking.messages.kinds import INVITING
from booking.models import OCCUPYING, Appointment, AppointmentEvent, Clearance, Condition, Intake, Message
from booking.rules.levels import Level
from booking.scheduling.appointments.treating import ASKED_AGAIN, NEW_FORM, READ_OUT
from booking.scheduling.claims import find_drift
from booking.scheduling.states import STEPS

ALLOWED_STEPS = {(step.source, step.target, step.verb, actor) for step in STEPS for actor in step.actors}


@dataclass
class Watch:
    """Looks at what has happened since it looked last; each fault in words."""

    last_event: int = 0
    states: dict[int, str] = field(default_factory=dict)
    sent: set[int] = field(default_factory=set)

    def look(self, *, now: datetime) -> list[str]:
        faults = [*find_drift(now=now), *map(str, not_allowed()), *self._look_at_events(), *self._look_at_mails()]
        stored = dict(Appointment.objects.values_list("pk", "state"))
        told = {pk: self.states.get(pk) for pk in stored}
        return faults + [f"{pk} is {stored[pk]}, its events say {told[pk]}" for pk in stored if stored[pk] != told[pk]]

    def _look_at_events(self) -> list[str]:
        """Each change of state is a step of the table, at its time; and nobody is treated whom the rules stop."""
        faults = []
        events = AppointmentEvent.objects.filter(pk__gt=self.last_event).order_by("pk")
        for event in events.select_related("appointment__client", "appointment__treatment", "appointment__intake"):
            self.last_event = event.pk
            before = self.states.get(event.appointment_id)
            self.states[event.appointment_id] = event.state
            taken = (before, event.state, event.verb, event.actor)
            if before != event.state and taken not in ALLOWED_STEPS:
                faults.append(f"no step of the table: {taken}")
            if event.verb == "treat" and (why := why_not_treated(event)):
                faults.append(f"{event.appointment_id} is treated: {why}")
        return faults

    def _look_at_mails(self) -> list[str]:
        """Nobody is asked to come whom the rules stop. To be looked at straight after a sweep."""
        sent = Message.objects.filter(kind__in=INVITING, state=Message.State.SENT).exclude(pk__in=self.sent)
        faults = []
        for mail in sent.select_related("appointment__client", "appointment__treatment", "appointment__intake"):
            self.sent.add(mail.pk)
            assert mail.appointment is not None
            why = why_stopped(mail.appointment, on_date=mail.appointment.starts_at)
            faults += [f"{mail.appointment_id} is sent “{mail.kind}”: {why}"] if why else []
        return faults


def not_allowed() -> list[tuple[str, str]]:
    """Visits that take time although no decision on their own answers allows it: (state, why).

    Without the desk's own, and those that were answered anew: they keep their time, and the next door stops them.
    """
    found = []
    anew, by_desk = {NEW_FORM, READ_OUT, ASKED_AGAIN}, "staff"
    visits = Appointment.objects.filter(state__in=OCCUPYING).select_related("intake", "treatment")
    for visit in visits.prefetch_related("events", "intake__decisions", "intake__clearances"):
        events = list(visit.events.all())
        if any(event.verb in anew for event in events) or (events and events[0].actor == by_desk):
            continue
        decision = next(iter(visit.intake.decisions.all()), None) if visit.intake else None
        letters = list(visit.intake.clearances.all()) if visit.intake else []
        if decision is None:
            found.append((visit.state, "no decision"))
        elif not decision.is_bookable and not (decision.level == Level.PHYSICIAN and letters):
            found.append((visit.state, decision.level))
        elif visit.treatment.key in (Findings.of(decision).excluded if not letters else ()):
            found.append((visit.state, "excluded"))
    return found


def why_not_treated(event: AppointmentEvent) -> str:
    visit = event.appointment
    if visit.intake is None and not event.reason.strip():
        return "without a form, and without a reason"
    still_open = Condition.objects.filter(appointment=visit, settled_at=None).exclude(kind="form_missing")
    if still_open.exists():
        return "something is still to be settled"
    return why_stopped(visit, on_date=max(visit.starts_at, timezone.now()))


def why_stopped(visit: Appointment, *, on_date: datetime) -> str:
    """Why the answers of this visit, or what its client said last, stop it; empty where they do not."""
    newest = Intake.objects.filter(client=visit.client).order_by("created_at", "pk").last() if visit.client else None
    for intake in {one for one in (visit.intake, newest) if one is not None}:
        decision = intake.decisions.first()
        if decision is None:
            return "nothing is decided"
        if decision.valid_until < on_date.date():
            return "the answers are too old"
        if decision.is_bookable:
            excluded = Findings.of(decision).excluded
        else:
            letters = Clearance.objects.filter(intake=intake, voided_at=None, valid_until__gte=on_date.date())
            covering = [letter for letter in letters if visit.treatment.key in letter.allowed_treatments]
            if decision.level != Level.PHYSICIAN or not covering or (newest is not None and newest != intake):
                return str(decision.level)
            excluded = Findings.of(decision).excluded_by_caution
        if visit.treatment.key in excluded:
            return "the treatment is excluded"
    return ""
