"""What waits, as rows with all that is needed to say it: soonest first, a fixed number of statements a kind."""

from django.db.models import Count, Exists, F, OuterRef, Subquery

from booking.models import AppointmentEvent, Message, Note
from clinic.panel.door.waiting import Rows

_PARTS = ("client", "treatment", "therapist", "location")


def new_time_rows(rows: Rows) -> Rows:
    """With `asked_at`: when the client was last asked to choose again; and with `last_event`, which a move names."""
    asked = _last_asked(Message.Kind.CHOOSE_AGAIN, "appointment_id")
    found: Rows = rows.annotate(asked_at=asked, last_event=_last_event("appointment_id"))
    return found


def clock_rows(rows: Rows) -> Rows:
    return rows.select_related(*_PARTS)


def request_rows(rows: Rows) -> Rows:
    """By when they end by themselves; with `last_event`, which a step names."""
    read = rows.select_related(*_PARTS).prefetch_related("conditions").annotate(last_event=_last_event("pk"))
    found: Rows = read.order_by(F("deadline_at").asc(nulls_last=True), "starts_at", "pk")
    return found


def to_read_rows(rows: Rows) -> Rows:
    return rows.select_related(*_PARTS).prefetch_related("conditions").order_by("starts_at", "pk")


def form_rows(rows: Rows) -> Rows:
    """With `asked_at`: when the client was last asked for the form."""
    asked = _last_asked(Message.Kind.FORM_MISSING, "pk")
    found: Rows = rows.select_related(*_PARTS).annotate(asked_at=asked).order_by("starts_at", "pk")
    return found


def note_rows(rows: Rows) -> Rows:
    """The oldest visit first; with `is_begun`."""
    begun = Exists(Note.objects.filter(appointment=OuterRef("pk")))
    found: Rows = rows.select_related(*_PARTS).annotate(is_begun=begun).order_by("starts_at", "pk")
    return found


def notes_by_therapist(rows: Rows) -> list[tuple[str, int]]:
    """Who owes how many: names and numbers, no person and no word of a note."""
    counted = rows.order_by().values("therapist__name").annotate(number=Count("pk")).order_by("therapist__name")
    return [(row["therapist__name"], row["number"]) for row in counted]


def case_rows(rows: Rows, *, most: int) -> Rows:
    """Those that have waited longest, in no order yet."""
    return rows.filter(pk__in=rows.order_by("opened_at", "pk").values("pk")[:most])


def mail_rows(rows: Rows) -> Rows:
    """Those about the next visit first."""
    parts = (f"appointment__{part}" for part in _PARTS)
    read = rows.select_related("appointment", *parts)
    return read.order_by(F("appointment__starts_at").asc(nulls_last=True), "due_at", "pk")


def _last_event(visit: str) -> Subquery:
    events = AppointmentEvent.objects.filter(appointment=OuterRef(visit))
    return Subquery(events.order_by("-pk").values("pk")[:1])


def _last_asked(kind: Message.Kind, visit: str) -> Subquery:
    mails = Message.objects.filter(appointment=OuterRef(visit), kind=kind).exclude(state=Message.State.SUPPRESSED)
    return Subquery(mails.order_by("-due_at").values("due_at")[:1])
