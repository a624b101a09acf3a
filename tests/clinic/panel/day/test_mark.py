"""A refresh that finds nothing new is answered by 304; whatever the day shows, once it changes, is not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking import changes
from booking.cases.follow_up import open_case
from booking.intake.signing import record_signature
from booking.messages.parking import park
from booking.models import Appointment, Case, Condition, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from booking.scheduling.stranding import reviewing
from clinic.models import StaffProfile
from services import rota
from services.hours import WeeklySpan
from services.models import ClinicPolicy, Location, WorkingHours
from tests.cast import (
    CAREFUL,
    NOW,
    STAFF,
    TODAY,
    WITH_A_NOTE,
    Clinic,
    at,
    book,
    book_online,
    make_draft,
    make_intake,
    make_member,
    make_therapist,
    sign_in,
    soon,
    take_off,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def open_day(browser: Browser, **query: str) -> Any:
    return browser.get(reverse("panel:board"), {"date": TODAY.isoformat(), **query})


def refresh(browser: Browser, mark: str, **query: str) -> Any:
    """As a page of the first place asks for it."""
    headers = {"X-Refresh": "1", "If-None-Match": mark}
    place = str(Location.objects.order_by("pk")[0].pk)
    asked = {"date": TODAY.isoformat(), "location": place, **query}
    return browser.get(reverse("panel:board"), asked, headers=headers)


def first_visit() -> Appointment:
    return Appointment.objects.order_by("pk")[0]


def arrive(clinic: Clinic) -> None:
    appointments.change_state(appointment=first_visit(), target=State.ARRIVED, by=STAFF, now=NOW)


def move(clinic: Clinic) -> None:
    appointments.move(
        appointment=first_visit(),
        starts_at=at("13:00"),
        therapist_id=clinic.therapists[1].pk,
        by=STAFF,
        now=NOW,
        tell_client=False,
    )


def keep(clinic: Clinic) -> None:
    draft = make_draft(clinic=clinic)
    appointments.keep_start(
        draft=draft, starts_at=at("15:00"), therapist_id=clinic.therapists[1].pk, address="192.0.2.7", now=NOW
    )


def settle(clinic: Clinic) -> None:
    point = Condition.objects.filter(settled_at=None).order_by("pk")[0]
    owner = make_member("owner", name="settles")
    appointments.settle_condition(
        appointment=point.appointment, kind=point.kind, by=By("staff", owner), now=NOW, remark="Fine."
    )


def say_more(clinic: Clinic) -> None:
    """The same person answers again, on a form of its own, and the newer answers stop the visit."""
    make_intake(answers={"chest_pain": "yes"}, now=soon(1), client=first_visit().client)


def strand(clinic: Clinic) -> None:
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("17:00"), reason="ill")


def keep_time(clinic: Clinic) -> None:
    strand(clinic)
    appointments.keep_time(appointment=first_visit(), by=STAFF, now=NOW)


def change_hours(clinic: Clinic) -> None:
    row = WorkingHours.objects.filter(therapist=clinic.therapists[1], weekday=TODAY.isoweekday()).get()
    with reviewing(now=NOW) as review:
        rota.change_hours(
            hours=row, span=WeeklySpan(row.weekday, row.opens, row.closes.replace(hour=16), None, None), review=review
        )


def close(clinic: Clinic) -> None:
    with reviewing(now=NOW) as review:
        rota.add_closure(
            location=clinic.location, starts_at=at("15:00"), ends_at=at("16:00"), reason="plumber", review=review
        )


def rename(field: str) -> Callable[[Clinic], None]:
    def change(clinic: Clinic) -> None:
        row: Any = {
            "treatment": clinic.treatment,
            "therapist": clinic.therapists[0],
            "room": first_visit().room,
            "client": first_visit().client,
        }[field]
        row.name = "Renamed"
        row.save()

    return change


def set_policy(**fields: Any) -> Callable[[Clinic], None]:
    def change(clinic: Clinic) -> None:
        policy = ClinicPolicy.current()
        for name, value in fields.items():
            setattr(policy, name, value)
        policy.save()

    return change


def fail_a_mail(clinic: Clinic) -> None:
    Message.objects.order_by("pk").filter(pk=Message.objects.order_by("pk")[0].pk).update(
        state=Message.State.FAILED, reason="refused"
    )


def change_role(clinic: Clinic) -> None:
    StaffProfile.objects.filter(user__username="owner").update(role="reception")


CHANGES: dict[str, Callable[[Clinic], object]] = {
    "a visit is booked at the desk": lambda clinic: book(clinic, "12:00", therapist=1),
    "a visit is booked online": lambda clinic: book_online(clinic, "12:00", therapist=1),
    "a visitor keeps a start": keep,
    "somebody arrives": arrive,
    "a visit is moved": move,
    "a visit is cancelled": lambda clinic: appointments.cancel(appointment=first_visit(), by=STAFF, now=NOW),
    "the client says that they are coming": lambda clinic: appointments.confirm_attendance(
        appointment=first_visit(), now=NOW
    ),
    "a condition is settled": settle,
    "the person has answered again": say_more,
    "a therapist is away": strand,
    "the time of a stranded visit is kept": keep_time,
    "hours change": change_hours,
    "the place closes for an hour": close,
    "a treatment is renamed": rename("treatment"),
    "a therapist is renamed": rename("therapist"),
    "a room is renamed": rename("room"),
    "a client is renamed": rename("client"),
    "the clinic is renamed": set_policy(clinic_name="Alder & Rowan"),
    "the grid becomes coarser": set_policy(grid_minutes=60),
    "a therapist starts": lambda clinic: make_therapist("Newly", clinic.location, clinic.treatment, "10:00", "12:00"),
    "a second place opens": lambda clinic: Location.objects.create(
        name="Birch Street", address="2 Birch Street", phone="01 555 0143", time_zone="Europe/Dublin"
    ),
    "a case is opened": lambda clinic: open_case(kind=Case.Kind.REQUESTED, client=first_visit().client, now=NOW),
    "the rulebook is signed": lambda clinic: record_signature(
        clinician_name="Dr Ní Bhriain", registration="1", signed_date=TODAY, by=make_member("owner", name="o"), now=NOW
    ),
    "the queue of mails is parked": lambda clinic: park(now=NOW),
    "a mail fails": fail_a_mail,
    "somebody else's part in the clinic": change_role,
}


@pytest.fixture
def day(clinic: Clinic) -> Clinic:
    """With a visit of each sort: with an email, to be careful with, and with a note that somebody has to look at."""
    book(clinic, "10:00", email="niamh@clients.example")
    book(clinic, "12:00", answers=CAREFUL, name="Aoife Daly")
    book(clinic, "14:00", answers=WITH_A_NOTE, name="Siobhan Walsh")
    return clinic


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("view", ["board", pytest.param("table", marks=pytest.mark.prove)])
def test_each_change_that_the_day_shows_is_brought_by_the_next_refresh(what: str, view: str, day: Clinic) -> None:
    owner = sign_in("owner", name="owner")
    page = open_day(owner, view=view)
    quiet = refresh(owner, page["ETag"], view=view)

    CHANGES[what](day)
    fresh = refresh(owner, page["ETag"], view=view)
    again = refresh(owner, fresh["ETag"], view=view)

    assert (quiet.status_code, quiet.content) == (304, b"")
    assert fresh.status_code == 200
    assert fresh.content != page.content
    assert again.status_code == (200 if "mail" in what else 304)


def test_with_a_number_that_stands_still_a_change_is_missed(day: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: it is the number that brings it."""
    monkeypatch.setattr("clinic.panel.day.mark.read_number", lambda: "1")
    owner = sign_in("owner")
    page = open_day(owner)

    arrive(day)

    assert refresh(owner, page["ETag"]).status_code == 304


def test_without_the_triggers_every_refresh_is_drawn(day: Clinic) -> None:
    owner = sign_in("owner")
    changes.drop_triggers()
    page = open_day(owner)
    quiet = refresh(owner, page["ETag"])

    arrive(day)
    fresh = refresh(owner, quiet["ETag"])

    assert [quiet.status_code, fresh.status_code] == [200, 200]
    assert fresh.content != quiet.content


@pytest.mark.parametrize("role", ["owner", "reception", "therapist"])
def test_a_refresh_that_finds_nothing_new_costs_a_few_statements(role: str, day: Clinic) -> None:
    """Session, user, part in the clinic, and the number."""
    browser = sign_in(role, day)
    page = open_day(browser)

    with CaptureQueriesContext(connection) as statements:
        answer = browser.get(
            reverse("panel:board") + page.context["page"].links.here,
            headers={"X-Refresh": "1", "If-None-Match": page["ETag"]},
        )

    assert answer.status_code == 304
    assert len(statements) == 4


def test_a_mark_is_for_one_person_and_one_page(day: Clinic) -> None:
    owner, reception = sign_in("owner"), sign_in("reception")
    mark = open_day(owner, view="board")["ETag"]

    answers = [
        refresh(reception, mark, view="board"),
        refresh(owner, mark, view="table"),
        refresh(owner, mark, view="board", room=str(day.rooms[0].pk)),
        refresh(owner, mark.replace('"', ""), view="board"),
        refresh(owner, f"W/{mark}", view="board"),
        refresh(owner, '"nonsense"', view="board"),
        refresh(owner, mark.split(".")[0] + '.nonsense"', view="board"),
        owner.get(
            reverse("panel:board"),
            {"date": TODAY.isoformat(), "location": str(day.location.pk), "view": "board"},
            headers={"If-None-Match": mark},
        ),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 304, 304, 200, 200, 200]


def test_a_page_that_was_asked_for_without_a_view_may_name_it_in_its_refresh(day: Clinic) -> None:
    owner = sign_in("owner")
    mark = open_day(owner)["ETag"]

    answers = [refresh(owner, mark), refresh(owner, mark, view="board"), refresh(owner, mark, view="table")]

    assert [answer.status_code for answer in answers] == [304, 304, 200]


def test_a_refresh_that_finds_nothing_new_keeps_nobody_signed_in(day: Clinic, time_machine: Any) -> None:
    owner = sign_in("owner")
    mark = open_day(owner)["ETag"]
    time_machine.move_to(soon(16), tick=False)

    answer = refresh(owner, mark)

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("panel:sign_in"))


def test_nobody_keeps_what_a_304_says(day: Clinic) -> None:
    owner = sign_in("owner")

    answer = refresh(owner, open_day(owner)["ETag"])

    assert "no-store" in answer["Cache-Control"]


# --- What turns with time alone --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prepare", "before", "after"),
    [
        (keep, "14:59", "15:01"),
        (lambda clinic: None, "09:59", "10:01"),
    ],
    ids=["free time begins later", "a visit is late"],
)
def test_what_turns_with_time_is_brought_when_it_turns(
    prepare: Callable[[Clinic], object], before: str, after: str, day: Clinic, time_machine: Any
) -> None:
    time_machine.move_to(at(before), tick=False)
    owner = sign_in("owner")
    mark = open_day(owner)["ETag"]

    time_machine.move_to(at(after), tick=False)

    assert refresh(owner, mark).status_code == 200


def test_a_kept_start_that_runs_out_leaves_the_day_before_anybody_has_swept(day: Clinic, time_machine: Any) -> None:
    Message.objects.all().delete()  # one that is due would be late within the ten minutes
    keep(day)
    owner = sign_in("owner")
    page = open_day(owner)

    time_machine.move_to(soon(9), tick=False)
    early = refresh(owner, page["ETag"])
    time_machine.move_to(soon(10), tick=False)
    fresh = refresh(owner, page["ETag"])

    assert [early.status_code, fresh.status_code] == [304, 200]
    assert "Kept" not in fresh.content.decode()


def test_a_mail_that_is_late_is_told_of(day: Clinic, time_machine: Any) -> None:
    owner = sign_in("owner")
    mark = open_day(owner)["ETag"]

    time_machine.move_to(soon(5) + timedelta(seconds=1), tick=False)
    fresh = refresh(owner, mark)

    assert fresh.status_code == 200
    assert "due and" in fresh.content.decode()


def test_the_day_after_today_is_another(day: Clinic, time_machine: Any) -> None:
    """“Today” leads elsewhere then."""
    time_machine.move_to(at("23:50"), tick=False)
    owner = sign_in("owner")
    mark = open_day(owner)["ETag"]

    time_machine.move_to(at("00:05", day=TODAY + timedelta(days=1)), tick=False)
    fresh = refresh(owner, mark)

    assert fresh.status_code == 200
