"""How an account of somebody who works here comes to be, with its role."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinic.models import StaffProfile
from clinic.record.audit import write_entry
from services.blanks import is_blank
from services.models import Therapist


class NameTaken(Exception):
    """Somebody has this name for signing in. `str()` is a sentence."""


def make_account(
    *,
    username: str,
    email: str,
    password: str | None,
    role: str,
    now: datetime,
    name: str = "",
    therapist: Therapist | None = None,
) -> User:
    """An account with a role; an owner's also opens the back office. Raises NameTaken, also for an invisible name.

    Without a password nobody can sign in with it until one was set by `booking.links.new_password_url`.
    """
    if is_blank(username):
        raise NameTaken(_("Choose a name that can be seen."))
    taken = NameTaken(_("There is an account called %(name)s already. Choose another name.") % {"name": username})
    if User.objects.filter(username__iexact=username).exists():
        raise taken
    is_owner = role == StaffProfile.Role.OWNER
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username, email=email, password=password, first_name=name, is_staff=is_owner, is_superuser=is_owner
            )
            StaffProfile.objects.create(user=user, role=role, therapist=therapist)
            write_entry(by=user, verb="give role", object_type="user", object_id=user.pk, fields=[role], now=now)
    except IntegrityError as error:
        raise taken from error
    return user


def full_name(user: User) -> str:
    """What an account is called among people: its name, else what it signs in with."""
    return user.get_full_name() or user.username
