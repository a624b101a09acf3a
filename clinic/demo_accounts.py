"""The accounts of the demo, and the file that has their passwords."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User

from booking.own_files import read_text, write_text
from clinic.models import StaffProfile
from services.models import Therapist


def make_accounts(therapists: list[Therapist], *, known: Mapping[str, str]) -> dict[str, str]:
    """Owner, reception and the therapists, each with a random password; returns those that got one.

    That is who is new, and in the demo also whose password is not `known` any more.
    """
    owner, reception = StaffProfile.Role.OWNER, StaffProfile.Role.RECEPTION
    wanted: list[tuple[str, str, Therapist | None]] = [("owner", owner, None), ("reception", reception, None)]
    wanted += [(person.first_name.lower(), StaffProfile.Role.THERAPIST, person) for person in therapists]
    accounts: dict[str, str] = {}
    for username, role, therapist in wanted:
        user = User.objects.filter(username=username).first()
        if user and (username in known or not settings.IS_DEMO):
            continue
        accounts[username] = secrets.token_urlsafe(12)
        if user:
            user.set_password(accounts[username])
            user.save(update_fields=["password"])
            continue
        user = User.objects.create_user(
            username,
            email=f"{username}@alder-street.example",
            password=accounts[username],
            is_staff=True,
            is_superuser=role == owner,
        )
        StaffProfile.objects.create(user=user, role=role, therapist=therapist)
    return accounts


def read_accounts() -> dict[str, str]:
    """Those of an earlier run; what can't be read is none, and a line without its end is none either."""
    lines = (read_text(_accounts_file()) or "").split("\n")[:-1]
    return {words[0]: words[1] for words in map(str.split, lines) if len(words) == 2}


def keep_accounts(accounts: Mapping[str, str]) -> str:
    """Write the passwords where only the clinic's own user can read them; returns the same lines to print."""
    lines = "".join(f"{username}  {password}\n" for username, password in accounts.items())
    write_text(_accounts_file(), lines)
    return f"Accounts of the demo (also in {_accounts_file()}):\n{lines}"


def _accounts_file() -> Path:
    folder: Path = settings.DATA_DIR
    return folder / "demo-accounts.txt"
