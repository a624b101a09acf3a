"""What was sent and why not, and what waits after a restore."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.messages import outbox, parking
from booking.messages.backlog import read_backlog
from booking.models import Message
from booking.wording.times import Wall, format_moment, zone_name
from clinic.panel.door.rights import Member, Right
from clinic.panel.staff_page import clinic_wall, show, staff_page
from clinic.record.audit import on_record
from services.models import ClinicPolicy

SHOWN = 100
SHOWN_PARKED = 500
_NOT_ANY_MORE = gettext_lazy("This message is neither failed nor unclear any more.")


@staff_page(Right.SEND_MESSAGES)
def messages(request: HttpRequest, member: Member) -> HttpResponse:
    """The latest messages: first what does not go out, then those that failed or are unclear."""
    return _list_messages(request, member, now=timezone.now())


def _list_messages(request: HttpRequest, member: Member, *, now: datetime, status: int = 200) -> HttpResponse:
    rows = Message.objects.select_related("appointment").order_by("-due_at")
    attention, latest = rows.filter(state__in=Message.IN_TROUBLE), rows.exclude(state__in=Message.IN_TROUBLE)
    wall = clinic_wall()
    parked = parking.waiting().select_related("appointment") if parking.is_parked() else Message.objects.none()
    context = {
        "mail_trouble": list(read_backlog(policy=ClinicPolicy.current(), now=now).sentences()),
        "is_parked": parking.is_parked(),
        "parked": _with_moments(parked[:SHOWN_PARKED], wall),
        "parked_count": parked.count(),
        "due_count": parked.filter(next_try_at__lte=now).count(),
        "attention": _with_moments(attention[:SHOWN], wall),
        "latest": _with_moments(latest[:SHOWN], wall),
        "zone": zone_name(wall.zone),
    }
    return show(request, member, "panel/messages/messages.html", context, status=status)


@staff_page(Right.SEND_MESSAGES, methods=("POST",))
def send_again(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """A failed or unclear message goes back into the queue."""
    found = _find(message_id)
    now = timezone.now()
    with on_record(by=request.user, verb="send again", object_type="message", object_id=message_id, now=now):
        is_queued = outbox.send_again(message=found, by=request.user, now=now)
    if is_queued:
        notices.success(request, _("It will be sent again within a minute."))
    else:
        notices.error(request, _NOT_ANY_MORE)
    return redirect("panel:messages")


@staff_page(Right.SEND_MESSAGES, methods=("POST",))
def leave_unsent(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """A failed or unclear message has been seen to in another way: nobody has to look at it any more."""
    found = _find(message_id)
    now = timezone.now()
    with on_record(by=request.user, verb="leave unsent", object_type="message", object_id=message_id, now=now):
        is_left = outbox.leave_unsent(message=found)
    if not is_left:
        notices.error(request, _NOT_ANY_MORE)
    return redirect("panel:messages")


@staff_page(Right.RELEASE_MESSAGES, methods=("POST",))
def release(request: HttpRequest, member: Member) -> HttpResponse:
    """After a restore an owner has looked at what waits: the ticked are dropped, or all that is due, and mail flows."""
    now = timezone.now()
    if not parking.is_parked():
        # Somebody else has pressed first.
        return _list_messages(request, member, now=now, status=409)
    ticked = {int(pk) for pk in request.POST.getlist("discard") if pk.isascii() and pk.isdigit() and len(pk) < 19}
    with on_record(by=request.user, verb="release", object_type="messages", now=now):
        count = parking.release(discarded=ticked, discards_due="discard_due" in request.POST, now=now)
    notices.success(request, _("Emails go out again. Not sent: %(count)s.") % {"count": count})
    return redirect("panel:messages")


def _find(message_id: int) -> Message:
    found = Message.objects.filter(pk=message_id).first()
    if found is None:
        raise Http404
    return found


def _with_moments(rows: Iterable[Message], wall: Wall) -> list[tuple[str, Message]]:
    return [(format_moment(message.due_at, wall), message) for message in rows]
