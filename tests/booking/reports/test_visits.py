"""Each report against the same numbers counted plainly, one visit after the other."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from booking.late_changes import ASK_TO_CHOOSE_AGAIN
from booking.models import Appointment, AppointmentEvent, State, Stranding
from booking.reports.hours_used import Used, by_room, by_therapist, read_shifts
from booking.reports.leads import LEADS, Lead, read_leads
from booking.reports.people import People, read_people, read_people_by_therapist
from booking.reports.periods import Period
from booking.reports.visits import CalledOff, read_called_off, read_sums
from services.models import TimeOff, WorkingHours
from tests.booking.reports.histories import WHERE_AND_WHEN, History, make_history

pytestmark = pytest.mark.django_db
KEPT = (State.REQUESTED, State.BOOKED, State.ARRIVED, State.IN_TREATMENT, State.COMPLETED, State.NO_SHOW)
MADE = (*KEPT, State.CANCELLED, State.CANCELLING)


@pytest.fixture(params=WHERE_AND_WHEN, ids=["Dublin", "New York", "Sydney", "week 53"])
def history(request: pytest.FixtureRequest) -> History:
    zone, period = request.param
    return make_history(zone=zone, period=period, seed=len(zone) + period.first.month)


def day_of(visit: Appointment) -> date:
    return visit.starts_at.astimezone(ZoneInfo(visit.time_zone)).date()


def monday(day: date) -> date:
    while day.isoweekday() != 1:
        day -= timedelta(days=1)
    return day


def test_every_report_is_what_a_plain_count_gives(history: History) -> None:
    """One history for all of them: to write it takes longer than to count it."""
    check_sums(history)
    check_called_off(history)
    check_leads(history)
    check_people(history)
    check_hours(history)


def check_sums(history: History) -> None:
    plain: dict[tuple[object, ...], list[Appointment]] = defaultdict(list)
    for visit in history.visits(*MADE):
        plain[monday(day_of(visit)), visit.therapist_id, visit.room_id, visit.state].append(visit)

    found = {
        (one.monday, one.therapist_id, one.room_id, one.state): (
            one.count,
            one.minutes,
            one.price,
            one.in_other_currency,
        )
        for one in read_sums(history.scope)
    }

    assert found == {
        key: (
            len(visits),
            sum(visit.minutes for visit in visits),
            sum((visit.price for visit in visits if visit.currency == "EUR"), Decimal()),
            sum(visit.currency != "EUR" for visit in visits),
        )
        for key, visits in plain.items()
    }
    assert found


def check_called_off(history: History) -> None:
    plain: Counter[CalledOff] = Counter()
    for visit in history.visits(State.CANCELLED, State.CANCELLING):
        events = list(AppointmentEvent.objects.filter(appointment=visit).order_by("id"))
        last = [event for event in events if event.verb in ("cancel", "decline")][-1]
        is_late = last.verb == "cancel" and is_past_free_time(visit, last) and not is_our_doing(visit, last, events)
        plain[CalledOff(monday(day_of(visit)), last.verb, last.actor, is_late, 0)] += 1

    found = {
        CalledOff(one.monday, one.verb, one.actor, one.is_late, 0): one.count for one in read_called_off(history.scope)
    }

    assert found == dict(plain)


def is_past_free_time(visit: Appointment, cancelled: AppointmentEvent) -> bool:
    return cancelled.at >= (visit.first_free_until or visit.starts_at - timedelta(hours=24))


def is_our_doing(visit: Appointment, cancelled: AppointmentEvent, events: list[AppointmentEvent]) -> bool:
    """The clinic needed another time: nobody is late then."""
    chosen = [one.verb for one in events if one.id < cancelled.id and one.verb != "free"]
    was_stranded = any(
        one.kept_at is None and one.since_at <= cancelled.at and (one.ended_at is None or one.ended_at >= cancelled.at)
        for one in Stranding.objects.filter(appointment=visit)
    )
    return was_stranded or visit.wall_time_lost_at is not None or chosen[-1:] == [ASK_TO_CHOOSE_AGAIN]


def check_leads(history: History) -> None:
    plain: Counter[int] = Counter()
    for visit in history.visits(*KEPT):
        days = (day_of(visit) - visit.created_at.astimezone(ZoneInfo(visit.time_zone)).date()).days
        plain[max(lead for lead in LEADS if lead <= days)] += 1

    assert read_leads(history.scope) == [Lead(lead, plain[lead]) for lead in LEADS]


def check_people(history: History) -> None:
    done = history.visits(State.COMPLETED)

    assert read_people(history.scope) == count_people(history, done, same_therapist=False)
    assert read_people_by_therapist(history.scope) == {
        pk: count_people(history, [visit for visit in done if visit.therapist_id == pk], same_therapist=True)
        for pk in {visit.therapist_id for visit in done}
    }


def count_people(history: History, done: list[Appointment], *, same_therapist: bool) -> People:
    seen = new = settled = back = new_back = 0
    for client_id in {visit.client_id for visit in done if visit.client_id}:
        theirs = sorted((visit for visit in done if visit.client_id == client_id), key=lambda visit: visit.starts_at)
        everything = list(Appointment.objects.filter(client_id=client_id))
        first = theirs[0]
        is_new = not any(one.state == State.COMPLETED and one.starts_at < first.starts_at for one in everything)
        is_back = any(
            one.state in KEPT
            and one.starts_at > first.starts_at
            and one.created_at <= first.starts_at + timedelta(days=42)
            and (not same_therapist or one.therapist_id == first.therapist_id)
            for one in everything
        )
        is_settled = first.starts_at + timedelta(days=42) <= history.scope.now
        seen, new, settled = seen + 1, new + is_new, settled + is_settled
        back, new_back = back + (is_settled and is_back), new_back + (is_new and is_back)
    return People(seen=seen, new=new, settled=settled, back=back, new_back=new_back)


def check_hours(history: History) -> None:
    on_shift = plain_shifts(history)
    booked: dict[tuple[date, int], int] = defaultdict(int)
    in_rooms: dict[tuple[date, int], int] = defaultdict(int)
    for visit in history.visits(*KEPT):
        booked[monday(day_of(visit)), visit.therapist_id] += visit.minutes
        if visit.room_id is not None:
            in_rooms[monday(day_of(visit)), visit.room_id] += visit.minutes
    by_week: dict[tuple[date, int], int] = defaultdict(int)
    opened: dict[date, int] = defaultdict(int)
    for day, cells in on_shift.items():
        for pk, own in cells.items():
            by_week[monday(day), pk] += 5 * len(own)
        opened[monday(day)] += 5 * len(set().union(*cells.values()))
    sums, read = read_sums(history.scope), read_shifts(history.scope)

    found = {key: used for key, used in by_therapist(sums, read, therapist_id=None).items() if used != Used()}
    rooms = by_room(sums, read)

    assert found == {
        key: Used(booked[key], by_week[key]) for key in booked.keys() | by_week.keys() if booked[key] or by_week[key]
    }
    keys = {(week, room.pk) for week in opened for room in history.rooms} | in_rooms.keys()
    assert rooms == {key: Used(in_rooms[key], opened[key[0]]) for key in keys}


def plain_shifts(history: History) -> dict[date, dict[int, set[datetime]]]:
    """Every five minutes of the period: what do the clocks show, and who is at work then?"""
    hours, away = list(WorkingHours.objects.all()), list(TimeOff.objects.all())
    found: dict[date, dict[int, set[datetime]]] = {
        day: {one.pk: set() for one in history.therapists} for day in history.scope.period.dates()
    }
    moment = datetime.combine(history.scope.period.first, datetime.min.time(), tzinfo=history.zone).astimezone(UTC)
    while (local := moment.astimezone(history.zone)).date() <= history.scope.period.last:
        absent = [one for one in away if one.starts_at <= moment < one.ends_at]
        for row in hours:
            if (
                row.weekday == local.isoweekday()
                and row.opens <= local.time() < row.closes
                and (row.first_date is None or row.first_date <= local.date())
                and not any(one.location_id or one.therapist_id == row.therapist_id for one in absent)
            ):
                found[local.date()][row.therapist_id].add(moment)
        moment += timedelta(minutes=5)
    return found


def test_a_therapist_is_told_of_their_own_visits_only(history: History) -> None:
    own = history.therapists[0].pk
    scope = type(history.scope)(**(vars(history.scope) | {"therapist_id": own}))

    assert read_sums(scope) == [one for one in read_sums(history.scope) if one.therapist_id == own]
    assert sum(lead.count for lead in read_leads(scope)) == sum(
        one.count for one in read_sums(scope) if one.state in KEPT
    )


def test_an_empty_period_has_no_numbers(history: History) -> None:
    scope = type(history.scope)(**(vars(history.scope) | {"period": Period(date(2001, 1, 1), date(2001, 1, 7))}))

    assert (read_sums(scope), read_called_off(scope), read_people(scope)) == ([], [], People())
    assert read_leads(scope) == [Lead(lead, 0) for lead in LEADS]
