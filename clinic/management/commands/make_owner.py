import argparse
import getpass
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from booking.links import new_password_url
from booking.pages.fields import clean_mail
from clinic.panel.door.accounts import NameTaken
from clinic.panel.door.owners import make_owner


class Command(BaseCommand):
    help = (
        "Makes the first owner of the clinic, or another one. Asks for the password on a terminal; elsewhere, or with "
        "--link, prints a link by which it is set."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username", help="the name for signing in")
        parser.add_argument("--email", default="", help="where a forgotten password is reset; may be added later")
        parser.add_argument("--link", action="store_true", help="print a link instead of asking for a password")

    def handle(self, *args: Any, username: str, email: str, link: bool, **options: Any) -> None:
        email = clean_mail(email)
        user = User(username=username, email=email)
        _refuse(user)
        password = None if link or not sys.stdin.isatty() else _ask(user)
        try:
            user = make_owner(username=username, email=email, password=password, now=timezone.now())
        except NameTaken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.username} is an owner now.")
        if password is None:
            minutes = settings.PASSWORD_RESET_TIMEOUT // 60
            self.stdout.write(f"Open this within {minutes} minutes to set the password; it works once:")
            self.stdout.write(new_password_url(user))
        else:
            self.stdout.write(f"Sign in at {settings.SITE_URL}/panel/")


def _refuse(user: User) -> None:
    try:
        user.clean_fields(exclude=["password"])
        user.validate_unique()
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error


def _ask(user: User) -> str:
    """Ask twice, until both are equal and the password is good enough."""
    while True:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            print("These two differ. Type it again.", file=sys.stderr)
            continue
        try:
            validate_password(password, user)
        except ValidationError as error:
            print("\n".join(error.messages), file=sys.stderr)
            continue
        return password
