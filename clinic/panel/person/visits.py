"""A person's visits as their record lists them: what is to come, and what has been, page by page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from booking.models import CALLED_OFF, UNBOOKED, Appointment, Client, Note, State
from booking.notes.content import Content
from booking.notes.reading import notes_by_visit
from booking.scheduling.states import MOVABLE, OVER
from booking.wording.times import Wall, format_day, format_moment, local_date
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.person.pain import Curve, Felt, draw_curve

COMING_SHOWN = 20
PAST_A_PAGE = 10


@dataclass(frozen=True)
class NoteRow:
    """What a row says of its note. `reference`, the way to it, and `next` are empty for who may not read notes."""

    words: str
    next: str
    reference: str


@dataclass(frozen=True)
class VisitRow:
    """`reference` is empty for a visit that the member may not open. `is_off`: it did not take place."""

    when: str
    what: str
    state: str
    reference: str
    may_move: bool
    is_off: bool
    note: NoteRow | None = None


@dataclass(frozen=True)
class Visits:
    """`older` and `newer` are numbers of pages; 0 where there is none. `shows_notes`: what they say is among the rows.

    `pain` is of the visits of this page, None where it was asked at fewer than two of them.
    """

    coming: tuple[VisitRow, ...]
    past: tuple[VisitRow, ...]
    total: int
    missed: int
    older: int
    newer: int
    shows_notes: bool
    pain: Curve | None


def list_visits(member: Member, found: Client, now: datetime, *, page: int, reads_notes: bool) -> Visits:
    """`reads_notes`: whether the member may read what was written of this person; others see that there is a note."""
    visits = Appointment.objects.filter(client=found).exclude(state__in=UNBOOKED)
    rows = visits.select_related("treatment", "therapist", "room", "location")
    is_over = Q(state__in=OVER) | Q(ends_at__lte=now)
    coming = rows.exclude(is_over).order_by("starts_at", "pk")[:COMING_SHOWN]
    begin = (page - 1) * PAST_A_PAGE
    past = list(rows.filter(is_over).order_by("-starts_at", "-pk")[begin : begin + PAST_A_PAGE + 1])
    shown = past[:PAST_A_PAGE]
    notes = notes_by_visit([one.pk for one in shown], with_words=reads_notes)
    said = {key: Content.from_json(note.content) for key, note in notes.items()} if reads_notes else {}
    states = list(_states(visits))
    return Visits(
        coming=tuple(_row(member, one, None, with_time=True) for one in coming),
        past=tuple(
            _row(member, one, _note_row(one, notes.get(one.pk), said.get(one.pk)), with_time=False) for one in shown
        ),
        total=sum(count for state, count in states if state not in CALLED_OFF),
        missed=sum(count for state, count in states if state == State.NO_SHOW),
        older=page + 1 if len(past) > PAST_A_PAGE else 0,
        newer=page - 1,
        shows_notes=bool(said),
        pain=draw_curve(
            [
                Felt(_day(one), said[one.pk].pain_before, said[one.pk].pain_after)
                for one in reversed(shown)
                if one.pk in said
            ]
        ),
    )


def _note_row(visit: Appointment, note: Note | None, said: Content | None) -> NoteRow | None:
    if note is None:
        return None
    words = _("Note") if note.signed_at else _("Note, not signed")
    return NoteRow(words, said.next if said else "", visit.reference if said else "")


def _states(visits: QuerySet[Appointment]) -> QuerySet[Appointment, tuple[str, int]]:
    from django.db.models import Count

    return visits.order_by().values_list("state").annotate(count=Count("pk"))


def _day(visit: Appointment) -> str:
    return format_day(local_date(visit.starts_at, Wall.of_visit(visit).zone), with_year=True)


def _row(member: Member, visit: Appointment, note: NoteRow | None, *, with_time: bool) -> VisitRow:
    parts = [visit.treatment.name_for_staff, f"{visit.minutes} min", visit.therapist.name]
    if with_time and visit.room:
        parts.append(visit.room.name)
    return VisitRow(
        when=format_moment(visit.starts_at, Wall.of_visit(visit)) if with_time else _day(visit),
        what=", ".join(parts),
        state=capfirst(visit.get_state_display()),
        reference=visit.reference if may(member, Right.SEE_VISIT, visit=visit) else "",
        may_move=visit.state in MOVABLE and may(member, Right.CHANGE_VISIT, visit=visit),
        is_off=visit.state in CALLED_OFF | {State.NO_SHOW},
        note=note,
    )
