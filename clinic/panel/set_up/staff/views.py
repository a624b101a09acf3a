"""Who works here, and inviting somebody by email."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.panel.door import invitations
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.messages.trouble import warn_of_mail
from clinic.panel.refusals import refusals_told_in
from clinic.panel.set_up.staff.forms import InviteForm
from clinic.panel.set_up.staff.load import load_staff
from clinic.panel.set_up.staff.page import InvitePage
from clinic.panel.staff_page import staff_page
from services.refusals import Refusal


@staff_page("set_up_staff")
def staff(request: HttpRequest, member: Member) -> HttpResponse:
    """Accounts, invitations that wait, and who reads notes by leave."""
    return _show(request, member)


@staff_page("staff_invite", methods=("GET", "POST"))
def invite(request: HttpRequest, member: Member) -> HttpResponse:
    """A form, and the email that it sends. Whether an address has an account is said here only: to an owner."""
    form, now = InviteForm(request.POST or None), timezone.now()
    if form.is_valid():
        with refusals_told_in(form):
            invitations.invite(**form.cleaned_data, by=user_of(request), now=now)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return show(request, member, "panel/set_up/staff/invite.html", InvitePage(form), status=status)
    messages.success(request, _("%(name)s is invited. The email goes to %(email)s.") % form.cleaned_data)
    warn_of_mail(request, now=now)
    return redirect("panel:set_up_staff")


@staff_page("staff_invite_again", methods=("POST",))
def send_again(request: HttpRequest, member: Member, invitation_id: int) -> HttpResponse:
    """Another link for another week; the one before no longer works."""
    now = timezone.now()
    try:
        invitation = invitations.send_again(invitation_id=invitation_id, by=user_of(request), now=now)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return _show(request, member, status=409)
    told = {"email": invitation.email}
    messages.success(request, _("Sent again to %(email)s. The link before no longer works.") % told)
    warn_of_mail(request, now=now)
    return redirect("panel:set_up_staff")


@staff_page("staff_withdraw", methods=("POST",))
def withdraw(request: HttpRequest, member: Member, invitation_id: int) -> HttpResponse:
    """The link no longer works."""
    try:
        gone = invitations.withdraw(invitation_id=invitation_id, by=user_of(request), now=timezone.now())
    except invitations.InvitationOver as over:
        messages.warning(request, str(over))
        return _show(request, member, status=409)
    told = {"name": gone.name}
    messages.success(request, _("Withdrawn. The link that %(name)s has no longer works.") % told)
    return redirect("panel:set_up_staff")


def _show(request: HttpRequest, member: Member, *, status: int = 200) -> HttpResponse:
    return show(request, member, "panel/set_up/staff/staff.html", load_staff(now=timezone.now()), status=status)
