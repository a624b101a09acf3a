"""Forgetting a person, as far as a clinic may."""

from datetime import datetime

from django.utils.translation import gettext as _

from booking.intake.history import find_intakes
from booking.messages import reasons
from booking.models import (
    OCCUPYING,
    Appointment,
    AppointmentEvent,
    Case,
    Client,
    Condition,
    Draft,
    FormerPlace,
    Intake,
    Message,
    Origin,
)
from booking.scheduling.appointments.ledger import By, NotAllowed, in_one_transaction, record


@in_one_transaction
def erase_client(*, client: Client, by: By, now: datetime) -> Client:
    """Take out who this person is and all they said about their health; erasing twice is erasing once.

    What stays is that a visit took place: when, with whom, which treatment, at which price (the books of the clinic).
    Links in mails stop working. Raises NotAllowed while a visit is still to come or under way.
    """
    person = Client.objects.select_for_update().get(pk=client.pk)
    if person.erased_at is not None:
        return person
    visits = list(Appointment.objects.select_for_update(of=("self",)).filter(client=person).order_by("id"))
    if any(visit.state in OCCUPYING and visit.ends_at > now for visit in visits):
        raise NotAllowed(_("This person still has a visit. Cancel it, or wait until it is over."))
    _forget_answers(person)
    _forget_visits(visits, by=by, now=now)
    person.name, person.email, person.phone, person.erased_at = _("Erased"), "", "", now
    person.save()
    return person


def _forget_answers(person: Client) -> None:
    """Answers, decisions, letters and cases, with what was answered while nobody knew who it was."""
    intakes = set(find_intakes(client=person).values_list("pk", flat=True))
    Draft.objects.filter(client=person).delete()
    Appointment.objects.filter(intake__in=intakes).update(intake=None)
    Intake.objects.filter(previous__in=intakes).update(previous=None)
    Case.objects.filter(client=person).delete()
    Intake.objects.filter(pk__in=intakes).delete()


def _forget_visits(visits: list[Appointment], *, by: By, now: datetime) -> None:
    """Names, contacts and every text that somebody typed about the person."""
    pks = [visit.pk for visit in visits]
    Origin.objects.filter(appointment__in=pks).delete()
    FormerPlace.objects.filter(appointment__in=pks).delete()
    Case.objects.filter(appointment__in=pks).delete()
    # What had to be settled tells of health, and so does the event that says that it was.
    Condition.objects.filter(appointment__in=pks).delete()
    AppointmentEvent.objects.filter(appointment__in=pks).update(reason="")
    for event in AppointmentEvent.objects.filter(appointment__in=pks, verb="settle"):
        event.changes.pop("condition", None)
        event.save(update_fields=["changes"])
    waiting = Message.objects.filter(appointment__in=pks, state__in=[Message.State.QUEUED, Message.State.DEFERRED])
    waiting.update(state=Message.State.SUPPRESSED, reason=reasons.ERASED)
    Message.objects.filter(appointment__in=pks).update(recipient="")
    for visit in visits:
        visit.booker_name = visit.booker_email = visit.booker_phone = visit.access_needs = ""
        visit.link_generation += 1
        visit.save(update_fields=["booker_name", "booker_email", "booker_phone", "access_needs", "link_generation"])
        record(visit, verb="erase", by=by, now=now)
