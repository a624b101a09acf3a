"""What one process does in the races of limits; see `tests.processes`."""

import time
from datetime import datetime, timedelta

from booking import limits
from booking.models import Spent

FIVE = limits.Limit("five", 5, timedelta(minutes=15))


def take_one(*, now: str) -> bool:
    """Whether the limit let it through."""
    try:
        limits.take((FIVE, "one hand"), now=datetime.fromisoformat(now))
    except limits.Spending:
        return False
    return True


def take_without_lock(*, now: str) -> bool:
    """The control: reads, and only then writes, as anybody would without the lock."""
    moment = datetime.fromisoformat(now)
    key = {"limit": FIVE.name, "subject": limits.hide(FIVE.name, "one hand")}
    row = Spent.objects.get(**key)
    until = max(row.until, moment) + FIVE.step
    time.sleep(0.05)  # holds the gap open that is always there
    if until > moment + FIVE.within:
        return False
    Spent.objects.filter(**key).update(until=until)
    return True
