"""What each mail says: a `Letter` of plain facts and sentences, from which both text and HTML are drawn.

What may be said is listed here, fact by fact: time, place, treatment, therapist, price and reference of the booker's
own visit. No health answer, no reason, nobody else's name, no phone but the clinic's. Subjects and first lines are
neutral: they are seen on locked screens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.late_changes import free_until
from booking.links import email_url, new_password_url, reminders_url, visit_url
from booking.messages.plain import first_name, joined_lines, one_line
from booking.models import Appointment, AppointmentEvent, FormerPlace, State
from booking.wording.prices import format_price, format_treatment
from booking.wording.times import Wall, format_day, format_moment, format_span, format_time, local_date, zone_name
from services.models import ClinicPolicy, Location

CASES_PATH = "/panel/cases/"
PANEL_PATH = "/panel/"
BOOKING_PATH = "/book/"


@dataclass(frozen=True)
class Card:
    """The time, large."""

    day: str
    time: str
    rest: str


@dataclass(frozen=True)
class Letter:
    """All that a mail says, in order. `free_until` stands under the facts, `notes` under the heading "Before you come"."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    greeting: str = ""
    card: Card | None = None
    facts: tuple[tuple[str, str], ...] = ()
    free_until: tuple[str, ...] = ()
    button: str = ""
    url: str = ""
    notes: tuple[str, ...] = ()
    clinic: str = ""
    phone: str = ""
    has_calendar_file: bool = False
    unsubscribe_url: str = ""


def make_visit_letter(
    words_of: "VisitWords",
    *,
    visit: Appointment,
    policy: ClinicPolicy,
    now: datetime,
    has_calendar_file: bool,
    is_reminder: bool,
) -> Letter:
    """What a mail about the visit says, in the words of its kind."""
    words = words_of(visit, policy, now)
    # Until a press has shown whose address it is, a stranger may have typed the name.
    name = "" if visit.state == State.HELD else first_name(visit.booker_name)
    return Letter(
        subject=words.subject,
        heading=words.heading,
        greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
        paragraphs=words.paragraphs,
        card=_card(visit),
        facts=_facts(visit, takes_place=words.takes_place),
        free_until=_free_until(visit, policy, now=now) if words.takes_place else (),
        button=words.button,
        url=words.url or visit_url(visit),
        notes=_before_you_come() if words.takes_place else (),
        clinic=one_line(policy.clinic_name),
        phone=one_line(visit.location.phone),
        has_calendar_file=has_calendar_file,
        unsubscribe_url=reminders_url(visit) if is_reminder else "",
    )


def make_request_letter(*, visit: Appointment, policy: ClinicPolicy) -> Letter:
    """To staff: until when a request waits for them, or that it has ended. Who asked, and for what, is in the panel."""
    until, name = _until(visit), {"reference": visit.reference, "moment": _moment(visit), "until": _until(visit)}
    subject = _("Request %(reference)s ends on %(until)s") if until else _("Request %(reference)s has ended")
    words = (
        _(
            "A visit for %(moment)s was asked for, and nobody has confirmed or declined it. It ends by itself on %(until)s."
        )
        if until
        else _("A visit for %(moment)s was asked for, and nobody answered in time. The time is free again.")
    )
    return Letter(
        subject=subject % name,
        heading=subject % name,
        paragraphs=(words % name,),
        button=_("Open the visit"),
        url=f"{settings.SITE_URL}{PANEL_PATH}visit/{visit.reference}/",
        clinic=one_line(policy.clinic_name),
    )


def make_case_letter(*, policy: ClinicPolicy) -> Letter:
    """To staff: that something waits, and nothing about it."""
    return Letter(
        subject=_("A case is waiting"),
        heading=_("A case is waiting"),
        paragraphs=(_("Somebody needs an answer from the clinic. The panel says who and why."),),
        button=_("Open the cases"),
        url=f"{settings.SITE_URL}{CASES_PATH}",
        clinic=one_line(policy.clinic_name),
    )


def make_password_letter(*, account: User, policy: ClinicPolicy) -> Letter:
    """To staff: where a new password is set. Each copy gets a link of its own, which is stored nowhere."""
    return Letter(
        subject=_("Set a new password"),
        heading=_("Set a new password"),
        paragraphs=(
            _("Somebody asked for a new password for the account “%(name)s”.") % {"name": one_line(account.username)},
            _("The link works once, within the hour. If it was not you, do nothing: your password stays."),
        ),
        button=_("Set a new password"),
        url=new_password_url(account),
        clinic=one_line(policy.clinic_name),
    )


def make_day_letter(*, location: Location, day: date, visits: Sequence[Appointment], policy: ClinicPolicy) -> Letter:
    """To staff: times, therapists and references of the day. Who comes, and for what, is in the panel only."""
    wall = Wall.of_place(location)
    count = ngettext("%(count)s visit", "%(count)s visits", len(visits)) % {"count": len(visits)}
    place = {"count": count, "location": one_line(location.name), "zone": zone_name(wall.zone)}
    return Letter(
        subject=_("%(day)s: %(count)s") % {"day": format_day(day), "count": count},
        heading=format_day(day),
        paragraphs=(_("%(count)s at %(location)s, %(zone)s.") % place,),
        facts=tuple(_day_line(visit, wall) for visit in visits),
        button=_("Open the day board"),
        url=f"{settings.SITE_URL}{PANEL_PATH}",
        clinic=one_line(policy.clinic_name),
    )


@dataclass(frozen=True)
class Words:
    """What differs from kind to kind. `takes_place`: with price, conditions and what to know before coming."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    button: str
    takes_place: bool = True
    url: str = ""


VisitWords = Callable[[Appointment, ClinicPolicy, datetime], Words]


def booked(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Your visit is booked: %(moment)s") % {"moment": _moment(visit)},
        heading=_("Your visit is booked"),
        paragraphs=(_("We look forward to seeing you."),),
        button=_("See, move or cancel this visit"),
    )


def requested(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    until = _until(visit)
    return Words(
        subject=_("We have your request: %(moment)s") % {"moment": _moment(visit)},
        heading=_("We have your request"),
        paragraphs=(
            _(
                "We are keeping this time for you until %(until)s. Something has to be settled first; we will be in touch."
            )
            % {"until": until}
            if until
            else _("We are keeping this time for you. Something has to be settled first; we will be in touch."),
            _("The visit is booked once you have a second email from us that says so."),
        ),
        button=_("See, move or cancel this request"),
    )


def moved(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    """Until when it can be undone, where the client moved it: whoever has it moved by staff calls them."""
    former = FormerPlace.objects.filter(appointment=visit, actor=AppointmentEvent.Actor.CLIENT).first()
    time = format_time(former.kept_until, Wall.of_visit(visit)) if former and now < former.kept_until else ""
    return Words(
        subject=_("Your visit has moved: %(moment)s") % {"moment": _moment(visit)},
        heading=_("Your visit has moved"),
        paragraphs=(
            _("This is the new time. You can undo this until %(time)s.") % {"time": time}
            if time
            else _("This is the new time. The earlier one is no longer kept for you."),
        ),
        button=_("See, move or cancel this visit"),
    )


def clocks_changed(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Your visit stays at %(moment)s") % {"moment": _moment(visit)},
        heading=_("The clocks change differently, your visit does not"),
        paragraphs=(
            _("The rules for %(zone)s were changed. Your visit stays at the time that we promised.")
            % {"zone": zone_name(ZoneInfo(visit.time_zone))},
            _("Calendars may show another time by now. The attached file puts that right."),
        ),
        button=_("See, move or cancel this visit"),
    )


def cancelled(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    undo_until = visit.deadline_at if visit.state == State.CANCELLING else None
    if undo_until is not None and now < undo_until:
        sentence = _("Your visit is cancelled. You can undo this until %(time)s.")
        paragraphs = (sentence % {"time": format_time(undo_until, Wall.of_visit(visit))},)
        return _called_off(visit, paragraphs, button=_("See or undo"), url="")
    return _called_off(visit, (_("Your visit is cancelled, and the time is free for others."),))


def declined(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    paragraphs = (
        _("We can't confirm this visit, so this time is no longer kept for you."),
        _("Please call us if you would like to talk about it."),
    )
    return _called_off(visit, paragraphs, heading=_("Your request was not confirmed"))


def ran_out(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    paragraphs = (
        _("What had to be settled first was not settled in time, so this time is no longer kept for you."),
        _("Please call us, or choose a new time."),
    )
    return _called_off(visit, paragraphs, heading=_("We could not confirm your request in time"))


def restored(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    is_request = visit.state == State.REQUESTED
    heading = _("We still have your request") if is_request else _("Your visit is still booked")
    return Words(
        subject=_("%(heading)s: %(moment)s") % {"heading": heading, "moment": _moment(visit)},
        heading=heading,
        paragraphs=(_("The change was undone. Everything is as it was."),),
        button=_("See, move or cancel this visit"),
    )


def reminder(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    if visit.confirmed_at is not None:
        paragraph, button = _("You have told us that you are coming. Thank you."), _("See, move or cancel this visit")
    else:
        paragraph, button = (
            _("Please tell us that you are coming, or choose another time."),
            _("Confirm, move or cancel"),
        )
    return Words(
        subject=_("Your visit on %(moment)s") % {"moment": _moment(visit)},
        heading=_("Your visit is on %(day)s") % {"day": format_day(_local_date(visit))},
        paragraphs=(paragraph,),
        button=button,
    )


def confirmed(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Your visit is booked: %(moment)s") % {"moment": _moment(visit)},
        heading=_("Your visit is booked"),
        paragraphs=(_("You asked for this time, and it is now yours. We look forward to seeing you."),),
        button=_("See, move or cancel this visit"),
    )


def form_missing(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Before your visit on %(moment)s") % {"moment": _moment(visit)},
        heading=_("One thing before your visit"),
        paragraphs=(_("A form is still to be filled in. It takes a few minutes; without it we can't begin."),),
        button=_("Fill in the form"),
    )


def confirm_email(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    time = format_time(visit.deadline_at, Wall.of_visit(visit)) if visit.deadline_at else ""
    return Words(
        subject=_("One press books your visit: %(moment)s") % {"moment": _moment(visit)},
        heading=_("One press books your visit"),
        paragraphs=(
            _("We are holding this time for you until %(time)s. Press the button, and it is yours.") % {"time": time},
            _("If you did not ask for a visit, do nothing. We forget your address with the time."),
        ),
        button=_("Book this visit"),
        takes_place=False,
        url=email_url(visit),
    )


def choose_again(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("Please choose a new time for %(day)s") % {"day": format_day(_local_date(visit))},
        heading=_("Please choose a new time"),
        paragraphs=(
            _("Your visit can't take place as it was booked. Choose a new time, or call us and we will find one."),
        ),
        button=_("Choose a new time"),
        takes_place=False,
    )


def new_link(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    return Words(
        subject=_("A new link for your visit on %(moment)s") % {"moment": _moment(visit)},
        heading=_("A new link for your visit"),
        paragraphs=(
            _("The links in our earlier emails about this visit no longer work. Please use this one."),
            _("Your visit stays as it is."),
        ),
        button=_("See, move or cancel this visit"),
        takes_place=False,
    )


def stopped(visit: Appointment, policy: ClinicPolicy, now: datetime) -> Words:
    """Nothing about why: the page of the visit says that to whoever opens it."""
    return Words(
        subject=_("About your visit on %(moment)s") % {"moment": _moment(visit)},
        heading=_("Your visit can't go ahead yet"),
        paragraphs=(
            _("Something has to be settled first. We are still keeping this time for you."),
            _("The page of your visit says what to do next, or call us."),
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
        subject=_("%(heading)s: %(moment)s") % {"heading": heading, "moment": _moment(visit)},
        heading=heading,
        paragraphs=paragraphs,
        button=button or _("Choose a new time"),
        takes_place=False,
        url=f"{settings.SITE_URL}{BOOKING_PATH}" if url is None else url,
    )


def _moment(visit: Appointment) -> str:
    return format_moment(visit.starts_at, Wall.of_visit(visit))


def _until(visit: Appointment) -> str:
    return format_moment(visit.deadline_at, Wall.of_visit(visit)) if visit.deadline_at else ""


def _local_date(visit: Appointment) -> date:
    return local_date(visit.starts_at, ZoneInfo(visit.time_zone))


def _card(visit: Appointment) -> Card:
    wall = Wall.of_visit(visit)
    rest = _("to %(end)s, %(zone)s") % {"end": format_time(visit.ends_at, wall), "zone": zone_name(wall.zone)}
    return Card(format_day(_local_date(visit), with_year=True), format_time(visit.starts_at, wall), rest)


def _facts(visit: Appointment, *, takes_place: bool) -> tuple[tuple[str, str], ...]:
    facts = [
        (_("Treatment"), format_treatment(one_line(visit.treatment.name), visit.minutes)),
        (_("With"), one_line(visit.therapist.name)),
        (_("Where"), joined_lines(f"{visit.location.name}\n{visit.location.address}")),
    ]
    if takes_place:
        price = format_price(visit.price, visit.currency, country=visit.location.country)
        facts.append((_("Price"), _("%(price)s, paid at the clinic") % {"price": price}))
    return (*facts, (_("Reference"), visit.reference))


def _free_until(visit: Appointment, policy: ClinicPolicy, *, now: datetime) -> tuple[str, ...]:
    """Until when moving and cancelling are free, while that is still to come, and the clinic's words for later."""
    until = free_until(visit, policy=policy)
    words = one_line(policy.late_cancelling_words, longest=300)
    if now >= until:
        return (_("It is too late to move or cancel for free. Please call us."),)
    moment = format_moment(until, Wall.of_visit(visit))
    return (_("Free to move or cancel until %(moment)s.") % {"moment": moment}, words)


def _before_you_come() -> tuple[str, ...]:
    return (
        _("Come five minutes early and wear what you like."),
        _("If your health has changed since you booked, call us before you set out."),
    )


def _day_line(visit: Appointment, wall: Wall) -> tuple[str, str]:
    who = {"therapist": one_line(visit.therapist.first_name), "reference": visit.reference}
    return format_span(visit.starts_at, visit.ends_at, wall), _("%(therapist)s, %(reference)s") % who
