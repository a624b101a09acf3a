from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Appointment, State
from booking.scheduling import appointments
from clinic.panel.day.board import load_board
from clinic.panel.day.shown import Board
from clinic.panel.door.rights import Member
from services.facts import current, reading_once
from services.hours import local_day
from services.models import TimeOff
from tests.cast import CAREFUL, NOW, STAFF, TODAY, Clinic, at, book, make_clinic, sign_in

pytestmark = pytest.mark.django_db

OWNER = Member(user_id=1, role="owner", therapist_id=None)


def board_of(clinic: Clinic, *, day: date = TODAY, now: Any = NOW) -> Board:
    return load_board(location=clinic.location, day=day, member=OWNER, now=now)


def test_a_visit_stands_on_its_five_minute_rows_with_its_turnover_below() -> None:
    clinic = make_clinic()
    book(clinic, "10:30")

    board = board_of(clinic)

    visit = board.columns[0].visits[0]
    assert (board.rows, [hour.label for hour in board.hours][:2]) == (96, ["09:00", "10:00"])
    assert (visit.place.row, visit.place.rows, visit.span) == (19, 12, "10:30 to 11:30")
    assert visit.turnover is not None
    assert (visit.turnover.row, visit.turnover.rows) == (31, 3)


def test_counts_gaps_and_badges_of_a_day() -> None:
    clinic = make_clinic()
    book(clinic, "10:00", answers=CAREFUL)
    arrived = book(clinic, "12:00")
    appointments.change_state(appointment=arrived, target=State.ARRIVED, by=STAFF, now=at("12:00"))

    board = board_of(clinic, now=at("10:20"))

    counts = board.counts
    assert (counts.booked, counts.arrived, counts.careful, counts.form_missing) == (1, 1, 1, 0)
    assert [gap.span for gap in board.columns[0].gaps] == ["11:15 to 12:00", "13:15 to 17:00"]
    assert [badge.word for badge in board.columns[0].visits[0].badges] == ["Careful: 1", "Late, 20 min"]
    assert board.now_row == 17


def test_breaks_time_off_and_off_shift_are_told_apart() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    TimeOff.objects.create(therapist=clinic.therapists[0], starts_at=at("11:00"), ends_at=at("12:00"), reason="dentist")
    clinic.therapists[1].working_hours.update(opens="11:00")

    first, second = board_of(clinic).columns

    assert [(block.kind, block.word) for block in first.blocks] == [("away", "Time off: dentist")]
    assert (first.hours, second.hours) == ("09:00 to 17:00", "11:00 to 17:00")
    assert [(block.kind, block.place.row, block.place.rows) for block in second.blocks] == [("off", 1, 24)]


def test_in_one_room_the_others_are_taken_time_and_gaps_stay_true() -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    first = book(clinic, "10:00")
    second = book(clinic, "10:00", therapist=1)
    assert first.room_id != second.room_id

    whole = board_of(clinic)
    one = load_board(location=clinic.location, day=TODAY, member=OWNER, now=NOW, room_id=first.room_id)

    assert [visit.reference for visit, _name in one.visits] == [first.reference]
    assert [(block.kind, block.place.row, block.place.rows) for block in one.columns[1].blocks] == [
        ("elsewhere", 13, 15)
    ]
    assert [column.gaps for column in one.columns] == [column.gaps for column in whole.columns]
    assert (one.counts.booked, one.counts.gaps) == (1, whole.counts.gaps)


@pytest.mark.parametrize("view", ["", "table", "board"])
def test_place_room_and_view_are_kept_from_day_to_day(view: str, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    make_clinic()
    clinic = make_clinic(rooms=2)
    room = clinic.rooms[1]
    asked: dict[str, Any] = {"date": "2026-11-25", "location": clinic.location.pk, "room": room.pk}
    asked |= {"view": view} if view else {}

    page = sign_in("owner").get(reverse("panel:board"), asked)

    kept = f"&location={clinic.location.pk}&room={room.pk}"
    end = f"&view={view}" if view else ""
    assert {name: getattr(page.context["page"].links, name) for name in ("previous", "today", "next", "here")} == {
        "previous": f"?date=2026-11-24{kept}{end}",
        "today": f"?date=2026-11-23{kept}{end}",
        "next": f"?date=2026-11-26{kept}{end}",
        "here": f"?date=2026-11-25{kept}{end}",
    }
    assert page.context["page"].links.table == f"?date=2026-11-25{kept}&view=table"
    assert f'href="?date=2026-11-26{kept}{end}"'.replace("&", "&amp;") in page.content.decode()


def test_a_room_of_another_place_is_no_choice(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic, other = make_clinic(), make_clinic()

    page = sign_in("owner").get(reverse("panel:board"), {"location": clinic.location.pk, "room": other.rooms[0].pk})

    assert [choice.is_chosen for choice in page.context["page"].rooms] == [False]


@pytest.mark.parametrize(("day", "rows"), [(date(2026, 10, 25), 108), (date(2027, 3, 28), 84)])
def test_a_day_on_which_the_clocks_change_is_an_hour_longer_or_shorter(day: date, rows: int) -> None:
    clinic = make_clinic(opens="00:00", closes="08:00")

    assert board_of(clinic, day=day).rows == rows


@pytest.mark.parametrize(("therapists", "history_days"), [(3, 0), (30, 0), (3, 10), (3, 200)])
def test_statements_are_the_same_for_more_therapists_and_more_history(therapists: int, history_days: int) -> None:
    clinic = make_clinic(therapists=therapists, rooms=therapists)
    for number in range(therapists):
        book(clinic, "10:00", therapist=number)
    template = Appointment.objects.first()
    assert template is not None
    add_history(template, days=history_days)

    current()
    with reading_once(), CaptureQueriesContext(connection) as statements:
        board = board_of(clinic)

    assert len(statements) == 11
    assert len(board.visits) == therapists


@pytest.mark.parametrize("view", ["", "table", "board"])
@pytest.mark.parametrize("therapists", [3, 30])
def test_statements_of_the_whole_page_are_the_same(therapists: int, view: str, time_machine: Any) -> None:
    """Session, user, part in the clinic; the number and the stamp; the glance; the board’s eleven; the session."""
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(therapists=therapists, rooms=therapists)
    for number in range(therapists):
        book(clinic, "10:00", therapist=number)
    browser = sign_in("owner")
    browser.get(reverse("panel:board"))

    with CaptureQueriesContext(connection) as statements:
        page = browser.get(reverse("panel:board"), {"view": view})

    assert page.context["page"].board.counts.booked == therapists
    assert len(statements) == PAGE_STATEMENTS


PAGE_STATEMENTS = 16


def add_history(template: Appointment, *, days: int) -> None:
    """Past visits without claims, as a clinic has after some months."""
    rows = []
    for number in range(1, days + 1):
        shift = timedelta(days=number)
        rows.append(
            Appointment(
                **{
                    field.attname: getattr(template, field.attname)
                    for field in Appointment._meta.concrete_fields
                    if field.attname not in {"id", "public_id", "reference"}
                }
                | {
                    "state": State.COMPLETED,
                    "starts_at": template.starts_at - shift,
                    "ends_at": template.ends_at - shift,
                    "busy_until": template.busy_until - shift,
                }
            )
        )
    Appointment.objects.bulk_create(rows)


@pytest.mark.parametrize("zone", ["Europe/Dublin", "Pacific/Auckland", "America/St_Johns"])
def test_no_row_outside_the_day_is_read(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the board turns into a visit, a form or a decision is counted, not only what it shows."""
    clinic = make_clinic(therapists=2, rooms=2, zone=zone, opens="00:00", closes="23:55")
    day = local_day(date=TODAY + timedelta(days=3), zone=ZoneInfo(zone))
    inside = [book_at(clinic, moment) for moment in (day.start, day.end - timedelta(hours=2))]
    outside = [book_at(clinic, moment) for moment in (day.start - timedelta(hours=2), day.end)]
    read: dict[str, set[int]] = {}
    from_db = Model.from_db.__func__  # type: ignore[attr-defined]

    def count(cls: type[Model], db: str, names: list[str], values: list[Any]) -> Any:
        made = from_db(cls, db, names, values)
        read.setdefault(cls._meta.object_name or "", set()).add(made.pk)
        return made

    monkeypatch.setattr(Model, "from_db", classmethod(count))
    board_of(clinic, day=TODAY + timedelta(days=3))

    assert read["Appointment"] == {visit.pk for visit in inside}
    assert read["Intake"] == {visit.intake_id for visit in inside}
    assert len(read["Decision"]) == len(inside)
    assert len(outside) == 2


def book_at(clinic: Clinic, starts_at: datetime) -> Appointment:
    return book(clinic, starts_at)


def test_what_a_client_typed_cannot_run_on_board_side_panel_or_file(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    visit = book(clinic, "10:00", name='=HYPERLINK("x")<script>alert(1)</script>')
    Appointment.objects.filter(pk=visit.pk).update(access_needs='"><img src=x onerror=alert(1)>')
    browser = sign_in("owner")

    pages = [
        browser.get(reverse("panel:board")).content.decode(),
        browser.get(reverse("panel:board"), {"view": "table"}).content.decode(),
        browser.get(reverse("panel:visit", args=[visit.reference])).content.decode(),
    ]
    file = browser.get(reverse("panel:board_csv")).content.decode()

    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page
    assert "'=HYPERLINK" in file
