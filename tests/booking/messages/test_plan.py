"""When reminders fall due: tables, generated cases, and every clock change of a dozen zones."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.messages.plan import (
    DEFAULT_PLAN,
    LEAST_WARNING,
    BadPlan,
    Offset,
    QuietHours,
    Reminder,
    first_instant_at,
    next_allowed,
    parse_plan,
    plan_reminders,
)
from services.models import default_reminder_plan
from tests.services.clock_changes import Change, changes_of

DUBLIN = ZoneInfo("Europe/Dublin")
NIGHT = QuietHours(time(21), time(8))
NEVER = QuietHours(time(0), time(0))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
TWO_DAYS = Offset(minutes_before=48 * 60)
EVENING_BEFORE = Offset(days_before=1, at=time(18))
# North and south, half hours, changes at midnight, in the middle of Ramadan, by half an hour, and none.
ZONES = (
    "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Santiago", "Africa/Cairo", "Africa/Casablanca",
    "Asia/Beirut", "Asia/Jerusalem", "Asia/Kolkata", "Atlantic/Azores", "Australia/Lord_Howe", "Pacific/Auckland",
    "Pacific/Chatham", "America/Havana",
)  # fmt: skip
# Those of the first year each time, all of them in `make prove`.
CHANGES = [
    pytest.param(key, change, marks=[pytest.mark.prove] if number > 1 else [])
    for key in ZONES
    for number, change in enumerate(changes_of(key))
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(
    *offsets: Offset,
    starts_at: datetime = THURSDAY,
    zone: ZoneInfo = DUBLIN,
    quiet: QuietHours = NEVER,
    booked_at: datetime = LONG_AGO,
) -> list[datetime]:
    found = plan_reminders(starts_at=starts_at, zone=zone, offsets=offsets, quiet=quiet, booked_at=booked_at)
    return [reminder.due_at for reminder in found if not reminder.is_pointless]


def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def brute_allowed(moment: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    """Minute by minute, asking nothing but the wall."""
    while quiet.includes(wall(moment, zone).time()):
        moment += timedelta(minutes=1)
    return moment


def brute_first(shown: datetime, zone: ZoneInfo) -> datetime:
    """The first minute at which the wall shows `shown` or has jumped past it."""
    moment = shown.replace(tzinfo=UTC) - timedelta(hours=27)
    while wall(moment, zone) < shown:
        moment += timedelta(minutes=1)
    return moment


def test_the_usual_plan_is_before_the_free_time_ends_and_three_hours_before() -> None:
    reminders = plan_reminders(starts_at=THURSDAY, zone=DUBLIN, offsets=DEFAULT_PLAN, quiet=NIGHT, booked_at=LONG_AGO)

    assert reminders == [
        Reminder("1620m", utc("2026-11-25T11:30"), utc("2026-11-25T11:30"), False, False),
        Reminder("180mu", utc("2026-11-26T11:30"), utc("2026-11-26T11:30"), True, False),
    ]


@pytest.mark.parametrize(
    ("booked_at", "expected"),
    [
        ("2026-11-25T11:29", ["2026-11-25T11:30", "2026-11-26T11:30"]),
        ("2026-11-25T11:30", ["2026-11-26T11:30"]),
        ("2026-11-26T11:29", ["2026-11-26T11:30"]),
        ("2026-11-26T11:30", []),
        ("2026-11-26T14:00", []),
    ],
)
def test_offsets_past_at_booking_give_none(booked_at: str, expected: list[str]) -> None:
    assert due(*DEFAULT_PLAN, booked_at=utc(booked_at)) == [utc(text) for text in expected]


@pytest.mark.parametrize(
    ("zone", "starts_at", "offset", "expected"),
    [
        # Clocks forward on Sunday 29 March 2026 in Dublin: 48 hours stay 48 hours, the evening before stays 18:00.
        ("Europe/Dublin", "2026-03-30T09:00", TWO_DAYS, "2026-03-28T09:00"),
        ("Europe/Dublin", "2026-03-30T09:00", EVENING_BEFORE, "2026-03-29T17:00"),
        ("Europe/Dublin", "2026-03-29T09:00", EVENING_BEFORE, "2026-03-28T18:00"),
        # Back on 25 October 2026.
        ("Europe/Dublin", "2026-10-26T10:00", TWO_DAYS, "2026-10-24T10:00"),
        ("Europe/Dublin", "2026-10-25T10:00", EVENING_BEFORE, "2026-10-24T17:00"),
        # A local date that is not the UTC date.
        ("Pacific/Auckland", "2026-11-25T21:30", EVENING_BEFORE, "2026-11-25T05:00"),
        ("America/New_York", "2026-11-27T01:00", EVENING_BEFORE, "2026-11-25T23:00"),
        # 02:30 does not come on 8 March 2026 in New York, and comes twice on 1 November.
        ("America/New_York", "2026-03-09T15:00", Offset(days_before=1, at=time(2, 30)), "2026-03-08T07:00"),
        ("America/New_York", "2026-11-02T15:00", Offset(days_before=1, at=time(1, 30)), "2026-11-01T05:30"),
    ],
)
def test_elapsed_and_local_offsets(zone: str, starts_at: str, offset: Offset, expected: str) -> None:
    assert due(offset, starts_at=utc(starts_at), zone=ZoneInfo(zone)) == [utc(expected)]


@pytest.mark.parametrize(
    ("starts_at", "hours", "expected"),
    [
        ("2026-11-26T09:00", 24, ["2026-11-25T09:00"]),
        ("2026-11-26T21:30", 24, ["2026-11-26T08:00"]),  # 21:30 is quiet; the morning of the visit is next
        ("2026-11-26T20:59", 24, ["2026-11-25T20:59"]),
        ("2026-11-26T21:00", 24, ["2026-11-26T08:00"]),
        ("2026-11-26T07:59", 24, ["2026-11-25T08:00"]),
        ("2026-11-26T08:00", 24, ["2026-11-25T08:00"]),
        ("2026-11-26T08:30", 3, ["2026-11-26T08:00"]),  # half an hour before is still of use
        ("2026-11-26T08:25", 3, []),  # less is not
        ("2026-11-26T08:00", 3, []),
    ],
)
def test_quiet_hours_move_a_reminder_or_make_it_pointless(starts_at: str, hours: int, expected: list[str]) -> None:
    found = due(Offset(minutes_before=hours * 60), starts_at=utc(starts_at), quiet=NIGHT)

    assert found == [utc(text) for text in expected]


def test_what_is_pointless_is_said_and_not_left_out() -> None:
    starts_at = utc("2026-11-26T08:15")

    found = plan_reminders(
        starts_at=starts_at, zone=DUBLIN, offsets=[Offset(minutes_before=180)], quiet=NIGHT, booked_at=LONG_AGO
    )

    assert found == [Reminder("180m", utc("2026-11-26T05:15"), utc("2026-11-26T08:00"), False, True)]


def test_two_that_quiet_hours_bring_together_are_one_for_everybody() -> None:
    """At 22:00 and 23:30 the evening before; both move to 08:00."""
    asked, everybody = Offset(minutes_before=16 * 60 + 30, only_unconfirmed=True), Offset(minutes_before=15 * 60)

    found = plan_reminders(starts_at=THURSDAY, zone=DUBLIN, offsets=[asked, everybody], quiet=NIGHT, booked_at=LONG_AGO)

    assert [(one.key, one.due_at) for one in found] == [("900m", utc("2026-11-26T08:00"))]


def test_one_that_was_past_at_booking_hides_none_that_was_not() -> None:
    everybody, asked = Offset(minutes_before=16 * 60 + 30), Offset(minutes_before=15 * 60, only_unconfirmed=True)

    found = due(everybody, asked, quiet=NIGHT, booked_at=utc("2026-11-25T22:30"))

    assert found == [utc("2026-11-26T08:00")]


@pytest.mark.parametrize(
    ("quiet", "moment", "expected"),
    [
        (QuietHours(time(13), time(14)), "2026-11-26T13:30", "2026-11-26T14:00"),
        (QuietHours(time(13), time(14)), "2026-11-26T14:00", "2026-11-26T14:00"),
        (QuietHours(time(13), time(14)), "2026-11-26T12:59:59", "2026-11-26T12:59:59"),
        (QuietHours(time(13), time(14)), "2026-11-26T13:59:59", "2026-11-26T14:00"),
        (QuietHours(time(9), time(9)), "2026-11-26T09:00", "2026-11-26T09:00"),  # none
        (NIGHT, "2026-11-26T23:00", "2026-11-27T08:00"),
        (NIGHT, "2026-11-26T00:00", "2026-11-26T08:00"),
    ],
)
def test_the_next_allowed_minute(quiet: QuietHours, moment: str, expected: str) -> None:
    assert next_allowed(utc(moment), zone=DUBLIN, quiet=quiet) == utc(expected)


def moments_around(change: Change) -> Iterator[datetime]:
    """From a day and a half before a change to as long after it, every 55 minutes, or 110."""
    every = 1 if os.environ.get("PROVE") == "1" else 2
    return (change.instant + timedelta(minutes=55) * number for number in range(-39, 40, every))


@pytest.mark.parametrize(("key", "change"), CHANGES, ids=lambda value: value if isinstance(value, str) else "")
def test_quiet_hours_over_every_clock_change(key: str, change: Change) -> None:
    """The same as walking minute by minute and looking at the wall, also where quiet hours begin or end in a gap."""
    zone = ZoneInfo(key)
    at_change = change.before.time().replace(second=0), change.after.time().replace(second=0)
    for quiet in (NIGHT, QuietHours(min(at_change), max(at_change)), QuietHours(time(22, 30), at_change[0])):
        for moment in moments_around(change):
            assert next_allowed(moment, zone=zone, quiet=quiet) == brute_allowed(moment, zone, quiet)


@pytest.mark.parametrize(("key", "change"), CHANGES, ids=lambda value: value if isinstance(value, str) else "")
def test_reminders_over_every_clock_change_come_at_their_instant(key: str, change: Change) -> None:
    """Elapsed offsets are exact in UTC; local ones are the first minute at which the wall shows the time or has passed it."""
    zone = ZoneInfo(key)
    at = change.before.time().replace(second=0)
    local = (Offset(days_before=1, at=time(18)), Offset(days_before=1, at=at), Offset(days_before=0, at=time(2, 30)))
    for moment in list(moments_around(change))[::3]:
        starts_at = moment.replace(minute=0)
        for hours in (3, 24, 48):
            offset = Offset(minutes_before=hours * 60)
            assert offset.instant(starts_at=starts_at, zone=zone) == starts_at - timedelta(hours=hours)
        for offset in local:
            assert offset.at is not None
            day = wall(starts_at, zone).date() - timedelta(days=offset.days_before)
            expected = brute_first(datetime.combine(day, offset.at), zone)
            assert offset.instant(starts_at=starts_at, zone=zone) == expected


def test_a_date_that_a_zone_skipped_stands_for_the_jump() -> None:
    """Samoa went from 29 to 31 December 2011."""
    apia = ZoneInfo("Pacific/Apia")

    assert first_instant_at(datetime.fromisoformat("2011-12-30T18:00"), apia) == datetime(2011, 12, 30, 10, tzinfo=UTC)


@given(
    key=st.sampled_from(ZONES),
    minute=st.integers(0, 3 * 365 * 24 * 60),
    begins=st.integers(0, 24 * 60 - 1),
    ends=st.integers(0, 24 * 60 - 1),
)
def test_an_allowed_minute_is_never_quiet_never_early_and_nothing_before_it_is_allowed(
    key: str, minute: int, begins: int, ends: int
) -> None:
    zone, moment = ZoneInfo(key), datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    quiet = QuietHours(time(begins // 60, begins % 60), time(ends // 60, ends % 60))

    assert next_allowed(moment, zone=zone, quiet=quiet) == brute_allowed(moment, zone, quiet)


OFFSETS = st.builds(
    lambda hours, unconfirmed: Offset(minutes_before=hours * 60, only_unconfirmed=unconfirmed),
    st.integers(1, 200),
    st.booleans(),
) | st.builds(
    lambda days, hour, unconfirmed: Offset(days_before=days, at=time(hour), only_unconfirmed=unconfirmed),
    st.integers(0, 7),
    st.integers(0, 23),
    st.booleans(),
)


@given(
    key=st.sampled_from(ZONES),
    start=st.integers(0, 3 * 365 * 24 * 12),
    offsets=st.lists(OFFSETS, max_size=5),
    lead=st.integers(0, 14 * 24),
)
def test_a_plan_is_in_order_by_day_in_time_and_after_the_booking(
    key: str, start: int, offsets: list[Offset], lead: int
) -> None:
    zone = ZoneInfo(key)
    starts_at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=5) * start
    booked_at = starts_at - timedelta(hours=lead)

    found = plan_reminders(starts_at=starts_at, zone=zone, offsets=offsets, quiet=NIGHT, booked_at=booked_at)

    assert [one.due_at for one in found] == sorted({one.due_at for one in found})
    for one in found:
        assert booked_at < one.defined_at <= one.due_at
        assert not NIGHT.includes(wall(one.due_at, zone).time())
        assert one.is_pointless == (one.due_at > starts_at - LEAST_WARNING)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], ()),
        ([{"hours_before": 48}], (TWO_DAYS,)),
        ([{"hours_before": 1.5}], (Offset(minutes_before=90),)),
        (default_reminder_plan(), DEFAULT_PLAN),
        (
            [{"days_before": 1, "at": "18:00", "only_unconfirmed": True}],
            (Offset(days_before=1, at=time(18), only_unconfirmed=True),),
        ),
        ([{"days_before": 0, "at": "07:30"}], (Offset(at=time(7, 30)),)),
    ],
)
def test_a_clinic_sets_its_own_list(entries: object, expected: tuple[Offset, ...]) -> None:
    assert parse_plan(entries) == expected


@pytest.mark.parametrize(
    "entries",
    [
        None, {}, "48", [48], [{}], [{"hours_before": 0}], [{"hours_before": 0.5}], [{"hours_before": -1}],
        [{"hours_before": "48"}], [{"hours_before": True}], [{"hours_before": 1441}], [{"hours_before": 1.001}],
        [{"hours_before": float("nan")}], [{"hours_before": float("inf")}],
        [{"hours_before": 48, "at": "18:00"}], [{"days_before": 1}], [{"at": "18:00"}],
        [{"days_before": 1, "at": "24:00"}], [{"days_before": 1, "at": 18}], [{"days_before": 1, "at": "18:00:30"}],
        [{"days_before": 1, "at": "18:00+01:00"}], [{"days_before": -1, "at": "18:00"}],
        [{"days_before": 61, "at": "18:00"}], [{"days_before": 1.5, "at": "18:00"}],
        [{"hours_before": 48, "only_unconfirmed": "yes"}], [{"hours_before": 48, "minutes": 3}],
        [{"hours_before": 48}, {"hours_before": 48}],
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_followed_is_refused(entries: object) -> None:
    with pytest.raises(BadPlan):
        parse_plan(entries)


def test_keys_of_offsets_differ() -> None:
    keys = [
        offset.key
        for offset in (
            TWO_DAYS,
            Offset(minutes_before=48 * 60, only_unconfirmed=True),
            EVENING_BEFORE,
            Offset(days_before=1, at=time(18), only_unconfirmed=True),
            Offset(days_before=11, at=time(8)),
        )
    ]

    assert keys == ["2880m", "2880mu", "1d1800", "1d1800u", "11d0800"]


def test_dates_are_local() -> None:
    """00:30 on the 26th in Dublin's summer is the 25th in UTC; the evening before is the 25th on the wall."""
    starts_at = datetime(2026, 6, 25, 23, 30, tzinfo=UTC)

    assert wall(starts_at, DUBLIN).date() == date(2026, 6, 26)
    assert due(EVENING_BEFORE, starts_at=starts_at) == [datetime(2026, 6, 25, 17, tzinfo=UTC)]
