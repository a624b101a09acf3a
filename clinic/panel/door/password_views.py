"""A new password by a link: from an email that somebody asked for, or printed by `make_owner`."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import limits
from booking.messages import outbox
from booking.networks import network_of
from clinic.panel.door.forms import ForgottenForm, NewPasswordForm
from clinic.panel.door.frame import door_frame, show_at_door
from clinic.panel.door.page import ForgottenPage, NewPasswordPage
from clinic.record.audit import on_record


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link for a new password. Answer and work are the same whether anybody has this address, and however often."""
    form = ForgottenForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent:
        _send_links(email=form.cleaned_data["email"], network=network_of(request.META.get("REMOTE_ADDR", "")))
    return show_at_door(request, "panel/door/forgotten.html", ForgottenPage(form, is_sent))


def _send_links(*, email: str, network: str) -> None:
    """One row, whoever has this address, if anybody: the sweep finds out. Nothing beyond the limits."""
    now = timezone.now()
    try:
        with transaction.atomic():
            limits.take(
                (limits.NEW_PASSWORD_NETWORK, network),
                (limits.NEW_PASSWORD_EMAIL, email.lower()),
                (limits.NEW_PASSWORD_DAY, email.lower()),
                now=now,
            )
            outbox.queue_forgotten(email=email, now=now)
    except limits.Spending:
        pass


class LinkUsed(Exception):
    """Another press of the same link has set a password meanwhile."""


class NewPasswordView(auth_views.PasswordResetConfirmView):
    """The link works once and for an hour; opening it changes nothing. The second factor is still asked for."""

    template_name = "panel/door/new_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("panel:sign_in")
    reset_url_token = "set"  # noqa: S105 - what stands in the address instead of the token
    post_reset_login = False

    def get_user(self, uidb64: str) -> Any:
        """Nobody sets the password of a disabled account."""
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Every open session of this person ends with the old password: Django signs it into each."""
        user = form.user
        try:
            with on_record(by=user, verb="set password", object_type="user", object_id=user.pk, now=timezone.now()):
                if not self._is_first(user):
                    raise LinkUsed
                answer = super().form_valid(form)
        except LinkUsed:
            self.validlink = False
            return self.render_to_response(self.get_context_data())
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return answer

    def _is_first(self, user: User) -> bool:
        """Of two presses of one link at once one sets the password: the other finds it changed, once it has the lock."""
        now = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        return now.is_active and now.password == user.password

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = NewPasswordPage(context["form"] if context["validlink"] else None)
        return context | {"frame": door_frame(), "page": page}
