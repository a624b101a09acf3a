"""The year behind the demo, written in bulk: what its reports are drawn from. No mail goes out, and no past is played."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import User

from booking.intake.findings import to_store
from booking.models import (
    Appointment,
    AppointmentEvent,
    Case,
    CaseEvent,
    Client,
    Decision,
    Intake,
    JourneyEnd,
    Note,
    State,
)
from booking.rules.levels import BOOKABLE, Level
from booking.rules.questionnaire import IN_FORCE
from booking.rules.rulebook import load_rulebook
from booking.rules.triage import Outcome, triage
from clinic.demo_notes import NOTES
from clinic.demo_year import TURNOVER, Day, Guest, Offer, PastVisit, Place, Span, plan_year
from clinic.seeding import invented_email, invented_name
from services.facts import current
from services.hours import wall_time
from services.models import Location, Therapist, TreatmentLength, WorkingHours
from services.prices import price_on

# Behind the numbers of the people around today.
FIRST_GUEST = 330
LENGTHS = (60, 90)
VALID_DAYS = 90
# Of a hundred checks; who is stopped comes to no visit.
OUTCOMES = {Level.CLEAR: 76, Level.CAUTION: 24}
STOPPED_EACH_MONTH = 7
# For each journey that led to a booking: how many ended before, and where.
ENDED = {"start": 0.9, "check": 0.35, "time": 0.2, "details": 0.1}
BOOKED_ONLINE = 0.6


def make_history(
    location: Location, *, weeks: int, until: date, answers: Mapping[Level, Mapping[str, Any]], chance: random.Random
) -> int:
    """Visits of whole weeks up to, not including, `until`, in the caller's transaction; returns how many.

    `answers`: to the safety check, by the outcome that they lead to.
    """
    days = [until - timedelta(days=number) for number in range(weeks * 7, 0, -1)]
    rooms = list(location.rooms.filter(is_active=True).order_by("order").values_list("pk", flat=True))
    planned = plan_year(_days(days, location), place=Place(_hours(location), rooms), offers=_offers(), chance=chance)
    guests = {visit.guest.number: visit.guest for visit in planned}
    clients = _make_clients(list(guests.values()), chance)
    visits = Appointment.objects.bulk_create(
        [_visit(one, clients[one.guest.number], location) for one in planned], batch_size=500
    )
    pairs = list(zip(planned, visits, strict=True))
    AppointmentEvent.objects.bulk_create(_events(pairs, chance), batch_size=500)
    outcomes = {level: triage(given, load_rulebook()) for level, given in answers.items()}
    _make_checks(list(clients.values()), answers=answers, outcomes=outcomes, chance=chance)
    _make_stopped(days, answers=answers, outcomes=outcomes)
    _make_notes(visits)
    _count_journeys(planned)
    return len(visits)


def _days(days: Sequence[date], location: Location) -> dict[date, Day]:
    """Each with the visits that it has already."""
    found = {day: Day() for day in days}
    for visit in Appointment.objects.filter(location=location, room__isnull=False):
        start = visit.starts_at.astimezone(location.zone)
        if start.date() in found:
            found[start.date()].take(_minutes(start.time()), visit.therapist_id, visit.room_id or 0, visit.minutes)
    return found


def _hours(location: Location) -> dict[tuple[int, int], list[Span]]:
    hours: dict[tuple[int, int], list[Span]] = {}
    for row in WorkingHours.objects.filter(location=location, therapist__is_active=True).order_by("opens"):
        span = (_minutes(row.opens), _minutes(row.closes))
        hours.setdefault((row.therapist_id, row.weekday), []).append(span)
    return hours


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _offers() -> list[Offer]:
    skills: dict[int, set[int]] = {}
    for therapist_id, treatment_id in Therapist.treatments.through.objects.values_list("therapist_id", "treatment_id"):
        skills.setdefault(treatment_id, set()).add(therapist_id)
    lengths = TreatmentLength.objects.filter(is_active=True, minutes__in=LENGTHS, treatment__in=skills)
    # What has had its price from the beginning.
    known = lengths.exclude(price=None).order_by("pk")
    return [Offer(one.pk, one.minutes, frozenset(skills[one.treatment_id])) for one in known]


def _make_clients(guests: Sequence[Guest], chance: random.Random) -> dict[int, Client]:
    made = Client.objects.bulk_create(
        Client(
            name=invented_name(FIRST_GUEST + guest.number),
            email=invented_email(FIRST_GUEST + guest.number),
            phone=f"+35387{5560000 + guest.number}" if chance.random() < 0.9 else "",
            created_at=_noon(guest.since - timedelta(days=chance.randrange(1, 9))),
        )
        for guest in guests
    )
    return {guest.number: client for guest, client in zip(guests, made, strict=True)}


def _visit(planned: PastVisit, client: Client, location: Location) -> Appointment:
    length = current().find(TreatmentLength, planned.guest.offer.length_id)
    price = price_on(current(), length_id=planned.guest.offer.length_id, day=planned.day)
    assert length is not None, "read from the same table"
    assert price is not None, "only what has a price is planned"
    start = datetime.combine(planned.day, time(*divmod(planned.start, 60)), tzinfo=location.zone).astimezone(UTC)
    end = start + timedelta(minutes=length.minutes)
    return Appointment(
        state=State(planned.state),
        client=client,
        treatment=length.treatment,
        minutes=length.minutes,
        therapist_id=planned.therapist_id,
        room_id=planned.room_id,
        location=location,
        starts_at=start,
        ends_at=end,
        busy_until=end + timedelta(minutes=TURNOVER),
        wall_time=wall_time(start, location.zone),
        time_zone=location.time_zone,
        price=price,
        currency="EUR",
        booker_name=client.name,
        created_at=start - timedelta(days=planned.booked_days_ahead, hours=2),
    )


def _events(pairs: Sequence[tuple[PastVisit, Appointment]], chance: random.Random) -> Iterator[AppointmentEvent]:
    """How each was booked, and who called it off and how long before."""
    for planned, visit in pairs:
        how = "client" if chance.random() < BOOKED_ONLINE else "staff"
        yield AppointmentEvent(
            appointment=visit, at=visit.created_at, actor=how, verb="book", state=State.BOOKED, version=1
        )
        if visit.state == State.CANCELLED:
            at = max(visit.created_at, visit.starts_at - timedelta(hours=planned.called_off_hours))
            actor = "client" if chance.random() < 0.8 else "staff"
            yield AppointmentEvent(
                appointment=visit, at=at, actor=actor, verb="cancel", state=State.CANCELLED, version=2
            )


def _make_checks(
    clients: Sequence[Client],
    *,
    answers: Mapping[Level, Mapping[str, Any]],
    outcomes: Mapping[Level, Outcome],
    chance: random.Random,
) -> None:
    """One check of each who came."""
    told = [(one, chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]) for one in clients]
    intakes = Intake.objects.bulk_create(
        [_intake(client, answers[level], client.created_at) for client, level in told], batch_size=500
    )
    Decision.objects.bulk_create(
        [_decision(intake, outcomes[level]) for intake, (_client, level) in zip(intakes, told, strict=True)],
        batch_size=500,
    )


def _make_stopped(
    days: Sequence[date], *, answers: Mapping[Level, Mapping[str, Any]], outcomes: Mapping[Level, Outcome]
) -> None:
    """Those who should see a physician first: they did not come, and some of them were followed up."""
    owner = User.objects.filter(staff_profile__role="owner").order_by("pk").first()
    each = 30 // STOPPED_EACH_MONTH
    moments = [_noon(day) for day in days[::each]]
    level = next(level for level in answers if level not in BOOKABLE)
    intakes = Intake.objects.bulk_create(_intake(None, answers[level], moment) for moment in moments)
    Decision.objects.bulk_create(_decision(intake, outcomes[level]) for intake in intakes)
    cases = Case.objects.bulk_create(
        Case(
            kind=Case.Kind.PHYSICIAN,
            state=Case.State.DECLINED,
            intake=intake,
            contact_name=invented_name(FIRST_GUEST - 1 - number),
            contact_email=invented_email(FIRST_GUEST - 1 - number),
            opened_at=intake.created_at,
            closed_at=intake.created_at + timedelta(days=4),
        )
        for number, intake in enumerate(intakes[::STOPPED_EACH_MONTH])
    )
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, at=case.opened_at + timedelta(days=days_later), by=by, verb=verb)
        for case in cases
        for days_later, by, verb in ((0, None, "open"), (1, owner, "called"), (4, owner, case.state))
    )


def _intake(client: Client | None, given: Mapping[str, Any], moment: datetime) -> Intake:
    return Intake(
        client=client,
        answers=dict(given),
        schema_version=IN_FORCE,
        consent_text_version="2",
        consented_at=moment,
        created_at=moment,
    )


def _decision(intake: Intake, outcome: Outcome) -> Decision:
    return Decision(
        intake=intake,
        rulebook_version=load_rulebook().version,
        level=outcome.level or "",
        conditions=list(outcome.conditions),
        findings=to_store(outcome),
        decided_at=intake.created_at,
        valid_until=intake.created_at.date() + timedelta(days=VALID_DAYS),
    )


def _make_notes(visits: Sequence[Appointment]) -> None:
    """Of all that took place, signed as they ended: pain that eases from visit to visit."""
    authors = {user.staff_profile.therapist_id: user for user in User.objects.filter(staff_profile__role="therapist")}
    done = [one for one in visits if one.state == State.COMPLETED and one.therapist_id in authors]
    earlier: Counter[int | None] = Counter()
    notes = []
    for number, visit in enumerate(done):
        content = NOTES[number % len(NOTES)].as_json()
        worst = max(2, 7 - earlier[visit.client_id])
        content |= {"pain_before": worst, "pain_after": max(0, worst - 2 - number % 2)}
        earlier[visit.client_id] += 1
        author = authors[visit.therapist_id]
        notes.append(
            Note(
                appointment=visit,
                author=author,
                content=content,
                created_at=visit.ends_at,
                saved_at=visit.ends_at,
                signed_at=visit.ends_at,
                signed_by=author,
            )
        )
    Note.objects.bulk_create(notes, batch_size=500)


def _count_journeys(planned: Sequence[PastVisit]) -> None:
    """How far visitors came in each month that began and ended in these weeks."""
    online = Counter(one.day.replace(day=1) for one in planned if one.guest.number % 5 < 3)
    JourneyEnd.objects.bulk_create(
        JourneyEnd(month=month, where=where, count=count)
        for month, booked in sorted(online.items())
        for where, count in (
            ("booked", booked),
            ("stopped", STOPPED_EACH_MONTH),
            *((where, round(booked * share)) for where, share in ENDED.items()),
        )
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
