"""Against a brute-force reading of the five conditions, on a raster of five minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling.availability import (
    Diary,
    Gap,
    Limits,
    Question,
    Reason,
    RoomDiary,
    StartOnOffer,
    choose_for_anyone,
    find_gaps,
    find_roomless,
    find_starts,
    why_not,
)
from services.intervals import Interval, merge, overlaps

DAY = datetime(2026, 11, 26, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def at(minutes: int) -> datetime:
    return DAY + timedelta(minutes=minutes)


def span(first: int, last: int) -> Interval:
    return Interval(at(first), at(last))


def limits(*, length: int = 60, turnover: int = 15, grid: int = 15, earliest: int = 0, latest: int = 2880) -> Limits:
    return Limits(
        length=timedelta(minutes=length),
        turnover=timedelta(minutes=turnover),
        grid=timedelta(minutes=grid),
        earliest=at(earliest),
        latest=at(latest),
    )


def times(starts: Sequence[StartOnOffer]) -> list[str]:
    return [f"{start.starts_at:%H:%M}" for start in starts]


def test_a_start_needs_the_whole_treatment_in_open_hours_but_not_the_turnover() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 645)], busy=[])

    starts = find_starts(diaries=[diary], rooms=None, limits=limits())

    assert times(starts) == ["09:00", "09:15", "09:30", "09:45"]


def test_the_grid_is_counted_from_the_start_of_the_open_interval() -> None:
    diary = Diary(therapist_id=1, open=[span(550, 640)], busy=[])

    starts = find_starts(diaries=[diary], rooms=None, limits=limits())

    assert times(starts) == ["09:10", "09:25", "09:40"]


def test_turnover_before_and_after_a_taken_span_is_kept_free() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 780)], busy=[span(615, 690)])

    starts = find_starts(diaries=[diary], rooms=None, limits=limits())

    assert times(starts) == ["09:00", "11:30", "11:45", "12:00"]


def test_notice_and_horizon_bound_the_start_and_include_their_edges() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 720)], busy=[])

    starts = find_starts(diaries=[diary], rooms=None, limits=limits(earliest=570, latest=600))

    assert times(starts) == ["09:30", "09:45", "10:00"]


def test_the_first_free_room_in_order_is_taken() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 600)], busy=[])
    rooms = [RoomDiary(room_id=7, busy=[span(590, 620)]), RoomDiary(room_id=3, busy=[])]

    starts = find_starts(diaries=[diary], rooms=rooms, limits=limits())

    assert starts == [StartOnOffer(starts_at=at(540), therapist_id=1, ends_at=at(600), room_id=3)]


def test_without_a_suitable_room_nothing_is_on_offer_where_there_are_rooms() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 600)], busy=[])

    assert find_starts(diaries=[diary], rooms=[], limits=limits()) == []


def test_anyone_is_who_has_the_fewest_minutes_that_day_then_the_lowest_id() -> None:
    starts = [StartOnOffer(at(540), pk, at(600), None) for pk in (1, 2, 3)]
    zone = ZoneInfo("UTC")

    busy_one = choose_for_anyone(starts, minutes_booked={(1, date(2026, 11, 26)): 60}, zone=zone)
    all_equal = choose_for_anyone(starts, minutes_booked={}, zone=zone)

    assert [start.therapist_id for start in busy_one] == [2]
    assert [start.therapist_id for start in all_equal] == [1]


def spans(most: int) -> st.SearchStrategy[list[Interval]]:
    ends = st.tuples(st.integers(0, 60), st.integers(1, 40))
    one = ends.map(lambda pair: span(pair[0] * 5, (pair[0] + pair[1]) * 5))
    return st.lists(one, max_size=most)


def brute_force(
    diaries: Sequence[Diary], rooms: Sequence[RoomDiary] | None, limits: Limits, client_busy: Sequence[Interval]
) -> list[StartOnOffer]:
    """Every five-minute mark, asked the five conditions one after another."""

    def meets(start: datetime, end: datetime, taken: Sequence[Interval]) -> bool:
        return any(start < other.end and other.start < end for other in taken)

    found = []
    for diary in diaries:
        for opened in diary.open:
            start = opened.start
            while start + limits.length <= opened.end:
                end, free_again = start + limits.length, start + limits.length + limits.turnover
                fits = limits.earliest <= start <= limits.latest and (start - opened.start) % limits.grid == timedelta(
                    0
                )
                clear = not meets(start, free_again, diary.busy) and not meets(start, end, client_busy)
                free = [] if rooms is None else [r.room_id for r in rooms if not meets(start, free_again, r.busy)]
                if fits and clear and (rooms is None or free):
                    found.append(StartOnOffer(start, diary.therapist_id, end, free[0] if free else None))
                start += FIVE
    return sorted(found)


@dataclass(frozen=True)
class Case:
    """A small clinic, and what is asked of it."""

    diaries: list[Diary]
    rooms: list[RoomDiary] | None
    bounds: Limits
    client_busy: list[Interval]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return Case(
        diaries=[
            Diary(therapist_id=pk, open=merge(draw(spans(4))), busy=draw(spans(4)))
            for pk in range(1, draw(st.integers(1, 3)) + 1)
        ],
        rooms=draw(
            st.none()
            | st.lists(spans(3), max_size=2).map(lambda all: [RoomDiary(pk, busy) for pk, busy in enumerate(all)])
        ),
        bounds=limits(
            length=draw(st.sampled_from([30, 45, 60])),
            turnover=draw(st.sampled_from([0, 10, 15])),
            grid=draw(st.sampled_from([5, 15, 20])),
            earliest=draw(st.integers(0, 100)) * 3,
            latest=draw(st.integers(100, 600)),
        ),
        client_busy=draw(spans(2)),
    )


@given(case=cases())
def test_every_start_of_the_brute_force_and_no_other(case: Case) -> None:
    starts = find_starts(diaries=case.diaries, rooms=case.rooms, limits=case.bounds, client_busy=case.client_busy)

    assert starts == brute_force(case.diaries, case.rooms, case.bounds, case.client_busy)


@given(case=cases(), mark=st.integers(0, 130))
def test_what_is_on_offer_has_no_reason_against_it_and_all_else_has_one(case: Case, mark: int) -> None:
    moment = at(mark * 5)
    starts = find_starts(diaries=case.diaries, rooms=case.rooms, limits=case.bounds, client_busy=case.client_busy)

    reason = why_not(
        starts_at=moment,
        diaries=case.diaries,
        rooms=case.rooms,
        limits=case.bounds,
        now=DAY,
        client_busy=case.client_busy,
    )

    assert (reason is None) == any(start.starts_at == moment for start in starts)


@given(case=cases())
def test_a_gap_begins_with_a_start_and_nobody_is_taken_in_it(case: Case) -> None:
    starts = find_starts(diaries=case.diaries, rooms=case.rooms, limits=case.bounds)

    gaps = find_gaps([Question(diaries=case.diaries, rooms=case.rooms, limits=case.bounds)])

    taken = {diary.therapist_id: diary.busy for diary in case.diaries}
    room_taken = {room.room_id: room.busy for room in case.rooms or ()}
    for gap in gaps:
        busy = [*taken[gap.therapist_id], *(room_taken[gap.room_id] if gap.room_id is not None else ())]
        assert not any(overlaps(gap.span, other) for other in busy)
    begins = {(start.therapist_id, start.starts_at) for start in starts}
    assert {(gap.therapist_id, gap.span.start) for gap in gaps} <= begins
    # Whatever else can be booked lies within a gap of its therapist.
    for pk, moment in begins:
        assert any(gap.therapist_id == pk and gap.span.start <= moment < gap.span.end for gap in gaps)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (525, Reason.PAST),
        (540, Reason.TOO_SOON),
        (1140, Reason.TOO_FAR),
        (720, Reason.OFF_SHIFT),
        (700, Reason.OFF_SHIFT),
        (575, Reason.OFF_GRID),
        (645, Reason.TAKEN),
        (795, Reason.NO_ROOM),
        (870, Reason.CLIENT_BUSY),
        (945, None),
    ],
)
def test_each_time_that_is_not_on_offer_has_its_own_reason(moment: int, reason: Reason | None) -> None:
    diary = Diary(therapist_id=1, open=[span(540, 720), span(780, 1080)], busy=[span(630, 720)])
    rooms = [RoomDiary(room_id=1, busy=[span(780, 855)])]

    found = why_not(
        starts_at=at(moment),
        diaries=[diary],
        rooms=rooms,
        limits=limits(earliest=550, latest=1100),
        now=at(530),
        client_busy=[span(900, 930)],
    )

    assert found is reason


def test_of_several_therapists_the_nearest_gives_the_reason() -> None:
    off_shift = Diary(therapist_id=1, open=[span(540, 600)], busy=[])
    taken = Diary(therapist_id=2, open=[span(540, 900)], busy=[span(700, 800)])

    reason = why_not(starts_at=at(720), diaries=[off_shift, taken], rooms=None, limits=limits(), now=DAY)
    nobody = why_not(starts_at=at(720), diaries=[], rooms=None, limits=limits(), now=DAY)

    assert (reason, nobody) == (Reason.TAKEN, Reason.WRONG_SKILL)


def test_a_gap_ends_where_its_room_does_and_what_lacks_a_room_is_told_apart() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 1020)], busy=[span(540, 660)])
    rooms = [RoomDiary(room_id=1, busy=[span(780, 900)]), RoomDiary(room_id=2, busy=[span(600, 1200)])]
    question = Question(diaries=[diary], rooms=rooms, limits=limits())

    gaps, roomless = find_gaps([question]), find_roomless([question])

    assert gaps == [Gap(1, span(660, 780), 1), Gap(1, span(900, 1020), 1)]
    assert roomless == [Gap(1, span(780, 900), None)]


def test_a_gap_is_as_long_as_the_treatment_with_the_better_room_allows() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 900)], busy=[])
    swedish = Question(diaries=[diary], rooms=[RoomDiary(1, [span(660, 900)])], limits=limits())
    deep = Question(diaries=[diary], rooms=[RoomDiary(2, [span(780, 900)])], limits=limits(length=90))

    assert find_gaps([swedish, deep]) == [Gap(1, span(540, 780), 2)]
