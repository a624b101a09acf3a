"""What stands below on a visit: who comes, what they answered, earlier visits, mails, and what has happened."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models import Appointment, AppointmentEvent
from booking.wording.answers import Answered, answers_in_words
from booking.wording.phones import format_phone
from booking.wording.times import Wall, format_day, format_moment, local_date
from clinic.panel.visit.words import EVENT_WORDS


@dataclass(frozen=True)
class Contacts:
    phone: str
    email: str
    booked_by: str


@dataclass(frozen=True)
class EarlierVisit:
    day: str
    treatment: str
    therapist: str
    state: str


@dataclass(frozen=True)
class MailLine:
    moment: str
    kind: str
    state: str
    reason: str


@dataclass(frozen=True)
class HistoryLine:
    moment: str
    what: str
    who: str
    reason: str


def contacts_of(found: Appointment) -> Contacts:
    phone = format_phone(found.booker_phone, country=found.location.country)
    return Contacts(phone=phone, email=found.booker_email, booked_by=found.booker_name)


def list_answers(found: Appointment) -> tuple[Answered, ...]:
    """All that was answered, in the words of the questions that were asked then."""
    intake = found.intake
    return () if intake is None else answers_in_words(intake.answers, version=intake.schema_version)


def list_earlier(found: Appointment) -> tuple[EarlierVisit, ...]:
    """The latest visits before this one, each with its day where it was."""
    if found.client is None:
        return ()
    rows = Appointment.objects.filter(client=found.client, starts_at__lt=found.starts_at).exclude(pk=found.pk)
    latest = rows.select_related("treatment", "therapist", "location").order_by("-starts_at")[:5]
    return tuple(
        EarlierVisit(
            day=format_day(local_date(one.starts_at, Wall.of_visit(one).zone), with_year=True),
            treatment=one.treatment.name,
            therapist=one.therapist.name,
            state=one.get_state_display(),
        )
        for one in latest
    )


def list_mails(found: Appointment) -> tuple[MailLine, ...]:
    wall = Wall.of_visit(found)
    return tuple(
        MailLine(
            moment=format_moment(message.sent_at or message.due_at, wall),
            kind=message.get_kind_display(),
            state=message.get_state_display(),
            reason=message.reason,
        )
        for message in found.messages.all()
    )


def _what_happened(event: AppointmentEvent) -> str:
    """A change of which staff chose to tell the client nothing says so."""
    words = str(EVENT_WORDS.get(event.verb, event.verb))
    return _("%(what)s without telling the client") % {"what": words} if event.changes.get("told") is False else words


def list_history(found: Appointment) -> tuple[HistoryLine, ...]:
    wall = Wall.of_visit(found)
    return tuple(
        HistoryLine(
            moment=format_moment(event.at, wall),
            what=_what_happened(event),
            who=(event.by.username if event.by else "") or event.get_actor_display(),
            reason=event.reason,
        )
        for event in found.events.all()
    )
