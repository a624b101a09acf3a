"""How the clinic books: for owners."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from booking.scheduling.policy_change import PolicyChangedMeanwhile
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.set_up.changing import save_policy, say_meanwhile
from clinic.panel.set_up.policy.page import describe_page, make_form, say_saved
from clinic.panel.staff_page import staff_page
from services.opening import has_ever_opened


@staff_page("set_up_policy", methods=("GET", "POST"))
def policy(request: HttpRequest, member: Member) -> HttpResponse:
    """Each number and sentence with what it does to clients now."""
    now = timezone.now()
    form = make_form(request.POST if request.method == "POST" else None, now=now)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            change = save_policy(request, form, now=now)
        except PolicyChangedMeanwhile as meanwhile:
            messages.error(request, say_meanwhile(form, meanwhile))
            form, status = make_form(None, now=now, typed=form.typed()), 409
        else:
            messages.success(request, say_saved(change))
            return redirect("panel:set_up_policy" if has_ever_opened() else "panel:set_up")
    return show(request, member, "panel/set_up/policy.html", describe_page(form), status=status)
