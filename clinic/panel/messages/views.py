"""What was sent and why not, and what waits after a restore."""

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.messages import outbox, parking
from booking.models import Message
from clinic.panel.door.coming_back import comes_from_to_do
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.messages.page import load_messages
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record

_NOT_ANY_MORE = gettext_lazy("This message is neither failed nor unclear any more.")


@staff_page("messages")
def messages(request: HttpRequest, member: Member) -> HttpResponse:
    """The latest messages: first what does not go out, then those that failed or are unclear."""
    page = load_messages(may_release=may(member, Right.RELEASE_MESSAGES), is_at_home=True, now=timezone.now())
    return show(request, member, "panel/messages/messages.html", page)


@staff_page("send_again", methods=("POST",))
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
    return redirect("panel:to_do" if comes_from_to_do(request) else "panel:messages")


@staff_page("leave_unsent", methods=("POST",))
def leave_unsent(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """A failed or unclear message has been seen to in another way: nobody has to look at it any more."""
    found = _find(message_id)
    now = timezone.now()
    with on_record(by=request.user, verb="leave unsent", object_type="message", object_id=message_id, now=now):
        is_left = outbox.leave_unsent(message=found)
    if not is_left:
        notices.error(request, _NOT_ANY_MORE)
    return redirect("panel:messages")


@staff_page("release_messages", methods=("POST",))
def release(request: HttpRequest, member: Member) -> HttpResponse:
    """After a restore an owner has looked at what waits. What they ticked, or all that is due, is dropped; mails go out."""
    now = timezone.now()
    if not parking.is_parked():
        # Somebody else has pressed first.
        page = load_messages(may_release=True, is_at_home=False, now=now)
        return show(request, member, "panel/messages/messages.html", page, status=409)
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
