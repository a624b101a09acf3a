"""Forms about who works here."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from booking.models import Invitation
from booking.pages.fields import MailField, NameField
from clinic.models import StaffProfile
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
