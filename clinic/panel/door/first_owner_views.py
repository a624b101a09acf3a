"""How a clinic without an owner gets one, and how somebody without a role gets further than the door."""

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking import limits
from booking.networks import network_of
from clinic.panel.door import owners
from clinic.panel.door.accounts import NameTaken
from clinic.panel.door.forms import FirstOwnerForm
from clinic.panel.door.frame import show_at_door
from clinic.panel.door.page import FirstOwnerPage
from clinic.panel.door.rights import find_member
from clinic.panel.door.way_in import needs_second_factor, show_own_role


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_owner(request: HttpRequest) -> HttpResponse:
    """Make the first owner with the code that `up` printed, and sign them in. Once there is one: the sign-in page."""
    if owners.has_owner():
        return redirect("panel:sign_in")
    form = FirstOwnerForm(request.POST or None)
    if request.method != "POST":
        return _show(request, form)
    try:
        limits.take((limits.FIRST_OWNER, network_of(request.META.get("REMOTE_ADDR", ""))), now=timezone.now())
    except limits.Spending:
        return _refuse(request, form, status=429)
    if not owners.is_code(request.POST.get("code", "")):
        return _refuse(request, form)
    return _make(request, form) if form.is_valid() else _show(request, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_role(request: HttpRequest) -> HttpResponse:
    """For an account without a role: a superuser becomes an owner by one press, anybody else reads whom to ask."""
    user = request.user
    if not isinstance(user, User) or needs_second_factor(request) or find_member(user) is not None:
        return redirect("panel:board")
    if request.method == "POST" and user.is_superuser:
        owners.give_owner_role(user, by=user, now=timezone.now())
        return redirect("panel:board")
    return show_own_role(request)


def _make(request: HttpRequest, form: FirstOwnerForm) -> HttpResponse:
    typed = form.cleaned_data
    try:
        user = owners.make_first_owner(
            username=typed["username"], email=typed["email"], password=typed["password1"], now=timezone.now()
        )
    except owners.OwnerExists:
        return redirect("panel:sign_in")
    except NameTaken as refusal:
        form.add_error("username", str(refusal))
        return _show(request, form)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("panel:set_up")


def _show(request: HttpRequest, form: FirstOwnerForm, *, status: int = 200) -> HttpResponse:
    return show_at_door(request, "panel/door/first_owner.html", FirstOwnerPage(form), status=status)


def _refuse(request: HttpRequest, form: FirstOwnerForm, *, status: int = 200) -> HttpResponse:
    """The same page; whatever else is wrong with the form is nobody's business without the code."""
    form.full_clean()
    form.errors.clear()
    if status == 429:
        form.add_error("code", _("Too many wrong codes came from here. Wait a quarter of an hour."))
    else:
        form.add_error("code", _("That is not the code. It is in what “manage.py up” printed when it last started."))
    return _show(request, form, status=status)
