"""What the pages of the way in show."""

from dataclasses import dataclass

from django import forms
from django.utils.safestring import SafeString

from clinic.panel.door.forms import FirstOwnerForm, InvitedForm


@dataclass(frozen=True)
class SignInPage:
    """`sentence`: why the form is shown again although nothing in it is wrong."""

    form: forms.Form
    sentence: str = ""


@dataclass(frozen=True)
class SecondFactorPage:
    """`picture` and `secret` hold the same: to scan or to type, the first time only."""

    form: forms.Form
    is_first_time: bool
    picture: SafeString | None = None
    secret: str = ""


@dataclass(frozen=True)
class RecoveryCodesPage:
    """`wanted` is the address to go on to."""

    codes: tuple[str, ...]
    wanted: str


@dataclass(frozen=True)
class LockedOutPage:
    minutes: int


@dataclass(frozen=True)
class ForgottenPage:
    form: forms.Form
    is_sent: bool


@dataclass(frozen=True)
class NewPasswordPage:
    """Without a form where the link no longer works."""

    form: forms.Form | None


@dataclass(frozen=True)
class FirstOwnerPage:
    form: FirstOwnerForm


@dataclass(frozen=True)
class InvitedPage:
    """Without a form where the link no longer works. `role` in words."""

    form: InvitedForm | None
    name: str = ""
    role: str = ""


@dataclass(frozen=True)
class OwnRolePage:
    """`can_take_it`: a superuser, who becomes an owner by one press."""

    can_take_it: bool
