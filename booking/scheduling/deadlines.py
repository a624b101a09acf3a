"""When a requested visit ends by itself. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WORKING_DAYS_TO_ANSWER = 2
LAST_WORKING_WEEKDAY = 5  # ISO: Friday


def request_deadline(*, made_at: datetime, starts_at: datetime, notice: timedelta, zone: ZoneInfo) -> datetime:
    """The earlier of start − notice and the same wall time two working days (Monday to Friday) later. UTC.

    A visit that staff took down at shorter notice than that stays open until it starts.
    """
    by_notice = starts_at - notice
    if by_notice <= made_at:
        by_notice = starts_at
    return min(by_notice, working_days_later(made_at, zone, days=WORKING_DAYS_TO_ANSWER))


def working_days_later(moment: datetime, zone: ZoneInfo, *, days: int) -> datetime:
    """The same wall time so many days from Monday to Friday later. In the zone of `moment`."""
    local = moment.astimezone(zone)
    left = days
    while left:
        # Wall-clock arithmetic on purpose: a datetime with a zone moves by local days.
        local += timedelta(days=1)
        left -= local.isoweekday() <= LAST_WORKING_WEEKDAY
    return local.astimezone(moment.tzinfo)
