import random
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from booking.intake import decisions, drafts
from booking.models import Appointment, Client, Intake, State
from booking.rules.levels import Level
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import list_starts
from booking.scheduling.stranding import reviewing
from clinic.demo_accounts import keep_accounts, make_accounts, read_accounts
from clinic.demo_history import make_history
from clinic.demo_notes import book_history, write_notes
from clinic.demo_people import touch_up_people
from clinic.seeding import INVENTED, invented_email, invented_name, refuse_real_clients
from services import rota
from services.hours import WeeklySpan
from services.models import ClinicPolicy, Location, Room, Therapist, Treatment
from services.opening import open_online_booking

ZONE = ZoneInfo("Europe/Dublin")
STAFF = By("staff")
# Name, skills, and days worked with the hours of each. Somebody works on every day, so that the board is never empty.
TEAM = (
    (
        "Ana Ruiz",
        ("deep_tissue", "trigger_point", "myofascial_release", "swedish"),
        (1, 2, 3, 4, 5),
        ("09:00", "17:00"),
    ),
    ("Tom Byrne", ("deep_tissue", "trigger_point", "swedish"), (1, 2, 4, 5, 6, 7), ("10:00", "19:00")),
    ("Mei Tan", ("myofascial_release", "swedish"), (2, 3, 4, 5, 6, 7), ("11:00", "20:00")),
)
# What clients read about them: words, training, languages, and as whom they can be found.
PROFILES: dict[str, tuple[str, str, str, str]] = {
    "Ana Ruiz": (
        "I like the slow cases: a shoulder that has been stuck since last winter, a back that has forgotten how to bend.",
        "Diploma in sports and remedial massage, Dublin, 2014\nMyofascial release, 120 hours, Madrid, 2018",
        "English and Spanish",
        "woman",
    ),
    "Tom Byrne": ("I work with runners, and with people who sit all day.", "", "English", "man"),
    "Mei Tan": ("Light pressure and long strokes. Tell me at any time what feels right.", "", "", ""),
}
PLACE = {
    "at_the_door": "The dark green door between the baker and the pharmacy. Ring bell 2. We open from inside.",
    "step_free": "yes",
    "step_free_words": "Doors 90 cm wide, a treatment room and a toilet on the ground floor.",
    "directions": "Bus 27 and 77A, stop Alder Street, at the door.",
    "parking": "Pay and display in Alder Street, usually free after 18:00.",
    "bicycle": "Rack in the yard. Ask for the gate code.",
    "running_late": "Call us. Your visit still ends at its time, so that the next person is not kept waiting.",
    "map_link": "https://www.openstreetmap.org/search?query=Dublin%208",
}
LUNCH = ("13:00", "13:30")
DAYS_BACK, DAYS_AHEAD = 2, 6
# Most have nothing to report; one in five takes blood thinners, so that staff have something to be careful about.
ANSWERS: dict[str, Any] = {
    "consent": True,
    "age_years": 40,
    "complaint_type": "relaxation_only",
    "emergency_symptoms": ["none"],
    "signs_now": ["none"],
    "conditions": ["none"],
    "medications": ["none"],
    "body": ["none"],
}
NO_SIGNS = {key: ANSWERS[key] for key in ("emergency_symptoms", "signs_now")}
CAREFUL = ANSWERS | {"medications": ["anticoagulants"]}
WITH_A_REMARK = ANSWERS | {"other_concern": "I would rather not lie on my front."}
SEE_A_PHYSICIAN = ANSWERS | {"signs_now": ["unexplained_weight_loss"]}
# What waits for staff, on one of the next days: without the form, and with a remark to read.
WAITING = (None, WITH_A_REMARK)


class Command(BaseCommand):
    help = (
        "Fills an empty database with a small clinic: a year of history, and a week of visits around today. Running it "
        "again adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--weeks", type=int, default=52, choices=range(105), metavar="0..104", help="of history")

    def handle(self, *args: Any, weeks: int, **options: Any) -> None:
        refuse_real_clients()
        known = read_accounts()
        with transaction.atomic():
            accounts, summary = fill(known=known, weeks=weeks, now=timezone.now())
        # Afterwards: a file of passwords that no account has would be worse than none, which the next run makes good.
        if accounts:
            self.stdout.write(keep_accounts(known | accounts))
        self.stdout.write(summary)


def fill(*, known: Mapping[str, str], weeks: int, now: datetime) -> tuple[dict[str, str], str]:
    """The accounts that got a password, and what was done in a line."""
    location = make_place(now)
    therapists = [make_therapist(location, *row, now=now) for row in TEAM]
    accounts = make_accounts(therapists, known=known)
    visits = 0 if Client.objects.filter(email__endswith=INVENTED).exists() else fill_week(location, now)
    if visits:
        touch_up_people(answers=ANSWERS, now=now)
        visits += make_history(
            location,
            weeks=weeks,
            until=now.astimezone(ZONE).date() - timedelta(days=DAYS_BACK),
            answers={Level.CLEAR: ANSWERS, Level.CAUTION: CAREFUL, Level.PHYSICIAN: SEE_A_PHYSICIAN},
            chance=random.Random(19),  # noqa: S311 - the same year each time, no secret
        )
    return accounts, f"{location}: {len(therapists)} therapists, {visits} visits added."


def make_place(now: datetime) -> Location:
    ClinicPolicy.objects.update_or_create(
        pk=1,
        defaults={
            "clinic_name": "Alder Street Massage",
            "contact_email": "desk@alder-street.example",
            "emergency_number_confirmed": True,
        },
    )
    ClinicPolicy.objects.filter(keep_confirmed_at=None).update(keep_confirmed_at=now)
    ClinicPolicy.objects.filter(prices_confirmed_at=None).update(prices_confirmed_at=now)
    open_online_booking(now=now)
    location, _ = Location.objects.get_or_create(
        name="Alder Street Massage",
        defaults={"address": "14 Alder Street, Dublin 8", "phone": "01 555 0142", "time_zone": ZONE.key, **PLACE},
    )
    for order, name in enumerate(("Room 1", "Room 2")):
        Room.objects.get_or_create(location=location, name=name, defaults={"order": order})
    return location


def make_therapist(
    location: Location,
    name: str,
    skills: tuple[str, ...],
    weekdays: tuple[int, ...],
    hours: tuple[str, str],
    *,
    now: datetime,
) -> Therapist:
    therapist, is_new = Therapist.objects.get_or_create(name=name)
    if is_new:
        about, training, languages, gender = PROFILES[name]
        Therapist.objects.filter(pk=therapist.pk).update(
            about=about, training=training, languages=languages, gender=gender
        )
        treatments = Treatment.objects.filter(key__in=skills)
        spans = ((hours[0], LUNCH[0]), (LUNCH[1], hours[1]))
        with reviewing(now=now) as review:
            rota.change_therapist(therapist=therapist, is_active=True, treatments=treatments, review=review)
            rota.set_working_hours(
                therapist=therapist,
                location=location,
                spans=[
                    WeeklySpan(weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
                    for weekday in weekdays
                    for opens, closes in spans
                ],
                review=review,
            )
    return therapist


def fill_week(location: Location, now: datetime) -> int:
    """Visits from the day before yesterday to next week, as if they had been booked a week before; returns how many."""
    today = now.astimezone(ZONE).date()
    number = 0
    for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
        for treatment in Treatment.objects.filter(is_active=True).order_by("-order"):
            number += fill_day(location, treatment, today + timedelta(days=offset), first_number=number)
    book_history(now)
    play_past(now)
    write_notes(now)
    for answers in WAITING:
        book_next_free(location, answers=answers, number=number, now=now)
        number += 1
    make_intake(make_client(number, at=now), answers=SEE_A_PHYSICIAN, at=now)
    return number


def fill_day(location: Location, treatment: Treatment, day: date, *, first_number: int) -> int:
    booked_at = datetime.combine(day - timedelta(days=7), time(12), tzinfo=UTC)
    length = treatment.lengths.filter(is_active=True).order_by("minutes").first()
    if length is None:
        return 0
    wish = Wish(treatment=treatment, minutes=max(60, length.minutes), location=location)
    if not treatment.lengths.filter(is_active=True, minutes=wish.minutes).exists():
        wish = Wish(treatment=treatment, minutes=length.minutes, location=location)
    number = first_number
    for start in list_starts(search=Search(wish, booked_at), first_date=day, days=1)[2::11]:
        try:
            book(wish, start.starts_at, number=number, booked_at=booked_at)
        except appointments.SlotTaken:
            continue  # the visit before it in this list runs into it
        number += 1
    return number - first_number


def book(wish: Wish, starts_at: datetime, *, number: int, booked_at: datetime) -> Appointment:
    """An invented client who has answered the safety check, booked at the desk; no address, so no mail."""
    client = make_client(number, at=booked_at)
    answers = CAREFUL if number % 5 == 4 and wish.treatment.key in GENTLE else ANSWERS
    return book_at_the_desk(
        wish, starts_at, client=client, intake=make_intake(client, answers=answers, at=booked_at), now=booked_at
    )


def book_next_free(location: Location, *, answers: dict[str, Any] | None, number: int, now: datetime) -> Appointment:
    """A visit that waits for staff, from tomorrow on: with `answers`, or without a form."""
    wish = Wish(treatment=Treatment.objects.get(key="swedish"), minutes=60, location=location)
    tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
    client = make_client(number, at=now)
    intake = make_intake(client, answers=answers, at=now) if answers else None
    start = list_starts(search=Search(wish, now), first_date=tomorrow, days=DAYS_AHEAD)[0]
    return book_at_the_desk(wish, start.starts_at, client=client, intake=intake, now=now)


def make_client(number: int, *, at: datetime) -> Client:
    return Client.objects.create(name=invented_name(number), email=invented_email(number), created_at=at)


def book_at_the_desk(
    wish: Wish, starts_at: datetime, *, client: Client, intake: Intake | None, now: datetime
) -> Appointment:
    details = Details(name=client.name, booker_name=client.name, booker_email="")
    return appointments.book_by_staff(
        wish=wish, starts_at=starts_at, client=client, details=details, intake=intake, by=STAFF, now=now
    )


GENTLE = ("swedish", "myofascial_release")


def make_intake(client: Client, *, answers: dict[str, Any], at: datetime) -> Intake:
    draft = drafts.start_draft(now=at, client=client)
    drafts.save_answers(draft=draft, keys=answers.keys(), answers=answers, now=at)
    intake = decisions.decide(draft=draft, now=at).intake
    draft.delete()
    return intake


def play_past(now: datetime) -> None:
    """Visits in the past took place; one client in ten did not come."""
    over = Appointment.objects.filter(ends_at__lt=now, state=State.BOOKED).order_by("starts_at")
    for number, visit in enumerate(over):
        if number % 10 == 9:
            appointments.change_state(appointment=visit, target=State.NO_SHOW, by=STAFF, now=visit.ends_at)
            continue
        appointments.change_state(appointment=visit, target=State.ARRIVED, by=STAFF, now=visit.starts_at)
        # Nothing new since the form: the questions that are asked at the door get the same answers.
        appointments.ask_again(appointment=visit, answers=NO_SIGNS, by=STAFF, now=visit.starts_at)
        for state in (State.IN_TREATMENT, State.COMPLETED):
            appointments.change_state(appointment=visit, target=state, by=STAFF, now=visit.starts_at, acknowledged=True)
