"""What is said in a mail about a visit: the words of each kind, as `kinds.py` names them.

Subjects and first lines are neutral: they are seen on locked screens. No health answer, and no reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from booking.late_changes import free_until
from booking.links import email_url, visit_url
from booking.messages.plain import one_line
from booking.models import Appointment, AppointmentEvent, FormerPlace, State
from booking.wording.times import Wall, format_day, format_moment, format_time, local_date, zone_name
from services.models import ClinicPolicy

BOOKING_PATH = "/book/"


@dataclass(frozen=True)
class Words:
    """What differs from kind to kind. `takes_place`: with price, conditions and what to know before coming.

    `says_deadline`: a paragraph says until when changes are free.
    """

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    button: str
    takes_place: bool = True
    url: str = ""
    says_deadline: bool = False


VisitWords = Callable[[Appointment, ClinicPolicy, datetime], Words]


def booked(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Booked: %(moment)s") % {"moment": moment_of(visit)},
        heading=_("See you on %(weekday)s") % {"weekday": weekday_of(visit)},
        paragraphs=(_("Your visit is booked."),),
        button=_see(policy),
    )


def requested(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    until = until_of(visit)
    return Words(
        subject=_("We have your request: %(moment)s") % {"moment": moment_of(visit)},
        heading=_("We have your request"),
        paragraphs=(
            _("We will email you by %(until)s. We are keeping this time for you until then.") % {"until": until}
            if until
            else _("We are keeping this time for you, and email you as soon as it is confirmed."),
            _("The visit is booked once a second email from us says so."),
        ),
        button=_("See this request") if policy.changes_by_phone else _("See, move or cancel this request"),
    )


def moved(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    """Until when it can be undone, where the client moved it: whoever has it moved by staff calls them."""
    former = FormerPlace.objects.filter(appointment=visit, actor=AppointmentEvent.Actor.CLIENT).first()
    time = format_time(former.kept_until, Wall.of_visit(visit)) if former and now < former.kept_until else ""
    return Words(
        subject=_("Moved to %(moment)s") % {"moment": moment_of(visit)},
        heading=_("Your visit has moved"),
        paragraphs=(
            _("You can undo this until %(time)s.") % {"time": time}
            if time
            else _("This is the new time. The earlier one is no longer kept for you."),
        ),
        button=_see(policy),
    )


def changed(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    """Another treatment or length at the same start: which, say the facts below, and no locked screen."""
    return Words(
        subject=_("Changed: %(moment)s") % {"moment": moment_of(visit)},
        heading=_("Your visit has changed"),
        paragraphs=(
            _("Your visit begins at the same time as before. It now ends at %(time)s.")
            % {"time": format_time(visit.ends_at, Wall.of_visit(visit))},
            _("We changed the treatment or its length. You can read both below."),
        ),
        button=_see(policy),
    )


def clocks_changed(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Your visit stays at %(moment)s") % {"moment": moment_of(visit)},
        heading=_("The clocks change differently, your visit does not"),
        paragraphs=(
            _("The rules for %(zone)s were changed. Your visit stays at the time that we promised.")
            % {"zone": zone_name(visit.zone)},
            _("Your calendar may show another time. The attached file corrects it."),
        ),
        button=_see(policy),
    )


def cancelled(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    undo_until = visit.deadline_at if visit.state == State.CANCELLING else None
    if undo_until is not None and now < undo_until:
        undo = _("You can undo this until %(time)s.") % {"time": format_time(undo_until, Wall.of_visit(visit))}
        until = free_until(visit, policy=policy)
        ended = _("The free time ended on %(moment)s.") % {"moment": format_moment(until, Wall.of_visit(visit))}
        said = _("Nothing is charged.") if now < until else f"{ended} {_later(policy)}"
        return _cancelled(visit, f"{said} {undo}")
    return _cancelled(visit, _("Your visit is cancelled, and the time is free for others."))


def _cancelled(visit: Appointment, paragraph: str) -> Words:
    """The page behind the button undoes it, too, while that can be done."""
    return Words(
        subject=_("Cancelled: %(day)s") % {"day": format_day(day_of(visit))},
        heading=_("Your visit is cancelled"),
        paragraphs=(paragraph,),
        button=_("Book another time"),
        takes_place=False,
    )


def declined(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    paragraphs = (
        _("We can't confirm this visit, so this time is no longer kept for you."),
        _("Please call us if you would like to talk about it."),
    )
    return _called_off(visit, paragraphs, heading=_("Your request was not confirmed"))


def ran_out(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    paragraphs = (
        _("This time is no longer kept for you."),
        _("Please call us, or choose a new time."),
    )
    return _called_off(visit, paragraphs, heading=_("We could not confirm your request in time"))


def restored(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    is_request = visit.state == State.REQUESTED
    heading = _("We still have your request") if is_request else _("Your visit is still booked")
    return Words(
        subject=_("%(heading)s: %(moment)s") % {"heading": heading, "moment": moment_of(visit)},
        heading=heading,
        paragraphs=(_("The change was undone. Everything is as it was."),),
        button=_see(policy),
    )


def reminder(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    until = free_until(visit, policy=policy)
    is_free = now < until
    free = _("Free to move or cancel until %(moment)s.") % {"moment": _near(until, visit, now=now)}
    deadline = f"{free} {_later(policy)}"
    asks = (
        _("Please tell us that you are coming, or call us for another time.")
        if policy.changes_by_phone
        else _("Please tell us that you are coming, or choose another time.")
    )
    paragraphs: tuple[str, ...]
    if visit.confirmed_at is not None:
        paragraphs = (_("You have told us that you are coming. Thank you."),)
    else:
        paragraphs = (deadline, asks) if is_free else (asks,)
    return Words(
        subject=capfirst(_near(visit.starts_at, visit, now=now)),
        heading=_("Your visit is on %(day)s") % {"day": format_day(day_of(visit))},
        paragraphs=paragraphs,
        button=_("Yes, I am coming") if visit.confirmed_at is None else _see(policy),
        url=f"{visit_url(visit)}confirm/" if visit.confirmed_at is None else "",
        says_deadline=is_free and visit.confirmed_at is None,
    )


def confirmed(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Booked: %(moment)s") % {"moment": moment_of(visit)},
        heading=_("See you on %(weekday)s") % {"weekday": weekday_of(visit)},
        paragraphs=(_("Your visit is booked. You asked for this time, and it is now yours."),),
        button=_see(policy),
    )


def form_missing(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Before your visit on %(moment)s") % {"moment": moment_of(visit)},
        heading=_("One thing before your visit"),
        paragraphs=(_("Please fill in the health form before you come. Without it we can't begin."),),
        button=_("Fill in the form"),
    )


def confirm_email(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    time = format_time(visit.deadline_at, Wall.of_visit(visit)) if visit.deadline_at else ""
    return Words(
        subject=_("One press books your visit: %(moment)s") % {"moment": moment_of(visit)},
        heading=_("One press books your visit"),
        paragraphs=(
            _("We are holding this time for you until %(time)s. Press the button, and it is yours.") % {"time": time},
            _("If you did not ask for a visit, do nothing. We delete your address at %(time)s.") % {"time": time},
        ),
        button=_("Book this visit"),
        takes_place=False,
        url=email_url(visit),
    )


def choose_again(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Please choose a new time for %(day)s") % {"day": format_day(day_of(visit))},
        heading=_("Please choose a new time"),
        paragraphs=(
            _("Your visit can't take place as it was booked. Please call us, and we will find a new time.")
            if policy.changes_by_phone
            else _("Your visit can't take place as it was booked. Choose a new time, or call us and we will find one."),
        ),
        button=_see(policy) if policy.changes_by_phone else _("Choose a new time"),
        takes_place=False,
    )


def new_link(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("A new link for your visit on %(moment)s") % {"moment": moment_of(visit)},
        heading=_("A new link for your visit"),
        paragraphs=(
            _("The links in our earlier emails about this visit no longer work. Please use this one."),
            _("Your visit stays as it is."),
        ),
        button=_see(policy),
        takes_place=False,
    )


def stopped(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    """Nothing about why: the page of the visit says that to whoever opens it."""
    return Words(
        subject=_("About your visit on %(moment)s") % {"moment": moment_of(visit)},
        heading=_("Your visit can't go ahead yet"),
        paragraphs=(
            _("We are still keeping this time for you."),
            _("Your visit’s page says what to do. You can also call us."),
        ),
        button=_("See what to do"),
        takes_place=False,
    )


def _called_off(
    visit: Appointment,
    paragraphs: tuple[str, ...],
    *,
    heading: str = "",
    button: str = "",
    url: str | None = None,
) -> Words:
    heading = heading or _("Your visit is cancelled")
    return Words(
        subject=_("%(heading)s: %(moment)s") % {"heading": heading, "moment": moment_of(visit)},
        heading=heading,
        paragraphs=paragraphs,
        button=button or _("Choose a new time"),
        takes_place=False,
        url=f"{settings.SITE_URL}{BOOKING_PATH}" if url is None else url,
    )


def moment_of(visit: Appointment) -> str:
    """When it begins, by the clock of the place."""
    return format_moment(visit.starts_at, Wall.of_visit(visit))


def _see(policy: ClinicPolicy) -> str:
    """The button that leads to the visit's page, by what can be done there."""
    return _("See this visit") if policy.changes_by_phone else _("See, move or cancel this visit")


def _later(policy: ClinicPolicy) -> str:
    """What the clinic says of changes after the free time."""
    return one_line(policy.late_cancelling_words, longest=300)


def weekday_of(visit: Appointment) -> str:
    return format_day(day_of(visit)).partition(" ")[0]


def _near(instant: datetime, visit: Appointment, *, now: datetime) -> str:
    """ "today, 12:00", "tomorrow, 12:00", else with the day in full: by the visit's clock."""
    wall = Wall.of_visit(visit)
    days = (local_date(instant, wall.zone) - local_date(now, wall.zone)).days
    names = {0: _("today, %(time)s"), 1: _("tomorrow, %(time)s")}
    return names[days] % {"time": format_time(instant, wall)} if days in names else format_moment(instant, wall)


def until_of(visit: Appointment) -> str:
    """When it ends by itself; empty where it does not."""
    return format_moment(visit.deadline_at, Wall.of_visit(visit)) if visit.deadline_at else ""


def day_of(visit: Appointment) -> date:
    """The local day."""
    return local_date(visit.starts_at, visit.zone)
