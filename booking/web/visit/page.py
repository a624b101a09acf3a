"""The page of a visit: how things are, and what can be done about it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Self

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from booking.intake.later import answers_for_advice, has_answered_for_advice
from booking.intake.stops import Stop
from booking.messages.calendar_links import google_url, map_url, outlook_url
from booking.models import Appointment, Message, State
from booking.pages.layout import PressForm, list_errors
from booking.rules.advice import Card
from booking.scheduling import appointments
from booking.scheduling.states import MOVABLE
from booking.web.addresses import url_of, urls_of
from booking.web.journey import Journey, clear_form, find_journey
from booking.web.outcome.advice import remarks_for_advice, self_care
from booking.web.plans_change import PlansChange
from booking.web.safety.forms import AdviceForm
from booking.web.site import Page, load_site, show
from booking.web.visit.forms import CorrectEmailForm
from booking.web.visit.in_words import VisitInWords
from booking.web.visit.mail_status import say_of_mail
from booking.web.visit.stopped import StopInWords, health_form_of, stop_of
from booking.wording.times import Wall, format_day, format_moment, format_time, local_date
from services.models import ClinicPolicy

JUST_BOOKED = timedelta(hours=1)


@dataclass(frozen=True)
class StateLine:
    """The line above the heading. `icon` is the include that draws one; empty where there is none."""

    text: str
    icon: str = ""
    is_quiet: bool = True


@dataclass(frozen=True)
class MoveToUndo:
    """Where the visit was before its last move, while the client can put it back there."""

    moved_from: str
    form: PressForm


@dataclass(frozen=True)
class Elsewhere:
    """Calendars and a map, at other companies; and what is shared: day, time and place, never the link."""

    google: str
    outlook: str
    map: str
    shared: str


@dataclass(frozen=True)
class PutRight:
    """What the browser that booked can put right: the email, and while it is fresh the booking.

    `undo` is None once it is not.
    """

    undo: PressForm | None
    email_form: CorrectEmailForm
    is_email_wrong: bool


@dataclass(frozen=True)
class Advice:
    """What the client can do at home, and the questions that help us to say it; open once these are answered."""

    cards: tuple[Card, ...]
    remarks: tuple[str, ...]
    form: AdviceForm
    is_open: bool

    @classmethod
    def of(cls, visit: Appointment) -> Self | None:
        if visit.intake is None:
            return None
        answers = answers_for_advice(visit.intake)
        return cls(
            cards=self_care(answers),
            remarks=remarks_for_advice(answers),
            form=AdviceForm(answers=answers, action=reverse("booking:advice")),
            is_open=has_answered_for_advice(visit.intake),
        )


@dataclass(frozen=True, kw_only=True)
class VisitPage(Page):
    """`level` is the outcome for programs that read the page; empty for one that this page must not tell.

    `is_new`: it was booked in this browser a moment ago. `reminder` says when the next one goes out.
    """

    is_new: bool
    elsewhere: Elsewhere
    visit: VisitInWords
    title: str
    level: str
    state_line: StateLine | None
    stop: StopInWords | None
    reminder: str
    can_move: bool
    by_phone: bool
    plans_change: PlansChange
    urls: Mapping[str, str]
    undo: PressForm
    health_form: PressForm
    again: PressForm | None
    move_to_undo: MoveToUndo | None
    put_right: PutRight | None
    advice: Advice | None
    clear_answers: PressForm | None


def show_visit(
    request: HttpRequest,
    visit: Appointment,
    now: datetime,
    *,
    email_form: CorrectEmailForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The visit's page. `email_form` is one that was sent and is wrong."""
    site, stop = load_site(), stop_of(visit, now=now)
    journey = find_journey(request, now=now)
    in_words = VisitInWords.of(visit, now=now)
    by_phone = site.policy.changes_by_phone
    can_move = in_words.has_form and stop is None
    advice = _advice(journey, visit)
    is_by = _is_by(journey, visit)
    page = VisitPage(
        site=site,
        errors=list_errors(email_form) if email_form else (),
        is_new=is_by and in_words.can_change and now - visit.created_at < JUST_BOOKED,
        elsewhere=_elsewhere(visit, in_words, policy=site.policy),
        visit=in_words,
        title=_title(in_words, stop, is_by=is_by),
        level=_level(visit),
        state_line=_state_line(
            visit, in_words, is_stopped=stop is not None, post=say_of_mail(visit, policy=site.policy, now=now), now=now
        ),
        stop=StopInWords.of(stop) if stop else None,
        reminder="" if stop else _reminder(visit, now=now),
        can_move=can_move,
        by_phone=by_phone,
        plans_change=PlansChange.of(visit, policy=site.policy, now=now, can_move=can_move),
        urls=urls_of(visit),
        undo=PressForm(label=_("Undo, keep the visit"), action=url_of(visit, "undo"), style="primary"),
        health_form=health_form_of(
            visit,
            label=_("My health has changed") if in_words.has_form and stop is not Stop.FORM else "",
            style="primary" if not in_words.has_form or stop is Stop.FORM else "plain",
        ),
        again=PressForm(
            label=_("Book another time") if in_words.is_cancelled else _("Book another visit"),
            action=url_of(visit, "again"),
            style="plain" if in_words.can_change else "quiet" if in_words.can_undo else "primary",
        )
        if site.policy.is_open
        else None,
        move_to_undo=_move_to_undo(visit, now=now),
        put_right=_put_right(visit, email_form, now=now) if in_words.can_change and is_by else None,
        advice=advice,
        clear_answers=clear_form() if advice else None,
    )
    return show(request, "web/visit/visit.html", page, status=status)


def has_booked(request: HttpRequest, visit: Appointment, now: datetime) -> bool:
    """Whether this browser has booked the visit."""
    return _is_by(find_journey(request, now=now), visit)


def _is_by(journey: Journey | None, visit: Appointment) -> bool:
    return journey is not None and journey.booked == visit


def _title(visit: VisitInWords, stop: Stop | None, *, is_by: bool) -> str:
    weekday = {"weekday": visit.weekday}
    if visit.is_cancelled:
        return _("Your visit on %(weekday)s is cancelled") % weekday
    if stop:
        return _("Your visit on %(weekday)s can’t go ahead yet") % weekday
    if visit.is_requested:
        return _("We have your request")
    if visit.is_past:
        return _("Your visit")
    return _("See you on %(weekday)s") % weekday if is_by else _("Your visit on %(weekday)s") % weekday


def _state_line(
    visit: Appointment, in_words: VisitInWords, *, is_stopped: bool, post: str, now: datetime
) -> StateLine | None:
    """`post` says where the confirmation email is, which matters just after booking."""
    post = post if now - visit.created_at < JUST_BOOKED else ""
    if is_stopped:
        return StateLine(_("Booked, but it can’t go ahead yet."), "icons/triangle.svg")
    if in_words.is_booked and not in_words.is_past:
        said = _("Booked.")
        if post:
            said = f"{said} {post}"
        elif visit.confirmed_at:
            said = _("Booked. You have told us that you are coming.")
        return StateLine(said, "icons/tick.svg", is_quiet=False)
    if in_words.is_requested:
        return StateLine(f"{_('Requested, not booked yet.')} {post}".rstrip(), "icons/triangle.svg")
    if in_words.is_cancelled:
        return StateLine(_("Cancelled."))
    return StateLine(f"{capfirst(in_words.state_name)}.") if in_words.is_past else None


def _level(visit: Appointment) -> str:
    """The outcome that was decided last, for the page's mark; empty for one that stops the visit.

    Anybody may hold the link, and a graver outcome is told only to whoever answered. Reads only.
    """
    decision = visit.intake.decisions.first() if visit.intake else None
    return decision.level if decision and decision.is_bookable else ""


def _reminder(visit: Appointment, *, now: datetime) -> str:
    """When the next one goes out, in words; empty where none will."""
    if visit.state != State.BOOKED or not visit.wants_reminders:
        return ""
    waiting = Message.objects.filter(
        appointment=visit, kind=Message.Kind.REMINDER, state=Message.State.QUEUED, only_unconfirmed=False
    )
    due_at = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    if due_at is None:
        return ""
    wall = Wall.of_visit(visit)
    day, today = local_date(due_at, wall.zone), local_date(now, wall.zone)
    when = {"day": format_day(day), "time": format_time(due_at, wall)}
    if day == today:
        return _("We remind you by email today at %(time)s.") % when
    if day == today + timedelta(days=1):
        return _("We remind you by email tomorrow at %(time)s.") % when
    return _("We remind you by email on %(day)s at %(time)s.") % when


def _elsewhere(visit: Appointment, in_words: VisitInWords, *, policy: ClinicPolicy) -> Elsewhere:
    return Elsewhere(
        google=google_url(visit, policy),
        outlook=outlook_url(visit, policy),
        map=map_url(visit),
        shared=_("%(moment)s, %(zone)s. %(clinic)s, %(address)s")
        % {
            "moment": in_words.moment,
            "zone": in_words.zone,
            "clinic": policy.clinic_name,
            "address": in_words.address,
        },
    )


def _move_to_undo(visit: Appointment, *, now: datetime) -> MoveToUndo | None:
    former = appointments.find_former_place(visit) if visit.state in MOVABLE else None
    if former is None or former.kept_until <= now or not appointments.may_undo(former, by=appointments.CLIENT):
        return None
    wall = Wall.of_visit(visit)
    return MoveToUndo(
        moved_from=format_moment(former.starts_at, wall),
        form=PressForm(
            label=_("Undo until %(time)s") % {"time": format_time(former.kept_until, wall)},
            action=url_of(visit, "undo_move"),
        ),
    )


def _put_right(visit: Appointment, email_form: CorrectEmailForm | None, *, now: datetime) -> PutRight:
    until = appointments.undo_booking_until(visit)
    time = {"time": format_time(until, Wall.of_visit(visit))} if until and now < until else None
    label = _("Booked by mistake? Undo until %(time)s")
    return PutRight(
        undo=PressForm(label=label % time, action=url_of(visit, "undo_booking"), style="plain") if time else None,
        email_form=email_form or CorrectEmailForm(action=url_of(visit, "correct_email")),
        is_email_wrong=email_form is not None,
    )


def _advice(journey: Journey | None, visit: Appointment) -> Advice | None:
    """Only in the browser that answered, and only what was answered there."""
    if journey is None or not _is_by(journey, visit) or journey.is_taken_over:
        return None
    return Advice.of(visit)
