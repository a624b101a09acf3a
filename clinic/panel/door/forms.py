"""The forms of the way in: signing in, the second factor, a new password, the first owner."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm, UserCreationForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import match_token

from booking.models import Invitation
from booking.pages.fields import MailField
from clinic.panel.door.second_factor import read_code


def _code_field(*, label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def _explain_name(field: forms.Field) -> None:
    """How somebody is asked what they sign in with."""
    field.label, field.help_text = _("Name for signing in"), _("For example your first name.")
    field.widget.attrs["autofocus"] = False
    field.error_messages["invalid"] = _("Use letters, digits and @ . + - _ only, without a space, like mary.")


class SignInForm(AuthenticationForm):
    """`asks_code`: strangers are guessing at this name, and the second factor is wanted at once."""

    error_messages = AuthenticationForm.error_messages | {
        "wrong_with_code": gettext_lazy("That name, password or code is not right. Wait for the next code."),
    }

    def __init__(self, *args: object, asks_code: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.asks_code = asks_code
        self.device: Any = None  # of the second factor, whose code was right
        self.helper = FormHelper()
        names = ["username", "password"]
        if asks_code:
            self.fields["code"] = _code_field(label=gettext_lazy("Code of your second factor"))
            names.append("code")
        self.helper.layout = Layout(*names, Submit("sign-in", _("Sign in")))

    def clean(self) -> dict[str, Any]:
        """With a code, the same answer whatever was wrong: otherwise guesses at the password could be told apart."""
        if not self.asks_code:
            return super().clean()
        try:
            cleaned = super().clean()
        except forms.ValidationError as error:
            raise self._wrong() from error
        self.device = match_token(self.get_user(), read_code(cleaned.get("code", "")))
        if self.device is None:
            raise self._wrong()
        return cleaned

    def _wrong(self) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages["wrong_with_code"], code="wrong_with_code")


class CodeForm(forms.Form):
    """A six-digit code of the app, or one of the recovery codes."""

    code = _code_field(label=gettext_lazy("Code"))
    helper = FormHelper()
    helper.layout = Layout("code", Submit("check-code", gettext_lazy("Check the code")))


class ForgottenForm(forms.Form):
    email = MailField(
        label=gettext_lazy("Your email"), widget=forms.EmailInput(attrs={"autocomplete": "email"}), max_length=254
    )
    helper = FormHelper()
    helper.layout = Layout("email", Submit("send-link", gettext_lazy("Send the link")))


class NewPasswordForm(SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _("At least 12 characters.")
        self.fields["new_password2"].label = _("The new password again")
        self.helper = FormHelper()
        self.helper.layout = Layout("new_password1", "new_password2", Submit("set-password", _("Set the password")))


class InvitedForm(UserCreationForm):
    """`invitation` says whose password it is, so that it is not like their name or address."""

    class Meta(UserCreationForm.Meta):
        fields = ("username",)

    def __init__(self, *args: object, invitation: Invitation, suggested: str, **kwargs: object) -> None:
        super().__init__(*args, initial={"username": suggested}, **kwargs)
        self.instance.email, self.instance.first_name = invitation.email, invitation.name
        _explain_name(self.fields["username"])
        self.fields["password1"].help_text = _("At least 12 characters.")
        self.fields["password2"].label = _("The password again")
        self.fields["password2"].help_text = ""
        self.helper = FormHelper()
        self.helper.layout = Layout("username", "password1", "password2", Submit("make-account", _("Make my account")))


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
        _explain_name(self.fields["username"])
        self.fields["password1"].help_text = _("At least 12 characters.")
        self.fields["password2"].label = _("The password again")
        self.fields["password2"].help_text = ""
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "code", "username", "email", "password1", "password2", Submit("make-owner", _("Make me the owner"))
        )
