"""Which emails somebody who works here gets: each decides for themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import StaffMails
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Reach, Right
from clinic.panel.door.signed_in import user_of
from clinic.panel.my_mails.forms import MyMailsForm
from clinic.panel.my_mails.page import MyMailsPage
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record


@staff_page("my_mails", methods=("GET", "POST"))
def my_mails(request: HttpRequest, member: Member) -> HttpResponse:
    """What can be chosen, and what was."""
    user = user_of(request)
    chosen = StaffMails.objects.filter(user=user).values_list("kinds", flat=True).first() or []
    form = MyMailsForm(request.POST if request.method == "POST" else None, member=member, initial={"kinds": chosen})
    if form.is_valid():
        with on_record(
            by=user, verb="change", object_type="user", object_id=user.pk, fields=["emails"], now=timezone.now()
        ):
            StaffMails.objects.update_or_create(user=user, defaults={"kinds": form.cleaned_data["kinds"]})
        messages.success(request, _("Saved."))
        return redirect("panel:my_mails")
    page = MyMailsPage(form, user.email, only_own=member.reach(Right.SEE_TO_DO) is Reach.OWN)
    return show(request, member, "panel/my_mails/my_mails.html", page, status=422 if form.is_bound else 200)
