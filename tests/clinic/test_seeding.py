"""The demo clinic and the large one: what others rely on to find there."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models import F, Q

from booking.models import Appointment, Case, Claim, Client, Condition, Message, State
from booking.scheduling.claims import KEPT_AFTER, find_drift
from clinic.models import StaffProfile
from clinic.panel.day.board import load_board
from clinic.panel.door.rights import Member
from services.models import Location, Room, Therapist, Treatment
from tests.cast import make_client

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
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


def seed(command: str, **options: int) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_also_on_a_sunday_there_is_something_to_see(time_machine: Any) -> None:
    now = SUNDAY
    time_machine.move_to(now, tick=False)

    seed("seed_demo")

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

    seed("seed_demo")

    assert (Therapist.objects.count(), Treatment.objects.count(), Room.objects.count()) == (3, 4, 2)
    roles = Counter(StaffProfile.objects.values_list("role", flat=True))
    assert roles == {"owner": 1, "reception": 1, "therapist": 3}
    lines = accounts.read_text().split("\n")[:-1]
    assert all(User.objects.get(username=line.split()[0]).check_password(line.split()[1]) for line in lines)
    assert (len(lines), accounts.stat().st_mode & 0o777) == (5, 0o600)
    before = [model.objects.count() for model in (Appointment, Claim, Client, Case, User, Therapist, Room)]
    passwords = accounts.read_text()
    time_machine.move_to(MONDAY + timedelta(days=1), tick=False)

    said = seed("seed_demo")

    assert said == "Alder Street Massage: 3 therapists, 0 visits added.\n"
    assert [model.objects.count() for model in (Appointment, Claim, Client, Case, User, Therapist, Room)] == before
    assert accounts.read_text() == passwords


def test_accounts_whose_passwords_were_lost_get_new_ones(accounts: Path) -> None:
    seed("seed_demo")
    first = accounts.read_text().splitlines()[0]

    for spoil in (Path.unlink, fill_with_garbage, put_a_folder_in_its_place, cut_short):
        spoil(accounts)
        seed("seed_demo")
        lines = accounts.read_text().splitlines()
        assert sorted(line.split()[0] for line in lines) == ["ana", "mei", "owner", "reception", "tom"]
        assert all(User.objects.get(username=line.split()[0]).check_password(line.split()[1]) for line in lines)
        assert (first in lines) is (spoil is cut_short), "what can still be read stays"
        first = lines[0]


@pytest.mark.parametrize("command", ["seed_demo", "seed_scale"])
def test_real_clients_are_never_mixed_with_invented_ones(command: str) -> None:
    make_client()

    with pytest.raises(CommandError, match="real clients"):
        seed(command)

    assert (Client.objects.count(), Appointment.objects.count()) == (1, 0)


def test_a_large_clinic_has_nobody_in_two_places_and_no_claims_in_the_past() -> None:
    said = seed("seed_scale", therapists=4, history_days=20, seed=3)

    visits = Appointment.objects.all()
    assert said == f"4 therapists, 48 clients, {visits.count()} visits.\n"
    for who in ("therapist", "room", "client"):
        met = Appointment.objects.filter(
            **{who: F(f"{who}__appointments__{who}")},
            **{f"{who}__appointments__starts_at__lt": F("busy_until")},
            **{f"{who}__appointments__busy_until__gt": F("starts_at")},
        ).filter(~Q(**{f"{who}__appointments__pk": F("pk")}))
        assert met.count() == 0, who
    oldest = Claim.objects.order_by("cell").values_list("cell", flat=True)[0] * 300
    assert oldest > (datetime.now(UTC) - KEPT_AFTER - timedelta(hours=2)).timestamp()
    assert list(find_drift(now=datetime.now(UTC))) == []


def test_the_same_seed_is_the_same_clinic(time_machine: Any) -> None:
    time_machine.move_to(MONDAY, tick=False)
    seed("seed_scale", therapists=2, history_days=5, seed=3)
    facts = ("starts_at", "therapist__name", "client__name", "treatment__key", "state")
    first = list(Appointment.objects.order_by("id").values_list(*facts))
    for model in (Claim, Appointment, Client):
        model.objects.all().delete()
    Therapist.objects.all().delete()
    Room.objects.all().delete()
    Location.objects.all().delete()

    seed("seed_scale", therapists=2, history_days=5, seed=3)

    assert list(Appointment.objects.order_by("id").values_list(*facts)) == first
