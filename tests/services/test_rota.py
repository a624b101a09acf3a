"""Open hours in bulk, and the one writer of hours, time off and skills."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services import rota
from services.cells import as_interval
from services.facts import current
from services.hours import WeeklySpan
from services.intervals import Interval
from services.models import Location, Therapist, TimeOff, WorkingHours
from services.rota import HoursRefused, TimeOffRefused, ZoneRefused
from tests.services.places import make_hours, make_location, make_therapist, make_treatment, unasked

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)  # in winter: Dublin is at UTC
MORNING = WeeklySpan(1, time(9), time(12))
AFTERNOON = WeeklySpan(1, time(13), time(17))


def at(text: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), tzinfo=UTC)


def cells_on(therapist: Therapist, location: Location, day: date = MONDAY, days: int = 1) -> list[Interval]:
    spans = rota.open_cells(therapist_ids=[therapist.pk], location=location, first_date=day, days=days)
    return [as_interval(span) for span in spans[therapist.pk]]


def open_on(therapist: Therapist, location: Location, day: date = MONDAY, days: int = 1) -> list[Interval]:
    hours = rota.open_hours(therapist_ids=[therapist.pk], location=location, first_date=day, days=days)
    return hours[therapist.pk]


def rows_of(therapist: Therapist) -> list[tuple[Any, ...]]:
    columns = ("location__name", "weekday", "opens", "closes", "first_date", "last_date")
    return list(WorkingHours.objects.filter(therapist=therapist).order_by("pk").values_list(*columns))


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_open_hours_are_hours_minus_own_time_off_and_closures_of_the_place() -> None:
    here, elsewhere = make_location("Here"), make_location("Elsewhere")
    ana, ben = make_therapist("Ana"), make_therapist("Ben")
    for therapist in (ana, ben):
        make_hours(therapist, here)
        make_hours(therapist, elsewhere, weekday=2)
    rota.add_time_off(review=unasked, therapist=ana, starts_at=at("09:00"), ends_at=at("11:00"))
    rota.add_closure(review=unasked, location=here, starts_at=at("16:00"), ends_at=at("23:00"))
    rota.add_closure(review=unasked, location=elsewhere, starts_at=at("12:00"), ends_at=at("13:00"))

    hours = rota.open_hours(therapist_ids=[ben.pk, ana.pk], location=here, first_date=MONDAY, days=7)

    assert hours == {
        ben.pk: [Interval(at("09:00"), at("16:00"))],
        ana.pk: [Interval(at("11:00"), at("16:00"))],
    }


@pytest.mark.parametrize("days", [1, 7])
def test_open_cells_are_the_open_hours_also_after_a_change(days: int) -> None:
    here, ana = make_location(zone="Pacific/Chatham"), make_therapist()
    make_hours(ana, here)
    rota.add_closure(review=unasked, location=here, starts_at=at("00:00"), ends_at=at("01:00"))
    before = cells_on(ana, here, days=days), open_on(ana, here, days=days)

    rota.add_hours(therapist=ana, location=here, span=WeeklySpan(1, time(20), time(21)), review=unasked)

    after = cells_on(ana, here, days=days), open_on(ana, here, days=days)
    assert (before[0], after[0]) == (before[1], after[1])
    assert len(after[0]) == len(before[0]) + 1


def test_open_hours_name_everybody_who_was_asked_for() -> None:
    here, stranger = make_location(), make_therapist()

    assert rota.open_hours(therapist_ids=[stranger.pk, 10**6], location=here, first_date=MONDAY, days=3) == {
        stranger.pk: [],
        10**6: [],
    }
    assert rota.open_hours(therapist_ids=[], location=here, first_date=MONDAY, days=3) == {}


def test_time_off_that_began_long_before_or_ends_long_after_counts() -> None:
    here, ana, ben = make_location(), make_therapist("Ana"), make_therapist("Ben")
    make_hours(ana, here)
    make_hours(ben, here)
    rota.add_time_off(review=unasked, therapist=ana, starts_at=at("00:00", date(2026, 1, 1)), ends_at=at("10:00"))
    rota.add_time_off(review=unasked, therapist=ben, starts_at=at("16:00"), ends_at=at("00:00", date(2027, 12, 1)))

    assert open_on(ana, here) == [Interval(at("10:00"), at("17:00"))]
    assert open_on(ben, here) == [Interval(at("09:00"), at("16:00"))]


def test_time_off_just_outside_the_days_does_not_count() -> None:
    here, ana = make_location(), make_therapist()
    make_hours(ana, here, opens=time(0), closes=time(23, 55))
    rota.add_time_off(review=unasked, therapist=ana, starts_at=at("00:00") - timedelta(days=1), ends_at=at("00:00"))
    rota.add_time_off(
        review=unasked,
        therapist=ana,
        starts_at=at("00:00") + timedelta(days=1),
        ends_at=at("00:00") + timedelta(days=2),
    )

    assert open_on(ana, here) == [Interval(at("00:00"), at("23:55"))]


def test_hours_hold_from_the_first_to_the_last_date() -> None:
    here, ana = make_location(), make_therapist()
    make_hours(ana, here, first_date=MONDAY, last_date=MONDAY + timedelta(days=7))

    starts = [piece.start.date() for piece in open_on(ana, here, day=MONDAY - timedelta(days=7), days=28)]

    assert starts == [MONDAY, MONDAY + timedelta(days=7)]


def test_hours_are_local_to_the_location() -> None:
    chatham, ana = make_location("Chatham", zone="Pacific/Chatham"), make_therapist()
    make_hours(ana, chatham)

    assert open_on(ana, chatham) == [Interval(at("19:15", date(2026, 11, 22)), at("03:15"))]


@pytest.mark.parametrize(("therapists", "days"), [(3, 1), (3, 30), (30, 1), (30, 30)])
def test_open_hours_take_two_statements(therapists: int, days: int, django_assert_num_queries: Any) -> None:
    here = make_location()
    everybody = [make_therapist(f"Therapist {number}") for number in range(therapists)]
    for therapist in everybody:
        for weekday in range(1, 8):
            make_hours(therapist, here, weekday=weekday)
        rota.add_time_off(review=unasked, therapist=therapist, starts_at=at("09:00"), ends_at=at("10:00"))

    current()
    with django_assert_num_queries(2):
        hours = rota.open_hours(
            therapist_ids=[therapist.pk for therapist in everybody], location=here, first_date=MONDAY, days=days
        )

    assert [len(pieces) for pieces in hours.values()] == [days] * therapists


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "../../etc/passwd", "Europe", "\x00"])
def test_an_unknown_zone_is_refused_with_a_sentence(zone: str) -> None:
    broken = Location(pk=1, name="Alder Street", time_zone=zone)

    with pytest.raises(ZoneRefused) as refusal:
        rota.open_hours(therapist_ids=[], location=broken, first_date=MONDAY, days=1)

    assert str(refusal.value) == f"“{zone}”, the time zone of Alder Street, is not one that this machine knows."


def test_time_off_is_typed_in_the_zone_of_the_first_location_of_work() -> None:
    ana, newcomer = make_therapist("Ana"), make_therapist("Newcomer")
    assert rota.home_of(therapist=ana) is None
    first, second, third = make_location("First"), make_location("Second"), make_location("Third")
    make_hours(ana, third)
    make_hours(ana, second, weekday=2)

    assert (rota.home_of(therapist=ana), rota.home_of(therapist=newcomer)) == (second, first)


# --- Working hours ---------------------------------------------------------------------------------------------------


def test_set_working_hours_replaces_the_whole_week_where_no_date_is_given() -> None:
    here, ana = make_location("Here"), make_therapist()
    make_hours(ana, here, weekday=5)

    made = rota.set_working_hours(review=unasked, therapist=ana, location=here, spans=[MORNING, AFTERNOON])

    assert rows_of(ana) == [
        ("Here", 1, time(9), time(12), None, None),
        ("Here", 1, time(13), time(17), None, None),
    ]
    assert [row.pk for row in made] == list(WorkingHours.objects.order_by("pk").values_list("pk", flat=True))


def test_set_working_hours_from_a_date_ends_the_old_and_keeps_the_past() -> None:
    here, elsewhere, ana = make_location("Here"), make_location("Elsewhere"), make_therapist()
    make_hours(ana, here, weekday=1)
    make_hours(ana, here, weekday=2, first_date=date(2026, 1, 1), last_date=date(2027, 1, 1))
    make_hours(ana, here, weekday=3, last_date=date(2026, 11, 1))
    make_hours(ana, here, weekday=4, first_date=MONDAY)
    make_hours(ana, elsewhere, weekday=5)

    rota.set_working_hours(
        review=unasked,
        therapist=ana,
        location=here,
        spans=[MORNING, WeeklySpan(2, time(9), time(10), first_date=date(2027, 2, 1), last_date=date(2027, 3, 1))],
        from_date=MONDAY,
    )

    sunday = MONDAY - timedelta(days=1)
    assert rows_of(ana) == [
        ("Here", 1, time(9), time(17), None, sunday),
        ("Here", 2, time(9), time(17), date(2026, 1, 1), sunday),
        ("Here", 3, time(9), time(17), None, date(2026, 11, 1)),
        ("Elsewhere", 5, time(9), time(17), None, None),
        ("Here", 1, time(9), time(12), MONDAY, None),
        ("Here", 2, time(9), time(10), date(2027, 2, 1), date(2027, 3, 1)),
    ]


def test_a_week_for_some_days_only_leaves_what_was_before_and_comes_after() -> None:
    here, elsewhere, ana = make_location("Here"), make_location("Elsewhere"), make_therapist()
    make_hours(ana, here, weekday=1)
    make_hours(ana, here, weekday=2, first_date=MONDAY, last_date=MONDAY + timedelta(days=6))
    make_hours(ana, elsewhere, weekday=1, opens=time(18), closes=time(20))
    sunday = MONDAY + timedelta(days=13)

    made = rota.set_week(
        review=unasked,
        therapist=ana,
        # What was at one place in the mornings is at the other now, and the other way round.
        spans_at={here: [WeeklySpan(1, time(18), time(20))], elsewhere: [MORNING]},
        from_date=MONDAY,
        until_date=sunday,
    )

    before, after = MONDAY - timedelta(days=1), sunday + timedelta(days=1)
    assert sorted(rows_of(ana), key=str) == sorted(
        [
            ("Here", 1, time(9), time(17), None, before),
            ("Here", 1, time(9), time(17), after, None),
            ("Here", 1, time(18), time(20), MONDAY, sunday),
            ("Elsewhere", 1, time(18), time(20), None, before),
            ("Elsewhere", 1, time(18), time(20), after, None),
            ("Elsewhere", 1, time(9), time(12), MONDAY, sunday),
        ],
        key=str,
    )
    assert len(made) == 2


def test_a_week_that_ends_before_it_begins_is_refused() -> None:
    here, ana = make_location(), make_therapist()
    make_hours(ana, here)

    with pytest.raises(HoursRefused, match=r"^The last day is not before the first\.$"):
        rota.set_week(
            review=unasked,
            therapist=ana,
            spans_at={here: []},
            from_date=MONDAY,
            until_date=MONDAY - timedelta(days=1),
        )

    assert rows_of(ana) == [(here.name, 1, time(9), time(17), None, None)]


def test_hours_from_a_day_on_which_the_clocks_change_are_those_of_the_wall() -> None:
    here, ana = make_location(), make_therapist()
    make_hours(ana, here, weekday=7)
    change = date(2027, 3, 28)  # at one in the night Dublin goes to UTC+1

    rota.set_week(review=unasked, therapist=ana, spans_at={here: [WeeklySpan(7, time(9), time(12))]}, from_date=change)

    assert open_on(ana, here, day=change - timedelta(days=7), days=15) == [
        Interval(at("09:00", change - timedelta(days=7)), at("17:00", change - timedelta(days=7))),
        Interval(at("08:00", change), at("11:00", change)),
        Interval(at("08:00", change + timedelta(days=7)), at("11:00", change + timedelta(days=7))),
    ]


def test_set_working_hours_without_spans_ends_them() -> None:
    here, ana = make_location(), make_therapist()
    make_hours(ana, here)

    rota.set_working_hours(review=unasked, therapist=ana, location=here, spans=[], from_date=MONDAY)

    assert open_on(ana, here, day=MONDAY - timedelta(days=7), days=21) == [
        Interval(at("09:00", date(2026, 11, 16)), at("17:00", date(2026, 11, 16)))
    ]


def test_set_working_hours_refuses_hours_elsewhere_at_the_same_wall_time_and_keeps_the_old() -> None:
    here, elsewhere, ana = make_location("Here"), make_location("Elsewhere", zone="Europe/Paris"), make_therapist()
    make_hours(ana, here, weekday=2)
    make_hours(ana, elsewhere, weekday=1, opens=time(11), closes=time(15))

    with pytest.raises(HoursRefused) as refusal:
        rota.set_working_hours(review=unasked, therapist=ana, location=here, spans=[MORNING])

    assert str(refusal.value) == "Ana Ruiz already has hours at Elsewhere on Monday, 11:00–15:00."
    assert rows_of(ana) == [
        ("Here", 2, time(9), time(17), None, None),
        ("Elsewhere", 1, time(11), time(15), None, None),
    ]


def test_hours_may_touch_hours_elsewhere_and_those_of_other_people_and_times() -> None:
    here, elsewhere, ana = make_location("Here"), make_location("Elsewhere"), make_therapist()
    make_hours(ana, elsewhere, opens=time(12), closes=time(15))
    make_hours(ana, elsewhere, opens=time(9), closes=time(12), last_date=MONDAY - timedelta(days=1))
    make_hours(make_therapist("Ben"), elsewhere)

    rota.set_working_hours(review=unasked, therapist=ana, location=here, spans=[MORNING], from_date=MONDAY)

    assert open_on(ana, here) == [Interval(at("09:00"), at("12:00"))]


@pytest.mark.parametrize(
    ("spans", "sentence"),
    [
        (
            [MORNING, WeeklySpan(1, time(11), time(13))],
            "Two spans on Monday overlap: 09:00–12:00 and 11:00–13:00.",
        ),
        ([WeeklySpan(1, time(9, 3), time(12))], "Use times in steps of five minutes."),
        ([WeeklySpan(1, time(9), time(12, 0, 30))], "Use times in steps of five minutes."),
        ([WeeklySpan(1, time(9), time(12, 0, 0, 1))], "Use times in steps of five minutes."),
        ([WeeklySpan(1, time(12), time(12))], "Hours end after they begin, on the same day."),
        ([WeeklySpan(1, time(22), time(2))], "Hours end after they begin, on the same day."),
        ([WeeklySpan(0, time(9), time(12))], "Choose a weekday."),
        ([WeeklySpan(8, time(9), time(12))], "Choose a weekday."),
        (
            [WeeklySpan(1, time(9), time(12), last_date=MONDAY - timedelta(days=1))],
            "The last day is not before the first.",
        ),
        ([WeeklySpan(1, time(9), time(12), last_date=date(9999, 1, 1))], "Choose a date between 2000 and 2100."),
    ],
)
def test_set_working_hours_refuses_spans_that_can_not_be(spans: list[WeeklySpan], sentence: str) -> None:
    here, ana = make_location("Here"), make_therapist()
    make_hours(ana, here, weekday=2)

    with pytest.raises(HoursRefused) as refusal:
        rota.set_working_hours(review=unasked, therapist=ana, location=here, spans=spans, from_date=MONDAY)

    assert str(refusal.value) == sentence
    assert rows_of(ana) == [("Here", 2, time(9), time(17), None, None)]


@pytest.mark.parametrize("from_date", [date.min, date(1999, 12, 31), date(2101, 1, 1), date.max])
def test_set_working_hours_refuses_dates_out_of_reach(from_date: date) -> None:
    with pytest.raises(HoursRefused, match=r"^Choose a date between 2000 and 2100\.$"):
        rota.set_working_hours(
            review=unasked, therapist=make_therapist(), location=make_location(), spans=[], from_date=from_date
        )


def test_hours_at_a_place_with_an_unknown_zone_are_refused() -> None:
    nowhere = make_location(zone="Europe/Nowhere")

    with pytest.raises(ZoneRefused):
        rota.set_working_hours(review=unasked, therapist=make_therapist(), location=nowhere, spans=[MORNING])


def test_single_spans_are_added_changed_and_removed() -> None:
    here, ana = make_location("Here"), make_therapist()
    morning = rota.add_hours(review=unasked, therapist=ana, location=here, span=MORNING)
    rota.add_hours(review=unasked, therapist=ana, location=here, span=AFTERNOON)

    changed = rota.change_hours(review=unasked, hours=morning, span=WeeklySpan(1, time(8), time(13)))

    assert (changed.opens, changed.closes) == (time(8), time(13))
    assert open_on(ana, here) == [Interval(at("08:00"), at("17:00"))]

    rota.remove_hours(review=unasked, hours=morning)
    rota.remove_hours(review=unasked, hours=changed)

    assert open_on(ana, here) == [Interval(at("13:00"), at("17:00"))]


def test_a_single_span_is_refused_where_it_meets_another() -> None:
    here, ana = make_location("Here"), make_therapist()
    morning = rota.add_hours(review=unasked, therapist=ana, location=here, span=MORNING)
    rota.add_hours(review=unasked, therapist=ana, location=here, span=AFTERNOON)

    with pytest.raises(HoursRefused, match=r"^Ana Ruiz already has hours at Here on Monday, 09:00–12:00\.$"):
        rota.add_hours(review=unasked, therapist=ana, location=here, span=WeeklySpan(1, time(11, 55), time(12, 5)))
    with pytest.raises(HoursRefused, match=r"^Ana Ruiz already has hours at Here on Monday, 13:00–17:00\.$"):
        rota.change_hours(review=unasked, hours=morning, span=WeeklySpan(1, time(9), time(14)))

    assert [row[2:4] for row in rows_of(ana)] == [(time(9), time(12)), (time(13), time(17))]


def test_changing_hours_that_are_gone_says_so() -> None:
    morning = rota.add_hours(review=unasked, therapist=make_therapist(), location=make_location(), span=MORNING)
    WorkingHours.objects.all().delete()

    with pytest.raises(HoursRefused, match=r"^These hours were removed in the meantime\.$"):
        rota.change_hours(
            review=unasked,
            hours=WorkingHours(pk=1, therapist=morning.therapist, location=morning.location),
            span=MORNING,
        )


# --- Time off and closures -------------------------------------------------------------------------------------------


def test_time_off_is_added_changed_and_removed() -> None:
    here, ana = make_location(), make_therapist()
    make_hours(ana, here)
    row = rota.add_time_off(review=unasked, therapist=ana, starts_at=at("09:00"), ends_at=at("12:00"), reason="Course")

    assert (row.therapist, row.location, row.reason) == (ana, None, "Course")
    assert open_on(ana, here) == [Interval(at("12:00"), at("17:00"))]

    rota.change_time_off(review=unasked, time_off=row, starts_at=at("16:00"), ends_at=at("17:00"))

    assert (row.starts_at, row.reason) == (at("16:00"), "")
    assert open_on(ana, here) == [Interval(at("09:00"), at("16:00"))]

    rota.remove_time_off(review=unasked, time_off=row)
    rota.remove_time_off(review=unasked, time_off=TimeOff(pk=row.pk, therapist=ana))

    assert open_on(ana, here) == [Interval(at("09:00"), at("17:00"))]


def test_a_closure_is_of_the_location_and_of_everybody() -> None:
    here, ana = make_location(), make_therapist()
    make_hours(ana, here)

    row = rota.add_closure(review=unasked, location=here, starts_at=at("00:00"), ends_at=at("23:55"), reason="Holiday")

    assert (row.therapist, row.location) == (None, here)
    assert open_on(ana, here) == []

    rota.remove_time_off(review=unasked, time_off=row)

    assert open_on(ana, here) == [Interval(at("09:00"), at("17:00"))]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "reason", "sentence"),
    [
        (at("09:00"), at("09:00"), "", "Time off ends after it begins."),
        (at("09:00"), at("08:55"), "", "Time off ends after it begins."),
        (at("09:01"), at("10:00"), "", "Use times in steps of five minutes."),
        (at("09:00"), at("10:00:01"), "", "Use times in steps of five minutes."),
        (at("09:00"), at("10:00:00.000001"), "", "Use times in steps of five minutes."),
        (at("09:00", date(1, 1, 1)), at("10:00"), "", "Choose a date between 2000 and 2100."),
        (at("09:00"), at("10:00", date(9999, 12, 31)), "", "Choose a date between 2000 and 2100."),
        (at("09:00"), at("10:00"), "x" * 101, "Write the reason in at most 100 characters."),
    ],
)
def test_time_off_that_can_not_be_is_refused(
    starts_at: datetime, ends_at: datetime, reason: str, sentence: str
) -> None:
    here, ana = make_location(), make_therapist()
    row = rota.add_time_off(review=unasked, therapist=ana, starts_at=at("09:00"), ends_at=at("12:00"))
    times: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "reason": reason}

    with pytest.raises(TimeOffRefused) as added:
        rota.add_time_off(review=unasked, therapist=ana, **times)
    with pytest.raises(TimeOffRefused) as closed:
        rota.add_closure(review=unasked, location=here, **times)
    with pytest.raises(TimeOffRefused) as changed:
        rota.change_time_off(review=unasked, time_off=row, **times)

    assert {str(added.value), str(closed.value), str(changed.value)} == {sentence}
    assert list(TimeOff.objects.values_list("starts_at", "ends_at")) == [(at("09:00"), at("12:00"))]


def test_time_off_wants_instants() -> None:
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001

    with pytest.raises(ValueError, match="instants"):
        rota.add_time_off(review=unasked, therapist=make_therapist(), starts_at=naive, ends_at=at("10:00"))


def test_changing_time_off_that_is_gone_says_so() -> None:
    row = rota.add_time_off(review=unasked, therapist=make_therapist(), starts_at=at("09:00"), ends_at=at("12:00"))
    TimeOff.objects.all().delete()

    with pytest.raises(TimeOffRefused, match=r"^This time off was removed in the meantime\.$"):
        rota.change_time_off(review=unasked, time_off=row, starts_at=at("09:00"), ends_at=at("10:00"))


# --- Therapists ------------------------------------------------------------------------------------------------------


def test_skills_are_replaced() -> None:
    early, late = make_treatment("early"), make_treatment("late")
    ana = make_therapist("Ana", early)

    rota.change_therapist(review=unasked, therapist=ana, is_active=True, treatments=[late])

    assert list(ana.treatments.all()) == [late]


def test_a_therapist_leaves_and_comes_back() -> None:
    ana = make_therapist()

    rota.change_therapist(review=unasked, therapist=ana, is_active=False, treatments=[])
    assert (ana.is_active, Therapist.objects.get().is_active) == (False, False)

    rota.change_therapist(review=unasked, therapist=ana, is_active=True, treatments=[])
    assert (ana.is_active, Therapist.objects.get().is_active) == (True, True)


# --- Locks -----------------------------------------------------------------------------------------------------------


def test_every_writer_locks_the_parents_before_it_writes(engine: str) -> None:
    """Statement by statement: the first to touch anything locks the therapist, the location, or both in this order."""
    here, ana = make_location(), make_therapist()
    hours = make_hours(ana, here, weekday=5)
    times: dict[str, Any] = {"starts_at": at("09:00"), "ends_at": at("10:00")}
    off = rota.add_time_off(review=unasked, therapist=ana, **times)
    closure = rota.add_closure(review=unasked, location=here, **times)
    both, person, place = ["services_therapist", "services_location"], ["services_therapist"], ["services_location"]
    writers: list[tuple[list[str], Any]] = [
        (
            both,
            lambda: rota.set_working_hours(
                review=unasked, therapist=ana, location=here, spans=[MORNING], from_date=MONDAY
            ),
        ),
        (
            both,
            lambda: rota.add_hours(review=unasked, therapist=ana, location=here, span=WeeklySpan(3, time(9), time(10))),
        ),
        (both, lambda: rota.change_hours(review=unasked, hours=hours, span=WeeklySpan(4, time(9), time(10)))),
        (both, lambda: rota.remove_hours(review=unasked, hours=hours)),
        (person, lambda: rota.add_time_off(review=unasked, therapist=ana, **times)),
        (place, lambda: rota.add_closure(review=unasked, location=here, **times)),
        (person, lambda: rota.change_time_off(review=unasked, time_off=off, **times)),
        (place, lambda: rota.change_time_off(review=unasked, time_off=closure, **times)),
        (person, lambda: rota.remove_time_off(review=unasked, time_off=off)),
        (person, lambda: rota.change_therapist(review=unasked, therapist=ana, is_active=False, treatments=[])),
    ]

    for locked, write in writers:
        with CaptureQueriesContext(connection) as captured:
            write()
        statements = [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]
        locks = statements[: len(locked)]
        assert [sql.partition(" FROM ")[2].split('"')[1] for sql in locks] == locked
        assert all(sql.endswith("FOR NO KEY UPDATE") for sql in locks) or engine == "sqlite"
