"""What every page of the panel goes through: signed in, second factor, the right role; then the page."""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages as notices
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from booking.intake.signing import current_signature
from booking.messages.backlog import read_backlog
from booking.models import AppointmentEvent
from booking.scheduling.appointments import By
from booking.wording.phones import format_phone
from booking.wording.times import Wall
from clinic.panel.door.first_owner import send_for_a_role
from clinic.panel.door.rights import Denied, Member, Right, check, find_member, may
from clinic.panel.door.signing_in import way_in
from services import catalogue
from services.models import ClinicPolicy

Page = Callable[..., HttpResponse]


def staff_page(right: Right, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[Page], Page]:
    """A page of the panel. Permission is checked before anything is loaded; the page gets the member beside the request.

    `right` and `methods` stay readable on the page, for the test that walks the whole list of addresses.
    """

    def decorate(page: Page) -> Page:
        @functools.wraps(page)
        def run(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            elsewhere = way_in(request)
            if elsewhere is not None:
                return elsewhere
            member = find_member(request.user)
            if member is None:
                return send_for_a_role(request)
            try:
                check(member, right)
                if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                    return HttpResponseNotAllowed(methods)
                answer = page(request, member, **kwargs)
            except Denied as error:
                raise PermissionDenied from error
            # After signing out, "back" must not bring a person's page out of the browser's memory.
            add_never_cache_headers(answer)
            return answer

        run.right, run.methods = right, methods  # type: ignore[attr-defined]
        return run

    return decorate


def show(
    request: HttpRequest, member: Member, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page of the panel with what all of them show: the banner, the clinic, the member's rights."""
    policy = ClinicPolicy.current()
    shared = {
        "is_signed": current_signature() is not None,
        "policy": policy,
        "must_confirm_number": may(member, Right.SET_UP) and not policy.emergency_number_confirmed,
        "must_confirm_periods": may(member, Right.HANDLE_DATA) and policy.keep_confirmed_at is None,
        "member": member,
        "rights": {right.name.lower(): may(member, right) for right in Right},
    }
    return render(request, template, shared | dict(context or {}), status=status)


def clinic_wall() -> Wall:
    """The clock of the first place: lists that belong to no place are shown by it, and name it once."""
    locations = catalogue.locations_open()
    return Wall.of_place(locations[0]) if locations else Wall.of_zone(ZoneInfo("UTC"))


def phone_of(text: str) -> str:
    """A number that belongs to no visit, as people of the first place's country write it."""
    return format_phone(text, country=catalogue.home_country()) if text else ""


def warn_of_mail(request: HttpRequest, *, now: datetime) -> None:
    """Beside a sentence that somebody is asked by email: where no email goes out at the moment, say that it waits."""
    if read_backlog(policy=ClinicPolicy.current(), now=now).is_down:
        notices.warning(request, _("Email does not go out at the moment, so it waits. See Messages, or call."))


def hand_of(request: HttpRequest) -> By:
    """The signed-in member as the hand by which a visit is changed."""
    assert isinstance(request.user, User)
    return By(AppointmentEvent.Actor.STAFF, request.user)
