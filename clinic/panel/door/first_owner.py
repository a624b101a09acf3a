"""How a clinic without an owner gets one, and how somebody without a role gets further than the door."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking import limits
from booking.networks import network_of
from booking.pages.fields import MailField
from clinic.panel.door import owners
from clinic.panel.door.rights import find_member
from clinic.panel.door.signing_in import needs_second_factor
from services.models import ClinicPolicy


class FirstOwnerForm(UserCreationForm):
    code = forms.CharField(
        label=gettext_lazy("One-time code"),
        max_length=60,
        help_text=gettext_lazy("“manage.py up” prints it when it starts."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    email = MailField(label=gettext_lazy("Your email"), help_text=gettext_lazy("Here you reset a forgotten password."))

    class Meta(UserCreationForm.Meta):
        fields = ("username", "email")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Name for signing in")
        self.fields["username"].help_text = _("For example your first name.")
        self.fields["username"].widget.attrs["autofocus"] = False
        self.fields["password1"].help_text = _("At least 12 characters.")
        self.fields["password2"].label = _("The password again")
        self.fields["password2"].help_text = ""
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "code", "username", "email", "password1", "password2", Submit("make-owner", _("Make me the owner"))
        )


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_owner(request: HttpRequest) -> HttpResponse:
    """Make the first owner with the code that `up` printed, and sign them in. Once there is one: the sign-in page."""
    if owners.has_owner():
        return redirect("panel:sign_in")
    form = FirstOwnerForm(request.POST or None)
    if request.method != "POST":
        return _show(request, form)
    try:
        limits.take((limits.FIRST_OWNER, network_of(request.META.get("REMOTE_ADDR", ""))), now=timezone.now())
    except limits.Spending:
        return _refuse(request, form, status=429)
    if not owners.is_code(request.POST.get("code", "")):
        return _refuse(request, form)
    return _make(request, form) if form.is_valid() else _show(request, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_role(request: HttpRequest) -> HttpResponse:
    """For an account without a role: a superuser becomes an owner by one press, anybody else reads whom to ask."""
    user = request.user
    if not isinstance(user, User) or needs_second_factor(request) or find_member(user) is not None:
        return redirect("panel:board")
    if request.method == "POST" and user.is_superuser:
        owners.give_owner_role(user, by=user, now=timezone.now())
        return redirect("panel:board")
    return _show_own_role(request)


def send_for_a_role(request: HttpRequest) -> HttpResponse:
    """The answer of every page of the panel to who has signed in and has no role."""
    if isinstance(request.user, User) and request.user.is_superuser:
        return redirect("panel:own_role")
    return _show_own_role(request)


def _make(request: HttpRequest, form: FirstOwnerForm) -> HttpResponse:
    typed = form.cleaned_data
    try:
        user = owners.make_first_owner(
            username=typed["username"], email=typed["email"], password=typed["password1"], now=timezone.now()
        )
    except owners.OwnerExists:
        return redirect("panel:sign_in")
    except owners.NameTaken as refusal:
        form.add_error("username", str(refusal))
        return _show(request, form)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("panel:board")


def _show_own_role(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    context = {"policy": ClinicPolicy.current(), "can_take_it": request.user.is_superuser}
    return render(request, "panel/door/own_role.html", context, status=200 if request.user.is_superuser else 403)


def _show(request: HttpRequest, form: FirstOwnerForm, *, status: int = 200) -> HttpResponse:
    return render(
        request, "panel/door/first_owner.html", {"form": form, "policy": ClinicPolicy.current()}, status=status
    )


def _refuse(request: HttpRequest, form: FirstOwnerForm, *, status: int = 200) -> HttpResponse:
    """The same page; whatever else is wrong with the form is nobody's business without the code."""
    form.full_clean()
    form.errors.clear()
    if status == 429:
        form.add_error("code", _("Too many wrong codes came from here. Wait a quarter of an hour."))
    else:
        form.add_error("code", _("That is not the code. It is in what “manage.py up” printed when it last started."))
    return _show(request, form, status=status)
