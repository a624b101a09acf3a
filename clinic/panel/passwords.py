"""A new password by a link: from an email that somebody asked for, or printed by `make_owner`."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit import on_record
from services.models import ClinicPolicy


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

    template_name = "panel/new_password.html"
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
