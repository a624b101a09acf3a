"""How mail leaves, and a test of it: for owners."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.messages.trial import address_for, queue_trial
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.set_up.mail.page import load_mail_page
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services.models import ClinicPolicy


@staff_page("set_up_mail", methods=("GET", "POST"))
def mail(request: HttpRequest, member: Member) -> HttpResponse:
    """The server, the sender, and what became of the last test. A POST sends another one to who presses."""
    user, policy = user_of(request), ClinicPolicy.current()
    if request.method != "POST":
        return show(request, member, "panel/set_up/mail.html", load_mail_page(policy))
    if not address_for(user, policy=policy):
        messages.warning(request, _("Your account has no email address, and the clinic has none either."))
        return redirect("panel:set_up_mail")
    now = timezone.now()
    with on_record(by=user, verb="send test", object_type="email", now=now):
        queue_trial(account=user, policy=policy, now=now)
    return redirect("panel:set_up_mail")
