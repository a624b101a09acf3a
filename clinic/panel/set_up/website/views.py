"""What clients see of the clinic on its website: for owners."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.scheduling.policy_change import PolicyChangedMeanwhile
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.set_up.changing import save_policy, say_meanwhile
from clinic.panel.set_up.website.page import describe_page, make_form
from clinic.panel.staff_page import staff_page
from services.admin.uploads import drop_unused_pictures


@staff_page("set_up_website", methods=("GET", "POST"))
def website(request: HttpRequest, member: Member) -> HttpResponse:
    """Headline, logo, colour, legal texts, and the websites that may show what is on offer."""
    form = make_form(request.POST, request.FILES) if request.method == "POST" else make_form()
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            with transaction.atomic():  # a logo whose page is refused is not kept either
                change = save_policy(request, form, now=timezone.now())
                if "logo" in change.fields:
                    drop_unused_pictures()
        except PolicyChangedMeanwhile as meanwhile:
            messages.error(request, say_meanwhile(form, meanwhile))
            form, status = make_form(typed=form.typed()), 409
        else:
            messages.success(request, _("Saved.") if change.fields else _("Nothing was changed."))
            return redirect("panel:set_up_website")
    return show(request, member, "panel/set_up/website.html", describe_page(form), status=status)
