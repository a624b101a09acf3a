"""Who owns the clinic, and the one-time code that makes the first owner.

The code proves to a page that whoever types it has started the clinic: `up` prints it, and only its hash is kept, in
DATA_DIR. It has 100 random bits; each start prints another, and the first owner ends it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from booking.own_files import clear_the_way, read_text, write_text
from clinic.models import StaffProfile
from clinic.panel.door.accounts import make_account
from clinic.record.audit import write_entry

# Letters and figures that nobody takes for one another.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS, GROUP_LENGTH = 4, 5


class OwnerExists(Exception):
    """The clinic has an owner, so no code makes another one. `str()` is a sentence."""


def has_owner() -> bool:
    """Whether somebody who can sign in owns the clinic."""
    return StaffProfile.objects.filter(role=StaffProfile.Role.OWNER, user__is_active=True).exists()


def is_owner(user: User) -> bool:
    """Whether they own the clinic at this moment. Locks the account, so that nobody disables it meanwhile."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return locked.is_active and StaffProfile.objects.filter(user=locked, role=StaffProfile.Role.OWNER).exists()


def is_last_owner(user_id: int | None) -> bool:
    """Whether nobody else who can sign in owns the clinic."""
    owners = StaffProfile.objects.filter(role=StaffProfile.Role.OWNER, user__is_active=True)
    return list(owners.values_list("user_id", flat=True)[:2]) == [user_id]


def issue_code() -> str:
    """A new one-time code; the one before is void. Side effect: its hash in DATA_DIR, for the owner of the file only."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    write_text(_path(), _hash(code))
    return code


def is_code(typed: str) -> bool:
    """Whether `typed` is the code of the last start; case, spaces and dashes do not matter."""
    kept = read_text(_path())
    return kept is not None and hmac.compare_digest(kept.encode(), _hash(typed).encode())


def make_first_owner(*, username: str, email: str, password: str, now: datetime) -> User:
    """The owner of a clinic that has none, and the end of the code. Raises OwnerExists, NameTaken."""
    with _spending_the_code():
        if has_owner():
            raise OwnerExists("This clinic has an owner already.")
        return make_owner(username=username, email=email, password=password, now=now)


def make_owner(*, username: str, email: str, password: str | None, now: datetime) -> User:
    """An account with every right, in the panel and in the back office. Raises NameTaken, also for an invisible name.

    Without a password nobody can sign in with it until one was set by `booking.links.new_password_url`.
    """
    return make_account(username=username, email=email, password=password, role=StaffProfile.Role.OWNER, now=now)


def give_owner_role(user: User, *, by: User, now: datetime) -> None:
    """Make an account without a role an owner's. Nothing happens where it has a role."""
    with transaction.atomic():
        _profile, is_new = StaffProfile.objects.get_or_create(user=user, defaults={"role": StaffProfile.Role.OWNER})
        if is_new:
            write_entry(
                by=by,
                verb="give role",
                object_type="user",
                object_id=user.pk,
                fields=[StaffProfile.Role.OWNER],
                now=now,
            )


def end_code() -> None:
    """No code makes an owner any more, until the next start of a clinic without one."""
    clear_the_way(_path())
    _path().unlink(missing_ok=True)


@contextmanager
def _spending_the_code() -> Iterator[None]:
    """Of two browsers with the same code one gets here; where it fails, the code is good again."""
    spent = _path().with_name(f".{_path().name}-spent-{secrets.token_hex(4)}")
    try:
        _path().rename(spent)
    except FileNotFoundError as error:
        raise OwnerExists("This code was used already.") from error
    try:
        yield
    except BaseException:
        spent.rename(_path())
        raise
    spent.unlink()


def _path() -> Path:
    path: Path = settings.DATA_DIR / "first-owner-code"
    return path


def _hash(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()
