"""The pages of a visit that is moved: why it can't be, the starts to choose from, and the question asked once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from booking.late_changes import free_until_once_moved, kept_deadline
from booking.models import Appointment
from booking.pages.layout import PressForm
from booking.web.addresses import url_of, urls_of
from booking.web.plans_change import PlansChange
from booking.web.site import Page, Site, load_site, show
from booking.web.visit.in_words import VisitInWords
from booking.web.visit.stopped import StopInWords, health_form_of
from booking.web.when.forms import StartForm
from booking.web.when.picker import AroundStarts, Picker
from booking.web.when.taken import Taken
from booking.wording.times import Wall, format_day, format_moment, format_time, local_date
from services.models import Therapist


@dataclass(frozen=True, kw_only=True)
class CannotMovePage(Page):
    visit: VisitInWords
    stop: StopInWords
    health_form: PressForm
    urls: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class MovePage(Page):
    visit: VisitInWords
    form: StartForm
    taken: Taken | None
    around: AroundStarts
    plans_change: PlansChange
    back_url: str


@dataclass(frozen=True)
class Place:
    """Where the visit is, or would be."""

    moment: str
    therapist: str


@dataclass(frozen=True, kw_only=True)
class MoveCheckPage(Page):
    """`same` and `differs` say what stays as it was, and what does not. `is_late`: the deadline has already passed, and moving doesn't change that. `undo_minutes`: 0 if it can't be undone."""

    visit: VisitInWords
    before: Place
    after: Place
    same: str
    differs: str
    is_late: bool
    plans_change: PlansChange
    undo_minutes: int
    form: PressForm
    keep: str
    back_url: str
    keep_url: str


def show_why_not(request: HttpRequest, visit: Appointment, stop: StopInWords, *, now: datetime) -> HttpResponse:
    """What stands in the way of moving, and what to do about it."""
    page = CannotMovePage(
        site=load_site(),
        visit=VisitInWords.of(visit, now=now),
        stop=stop,
        health_form=health_form_of(visit, style="primary"),
        urls=urls_of(visit),
    )
    return show(request, "web/visit/cannot_move.html", page)


def show_starts(request: HttpRequest, visit: Appointment, picker: Picker, form: StartForm) -> HttpResponse:
    """The starts to choose from, and what is wrong with a `form` that was sent."""
    site = load_site()
    taken = picker.read_taken(request.GET)
    page = MovePage(
        site=site,
        errors=picker.errors(form),
        visit=VisitInWords.of(visit, now=picker.now),
        form=picker.start_form(taken=taken),
        taken=taken,
        around=picker.around(),
        plans_change=PlansChange.of(visit, policy=site.policy, now=picker.now),
        back_url=url_of(visit),
    )
    return show(request, "web/visit/move.html", page)


def ask_once(
    request: HttpRequest, visit: Appointment, picker: Picker, starts_at: datetime, therapist_id: int
) -> HttpResponse:
    """From, to, until when changes are free then, and what a late one costs."""
    site, wall, now = load_site(), Wall.of_visit(visit), picker.now
    until = free_until_once_moved(visit, starts_at=starts_at, policy=site.policy, now=now)
    therapist = next(one for one in picker.therapists if one.pk == therapist_id)
    short, keep = _short(starts_at, wall), _short(visit.starts_at, wall)
    if short == keep:  # a week later
        short, keep = format_moment(starts_at, wall), format_moment(visit.starts_at, wall)
    in_words = VisitInWords.of(visit, now=now)
    page = MoveCheckPage(
        site=site,
        visit=in_words,
        before=Place(format_moment(visit.starts_at, wall), visit.therapist.name),
        after=Place(format_moment(starts_at, wall), therapist.name),
        same=_("%(treatment)s, %(price)s, as before.") % {"treatment": in_words.treatment, "price": in_words.price},
        differs=_differs(visit.therapist, therapist),
        is_late=kept_deadline(visit, policy=site.policy, now=now) is not None,
        plans_change=PlansChange.with_deadline(until, visit=visit, policy=site.policy, now=now),
        undo_minutes=undo_minutes(site, min(visit.starts_at, starts_at), now=now),
        form=PressForm(
            label=_("Move to %(moment)s") % {"moment": short},
            action=url_of(visit, "move_check"),
            style="primary",
            sends={"start": f"{starts_at.isoformat()} {therapist_id}", "seen_start": visit.starts_at.isoformat()},
        ),
        keep=_("Keep %(moment)s") % {"moment": keep},
        back_url=url_of(visit, "move"),
        keep_url=url_of(visit),
    )
    return show(request, "web/visit/move_check.html", page)


def _short(instant: datetime, wall: Wall) -> str:
    """Weekday and time."""
    weekday = format_day(local_date(instant, wall.zone)).partition(" ")[0]
    return _("%(weekday)s %(time)s") % {"weekday": weekday, "time": format_time(instant, wall)}


def _differs(before: Therapist, after: Therapist) -> str:
    """Another therapist; by the whole names where the first ones are the same."""
    if before.pk == after.pk:
        return ""
    is_clear = before.first_name != after.first_name
    names = (after.first_name, before.first_name) if is_clear else (after.name, before.name)
    return _("%(after)s instead of %(before)s.") % {"after": names[0], "before": names[1]}


def undo_minutes(site: Site, at_the_latest: datetime, *, now: datetime) -> int:
    """For how many whole minutes what is done now can be undone."""
    return min(timedelta(minutes=site.policy.undo_minutes), at_the_latest - now) // timedelta(minutes=1)
