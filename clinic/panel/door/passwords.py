"""A new password by a link: from an email that somebody asked for, or printed by `make_owner`."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import limits
from booking.messages import outbox
from booking.networks import network_of
from booking.pages.fields import MailField
from clinic.record.audit import on_record
from services.models import ClinicPolicy


class ForgottenForm(forms.Form):
    email = MailField(
        label=gettext_lazy("Your email"), widget=forms.EmailInput(attrs={"autocomplete": "email"}), max_length=254
    )
    helper = FormHelper()
    helper.layout = Layout("email", Submit("send-link", gettext_lazy("Send the link")))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link for a new password. The answer is the same whether anybody has this address, and however often."""
    form = ForgottenForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent:
        _send_links(email=form.cleaned_data["email"], network=network_of(request.META.get("REMOTE_ADDR", "")))
    context = {"form": form, "is_sent": is_sent, "policy": ClinicPolicy.current()}
    return render(request, "panel/door/forgotten.html", context)


def _send_links(*, email: str, network: str) -> None:
    """To every account of this address; nothing beyond the limits, which count whether anybody has it or not."""
    now = timezone.now()
    try:
        limits.take(
            (limits.NEW_PASSWORD_NETWORK, network),
            (limits.NEW_PASSWORD_EMAIL, email.lower()),
            (limits.NEW_PASSWORD_DAY, email.lower()),
            now=now,
        )
    except limits.Spending:
        return
    for account in User.objects.filter(email__iexact=email, is_active=True):
        outbox.queue_password_mail(account=account, now=now)


class NewPasswordForm(SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _("At least 12 characters.")
        self.fields["new_password2"].label = _("The new password again")
        self.helper = FormHelper()
        self.helper.layout = Layout("new_password1", "new_password2", Submit("set-password", _("Set the password")))


class NewPasswordView(auth_views.PasswordResetConfirmView):
    """The link works once and for an hour; opening it changes nothing. The second factor is still asked for."""

    template_name = "panel/door/new_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("panel:sign_in")
    reset_url_token = "set"  # noqa: S105 - what stands in the address instead of the token
    post_reset_login = False

    def form_valid(self, form: Any) -> HttpResponse:
        """Every open session of this person ends with the old password: Django signs it into each."""
        user = form.user
        with on_record(by=user, verb="set password", object_type="user", object_id=user.pk, now=timezone.now()):
            answer = super().form_valid(form)
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"policy": ClinicPolicy.current()}
