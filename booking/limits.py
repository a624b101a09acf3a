"""What one hand can do: a number of times within a span, counted in the database; and how much goes on at once.

A limit is a bucket that holds `most` and empties at a steady pace within `within`. One row a subject says when it will
be empty; so a count needs no history, a refusal knows when to come back, and the sweep drops what is empty.
"""

import hashlib
import hmac
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from booking.models import Spent


@dataclass(frozen=True)
class Limit:
    """`most` times within `within` for one subject (a network, an email, a name ...)."""

    name: str
    most: int
    within: timedelta

    @property
    def step(self) -> timedelta:
        """How long one use counts."""
        return self.within / self.most


@dataclass(frozen=True)
class AtATime:
    """How many threads of one process do something at once; another one waits up to `patience` seconds."""

    most: int
    patience: float
    slots: threading.BoundedSemaphore = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "slots", threading.BoundedSemaphore(self.most))


# Wrong passwords and right ones alike; a right one is given back. A network is a clinic's Wi-Fi, or a street's.
SIGN_IN_HERE = Limit("sign-in here", 5, timedelta(minutes=15))  # one name from one network
SIGN_IN_DEVICE = Limit("sign-in device", 10, timedelta(minutes=15))  # one name from a device that it has used before
SIGN_IN_NETWORK = Limit("sign-in network", 30, timedelta(minutes=15))  # all names from one network
SIGN_IN_NAME = Limit("sign-in name", 60, timedelta(hours=1))  # one name from wherever it is not known
FIRST_OWNER = Limit("first owner", 10, timedelta(minutes=15))  # tries with the one-time code from one network
NEW_PASSWORD_NETWORK = Limit("new password network", 20, timedelta(hours=1))  # of all addresses from one network
NEW_PASSWORD_EMAIL = Limit("new password email", 3, timedelta(hours=1))  # emails to one address
NEW_PASSWORD_DAY = Limit("new password day", 10, timedelta(days=1))  # emails to one address
LINKS_NETWORK = Limit("links network", 60, timedelta(hours=1))  # links to visits, asked for from one network
LINKS_EMAIL = Limit("links email", 5, timedelta(hours=1))  # asked for with one address
LINKS_DAY = Limit("links day", 10, timedelta(days=1))  # asked for with one address
TRIALS = Limit("trials", 5, timedelta(hours=1))  # tests of all that a visit’s booker gets, by one owner
MAILS = Limit("mails", 20, timedelta(days=1))  # to one address, about what somebody did on the website
PDFS = Limit("pdf", 20, timedelta(hours=1))  # letters of one network

# Each takes 100 MB and a core for a tenth of a second. Two at once leave threads and memory for everybody else.
HASHING = AtATime(2, patience=0.5)
DRAWING = AtATime(1, patience=2.0)  # a PDF takes a third of a second of one core


class LimitReached(Exception):
    """Not now. `wait` is how long until it is possible again."""

    def __init__(self, *, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait

    @property
    def retry_after(self) -> int:
        """Whole seconds, for the header; one at least."""
        return max(1, -(-self.wait // timedelta(seconds=1)))


class Spending(LimitReached):
    """This hand has done it as often as it may for now."""

    def __init__(self, limit: Limit, *, wait: timedelta) -> None:
        super().__init__(wait=wait)
        self.limit = limit


class Crowded(LimitReached):
    """Too many people do it at this moment."""

    def __init__(self) -> None:
        super().__init__(wait=timedelta(seconds=5))


def take(*uses: tuple[Limit, str], now: datetime) -> None:
    """Use each limit once for its subject, or none of them. Raises Spending for the first that is used up.

    Of two at the same moment each counts: the rows are locked, in the order given.
    """
    with transaction.atomic():
        for limit, subject in uses:
            row = _lock(limit, subject, now=now)
            until = max(row.until, now) + limit.step
            if until > now + limit.within:
                raise Spending(limit, wait=until - now - limit.within)
            row.until = until
            row.save(update_fields=["until"])


def give_back(*uses: tuple[Limit, str], now: datetime) -> None:
    """What was taken turned out to be no use: a right password."""
    with transaction.atomic():
        for limit, subject in uses:
            row = _lock(limit, subject, now=now)
            row.until = max(row.until - limit.step, now)
            row.save(update_fields=["until"])


def has_room(limit: Limit, subject: str, *, now: datetime) -> bool:
    """Whether it could be used once more. Reads only, so that the next one may be told otherwise."""
    used = Spent.objects.filter(limit=limit.name, subject=hide(limit.name, subject))
    return not used.filter(until__gt=now + limit.within - limit.step).exists()


def forget(limit: Limit, subject: str) -> None:
    """Begin again."""
    Spent.objects.filter(limit=limit.name, subject=hide(limit.name, subject)).delete()


def hold(names: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Make all who count the same thing wait for each other, to the end of the transaction. In a fixed order."""
    keys = sorted((name, hide(name, subject)) for name, subject in names)
    rows = [Spent(limit=name, subject=subject, until=now) for name, subject in keys]
    # A row that is there is written as it was, which locks it.
    Spent.objects.bulk_create(rows, update_conflicts=True, unique_fields=["limit", "subject"], update_fields=["limit"])


def prune(*, now: datetime) -> int:
    """Delete what is not used any more; returns how many."""
    deleted, _ = Spent.objects.filter(until__lt=now).delete()
    return deleted


@contextmanager
def at_a_time(what: AtATime) -> Iterator[None]:
    """Raises Crowded where no slot becomes free within its patience."""
    if not what.slots.acquire(timeout=what.patience):
        raise Crowded
    try:
        yield
    finally:
        what.slots.release()


def hide(name: str, subject: str) -> str:
    """The same hash for the same subject; without the key nobody can tell whose it is."""
    text = f"{name}\n{subject}".encode("utf-8", "surrogatepass")
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()[:32]


def _lock(limit: Limit, subject: str, *, now: datetime) -> Spent:
    """Its row, made where there is none, and locked."""
    key = {"limit": limit.name, "subject": hide(limit.name, subject)}
    while True:
        Spent.objects.bulk_create([Spent(**key, until=now)], ignore_conflicts=True)
        row = Spent.objects.select_for_update().filter(**key).first()
        if row is not None:  # else the sweep has just pruned it
            return row
