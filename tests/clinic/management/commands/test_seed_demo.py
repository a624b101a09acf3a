"""The demo clinic: what others rely on to find there."""

from collections import Counter
from datetime import timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Count

from booking.models import Appointment, Case, Claim, Client, Condition, DeskLine, JourneyEnd, Message, Note, State
from booking.people.alike import find_alike
from booking.people.households import members_of
from booking.scheduling.claims import find_drift
from clinic.models import StaffProfile
from clinic.panel.day.board import load_board
from clinic.panel.door.rights import Member
from services.models import Location, Room, Therapist, Treatment
from tests.clinic.test_seeding import MONDAY, seed

pytestmark = pytest.mark.django_db
SUNDAY = MONDAY + timedelta(days=6)  # fewest people work


@pytest.fixture(autouse=True)
def accounts(settings: Any, tmp_path: Any) -> Any:
    settings.DATA_DIR = tmp_path
    return tmp_path / "demo-accounts.txt"


def fill_with_garbage(path: Path) -> None:
    path.write_bytes(b"\xff\x00" * 99)


def put_a_folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


def cut_short(path: Path) -> None:
    path.write_text(path.read_text()[:40])


@pytest.mark.once
def test_also_on_a_sunday_there_is_something_to_see(time_machine: Any) -> None:
    now = SUNDAY
    time_machine.move_to(now, tick=False)

    seed("seed_demo", weeks=0)

    board = load_board(
        location=Location.objects.get(), day=now.date(), member=Member(1, "owner", therapist_id=None), now=now
    )
    assert len(board.columns) >= 2
    assert len(board.visits) >= 3
    assert list(find_drift(now=now)) == []
    waiting = Condition.objects.filter(settled_at=None, appointment__state=State.BOOKED, appointment__starts_at__gt=now)
    assert Counter(waiting.values_list("kind", flat=True)) == {"form_missing": 1, "note_to_read": 1}
    assert list(Case.objects.filter(kind="physician").values_list("state", flat=True)) == ["open"]
    # Nobody invented gets mail.
    assert set(Message.objects.exclude(kind="case_opened").values_list("recipient", flat=True)) <= {""}


def test_the_demo_has_what_is_promised_and_a_second_time_adds_nothing(accounts: Any, time_machine: Any) -> None:
    time_machine.move_to(MONDAY, tick=False)

    seed("seed_demo", weeks=0)

    assert (Therapist.objects.count(), Treatment.objects.count(), Room.objects.count()) == (3, 4, 2)
    roles = Counter(StaffProfile.objects.values_list("role", flat=True))
    assert roles == {"owner": 1, "reception": 1, "therapist": 3}
    lines = accounts.read_text().split("\n")[:-1]
    assert all(User.objects.get(username=line.split()[0]).check_password(line.split()[1]) for line in lines)
    assert (len(lines), accounts.stat().st_mode & 0o777) == (5, 0o600)
    person = DeskLine.objects.earliest("pk").client
    assert (len(find_alike(person)), members_of(person).count(), person.intakes.count()) == (1, 1, 2)
    regular = Note.objects.filter(signed_at__isnull=False).values("appointment__client").annotate(count=Count("pk"))
    assert max(row["count"] for row in regular) >= 2
    assert Note.objects.filter(signed_at=None).count() == 1
    before = [model.objects.count() for model in (Appointment, Claim, Client, Case, User, Therapist, Room)]
    passwords = accounts.read_text()
    time_machine.move_to(MONDAY + timedelta(days=1), tick=False)

    said = seed("seed_demo", weeks=0)

    assert said == "Alder Street Massage: 3 therapists, 0 visits added.\n"
    assert [model.objects.count() for model in (Appointment, Claim, Client, Case, User, Therapist, Room)] == before
    assert accounts.read_text() == passwords


@pytest.mark.once
def test_accounts_whose_passwords_were_lost_get_new_ones(accounts: Path) -> None:
    seed("seed_demo", weeks=0)
    first = accounts.read_text().splitlines()[0]

    for spoil in (Path.unlink, fill_with_garbage, put_a_folder_in_its_place, cut_short):
        spoil(accounts)
        seed("seed_demo", weeks=0)
        lines = accounts.read_text().splitlines()
        assert sorted(line.split()[0] for line in lines) == ["ana", "mei", "owner", "reception", "tom"]
        assert all(User.objects.get(username=line.split()[0]).check_password(line.split()[1]) for line in lines)
        assert (first in lines) is (spoil is cut_short), "what can still be read stays"
        first = lines[0]


@pytest.mark.once
def test_the_weeks_behind_look_like_a_clinics_and_nobody_is_in_two_places(time_machine: Any) -> None:
    time_machine.move_to(MONDAY, tick=False)

    seed("seed_demo", weeks=12)

    past = Appointment.objects.filter(starts_at__lt=MONDAY - timedelta(days=14))
    weeks = Counter(start.isocalendar()[1] for start in past.values_list("starts_at", flat=True))
    whole = [weeks[number] for number in sorted(weeks)[1:-1]]
    assert (min(whole) > 15, max(whole) < 90) == (True, True)
    states = Counter(past.values_list("state", flat=True))
    assert states["completed"] / past.count() > 0.8
    assert {"no_show", "cancelled"} < set(states)
    came = Counter(past.filter(state="completed").values_list("client", flat=True))
    assert 0.3 < sum(count > 1 for count in came.values()) / len(came) < 0.9
    for whose in ("therapist", "room", "client"):
        for _key, visits in groupby(past.order_by(whose, "starts_at"), key=attrgetter(f"{whose}_id")):
            assert all(one.ends_at <= other.starts_at for one, other in pairwise(visits)), whose
    assert not Note.objects.filter(appointment__in=past, signed_at=None).exists()
    assert Case.objects.exclude(closed_at=None).exists()
    assert {one.where for one in JourneyEnd.objects.filter(count__gte=5)} >= {"start", "check", "booked"}
    assert set(Message.objects.exclude(kind="case_opened").values_list("recipient", flat=True)) <= {""}
