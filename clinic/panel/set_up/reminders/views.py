"""Which reminders clients get, and when: for owners."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from booking.messages.plan import parse_lines
from booking.scheduling.policy_change import PolicyChangedMeanwhile
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.messages.trouble import warn_of_mail
from clinic.panel.set_up.changing import save_policy, say_meanwhile
from clinic.panel.set_up.reminders.forms import RemindersForm
from clinic.panel.set_up.reminders.page import describe_page, make_form, say_saved, say_tried, with_changed_lines
from clinic.panel.set_up.reminders.trying import CannotTry, send_all_to_me
from clinic.panel.staff_page import staff_page


@staff_page("set_up_reminders", methods=("GET", "POST"))
def reminders(request: HttpRequest, member: Member) -> HttpResponse:
    """Only "Save" stores the list: every other button shows it again, with the example that follows from it.

    "Send all to me" sends what is shown, saved or not.
    """
    user, now, status = user_of(request), timezone.now(), 200
    form = make_form(request.POST if request.method == "POST" else None)
    if form.is_bound and not form.is_valid():
        status = 422
    elif form.is_bound and "try" in request.POST:
        status = _try(request, form, user=user, now=now)
        form = with_changed_lines(form, {})
    elif form.is_bound and "save" not in request.POST:
        form = with_changed_lines(form, request.POST.dict())
    elif form.is_bound and (fault := form.find_fault()):
        form.add_error(None, fault)
        status = 422
    elif form.is_bound:
        try:
            change = save_policy(request, form, now=now)
        except PolicyChangedMeanwhile as meanwhile:
            messages.error(request, say_meanwhile(form, meanwhile))
            form, status = _over_what_is_stored(form), 409
        else:
            messages.success(request, say_saved(change))
            return redirect("panel:set_up_reminders")
    page = describe_page(form, which=request.POST.get("visit", ""), user=user, now=now)
    return show(request, member, "panel/set_up/reminders.html", page, status=status)


def _try(request: HttpRequest, form: RemindersForm, *, user: User, now: datetime) -> int:
    """The status of the answer."""
    try:
        count = send_all_to_me(form, which=request.POST.get("visit", ""), by=user, now=now)
    except CannotTry as refusal:
        messages.error(request, str(refusal))
        return 409
    messages.success(request, say_tried(count, email=user.email))
    warn_of_mail(request, now=now)
    return 200


def _over_what_is_stored(form: RemindersForm) -> RemindersForm:
    typed = form.typed()
    plan = typed.pop("reminder_plan", None)
    return make_form(None, typed=typed, lines=None if plan is None else parse_lines(plan))
