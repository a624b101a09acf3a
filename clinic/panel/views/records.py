"""What was sent and why not, and whether the rulebook is signed."""

from django.contrib import messages as notices
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.intake.rules import load_rulebook
from booking.intake.signing import current_signature, record_signature
from booking.messages import outbox
from booking.models import Message
from booking.when import format_moment, zone_name
from clinic.audit import on_record
from clinic.panel.access import Member, Right
from clinic.panel.forms.records import SignatureForm
from clinic.panel.pages import clinic_wall, show, staff_page

SHOWN = 100
NEEDS_ATTENTION = (Message.State.FAILED, Message.State.UNKNOWN)


@staff_page(Right.SEND_MESSAGES)
def messages(request: HttpRequest, member: Member) -> HttpResponse:
    """The latest messages; those that failed or are unclear come first."""
    rows = Message.objects.select_related("appointment").order_by("-due_at")
    wall = clinic_wall()
    attention, latest = rows.filter(state__in=NEEDS_ATTENTION), rows.exclude(state__in=NEEDS_ATTENTION)
    context = {
        "attention": [(format_moment(message.due_at, wall), message) for message in attention[:SHOWN]],
        "latest": [(format_moment(message.due_at, wall), message) for message in latest[:SHOWN]],
        "zone": zone_name(wall.zone),
    }
    return show(request, member, "panel/messages.html", context)


@staff_page(Right.SEND_MESSAGES, methods=("POST",))
def send_again(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """A failed or unclear message goes back into the queue."""
    found = Message.objects.filter(pk=message_id).first()
    if found is None:
        raise Http404
    now = timezone.now()
    with on_record(by=request.user, verb="send again", object_type="message", object_id=message_id, now=now):
        is_queued = outbox.send_again(message=found, by=request.user, now=now)
    if is_queued:
        notices.success(request, _("It will be sent again within a minute."))
    else:
        notices.error(request, _("This message is neither failed nor unclear any more."))
    return redirect("panel:messages")


@staff_page(Right.SIGN_RULEBOOK, methods=("GET", "POST"))
def signature(request: HttpRequest, member: Member) -> HttpResponse:
    """Record that a clinician has signed the version in force."""
    form = SignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)
        now = timezone.now()
        with on_record(by=request.user, verb="sign", object_type="signature", now=now) as line:
            line.object_id = str(record_signature(by=request.user, now=now, **form.cleaned_data).pk)
        return redirect("panel:signature")
    context = {"form": form, "signature": current_signature(), "version": load_rulebook().version}
    return show(request, member, "panel/signature.html", context)
