"""A zone gets new rules: its file is exchanged, as an update of tzdata does."""

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking import tasks
from booking.messages import calendar_file
from booking.models import Appointment, AppointmentEvent, Heartbeat, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, By, Details
from booking.scheduling.claims import find_drift
from services import hours
from services.hours import instant_of
from services.models import ClinicPolicy
from tests.booking.messages.calendar_reader import read_calendar
from tests.cast import EMAIL, NOW, at, book, make_clinic, soon

pytestmark = pytest.mark.django_db

DETAILS = Details(name="Niamh Byrne", booker_name="Niamh Byrne", booker_email="niamh@example.com")


@pytest.fixture
def change_rules(tmp_path: Path) -> Iterator[Callable[[str, str], None]]:
    """`change_rules(zone, as_in)`: from now on the clocks of `zone` are those of `as_in`."""

    def change(zone: str, as_in: str) -> None:
        rules = files("tzdata.zoneinfo").joinpath(*as_in.split("/")).read_bytes()
        (tmp_path / zone).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / zone).write_bytes(rules)
        zoneinfo.reset_tzpath(to=[str(tmp_path)])
        forget()

    def forget() -> None:
        ZoneInfo.clear_cache()
        hours._stretches.cache_clear()

    yield change
    zoneinfo.reset_tzpath()
    forget()


def look(visit: Appointment) -> tuple[datetime, str, int]:
    visit.refresh_from_db()
    return visit.starts_at, visit.wall_time, visit.version


def verbs(visit: Appointment) -> list[str]:
    return list(AppointmentEvent.objects.filter(appointment=visit).order_by("id").values_list("verb", flat=True))


def test_visits_move_to_where_the_promised_time_is_now(change_rules: Callable[[str, str], None]) -> None:
    """The second waits for the cells of the first, whichever way the clocks go."""
    clinic = make_clinic()
    first, second = book(clinic, "13:45", email=EMAIL), book(clinic, "15:00", email=EMAIL)

    change_rules("Europe/Dublin", "Etc/GMT-1")
    moved = appointments.keep_wall_times(now=soon(1))

    assert moved == 2
    assert look(first) == (at("12:45"), "2026-11-23T13:45", 2)
    assert look(second) == (at("14:00"), "2026-11-23T15:00", 2)
    assert (second.ends_at, second.busy_until) == (at("15:00"), at("15:15"))
    assert list(find_drift(now=NOW)) == []
    assert verbs(second)[1:] == ["keep wall time"]
    change_rules("Europe/Dublin", "Etc/GMT+1")
    assert appointments.keep_wall_times(now=soon(2)) == 2
    assert (look(first)[0], look(second)[0]) == (at("14:45"), at("16:00"))
    assert list(find_drift(now=NOW)) == []


def test_the_client_gets_the_new_file_with_a_higher_version(change_rules: Callable[[str, str], None]) -> None:
    visit = book(make_clinic(), "14:00", email=EMAIL)

    change_rules("Europe/Dublin", "Etc/GMT-1")
    appointments.keep_wall_times(now=soon(1))

    visit.refresh_from_db()
    message = Message.objects.get(appointment=visit, kind="clocks_changed")
    file = calendar_file.make_calendar_file(
        visit=visit, policy=ClinicPolicy.current(), method=calendar_file.Method.REQUEST, now=soon(1)
    )
    assert (message.state, message.version, message.recipient) == ("queued", 2, "niamh@example.com")
    assert (read_calendar(file).starts_at, read_calendar(file).properties["SEQUENCE"]) == (at("13:00"), "2")


def test_without_new_rules_nothing_is_touched(change_rules: Callable[[str, str], None]) -> None:
    visit = book(make_clinic(), "14:00", email=EMAIL)
    elsewhere = book(make_clinic(zone="Europe/Lisbon"), "14:00", email=EMAIL)

    change_rules("Europe/Dublin", "Europe/Dublin")
    assert appointments.keep_wall_times(now=soon(1)) == 0

    change_rules("Europe/Dublin", "Etc/GMT-1")
    assert appointments.keep_wall_times(now=soon(1)) == 1
    assert appointments.keep_wall_times(now=soon(2)) == 0
    assert (look(visit)[2], look(elsewhere)[2]) == (2, 1)


def test_where_the_cells_are_taken_the_visit_stays_and_is_marked_until_they_are_free(
    change_rules: Callable[[str, str], None],
) -> None:
    clinic = make_clinic()
    in_the_way, visit = book(clinic, "13:00", email=EMAIL), book(clinic, "14:15", email=EMAIL)
    appointments.cancel(appointment=in_the_way, by=CLIENT, now=NOW)

    change_rules("Europe/Dublin", "Etc/GMT-1")
    assert [appointments.keep_wall_times(now=soon(minutes)) for minutes in (1, 2)] == [0, 0]

    assert look(visit) == (at("14:15"), "2026-11-23T14:15", 1)
    listed = appointments.with_lost_wall_time(location_id=clinic.location.pk, now=soon(2))
    assert (list(listed), verbs(visit)[1:]) == ([visit], ["lose wall time"])
    assert list(find_drift(now=NOW)) == []

    appointments.expire_overdue(now=soon(20))
    assert appointments.keep_wall_times(now=soon(21)) == 1
    assert (look(visit), list(listed.all())) == ((at("13:15"), "2026-11-23T14:15", 2), [])


def test_a_mark_goes_with_a_move_and_with_rules_that_come_back(change_rules: Callable[[str, str], None]) -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    for number in (0, 1):
        appointments.cancel(appointment=book(clinic, "13:00", email=EMAIL, therapist=number), by=CLIENT, now=NOW)
    moved, kept = book(clinic, "14:15", email=EMAIL), book(clinic, "14:15", email=EMAIL, therapist=1)
    change_rules("Europe/Dublin", "Etc/GMT-1")
    appointments.keep_wall_times(now=soon(1))

    appointments.move(
        appointment=moved, starts_at=at("09:00"), therapist_id=clinic.therapists[0].pk, by=By("staff"), now=soon(2)
    )
    change_rules("Europe/Dublin", "Europe/Dublin")
    appointments.keep_wall_times(now=soon(3))

    kept.refresh_from_db()
    moved.refresh_from_db()
    assert (kept.wall_time_lost_at, look(kept)[0]) == (None, at("14:15"))
    assert moved.wall_time_lost_at is None
    assert list(find_drift(now=NOW)) == []


def test_an_hour_that_the_clocks_skip_now_can_not_be_kept(change_rules: Callable[[str, str], None]) -> None:
    clinic = make_clinic(zone="Africa/Abidjan", opens="00:00", closes="05:00")
    ClinicPolicy.objects.update(horizon_days=400)
    visit = book(clinic, datetime(2027, 3, 28, 1, 30, tzinfo=UTC), email=EMAIL)

    change_rules("Africa/Abidjan", "Europe/Dublin")
    moved = appointments.keep_wall_times(now=soon(1))

    assert (moved, look(visit)) == (0, (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "2027-03-28T01:30", 1))
    assert visit.wall_time_lost_at == soon(1)


def test_an_hour_that_comes_twice_now_keeps_the_visit_where_it_is(change_rules: Callable[[str, str], None]) -> None:
    clinic = make_clinic(zone="Africa/Abidjan", opens="00:00", closes="05:00")
    ClinicPolicy.objects.update(horizon_days=400)
    visit = book(clinic, datetime(2027, 10, 31, 1, 30, tzinfo=UTC), email=EMAIL)

    change_rules("Africa/Abidjan", "Europe/Dublin")

    assert appointments.keep_wall_times(now=soon(1)) == 0
    assert look(visit) == (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "2027-10-31T01:30", 1)


@pytest.mark.parametrize("state", [State.ARRIVED, State.CANCELLED, State.COMPLETED])
def test_only_what_can_still_be_moved_is_moved(state: State, change_rules: Callable[[str, str], None]) -> None:
    visit = book(make_clinic(), "14:00", email=EMAIL)
    Appointment.objects.filter(pk=visit.pk).update(state=state)

    change_rules("Europe/Dublin", "Etc/GMT-1")

    assert (appointments.keep_wall_times(now=soon(1)), look(visit)[0]) == (0, at("14:00"))


DUBLIN = ZoneInfo("Europe/Dublin")


@pytest.mark.parametrize(
    ("wall", "near", "instant"),
    [
        ("2026-11-26T14:30", "2026-11-26T14:30", "2026-11-26T14:30"),
        ("2026-07-26T14:30", "2026-07-26T14:30", "2026-07-26T13:30"),
        ("2027-03-28T01:30", "2027-03-28T01:30", None),
        ("2027-10-31T01:30", "2027-10-31T00:00", "2027-10-31T00:30"),
        ("2027-10-31T01:30", "2027-10-31T01:00", "2027-10-31T00:30"),
        ("2027-10-31T01:30", "2027-10-31T01:15", "2027-10-31T01:30"),
    ],
)
def test_the_instant_of_a_wall_time(wall: str, near: str, instant: str | None) -> None:
    found = instant_of(datetime.fromisoformat(wall), DUBLIN, near=datetime.fromisoformat(near).replace(tzinfo=UTC))

    assert found == (datetime.fromisoformat(instant).replace(tzinfo=UTC) if instant else None)


def test_it_is_done_once_a_night_and_made_up_for_by_day(time_machine: Any) -> None:
    make_clinic(zone="America/New_York")
    done = []
    for moment in ("08:10", "08:40", "23:00", "07:59+1", "08:01+1", "12:00+2"):
        clock, _plus, days = moment.partition("+")
        time_machine.move_to(at(clock) + timedelta(days=int(days or 0)), tick=False)
        tasks.sweep()
        beat = Heartbeat.objects.get(name="night").beat_at
        done.append(beat == at(clock) + timedelta(days=int(days or 0)))

    assert done == [True, False, False, False, True, True], "three o'clock in New York is 08:00 UTC"
