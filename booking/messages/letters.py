"""What each mail says: a `Letter` of plain facts and sentences, from which both text and HTML are drawn.

What may be said is listed here, fact by fact: time, place, treatment, therapist, price and reference of the booker's
own visit. No health answer, no reason, nobody else's name, no phone but the clinic's. Subjects and first lines are
neutral: they are seen on locked screens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.late_changes import free_until
from booking.links import INVITATION_LASTS, invitation_url, new_password_url, reminders_url, visit_url
from booking.messages.calendar_links import google_url, map_url, outlook_url
from booking.messages.plain import first_name, joined_lines, one_line
from booking.messages.visit_words import VisitWords, day_of, moment_of, until_of
from booking.models import CALLED_OFF, Appointment, Invitation, State
from booking.wording.phones import call_to_change
from booking.wording.prices import format_price, format_treatment
from booking.wording.times import Wall, format_day, format_moment, format_span, format_time, zone_name
from services.models import ClinicPolicy, Location

CASES_PATH = "/panel/cases/"
SPASMS_PATH = "/spasms/"
PANEL_PATH = "/panel/"
SET_UP_PATH = "/panel/set-up/"


@dataclass(frozen=True)
class Card:
    """The time, large."""

    day: str
    time: str
    rest: str


@dataclass(frozen=True)
class Letter:
    """All that a mail says, in order. `free_until` stands under the facts, `notes` and `links` under the heading "What to expect"."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    greeting: str = ""
    card: Card | None = None
    facts: tuple[tuple[str, str], ...] = ()
    free_until: tuple[str, ...] = ()
    button: str = ""
    url: str = ""
    more_buttons: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    clinic: str = ""
    phone: str = ""
    has_calendar_file: bool = False
    unsubscribe_url: str = ""

    @property
    def buttons(self) -> tuple[tuple[str, str], ...]:
        """Words and address of each, the first one included."""
        return (self.button, self.url), *self.more_buttons


def make_visit_letter(
    words_of: VisitWords,
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
        free_until=_free_until(visit, policy, now=now, is_said=words.says_deadline) if words.takes_place else (),
        button=words.button,
        url=words.url or visit_url(visit),
        notes=_what_to_expect(visit) if words.takes_place else (),
        links=_links(visit, policy, has_calendar_file=has_calendar_file) if words.takes_place else (),
        clinic=one_line(policy.clinic_name),
        phone=one_line(visit.location.phone),
        has_calendar_file=has_calendar_file,
        unsubscribe_url=reminders_url(visit) if is_reminder else "",
    )


def make_request_letter(*, visit: Appointment, policy: ClinicPolicy) -> Letter:
    """To staff: until when a request waits for them, or that it has ended. Who asked, and for what, is in the panel."""
    until, name = until_of(visit), {"reference": visit.reference, "moment": moment_of(visit), "until": until_of(visit)}
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


def make_late_letter(*, visit: Appointment, policy: ClinicPolicy) -> Letter:
    """To staff: a visit of today or tomorrow is new, at another time, or cancelled. Who comes is in the panel."""
    facts = {"moment": moment_of(visit), "therapist": one_line(visit.therapist.name), "reference": visit.reference}
    if visit.state in CALLED_OFF:
        subject, words = _("Cancelled: %(moment)s"), _("This visit with %(therapist)s was cancelled.")
    else:
        subject = _("New or moved: %(moment)s")
        words = _("A visit with %(therapist)s was booked for this time, or moved to it.")
    return Letter(
        subject=subject % facts,
        heading=subject % facts,
        paragraphs=(words % facts, _("In the panel, under your name, you choose which of these emails you get.")),
        card=_card(visit),
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


def make_password_letter(*, accounts: Sequence[User], policy: ClinicPolicy) -> Letter:
    """To staff: where a new password is set. Each copy gets links of its own, which are stored nowhere."""
    names = [one_line(account.username) for account in accounts]
    asked = _("Somebody asked for a new password for the account “%(name)s”.") % {"name": names[0]}
    words = [_("Set a new password")]
    lasts = _("The link works once, within the hour. If it was not you, do nothing: your password stays.")
    if len(names) > 1:
        asked = _("Somebody asked for a new password for one of your accounts.")
        words = [_("For “%(name)s”") % {"name": name} for name in names]
        lasts = _("Each link works once, within the hour. If it was not you, do nothing: your passwords stay.")
    (button, url), *more = zip(words, map(new_password_url, accounts), strict=True)
    return Letter(
        subject=_("Set a new password"),
        heading=_("Set a new password"),
        paragraphs=(asked, lasts),
        button=button,
        url=url,
        more_buttons=tuple(more),
        clinic=one_line(policy.clinic_name),
    )


def make_invitation_letter(*, invitation: Invitation, policy: ClinicPolicy) -> Letter:
    """To somebody who is to work here: where they choose a name and a password."""
    clinic = one_line(policy.clinic_name)
    days = ngettext("%(count)s day", "%(count)s days", INVITATION_LASTS.days) % {"count": INVITATION_LASTS.days}
    return Letter(
        subject=_("Your account at %(clinic)s") % {"clinic": clinic},
        heading=_("Your account at %(clinic)s") % {"clinic": clinic},
        greeting=_("Hello %(name)s,") % {"name": one_line(invitation.name)},
        paragraphs=(
            _("You are invited to use our diary. Choose a name to sign in with, and a password."),
            _("The link works once, for %(days)s. If you do not know us, ignore this email.") % {"days": days},
        ),
        button=_("Make my account"),
        url=invitation_url(invitation),
        clinic=clinic,
    )


def make_trial_letter(*, policy: ClinicPolicy) -> Letter:
    """To an owner, who wants to know whether mail goes out and how it looks."""
    return Letter(
        subject=_("Test from %(clinic)s") % {"clinic": one_line(policy.clinic_name)},
        heading=_("Email works"),
        paragraphs=(_("This is the test that you asked for. Emails to your clients will look like this."),),
        button=_("Go on with the set-up"),
        url=f"{settings.SITE_URL}{SET_UP_PATH}",
        clinic=one_line(policy.clinic_name),
    )


def make_links_letter(*, visits: Sequence[Appointment], policy: ClinicPolicy) -> Letter:
    """A button a visit, in the order in which they come. No name: whoever asked may not be the booker."""
    (button, url), *more = ((moment_of(visit), visit_url(visit)) for visit in visits)
    return Letter(
        subject=_("Your coming visits"),
        heading=_("Your coming visits"),
        paragraphs=(_("You asked for your links. If not, ignore this."),),
        button=button,
        url=url,
        more_buttons=tuple(more),
        clinic=one_line(policy.clinic_name),
        phone=one_line(visits[0].location.phone),
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


def _card(visit: Appointment) -> Card:
    wall = Wall.of_visit(visit)
    rest = _("to %(end)s, %(zone)s") % {"end": format_time(visit.ends_at, wall), "zone": zone_name(wall.zone)}
    return Card(format_day(day_of(visit), with_year=True), format_time(visit.starts_at, wall), rest)


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


def _free_until(visit: Appointment, policy: ClinicPolicy, *, now: datetime, is_said: bool) -> tuple[str, ...]:
    """Until when moving and cancelling are free, the clinic's words for later, and whether to call for it.

    Of the first two nothing where that is said already.
    """
    call = (call_to_change(one_line(visit.location.phone)),) if policy.changes_by_phone else ()
    until = free_until(visit, policy=policy)
    words = one_line(policy.late_cancelling_words, longest=300)
    if now >= until:
        ended = format_moment(until, Wall.of_visit(visit))
        return (_("The free time ended on %(moment)s.") % {"moment": ended}, words, *call)
    if is_said:
        return call
    moment = format_moment(until, Wall.of_visit(visit))
    return (_("Free to move or cancel until %(moment)s.") % {"moment": moment}, words, *call)


def _what_to_expect(visit: Appointment) -> tuple[str, ...]:
    name = {"name": one_line(visit.therapist.first_name)}
    return (
        _(
            "Come five minutes early and wear what you like. You agree with %(name)s where and how firmly to work, and "
            "you can stop at any time."
        )
        % name,
        _("Has your health changed? Tell us before you set out."),
    )


def _links(visit: Appointment, policy: ClinicPolicy, *, has_calendar_file: bool) -> tuple[tuple[str, str], ...]:
    """Calendars only where the visit is booked; advice only as the page that is the same for everybody."""
    calendars = (
        (_("Add it to Google calendar"), google_url(visit, policy)),
        (_("Add it to Outlook calendar"), outlook_url(visit, policy)),
    )
    return (
        (_("Map and directions"), map_url(visit)),
        *(calendars if has_calendar_file else ()),
        (_("What you can do yourself"), f"{settings.SITE_URL}{SPASMS_PATH}"),
    )


def _day_line(visit: Appointment, wall: Wall) -> tuple[str, str]:
    who = {"therapist": one_line(visit.therapist.first_name), "reference": visit.reference}
    return format_span(visit.starts_at, visit.ends_at, wall), _("%(therapist)s, %(reference)s") % who
