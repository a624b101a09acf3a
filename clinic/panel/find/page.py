"""What the page that finds a time shows: the choice, its answer, and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.wording.times import Wall, format_day, format_span, format_time, local_date
from clinic.panel.find.candidates import Candidate
from clinic.panel.find.forms import NewPersonForm
from clinic.panel.finder.ghost import Ghost, describe_ghost
from clinic.panel.finder.shown_answer import ShownAnswer
from clinic.panel.finder.shown_choice import FindForm


@dataclass(frozen=True)
class ChosenTime:
    """The start for which a person is looked for. `until`: how long it is kept; empty where it is not kept yet."""

    words: str
    treatment: str
    until: str
    ghost: Ghost


@dataclass(frozen=True)
class PersonBox:
    """`is_known`: `found` is the person for whom the page was opened. `searched`: somebody was looked for by `words`."""

    chosen: ChosenTime
    is_known: bool
    words: str
    searched: bool
    found: tuple[Candidate, ...]
    new_form: NewPersonForm | None
    is_new_open: bool


@dataclass(frozen=True)
class Booked:
    """What was booked a moment ago."""

    reference: str
    name: str
    words: str
    treatment: str
    is_anything_open: bool
    day_query: str


@dataclass(frozen=True)
class FindPage:
    """`address` is that of the page, `query` the choice as its query, `box_query` with the chosen time in it; `refused` why a time can't be had;
    `left_out` what the person may not have.
    """

    form: FindForm
    answer: ShownAnswer
    address: str
    query: str
    box_query: str
    is_folded: bool
    for_whom: str
    left_out: str
    refused: str
    box: PersonBox | None
    booked: Booked | None


def describe_chosen(visit: Appointment, *, until: datetime | None) -> ChosenTime:
    """The start that is kept, or an unsaved visit at the one that was pressed elsewhere, with its parts loaded."""
    wall = Wall.of_visit(visit)
    room = [visit.room.name] if visit.room else []
    when = format_span(visit.starts_at, visit.ends_at, wall)
    day = format_day(local_date(visit.starts_at, wall.zone))
    return ChosenTime(
        words=", ".join([day, when, visit.therapist.name, *room]),
        treatment=f"{visit.treatment.name_for_staff} {visit.minutes}",
        until=format_time(until, wall) if until else "",
        ghost=describe_ghost(visit, visit.starts_at, visit.therapist_id),
    )


def describe_booked(visit: Appointment) -> Booked:
    """`visit` with its parts loaded."""
    day = local_date(visit.starts_at, Wall.of_visit(visit).zone)
    return Booked(
        reference=visit.reference,
        name=visit.client.name if visit.client else "",
        words=describe_chosen(visit, until=None).words,
        treatment=f"{visit.treatment.name_for_staff} {visit.minutes}",
        is_anything_open=visit.conditions.filter(settled_at=None).exists(),
        day_query=urlencode({"date": day.isoformat(), "location": visit.location_id}),
    )


def say_left_out(treatments: Sequence[str]) -> str:
    """Which treatments are not on the list, and why; empty where all are."""
    if not treatments:
        return ""
    return _("Left out, by the last safety check: %(treatments)s.") % {"treatments": ", ".join(treatments)}
