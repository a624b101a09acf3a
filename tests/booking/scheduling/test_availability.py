"""Against a brute-force reading of the five conditions, on a raster of five minutes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling.availability import (
    Diary,
    Limits,
    RoomDiary,
    StartOnOffer,
    choose_for_anyone,
    find_starts,
)
from services.intervals import Interval, merge

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


@given(data=st.data())
def test_every_start_of_the_brute_force_and_no_other(data: st.DataObject) -> None:
    diaries = [
        Diary(therapist_id=pk, open=merge(data.draw(spans(4))), busy=data.draw(spans(4)))
        for pk in range(1, data.draw(st.integers(1, 3)) + 1)
    ]
    rooms = data.draw(
        st.none() | st.lists(spans(3), max_size=2).map(lambda all: [RoomDiary(pk, busy) for pk, busy in enumerate(all)])
    )
    bounds = limits(
        length=data.draw(st.sampled_from([30, 45, 60])),
        turnover=data.draw(st.sampled_from([0, 10, 15])),
        grid=data.draw(st.sampled_from([5, 15, 20])),
        earliest=data.draw(st.integers(0, 100)) * 3,
        latest=data.draw(st.integers(100, 600)),
    )
    client_busy = data.draw(spans(2))

    starts = find_starts(diaries=diaries, rooms=rooms, limits=bounds, client_busy=client_busy)

    assert starts == brute_force(diaries, rooms, bounds, client_busy)
