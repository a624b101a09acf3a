"""Against a brute-force reading of the five conditions, and against the slow oracle on clinics at random."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling.availability import (
    Gap,
    Limits,
    Question,
    Reason,
    StartOnOffer,
    choose_for_anyone,
    count_by_day,
    find_gaps,
    find_offered,
    find_roomless,
    find_starts,
    list_offered,
    why_not,
)
from services.hours import day_pieces
from services.intervals import Interval, merge, overlaps
from tests.booking.scheduling.clinics import answers_of_the_oracle, answers_on_bits, make_case, on_bits
from tests.booking.scheduling.oracle import Diary, RoomDiary

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


def ask(
    diaries: Sequence[Diary],
    rooms: Sequence[RoomDiary] | None = None,
    limits: Limits | None = None,
    client_busy: Sequence[Interval] = (),
) -> Question:
    return on_bits(diaries=diaries, rooms=rooms, limits=limits or LIMITS, client_busy=client_busy, first_day=DAY)


LIMITS = limits()


def times(starts: Sequence[StartOnOffer]) -> list[str]:
    return [f"{start.starts_at:%H:%M}" for start in starts]


def test_a_start_needs_the_whole_treatment_in_open_hours_but_not_the_turnover() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 645)], busy=[])

    starts = find_starts(ask([diary]))

    assert times(starts) == ["09:00", "09:15", "09:30", "09:45"]


def test_the_grid_is_counted_from_the_start_of_the_open_interval() -> None:
    diary = Diary(therapist_id=1, open=[span(550, 640)], busy=[])

    starts = find_starts(ask([diary]))

    assert times(starts) == ["09:10", "09:25", "09:40"]


def test_turnover_before_and_after_a_taken_span_is_kept_free() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 780)], busy=[span(615, 690)])

    starts = find_starts(ask([diary]))

    assert times(starts) == ["09:00", "11:30", "11:45", "12:00"]


def test_notice_and_horizon_bound_the_start_and_include_their_edges() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 720)], busy=[])

    starts = find_starts(ask([diary], limits=limits(earliest=570, latest=600)))

    assert times(starts) == ["09:30", "09:45", "10:00"]


def test_the_first_free_room_in_order_is_taken() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 600)], busy=[])
    rooms = [RoomDiary(room_id=7, busy=[span(590, 620)]), RoomDiary(room_id=3, busy=[])]

    starts = find_starts(ask([diary], rooms))

    assert starts == [StartOnOffer(starts_at=at(540), therapist_id=1, ends_at=at(600), room_id=3)]


def test_without_a_suitable_room_nothing_is_on_offer_where_there_are_rooms() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 600)], busy=[])

    assert find_starts(ask([diary], [])) == []


def test_anyone_is_who_has_the_fewest_minutes_that_day_then_the_lowest_id() -> None:
    question = ask([Diary(therapist_id=pk, open=[span(540, 600)], busy=[]) for pk in (3, 1, 2)])
    offered, days = find_offered(question), day_pieces(first_date=DAY.date(), days=1, zone=ZoneInfo("UTC"))

    booked = [
        choose_for_anyone(offered, origin=question.origin, minutes_booked=minutes, days=days)
        for minutes in ({(1, DAY.date()): 60}, {(1, DAY.date() - timedelta(days=1)): 60})
    ]

    assert [times(list_offered(chosen, question)) for chosen in booked] == [["09:00"], ["09:00"]]
    assert [[pk for pk, cells in chosen.items() if cells] for chosen in booked] == [[2], [1]]


def test_starts_are_counted_by_the_local_day() -> None:
    question = ask([Diary(therapist_id=pk, open=[span(1380, 1500)], busy=[]) for pk in (1, 2)])
    utc, kathmandu = (
        day_pieces(first_date=DAY.date(), days=2, zone=ZoneInfo(zone)) for zone in ("UTC", "Asia/Kathmandu")
    )

    counts = [
        count_by_day(find_offered(question).values(), origin=question.origin, days=days) for days in (utc, kathmandu)
    ]

    assert counts == [{date(2026, 11, 26): 8, date(2026, 11, 27): 2}, {date(2026, 11, 27): 10}]


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
    starts = find_starts(ask(case.diaries, case.rooms, case.bounds, case.client_busy))

    assert starts == brute_force(case.diaries, case.rooms, case.bounds, case.client_busy)


@given(case=cases(), mark=st.integers(0, 130))
def test_what_is_on_offer_has_no_reason_against_it_and_all_else_has_one(case: Case, mark: int) -> None:
    moment = at(mark * 5)
    starts = find_starts(ask(case.diaries, case.rooms, case.bounds, case.client_busy))

    reason = why_not(ask(case.diaries, case.rooms, case.bounds, case.client_busy), starts_at=moment, now=DAY)

    assert (reason is None) == any(start.starts_at == moment for start in starts)


@given(case=cases())
def test_a_gap_begins_with_a_start_and_nobody_is_taken_in_it(case: Case) -> None:
    question = ask(case.diaries, case.rooms, case.bounds)
    starts = find_starts(question)

    gaps = find_gaps([question])

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

    question = ask([diary], rooms, limits(earliest=550, latest=1100), client_busy=[span(900, 930)])

    found = why_not(question, starts_at=at(moment), now=at(530))

    assert found is reason


def test_where_nothing_can_be_booked_no_time_is_on_offer_and_that_is_the_reason() -> None:
    diary, shut = Diary(therapist_id=1, open=[span(540, 720)], busy=[]), replace(LIMITS, is_open=False)

    open_question, question = ask([diary]), ask([diary], limits=shut)

    assert (len(find_starts(open_question)), find_starts(question)) == (9, [])
    assert why_not(question, starts_at=at(600), now=DAY) is Reason.NOT_OPEN


def test_of_several_therapists_the_nearest_gives_the_reason() -> None:
    off_shift = Diary(therapist_id=1, open=[span(540, 600)], busy=[])
    taken = Diary(therapist_id=2, open=[span(540, 900)], busy=[span(700, 800)])

    reason = why_not(ask([off_shift, taken]), starts_at=at(720), now=DAY)
    nobody = why_not(ask([]), starts_at=at(720), now=DAY)

    assert (reason, nobody) == (Reason.TAKEN, Reason.WRONG_SKILL)


def test_a_gap_ends_where_its_room_does_and_what_lacks_a_room_is_told_apart() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 1020)], busy=[span(540, 660)])
    rooms = [RoomDiary(room_id=1, busy=[span(780, 900)]), RoomDiary(room_id=2, busy=[span(600, 1200)])]
    question = ask([diary], rooms)

    gaps, roomless = find_gaps([question]), find_roomless([question])

    assert gaps == [Gap(1, span(660, 780), 1), Gap(1, span(900, 1020), 1)]
    assert roomless == [Gap(1, span(780, 900), None)]


def test_a_gap_is_as_long_as_the_treatment_with_the_better_room_allows() -> None:
    diary = Diary(therapist_id=1, open=[span(540, 900)], busy=[])
    swedish = ask([diary], [RoomDiary(1, [span(660, 900)])])
    deep = ask([diary], [RoomDiary(2, [span(780, 900)])], limits(length=90))

    assert find_gaps([swedish, deep]) == [Gap(1, span(540, 780), 2)]


@pytest.mark.parametrize(
    "seeds",
    [range(300), pytest.param(range(1000, 101_000), marks=pytest.mark.prove)],
    ids=["a few", "a hundred thousand"],
)
def test_the_bits_and_the_slow_oracle_answer_alike_at_every_clinic(seeds: range) -> None:
    """Across changes of the clock, with and without rooms, on marks and off them: whole answers of every kind."""
    answered: Counter[str] = Counter()
    for seed in seeds:
        case = make_case(random.Random(seed))

        answers = answers_on_bits(case)

        assert answers == answers_of_the_oracle(case), seed
        answered.update(str(reason) for reason in answers["why not"])
        answered.update(kind for kind, answer in answers.items() if answer)
    # The questions were worth asking. What is not offered on a day at all is never asked of the bits.
    reasons = [None, *(one for one in Reason if one is not Reason.NOT_OFFERED)]
    few = {kind: answered[kind] for kind in [*answers, *map(str, reasons)] if answered[kind] * 300 < len(seeds)}
    assert few == {}
