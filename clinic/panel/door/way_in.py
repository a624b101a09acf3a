"""Where to send somebody who may not see the panel yet."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from clinic.panel.door.frame import show_at_door
from clinic.panel.door.owners import has_owner
from clinic.panel.door.page import OwnRolePage
from clinic.panel.door.rights import Right, find_member, may
from clinic.panel.door.signed_in import user_of
from services.opening import has_ever_opened


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether the second factor is still to come for this session."""
    return settings.SECOND_FACTOR_REQUIRED and not request.user.is_verified()  # type: ignore[union-attr]


def way_in(request: HttpRequest) -> HttpResponse | None:
    """Where to send somebody who may not see the panel yet; None for somebody who may."""
    if not request.user.is_authenticated:
        if request.path == reverse("panel:board") and not has_owner():
            return redirect("panel:first_owner")
        return _send_to(request, "panel:sign_in")
    if needs_second_factor(request):
        return _send_to(request, "panel:second_factor")
    return None


def send_for_a_role(request: HttpRequest) -> HttpResponse:
    """The answer of every page of the panel to somebody who has signed in and has no role."""
    if isinstance(request.user, User) and request.user.is_superuser:
        return redirect("panel:own_role")
    return show_own_role(request)


def show_own_role(request: HttpRequest) -> HttpResponse:
    """An account without a role: 403, but for a superuser, who can take one."""
    can_take_it = user_of(request).is_superuser
    return show_at_door(
        request, "panel/door/own_role.html", OwnRolePage(can_take_it), status=200 if can_take_it else 403
    )


def first_page(user: AbstractBaseUser | AnonymousUser) -> str:
    """What somebody sees who signs in and asked for nothing else: the day; an owner, before the clinic opens, the set-up."""
    member = find_member(user)
    sets_up = member is not None and may(member, Right.SET_UP) and not has_ever_opened()
    return reverse("panel:set_up" if sets_up else "panel:board")


def with_next(page: str, *, wanted: str) -> str:
    """The address of `page`, which leads on to `wanted` where that is not empty."""
    address = reverse(page)
    return f"{address}?{urlencode({'next': wanted})}" if wanted else address


def _send_to(request: HttpRequest, page: str) -> HttpResponse:
    """To `page` and back. What took a POST can't be opened again; the day is shown then."""
    address = with_next(page, wanted=request.get_full_path() if request.method == "GET" else "")
    if request.headers.get("HX-Request"):
        # Else the sign-in form would be put into the side panel.
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
