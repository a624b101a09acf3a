"""What the clinic's policy says about mails, as the pure modules want it."""

import logging
from datetime import time

from booking.messages.plan import DEFAULT_PLAN, BadPlan, Line, Offset, QuietHours, parse_lines
from services.models import ClinicPolicy

logger = logging.getLogger(__name__)


def offsets_of(policy: ClinicPolicy) -> tuple[Offset, ...]:
    """The reminders that are sent."""
    return tuple(line.offset for line in lines_of(policy) if line.is_on)


def lines_of(policy: ClinicPolicy) -> tuple[Line, ...]:
    """All reminders of the list. One that can't be read must not keep anybody from booking."""
    try:
        return parse_lines(policy.reminder_plan)
    except BadPlan:
        logger.exception("the clinic's list of reminders can't be followed; the usual one is used")
        return tuple(Line(offset) for offset in DEFAULT_PLAN)


def quiet_hours(policy: ClinicPolicy) -> QuietHours:
    """In full minutes. A policy that was never saved has its times as text."""
    return QuietHours(_full_minute(policy.quiet_from), _full_minute(policy.quiet_until))


def _full_minute(value: time | str) -> time:
    moment = time.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(second=0, microsecond=0)
