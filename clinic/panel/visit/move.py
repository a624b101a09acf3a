"""What staff see of a move before they press: where a visit can go, and what moving it there means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.http import QueryDict
from django.urls import reverse

from booking.late_changes import free_until_once_moved, kept_deadline
from booking.models import Appointment, FormerPlace
from booking.scheduling import appointments
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.reasons import say
from booking.scheduling.search import Search
from booking.scheduling.starts import find_start, list_starts, why_not_offered
from booking.scheduling.states import MOVABLE
from booking.scheduling.stranding import open_row
from booking.wording.times import Wall, format_moment, format_time, local_date
from clinic.panel.finder.answer import find_answer
from clinic.panel.finder.choice import Choice, Gap
from clinic.panel.finder.ghost import Ghost, describe_ghost
from clinic.panel.finder.shown_answer import ShownAnswer, describe_answer
from clinic.panel.finder.shown_choice import FindForm, describe_form
from clinic.panel.visit.about import About, about
from clinic.panel.visit.forms import MoveToForm
from clinic.panel.visit.telling import say_beside_undo
from services import catalogue
from services.models import ClinicPolicy, Therapist


@dataclass(frozen=True)
class Question:
    """The move in words. `why_not`: the reason why the time can't be had; empty where it can. `can_outweigh`: with a reason
    staff may move there all the same.

    `free_until` or `ended` is the deadline for free changes that the visit has then; `is_late`: it is the one that it
    has already, and has passed.
    """

    starts_at: datetime
    therapist_id: int
    origin: str
    target: str
    why_not: str
    can_outweigh: bool
    is_late: bool
    free_until: str
    ended: str
    later: str
    undo_minutes: int
    has_email: bool
    ghost: Ghost


@dataclass(frozen=True)
class MovePage:
    """Where the visit can go, and what is asked of the time that was chosen.

    `query` is what is looked for, `question_query` with the chosen time in it.
    """

    visit: About
    form: FindForm
    answer: ShownAnswer
    address: str
    query: str
    is_folded: bool
    to_form: MoveToForm
    question: Question | None
    question_query: str


@dataclass(frozen=True)
class Undo:
    """A move that can still be taken back."""

    reference: str
    name: str
    origin: str
    target: str
    until: str
    told: str


def read_choice(query: QueryDict, found: Appointment, *, now: datetime) -> Choice:
    """What is looked for. It begins on the day of the visit with its own therapist, or with anyone if it needs a new time."""
    return Choice.read(
        query,
        locations=[found.location],
        offers=(),
        now=now,
        fixed=appointments.wish_of(found),
        around=Gap(found.starts_at, 0 if open_row(found) else found.therapist_id),
    )


def describe_move(
    found: Appointment, choice: Choice, *, question: Question | None, to_form: MoveToForm, is_open: bool, now: datetime
) -> MovePage:
    """A fixed number of statements."""
    # Where it does not fit, the same time may be free in another room.
    here = None if open_row(found) else Gap(found.starts_at, found.therapist_id)
    answer = find_answer(choice, now=now, client=found.client, own=found, without=here)
    chosen = (question.starts_at, question.therapist_id) if question else None
    return MovePage(
        visit=about(found),
        form=describe_form(choice, offers=(), locations=()),
        answer=describe_answer(choice, answer, chosen=chosen),
        address=reverse("panel:move", args=[found.reference]),
        query=choice.query(),
        is_folded=question is not None and not is_open,
        to_form=to_form,
        question=question,
        question_query=query_of(choice, *chosen) if chosen else "",
    )


def query_of(choice: Choice, starts_at: datetime, therapist_id: int) -> str:
    return choice.query(start=starts_at.isoformat(), therapist=str(therapist_id))


def list_targets(found: Appointment, *, day: date, now: datetime) -> list[dict[str, str | int]]:
    """Every start of a local day at which the visit can be dropped, with the words that a drag shows."""
    search = Search(appointments.wish_of(found), now, moving=found, client=found.client, by_staff=True)
    starts = list_starts(search=search, first_date=day, days=1, each_therapist=True)
    names, rooms = _names(), catalogue.room_names(location=found.location)
    return [
        {
            "start": one.starts_at.isoformat(),
            "therapist": one.therapist_id,
            "words": _place(format_time(one.starts_at, Wall.of_place(found.location)), one, names, rooms),
        }
        for one in starts
    ]


def load_question(found: Appointment, *, starts_at: datetime, therapist: Therapist, now: datetime) -> Question:
    """What is asked before the visit moves to `starts_at` (UTC). Reads only; the move itself asks everything again."""
    wish = appointments.wish_of(found, therapist_id=therapist.pk)
    search = Search(wish, now, moving=found, client=found.client, by_staff=True)
    start = find_start(search=search, starts_at=starts_at)
    reason = why_not_offered(search=search, starts_at=starts_at) if start is None else None
    outweighed = None
    if reason in appointments.OUTWEIGHED:
        outweighed = find_start(search=replace(search, off_rota=True), starts_at=starts_at)
    policy, wall = ClinicPolicy.current(), Wall.of_visit(found)
    rooms = catalogue.room_names(location=found.location)
    until = free_until_once_moved(found, starts_at=starts_at, policy=policy, now=now)
    moment = format_moment(until, wall)
    begins = [one for one in (found.starts_at, starts_at) if one > now]
    undo_for = min([timedelta(minutes=policy.undo_minutes), *(one - now for one in begins)])
    there = start or outweighed or StartOnOffer(starts_at, therapist.pk, starts_at, None)
    return Question(
        starts_at=starts_at,
        therapist_id=therapist.pk,
        origin=_place_of(found, format_moment(found.starts_at, wall)),
        target=_place(format_moment(starts_at, wall), there, {therapist.pk: therapist.name}, rooms),
        why_not=say(reason, starts_at=starts_at, wish=wish).for_staff if reason else "",
        can_outweigh=outweighed is not None,
        is_late=kept_deadline(found, policy=policy, now=now) is not None,
        free_until=moment if until > now else "",
        ended=moment if until <= now else "",
        later=policy.late_cancelling_words,
        undo_minutes=undo_for // timedelta(minutes=1),
        has_email=bool(found.booker_email),
        ghost=describe_ghost(found, starts_at, therapist.pk),
    )


def find_undo(found: Appointment, *, now: datetime) -> Undo | None:
    """The last move of the visit, while it can be taken back."""
    former = appointments.find_former_place(found) if found.state in MOVABLE else None
    if former is None or former.kept_until <= now:
        return None
    wall = Wall.of_visit(found)
    is_same_day = local_date(former.starts_at, wall.zone) == local_date(found.starts_at, wall.zone)
    say_when = format_time if is_same_day else format_moment
    before = say_when(former.starts_at, wall)
    return Undo(
        reference=found.reference,
        name=found.client.name if found.client else "",
        origin=before if former.therapist_id == found.therapist_id else f"{before}, {former.therapist.name}",
        target=_place_of(found, say_when(found.starts_at, wall)),
        until=format_time(former.kept_until, wall),
        told=say_beside_undo(found, was_told=former.was_told, now=now),
    )


def _place_of(place: Appointment | FormerPlace, when: str) -> str:
    return ", ".join([when, place.therapist.name, *([place.room.name] if place.room else [])])


def _place(when: str, start: StartOnOffer, names: Mapping[int, str], rooms: Mapping[int, str]) -> str:
    """ "15:00, Ana Silva, Room 2"."""
    return ", ".join([when, names[start.therapist_id], *([rooms[start.room_id]] if start.room_id else [])])


def _names() -> dict[int, str]:
    return dict(Therapist.objects.values_list("pk", "name"))
