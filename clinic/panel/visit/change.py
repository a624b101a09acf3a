"""How a change to a visit is made from the panel: on record, and losing nothing that was typed if it is refused."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling.appointments import ChangedMeanwhile
from booking.wording.times import Wall, format_time, local_date
from clinic.panel.door.coming_back import DAY, NAME, TO_DO, comes_from
from clinic.panel.door.rights import Member
from clinic.panel.visit.load import related
from clinic.panel.visit.page import NOTHING_TYPED, Typed
from clinic.panel.visit.showing import show_visit
from clinic.panel.visit.telling import say_after
from clinic.panel.visit.words import DONE, EVENT_WORDS
from clinic.record.audit import on_record
from services.refusals import Refusal

# The page to send the change from again, with what is true now and what was typed; None where it is not possible now.
Again = Callable[[Appointment, int], HttpResponse | None]


def make_change(
    request: HttpRequest,
    member: Member,
    found: Appointment,
    change: Callable[[], object],
    *,
    verb: str,
    fields: Sequence[str] = (),
    typed: Typed = NOTHING_TYPED,
    again: Again | None = None,
    to_board: bool = False,
    is_one_of_several: bool = False,
) -> HttpResponse:
    """Make the change and lead to the visit, or to its day on the board; or to what waits, for whoever comes from there.

    `is_one_of_several`: more may be left to do at the visit, so nobody is led away from it.

    A refusal is told in words on the page that it was sent from: 409 for what somebody else did meanwhile, else 422.
    """
    status = 422
    try:
        with on_record(
            by=request.user,
            verb=verb,
            object_type="visit",
            object_id=found.reference,
            fields=fields,
            now=timezone.now(),
        ):
            change()
    except ChangedMeanwhile as meanwhile:
        messages.error(request, _say_who(meanwhile))
        status = 409
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
    else:
        _say_done(request, found)
        return redirect(_next(request, found, to_board=to_board, stays=is_one_of_several))
    fresh = related().get(pk=found.pk)
    page = again(fresh, status) if again else None
    return page or show_visit(request, member, fresh, timezone.now(), typed=typed, status=status)


def _next(request: HttpRequest, found: Appointment, *, to_board: bool, stays: bool) -> str:
    visit = reverse("panel:visit", args=[found.reference])
    back = comes_from(request)
    if back == TO_DO:
        return f"{visit}?{urlencode({NAME: TO_DO})}" if stays else reverse("panel:to_do")
    return day_of(found) if to_board or back == DAY else visit


def _say_done(request: HttpRequest, found: Appointment) -> None:
    event = found.events.order_by("-pk").select_related("appointment__client").first()
    if event and event.verb in DONE:
        visit = event.appointment
        done = DONE[event.verb] % {"name": visit.client.name if visit.client else _("The visit")}
        told = say_after(visit, verb=event.verb, now=timezone.now())
        messages.success(request, f"{done} {told}".strip())


def day_of(found: Appointment, *, with_undo: bool = True) -> str:
    """The address of the day on which the visit is now, with the bar that takes its move, or its last step, back."""
    visit = Appointment.objects.select_related("location").get(pk=found.pk)
    day = local_date(visit.starts_at, Wall.of_visit(visit).zone)
    query = {"date": day.isoformat(), "location": visit.location_id}
    query |= {"moved": visit.reference} if with_undo else {}
    return f"{reverse('panel:board')}?{urlencode(query)}"


def _say_who(meanwhile: ChangedMeanwhile) -> str:
    event = meanwhile.event
    who = event.by.get_full_name() or event.by.username if event.by else str(event.get_actor_display()).capitalize()
    return _(
        "%(who)s %(what)s at %(time)s, after you had opened it. Nothing of that was overwritten, and what you typed is "
        "still here. Look at it again."
    ) % {
        "who": who,
        "what": EVENT_WORDS.get(event.verb, event.verb),
        "time": format_time(event.at, Wall.of_visit(event.appointment)),
    }
