"""Forms about who works here."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from booking.models import Invitation
from booking.pages.fields import MailField, NameField
from clinic.models import StaffProfile
from clinic.panel.door.accounts import full_name
from clinic.panel.fields import make_helper
from services.models import Therapist

# What each role is for, as an owner reads it beside the choice.
ROLES = {
    StaffProfile.Role.OWNER: _("Owner: everything, also set-up, personal data and the back office"),
    StaffProfile.Role.RECEPTION: _("Reception: bookings, clients and messages, no health answers or notes"),
    StaffProfile.Role.THERAPIST: _("Therapist: their own visits and notes, no phone numbers or addresses"),
}


def role_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Role"), choices=list(ROLES.items()), widget=forms.RadioSelect)


def therapist_field(free: QuerySet[Therapist]) -> "forms.ModelChoiceField[Therapist]":
    return forms.ModelChoiceField(
        free, label=_("Gives massages as"), required=False, empty_label=_("Nobody: gives no massages")
    )


def free_therapists(*, account_id: int | None = None) -> QuerySet[Therapist]:
    """Who works here and has no account yet, nor an invitation; and whoever the account is already."""
    invited = Invitation.objects.exclude(therapist=None).values("therapist_id")
    free = Q(is_active=True, staff_profile=None) & ~Q(pk__in=invited)
    return Therapist.objects.filter(free | Q(staff_profile__user_id=account_id or 0)).order_by("name")


class InviteForm(forms.Form):
    name = NameField(label=_("Name"))
    email = MailField(label=_("Email"), help_text=_("The link goes here. It works once, for seven days."))
    helper = make_helper("name", "email", "role", "therapist", submit=_("Send the invitation"), name="invite")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = role_field()
        self.fields["therapist"] = therapist_field(free_therapists())


class AccountForm(forms.Form):
    """Name, address, role and therapist of `user`."""

    name = NameField(label=_("Name"))
    email = MailField(label=_("Email"), required=False, help_text=_("A link to reset a forgotten password goes here."))
    helper = make_helper("name", "email", "role", "therapist", submit=_("Save"), name="account")

    def __init__(self, data: Any = None, *, user: User) -> None:
        profile: StaffProfile | None = getattr(user, "staff_profile", None)
        initial: dict[str, Any] = {"name": full_name(user), "email": user.email}
        if profile is not None:
            initial |= {"role": profile.role, "therapist": profile.therapist_id}
        super().__init__(data, initial=initial)
        self.fields["role"] = role_field()
        self.fields["therapist"] = therapist_field(free_therapists(account_id=user.pk))


class DisableForm(forms.Form):
    """Whether the therapist of an account goes too: asked where there is one who works here."""

    def __init__(self, *args: Any, therapist: Therapist | None, coming: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = []
        if therapist is not None:
            names = ["visits"]
            self.fields["visits"] = _visits_field(therapist, coming)
        self.helper = make_helper(*names, submit=_("Disable the account"), name="disable")

    @property
    def leaves(self) -> bool:
        """Once it is valid."""
        return self.cleaned_data.get("visits") == "leave"


def _visits_field(therapist: Therapist, coming: int) -> forms.ChoiceField:
    known = {"name": therapist.name, "count": coming}
    keeps = _("%(name)s goes on working here, without an account. All visits stay.")
    leaves = ngettext(
        "%(name)s leaves. %(count)s coming visit needs a new time.",
        "%(name)s leaves. %(count)s coming visits need a new time.",
        coming,
    )
    choices = [("keep", keeps % known), ("leave", leaves % known)]
    return forms.ChoiceField(label=_("And the visits?"), choices=choices, widget=forms.RadioSelect)
