from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.scheduling.deadlines import request_deadline

DUBLIN = ZoneInfo("Europe/Dublin")
NOTICE = timedelta(hours=2)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=DUBLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("made", "starts", "ends"),
    [
        ("2026-11-23T10:00", "2026-12-10T09:00", "2026-11-25T10:00"),  # Monday: two working days are Wednesday
        ("2026-11-26T10:00", "2026-12-10T09:00", "2026-11-30T10:00"),  # Thursday: Friday and Monday
        ("2026-11-28T10:00", "2026-12-10T09:00", "2026-12-01T10:00"),  # Saturday: Monday and Tuesday
        ("2026-11-23T10:00", "2026-11-24T09:00", "2026-11-24T07:00"),  # two hours before the start comes first
        ("2026-11-23T10:00", "2026-11-23T11:00", "2026-11-23T11:00"),  # taken down by staff at shorter notice
        ("2026-10-23T10:00", "2026-12-10T09:00", "2026-10-27T10:00"),  # the clocks go back on Sunday the 25th
    ],
)
def test_request_deadline(made: str, starts: str, ends: str) -> None:
    deadline = request_deadline(made_at=at(made), starts_at=at(starts), notice=NOTICE, zone=DUBLIN)

    assert deadline == at(ends)
