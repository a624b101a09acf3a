"""How much of the calendar one hand can take: nobody can block a clinic. For this package only; see docs/decisions/0025.

Up to a bound people keep a start and book it. Beyond it they book without keeping, and the visit is held for half an
hour until a press in the mail shows that the email is theirs. Past a dozen open visits of one email, staff book.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from booking import limits
from booking.models import Appointment, Claim, Draft, Origin, SlotHold, State
from booking.networks import network_of
from booking.scheduling.appointments.refusals import Refused
from booking.scheduling.states import COMING, LAPSING, overdue
from services import catalogue, rota
from services.models import Therapist
from services.statements import read_rows

OPEN_WITHOUT_PRESS = 4  # open visits an email or a device
MOST_OPEN = 12  # of one email; then staff book
LEAST_OF_NETWORK = 8  # kept starts and unproved visits, however little is free
HOURS_FOR_ONE = 10  # free therapist hours of the coming week for each of them
WEEK = timedelta(days=7)
PRESS_WITHIN = timedelta(minutes=30)
CELL = timedelta(minutes=5)

# What `_coming` asks, written out: these are asked whenever somebody keeps or books.
_COMING_NOW = {"coming": [state.value for state in COMING], "lapsing": [state.value for state in LAPSING]}
_IS_COMING = """visit.state IN (%(coming)s) AND visit.starts_at > %(now)s
    AND (visit.deadline_at IS NULL OR visit.deadline_at > %(now)s OR visit.state NOT IN (%(lapsing)s))"""
_OF_NETWORK = f"""
SELECT (
  SELECT COUNT(*) FROM booking_slothold hold JOIN booking_appointment visit ON visit.id = hold.appointment_id
  WHERE hold.address = %(address)s AND hold.draft_id <> %(draft)s
    AND visit.state = '{State.HELD.value}' AND visit.deadline_at > %(now)s
), (
  SELECT COUNT(*) FROM booking_origin origin JOIN booking_appointment visit ON visit.id = origin.appointment_id
  WHERE origin.network = %(network)s AND origin.proved_at IS NULL
    AND {_IS_COMING} AND visit.state <> '{State.HELD.value}'
)
"""  # noqa: S608 - names of our own
_OF_HAND = f"""
SELECT (
  SELECT COUNT(*) FROM booking_appointment visit WHERE LOWER(visit.booker_email) = %(email)s AND {_IS_COMING}
), (
  SELECT COUNT(*) FROM booking_origin origin JOIN booking_appointment visit ON visit.id = origin.appointment_id
  WHERE origin.device = %(device)s AND {_IS_COMING}
)
"""  # noqa: S608 - names of our own


class TooManyKept(Refused):
    """No start is kept for this network just now; it can be booked without."""

    def __init__(self) -> None:
        super().__init__(_("We cannot keep a time just now. You can still book it below."))


class TooManyWaiting(Refused):
    """Too many visits from this network wait for a press in their mail."""

    def __init__(self) -> None:
        super().__init__(_("We cannot book online for you just now. Please call us, or try again in half an hour."))


class TooManyOpen(Refused):
    """With so many open visits of one email, staff book the next."""

    def __init__(self) -> None:
        super().__init__(_("You have many visits booked already. Please call us for more."))


@dataclass(frozen=True)
class Hand:
    """From where somebody books: the visitor's address, and the random key of the browser's session."""

    address: str
    device: str = ""

    @property
    def network(self) -> str:
        return network_of(self.address)


def wait_for_turn(*, hand: Hand, email: str = "", now: datetime) -> None:
    """All who count as the same hand book one after the other. Inside a transaction, before therapists are locked."""
    names = {"booking network": hand.network, "booking device": hand.device, "booking email": email.strip().lower()}
    limits.hold([(name, subject) for name, subject in names.items() if subject], now=now)


def check_keeping(*, hand: Hand, draft: Draft, now: datetime) -> None:
    """Raises TooManyKept where this network holds its share already. What this draft keeps does not count."""
    asked = {"address": hand.network, "network": _hide_network(hand), "draft": draft.pk}
    ((held, unproved),) = read_rows(_OF_NETWORK, asked | _COMING_NOW | {"now": now})
    count = held + unproved
    if count >= LEAST_OF_NETWORK and count >= free_hours(now=now) // HOURS_FOR_ONE:
        raise TooManyKept


def needs_press(*, hand: Hand, email: str, now: datetime) -> bool:
    """Whether this email or device has so many open visits that the next waits for a press. Raises TooManyOpen."""
    device = _hide_device(hand) if hand.device else None  # None: the same as nothing
    asked = {"email": email.strip().lower(), "device": device}
    ((of_email, of_device),) = read_rows(_OF_HAND, asked | _COMING_NOW | {"now": now})
    if of_email >= MOST_OPEN:
        raise TooManyOpen
    most: int = max(of_email, of_device)
    return most >= OPEN_WITHOUT_PRESS


def check_email(email: str, *, now: datetime) -> None:
    """Raises TooManyOpen where one more open visit of this email would wait for a press in its mail."""
    of_email = _coming(now).annotate(email=Lower("booker_email")).filter(email=email.strip().lower()).count()
    if of_email >= OPEN_WITHOUT_PRESS:
        raise TooManyOpen


def check_waiting(*, hand: Hand, now: datetime) -> None:
    """Raises TooManyWaiting where as many visits of this network wait for a press as it may keep starts."""
    count = _waiting(hand, now=now).exclude(unconfirmed_name="").count()
    if count >= LEAST_OF_NETWORK and count >= free_hours(now=now) // HOURS_FOR_ONE:
        raise TooManyWaiting


def remember(appointment: Appointment, *, hand: Hand) -> None:
    """Whose hand has booked, as hashes that name nobody."""
    device = _hide_device(hand) if hand.device else ""
    origin = Origin(appointment=appointment, network=_hide_network(hand), device=device)
    Origin.objects.bulk_create(
        [origin], update_conflicts=True, unique_fields=["appointment"], update_fields=["network", "device"]
    )


def free_hours(*, now: datetime) -> int:
    """Therapist hours of the coming week that nobody has taken yet."""
    therapist_ids = list(Therapist.objects.filter(is_active=True).values_list("pk", flat=True))
    until = now + WEEK
    open_time = timedelta(0)
    for location in catalogue.locations_open():
        today = now.astimezone(location.zone).date()
        hours = rota.open_hours(therapist_ids=therapist_ids, location=location, first_date=today, days=8)
        spans = [span for found in hours.values() for span in found]
        open_time += sum(
            (max(timedelta(0), min(span.end, until) - max(span.start, now)) for span in spans), timedelta(0)
        )
    cells = Claim.objects.filter(
        kind=Claim.Kind.THERAPIST,
        resource_id__in=therapist_ids,
        cell__gte=int(now.timestamp()) // 300,
        cell__lt=int(until.timestamp()) // 300,
    )
    return max(timedelta(0), open_time - cells.count() * CELL) // timedelta(hours=1)


def prune_origins(*, now: datetime) -> int:
    """Forget who booked what has begun, or will not take place; returns how many."""
    deleted, _rows = Origin.objects.exclude(appointment__in=_coming(now)).delete()
    return deleted


def _coming(now: datetime) -> QuerySet[Appointment]:
    return Appointment.objects.filter(state__in=COMING, starts_at__gt=now).exclude(overdue(now))


def _waiting(hand: Hand, *, now: datetime) -> QuerySet[SlotHold]:
    live = Q(appointment__state=State.HELD, appointment__deadline_at__gt=now)
    return SlotHold.objects.filter(live, address=hand.network)


def _hide_network(hand: Hand) -> str:
    return limits.hide("booking network", hand.network)


def _hide_device(hand: Hand) -> str:
    return limits.hide("booking device", hand.device)
