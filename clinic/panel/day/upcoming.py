"""Whom a therapist treats next: what has to be known between two clients, without a press."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from booking.models import OCCUPYING, Appointment, State
from booking.notes.reading import owed
from booking.scheduling import appointments
from booking.scheduling.states import AT_THE_DESK, STEPS, UNTREATED
from booking.wording.answers import answers_in_words
from booking.wording.times import Wall, format_moment, local_date
from clinic.panel.day.shown import Board, VisitBlock
from clinic.panel.door.rights import Member, Right, may, may_read_notes
from clinic.panel.visit.about import About, about
from clinic.panel.visit.begin import Begin, describe_begin
from clinic.panel.visit.careful import Careful, describe_careful
from clinic.panel.visit.load import find_visit, last_event
from clinic.panel.visit.note import LastTime, describe_last_time
from clinic.panel.visit.open_points import list_points
from clinic.panel.visit.since import Since, describe_since
from clinic.panel.visit.steps import NextStep, Step, next_step, step_back
from services.catalogue import home_zone
from services.hours import local_day

# The question that asks what brings somebody.
REASON = "complaint_type"
# Whoever is treated now is still the next one to be seen to.
IN_HAND = (UNTREATED | {State.IN_TREATMENT}) - AT_THE_DESK
OWED_SHOWN = 5  # notes at most


@dataclass(frozen=True)
class Owed:
    """A note that waits for its signature; `words` say of which visit."""

    reference: str
    name: str
    words: str


@dataclass(frozen=True)
class JustDone:
    """The last visit that is done, whose person has no other to come: `words` say which it was."""

    reference: str
    name: str
    words: str


@dataclass(frozen=True)
class StepTaken:
    """A step of the day that led here, and the one that takes it back."""

    reference: str
    seen_event: int | None
    back: Step


@dataclass(frozen=True)
class NextClient:
    """`card` as on the board. `step` asks for no words; others are taken on the visit's page. `begin`: what is asked with it.

    `came_because`: what somebody new said, for who may read answers; empty for others.

    `turns`: the moments at which time alone changes what is said here. `last`: what was written
    last time, for who may read notes.
    """

    visit: About
    card: VisitBlock
    careful: Careful | None
    since: Since | None
    step: NextStep | None
    begin: Begin | None
    client_id: int | None
    came_because: str
    turns: tuple[datetime, ...]
    last: LastTime | None

    @property
    def is_now(self) -> bool:
        """Whether the treatment has begun."""
        return self.card.state == State.IN_TREATMENT


def find_next(board: Board, member: Member, *, now: datetime) -> NextClient | None:
    """Of the member's own visits; None where nobody comes any more. Some statements of its own."""
    card = next((one for one, _whose in board.visits if is_next(one, now)), None)
    if card is None:
        return None
    found = find_visit(card.reference, member, Right.SEE_VISIT)
    needs_form = found.state in UNTREATED and appointments.needs_form(found, now=now)
    step = next_step(member, found, now)
    last = describe_last_time(found) if may_read_notes(member, found.client, now) else None
    return NextClient(
        visit=about(found),
        card=card,
        careful=describe_careful(member, found, list_points(member, found), now, needs_form=needs_form),
        since=describe_since(member, found, now),
        step=None if step is None or step.asks_reason else step,
        begin=describe_begin(member, step),
        client_id=found.client_id,
        came_because=_came_because(member, card, found),
        turns=tuple(_turns(found, now)),
        last=last,
    )


def find_just_done(board: Board, member: Member, *, now: datetime) -> JustDone | None:
    """Who is offered the next visit; nobody while somebody else is treated. One statement at most."""
    if any(one.state == State.IN_TREATMENT for one, _whose in board.visits):
        return None
    card = next((one for one, _whose in reversed(board.visits) if one.state == State.COMPLETED), None)
    if card is None or not may(member, Right.REBOOK):
        return None
    visits = Appointment.objects.filter(reference=card.reference, client__isnull=False, client__erased_at=None)
    others = Appointment.objects.filter(client=OuterRef("client")).exclude(pk=OuterRef("pk"))
    coming = others.filter(state__in=OCCUPYING, starts_at__gt=now)
    if not visits.filter(~Exists(coming)).exists():
        return None
    return JustDone(card.reference, card.name, f"{card.time}, {card.treatment}")


def find_step_taken(member: Member, found: Appointment, *, now: datetime) -> StepTaken | None:
    """Of the member's own visit."""
    back = step_back(member, found, now)
    return StepTaken(found.reference, last_event(found), back) if back else None


def list_owed(member: Member, *, now: datetime) -> tuple[Owed, ...]:
    """Today's notes that the member has still to sign, the newest visit first. One statement."""
    if member.therapist_id is None:
        return ()
    zone = home_zone()
    today = local_day(date=local_date(now, zone), zone=zone)
    rows = owed(before=today.end).filter(therapist=member.therapist_id, ends_at__gt=today.start)
    rows = rows.order_by("-starts_at", "-pk")
    return tuple(
        Owed(
            one.reference,
            one.client.name if one.client else "",
            f"{format_moment(one.starts_at, Wall.of_visit(one))}, {one.treatment.name_for_staff}",
        )
        for one in rows.select_related("client", "treatment", "location")[:OWED_SHOWN]
    )


def is_next(card: VisitBlock, now: datetime) -> bool:
    """Who is here, or may still come: not somebody whose time has passed."""
    if card.state not in IN_HAND:
        return False
    return card.state != State.BOOKED or now < card.starts_at + timedelta(minutes=card.minutes)


def _came_because(member: Member, card: VisitBlock, found: Appointment) -> str:
    """In place of the earlier visits that somebody new does not have."""
    if not card.is_new or found.intake is None or not may(member, Right.SEE_ANSWERS, visit=found):
        return ""
    rows = answers_in_words(found.intake.answers, version=found.intake.schema_version)
    return next((str(row.answer) for row in rows if row.key == REASON), "")


def _turns(found: Appointment, now: datetime) -> Iterable[datetime]:
    opens = [step.opens_at(found.starts_at) for step in STEPS if step.source == found.state]
    return (moment for moment in (*opens, found.ends_at) if moment is not None and moment > now)
