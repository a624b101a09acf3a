"""What the clinic's policy says about mails, as the pure modules want it."""

from datetime import time

from booking.messages.plan import QuietHours
from services.models import ClinicPolicy


def quiet_hours(policy: ClinicPolicy) -> QuietHours:
    """In full minutes. A policy that was never saved has its times as text."""
    return QuietHours(_full_minute(policy.quiet_from), _full_minute(policy.quiet_until))


def _full_minute(value: time | str) -> time:
    moment = time.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(second=0, microsecond=0)
