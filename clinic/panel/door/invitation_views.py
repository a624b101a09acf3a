"""How somebody who was invited by email makes their account: a name, a password, and then the door as for everybody."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking.links import BadLink, read_invitation
from clinic.models import StaffProfile
from clinic.panel.door.accounts import NameTaken
from clinic.panel.door.forms import InvitedForm
from clinic.panel.door.frame import show_at_door
from clinic.panel.door.invitations import accept, suggest_username
from clinic.panel.door.page import InvitedPage


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The link works once and for a week; opening it changes nothing. Whatever is wrong with it, the answer is the same."""
    now = timezone.now()
    try:
        invitation = read_invitation(token, now=now)
        form = InvitedForm(request.POST or None, invitation=invitation, suggested=suggest_username(invitation.name))
        if form.is_valid():
            typed = form.cleaned_data
            user = accept(token=token, username=typed["username"], password=typed["password1"], now=now)
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("panel:board")
    except BadLink:
        return show_at_door(request, "panel/door/invited.html", InvitedPage(None), status=410)
    except NameTaken as refusal:
        form.add_error("username", str(refusal))
    role = str(StaffProfile.Role(invitation.role).label)
    page = InvitedPage(form, name=invitation.name, role=role)
    return show_at_door(request, "panel/door/invited.html", page, status=422 if form.is_bound else 200)
