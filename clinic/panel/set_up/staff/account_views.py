"""One account: its role, and how it is let in, or not any more."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from booking.scheduling.stranding import count_coming
from clinic.panel.before_saving import goes_back
from clinic.panel.choosing.saving import AskFirst, asking_first, show_choices
from clinic.panel.door import staff_changes
from clinic.panel.door.accounts import full_name
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.messages.trouble import warn_of_mail
from clinic.panel.refusals import refusals_told_in
from clinic.panel.set_up.staff.forms import AccountForm, DisableForm
from clinic.panel.set_up.staff.page import AccountPage, AskPage
from clinic.panel.staff_page import staff_page
from services.refusals import Refusal


@staff_page("staff_account", methods=("GET", "POST"))
def account(request: HttpRequest, member: Member, user_id: int) -> HttpResponse:
    """Name, address, role and therapist; and what else can be done with the account."""
    found = _find(user_id)
    form = AccountForm(request.POST or None, user=found)
    if form.is_valid():
        with refusals_told_in(form):
            staff_changes.change_account(user=found, **form.cleaned_data, by=user_of(request), now=timezone.now())
    if not form.is_valid():
        return _show(request, member, found, form, status=422 if form.is_bound else 200)
    messages.success(request, _("Saved."))
    return redirect("panel:set_up_staff")


@staff_page("staff_password", methods=("POST",))
def password(request: HttpRequest, member: Member, user_id: int) -> HttpResponse:
    """Email a link by which they set a new password."""
    found, now = _find(user_id), timezone.now()
    try:
        staff_changes.send_password_link(user=found, by=user_of(request), now=now)
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
        return _show(request, member, found, AccountForm(user=found), status=409)
    messages.success(request, _("A link goes to %(email)s. It works once, within the hour.") % {"email": found.email})
    warn_of_mail(request, now=now)
    return redirect("panel:staff_account", user_id=found.pk)


@staff_page("staff_factor", methods=("GET", "POST"))
def second_factor(request: HttpRequest, member: Member, user_id: int) -> HttpResponse:
    """Asks first. The next sign-in sets a new one up."""
    found = _find(user_id)
    if request.method != "POST":
        return show(request, member, "panel/set_up/staff/factor.html", AskPage(found.pk, full_name(found)))
    staff_changes.reset_second_factor(user=found, by=user_of(request), now=timezone.now())
    told = {"name": full_name(found)}
    messages.success(request, _("%(name)s is signed out, and sets a new second factor at the next sign-in.") % told)
    return redirect("panel:staff_account", user_id=found.pk)


@staff_page("staff_disable", methods=("GET", "POST"))
def disable(request: HttpRequest, member: Member, user_id: int) -> HttpResponse:
    """Asks first, also what becomes of a therapist's visits."""
    found, now = _find(user_id), timezone.now()
    if not found.is_active:
        return redirect("panel:staff_account", user_id=found.pk)
    therapist = staff_changes.therapist_of(found)
    if therapist is not None and not therapist.is_active:
        therapist = None
    coming = count_coming(therapist_id=therapist.pk, now=now) if therapist else 0
    form = DisableForm(request.POST if request.method == "POST" else None, therapist=therapist, coming=coming)
    if form.is_valid() and not goes_back(request):
        try:
            with refusals_told_in(form), asking_first(request, member, now=now) as review:
                staff_changes.disable(user=found, leaves=form.leaves, by=user_of(request), now=now, review=review)
        except AskFirst as asked:
            return show_choices(request, member, asked, verb=_("Disable the account"))
        if form.is_valid():
            said = _("%(name)s can no longer sign in.") % {"name": full_name(found)}
            messages.success(request, f"{said} {review.say()}".strip())
            return redirect("panel:set_up_staff")
    status = 422 if form.is_bound and not goes_back(request) else 200
    return show(
        request, member, "panel/set_up/staff/disable.html", AskPage(found.pk, full_name(found), form), status=status
    )


@staff_page("staff_enable", methods=("POST",))
def enable(request: HttpRequest, member: Member, user_id: int) -> HttpResponse:
    """As it was, but for password and second factor: those are set anew."""
    found, now = _find(user_id), timezone.now()
    try:
        staff_changes.enable(user=found, by=user_of(request), now=now)
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
        return _show(request, member, found, AccountForm(user=found), status=409)
    told = {"email": found.email}
    messages.success(request, _("Enabled. A link for a new password goes to %(email)s.") % told)
    warn_of_mail(request, now=now)
    return redirect("panel:set_up_staff")


def _find(user_id: int) -> User:
    found = User.objects.select_related("staff_profile").filter(pk=user_id).first()
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, member: Member, found: User, form: AccountForm, *, status: int = 200) -> HttpResponse:
    page = AccountPage(
        user_id=found.pk,
        name=full_name(found),
        username=found.username,
        email=found.email,
        is_active=found.is_active,
        has_second_factor=TOTPDevice.objects.filter(user=found, confirmed=True).exists(),
        form=form,
    )
    return show(request, member, "panel/set_up/staff/account.html", page, status=status)
