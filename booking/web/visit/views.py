"""A visit by its link: see it, move it, cancel it and take that back. GET never writes; mail scanners open links."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from booking import links
from booking.intake import drafts
from booking.intake.later import answers_for_advice
from booking.intake.stops import Stop, find_stop
from booking.models import Appointment, Message, State
from booking.pages.layout import PressForm, list_errors
from booking.scheduling import appointments
from booking.scheduling.states import CALLED_OFF, MOVABLE, WITHOUT_LINKS
from booking.web.details.views import plans_change
from booking.web.journey import UPDATES, UPDATES_BY_LINK, Journey, begin_journey, clear_form, find_journey
from booking.web.outcome.advice import remarks_for_advice, self_care
from booking.web.safety.forms import AdviceForm
from booking.web.site import load_site, show
from booking.web.visit.forms import CorrectEmailForm
from booking.web.visit.mail_status import say_of_mail, say_of_press
from booking.wording.phones import telephone_href
from booking.wording.prices import format_price, format_treatment
from booking.wording.times import Wall, format_day, format_moment, format_time, local_date, zone_name

READABLE = timedelta(days=30)  # after the visit
JUST_BOOKED = timedelta(hours=1)
Handler = Callable[[HttpRequest, Appointment, datetime], HttpResponseBase]


def by_link(handler: Handler, *, purpose: str = links.VISIT) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """Read the link first; a wrong, revoked or old one is answered with a page that says whom to call.

    So is one that is revoked while its button is pressed.
    """

    def view(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            return act(request, token, timezone.now())
        except links.LinkRevoked:
            return show(request, "web/visit/revoked_link.html", status=410)
        except links.BadLink:
            return show(request, "web/visit/wrong_link.html", status=404)

    def act(request: HttpRequest, token: str, now: datetime) -> HttpResponseBase:
        visit = links.read_token(token, purpose=purpose)
        if visit.state in WITHOUT_LINKS:
            return handler(request, visit, now) if purpose == links.EMAIL else show_unconfirmed(request, visit, now)
        if now > visit.ends_at + READABLE:
            return show(request, "web/visit/old_link.html", status=410)
        return handler(request, visit, now)

    view.__name__, view.__doc__ = handler.__name__, handler.__doc__
    return view


@never_cache
@require_safe
@by_link
def visit(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """The visit, with what can be done about it now."""
    return show_visit(request, visit, now)


def show_visit(
    request: HttpRequest, visit: Appointment, now: datetime, *, email_form: CorrectEmailForm | None = None
) -> HttpResponse:
    """The visit's page, with an `email_form` that was sent and is wrong."""
    site = load_site()
    stop = stop_of(visit, now=now)
    journey = find_journey(request, now=now)
    can_move = visit.intake is not None and stop is None
    context = {
        "site": site,
        "visit": visit,
        "stop": StopWords.of(stop) if stop else None,
        "title": _title(visit, stop, now=now),
        "level": _level(visit),
        "reminder": None if stop else _reminder(visit),
        "post": say_of_mail(visit, policy=site.policy, now=now),
        "can_move": can_move,
        "plans_change": plans_change(visit, policy=site.policy, now=now, can_move=can_move),
        "errors": list_errors(email_form) if email_form else [],
        "is_new": now - visit.created_at < JUST_BOOKED,
        "urls": urls_of(visit),
        "undo": PressForm(label=_("Undo, keep the visit"), action=url_of(visit, "undo"), style="primary"),
        "health_form": health_form_of(visit, style="primary" if visit.intake is None or stop is Stop.FORM else "quiet"),
        "again": PressForm(label=_("Book again"), action=url_of(visit, "again")),
        **describe(visit, now=now),
        **_move_to_undo(visit, now=now),
        **_advice(journey, visit),
    }
    if visit.state in MOVABLE and now < visit.starts_at and _is_by(journey, visit):
        context |= _put_right(visit, email_form, now=now)
    return show(request, "web/visit/visit.html", context)


def health_form_of(visit: Appointment, *, style: str) -> PressForm:
    """The button that leads to the safety check of this visit."""
    label = _("Update my health form") if visit.intake else _("Fill in the health form")
    return PressForm(label=label, action=url_of(visit, "health_form"), style=style)


def has_booked(request: HttpRequest, visit: Appointment, now: datetime) -> bool:
    """Whether this browser has booked the visit."""
    return _is_by(find_journey(request, now=now), visit)


def _is_by(journey: Journey | None, visit: Appointment) -> bool:
    return journey is not None and journey.booked == visit


def _move_to_undo(visit: Appointment, *, now: datetime) -> dict[str, Any]:
    """Where the visit was before its last move, while the client can put it back there."""
    former = appointments.find_former_place(visit) if visit.state in MOVABLE else None
    if former is None or former.kept_until <= now or not appointments.may_undo(former, by=appointments.CLIENT):
        return {}
    wall = Wall.of_visit(visit)
    return {
        "moved_from": format_moment(former.starts_at, wall),
        "undo_move_until": format_time(former.kept_until, wall),
        "undo_move": PressForm(label=_("Undo, move it back"), action=url_of(visit, "undo_move")),
    }


def _put_right(visit: Appointment, email_form: CorrectEmailForm | None, *, now: datetime) -> dict[str, Any]:
    """What the browser that booked can put right: the booking itself while it is fresh, and the address."""
    until = appointments.undo_booking_until(visit)
    is_fresh = until is not None and now < until
    return {
        "undo_booking_until": format_time(until, Wall.of_visit(visit)) if until and is_fresh else "",
        "undo_booking": PressForm(label=_("Undo this booking"), action=url_of(visit, "undo_booking")),
        "email_form": email_form or CorrectEmailForm(action=url_of(visit, "correct_email")),
        "is_email_wrong": email_form is not None,
    }


def _advice(journey: Journey | None, visit: Appointment) -> dict[str, Any]:
    """What the client can do at home, and the questions that help us to say it: in the browser that answered only."""
    if journey is None or not _is_by(journey, visit) or visit.intake is None or journey.is_taken_over:
        return {}
    answers = answers_for_advice(visit.intake)
    return {
        "cards": self_care(answers),
        "remarks": remarks_for_advice(answers),
        "advice_form": AdviceForm(answers=answers, action=reverse("booking:advice")),
        "clear_answers": clear_form(),
    }


@never_cache
@require_POST
@by_link
def again(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """A new journey for the same person: treatment, length and contacts are filled in, the signs are asked again."""
    journey = begin_journey(request, now=now, client=visit.client, last_intake=_last_intake(visit))
    drafts.choose_treatment(
        draft=journey.draft, treatment=visit.treatment, minutes=visit.minutes, location=visit.location
    )
    drafts.save_typed(draft=journey.draft, typed=_typed_from(visit))
    return redirect("booking:safety")


@never_cache
@require_POST
@by_link
def health_form(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponseBase:
    """The health form of this visit, answered anew."""
    if away := away_unless_open(request, visit, now):
        return away
    journey = begin_journey(request, now=now, client=visit.client, last_intake=_last_intake(visit))
    drafts.choose_treatment(
        draft=journey.draft, treatment=visit.treatment, minutes=visit.minutes, location=visit.location
    )
    drafts.save_typed(
        draft=journey.draft, typed={UPDATES: visit.public_id, UPDATES_BY_LINK: str(visit.link_generation)}
    )
    return redirect("booking:safety")


def show_unconfirmed(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponse:
    """To who has just booked: that the visit waits for a press in the mail; later, that it has waited in vain."""
    is_waiting = visit.state == State.HELD and bool(visit.deadline_at and now < visit.deadline_at)
    if is_waiting and not visit.booker_email:  # a kept start; nobody has a link to it
        return show(request, "web/visit/wrong_link.html", status=404)
    status = 200 if is_waiting else 404
    site = load_site()
    context = {
        "site": site,
        "visit": visit,
        "email": visit.booker_email,
        "is_waiting": is_waiting,
        "trouble": say_of_press(visit, policy=site.policy, now=now) if is_waiting else "",
        **describe(visit, now=now),
    }
    return show(request, "web/visit/unconfirmed.html", context, status=status)


def describe(visit: Appointment, *, now: datetime) -> dict[str, Any]:
    """A visit in words."""
    wall = Wall.of_visit(visit)
    day = local_date(visit.starts_at, wall.zone)
    return {
        "day": format_day(day),
        "day_with_year": format_day(day, with_year=True),
        "weekday": format_day(day).partition(" ")[0],
        "starts": format_time(visit.starts_at, wall),
        "ends": format_time(visit.ends_at, wall),
        "moment": format_moment(visit.starts_at, wall),
        "zone": zone_name(wall.zone),
        "treatment": format_treatment(visit.treatment.name, visit.minutes),
        "therapist": visit.therapist.name,
        "therapist_first": visit.therapist.first_name,
        "address": ", ".join(visit.location.address.splitlines()),
        "phone": visit.location.phone,
        "phone_href": telephone_href(visit.location.phone),
        "price": format_price(visit.price, visit.currency, country=visit.location.country),
        "undo_until": format_time(visit.deadline_at, wall) if visit.deadline_at else "",
        "answer_by": format_moment(visit.deadline_at, wall) if visit.deadline_at else "",
        "can_change": visit.state in MOVABLE and now < visit.starts_at,
        "can_undo": visit.state == State.CANCELLING and bool(visit.deadline_at and now < visit.deadline_at),
        "is_over": visit.state in CALLED_OFF,
        "is_past": now >= visit.starts_at,
    }


@dataclass(frozen=True)
class StopWords:
    """What stops a visit, and what to do, for whoever holds the link: not a word of what was answered."""

    what: str
    to_do: str
    takes_form: bool

    @classmethod
    def of(cls, stop: Stop) -> Self:
        if stop is Stop.FORM:
            return cls(
                what=_("Your answers to the safety check are too old for this visit."),
                to_do=_("Please answer it again. Your time is still kept."),
                takes_form=True,
            )
        return cls(
            what=_("Before this visit we have to talk with you about your safety check."),
            to_do=_("Please call us. Your time is still kept."),
            takes_form=False,
        )

    @classmethod
    def of_missing_form(cls) -> Self:
        return cls(
            what=_("The health form is still to be filled in."),
            to_do=_("Please fill it in first. Your time is still kept."),
            takes_form=True,
        )


def stop_of(visit: Appointment, *, now: datetime) -> Stop | None:
    """What stops a visit that is still to come."""
    return find_stop(visit=visit, now=now) if visit.state in MOVABLE and now < visit.starts_at else None


def _title(visit: Appointment, stop: Stop | None, *, now: datetime) -> str:
    weekday = format_day(local_date(visit.starts_at, ZoneInfo(visit.time_zone))).partition(" ")[0]
    if visit.state in CALLED_OFF:
        return _("Your visit on %(weekday)s is cancelled") % {"weekday": weekday}
    if stop:
        return _("Your visit on %(weekday)s can’t go ahead yet") % {"weekday": weekday}
    if visit.state == State.REQUESTED:
        return _("We have your request")
    if now < visit.starts_at:
        return _("See you on %(weekday)s") % {"weekday": weekday}
    return _("Your visit")


def _level(visit: Appointment) -> str:
    """The outcome that was decided last, for the page's mark; empty for one that stops the visit.

    The link can be in anybody's hands, and a graver outcome is told to who answered only. Reads only.
    """
    decision = visit.intake.decisions.first() if visit.intake else None
    return decision.level if decision and decision.is_bookable else ""


def _reminder(visit: Appointment) -> dict[str, str] | None:
    """When the next reminder goes out."""
    if visit.state != State.BOOKED or not visit.wants_reminders:
        return None
    waiting = Message.objects.filter(
        appointment=visit, kind=Message.Kind.REMINDER, state=Message.State.QUEUED, only_unconfirmed=False
    )
    due_at = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    if due_at is None:
        return None
    wall = Wall.of_visit(visit)
    weekday = format_day(local_date(due_at, wall.zone)).partition(" ")[0]
    return {"weekday": weekday, "time": format_time(due_at, wall)}


def url_of(visit: Appointment, name: str) -> str:
    view = "booking:visit" if name == "visit" else f"booking:visit_{name}"
    return reverse(view, args=[links.make_token(visit)])


def urls_of(visit: Appointment) -> dict[str, str]:
    return {name: url_of(visit, name) for name in ("visit", "move", "cancel", "calendar", "confirm", "your_data")}


def away_unless_open(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponse | None:
    if visit.state in MOVABLE and now < visit.starts_at:
        return None
    messages.warning(request, _("This visit can't be changed here any more. Please call us."))
    return redirect(url_of(visit, "visit"))


def _last_intake(visit: Appointment) -> Any:
    """The person's newest intake, so that what was said last is what is asked about."""
    if visit.client is None:
        return visit.intake
    return visit.client.intakes.order_by("-created_at", "-id").first() or visit.intake


def _typed_from(visit: Appointment) -> dict[str, str]:
    client_name = visit.client.name if visit.client else visit.booker_name
    is_self = client_name == visit.booker_name
    return {
        "booker_name": visit.booker_name,
        "booker_email": visit.booker_email,
        "booker_phone": visit.booker_phone,
        "for_whom": "me" if is_self else "someone_else",
        "person_name": "" if is_self else client_name,
        "access_needs": visit.access_needs,
        "is_complete": "yes" if visit.booker_name and visit.booker_email else "",
    }
