"""What a page or an answer costs the database: the same for a small clinic and a large one."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Appointment, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details
from booking.web.journey import SESSION_KEY
from tests.cast import NOW, TODAY, Clinic, at, make_clinic, make_draft, sign_in
from tests.journeys.walker import walk

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

PAIN = {
    "consent": "true",
    "age_years": "40",
    "complaint_type": "pain",
    "emergency_symptoms": "none",
    "signs_now": "none",
    "conditions": "none",
    "medications": "none",
    "body": "none",
    "sites": "neck",
    "onset": "by_itself",
    "duration": "up_to_2_weeks",
    "pattern": "weekly",
    "severity": "moderate",
    "pain_signs": "none",
    "head_symptoms": "none",
    "background": "none",
    "feel": "hard_to_move",
}
SIZES = [(3, 1, 10), (30, 1, 10), (3, 30, 10), (30, 30, 200)]


def fill(clinic: Clinic, *, history_days: int) -> None:
    """A visit of each therapist to come, and past ones without claims."""
    for therapist in clinic.therapists:
        visit = appointments.book_by_staff(
            wish=clinic.wish(therapist=therapist),
            starts_at=at("12:00", day=TODAY + timedelta(days=1)),
            client=None,
            details=Details(name="Niamh", booker_name="Niamh", booker_email=""),
            intake=None,
            by=By("staff"),
            now=NOW,
        )
    columns = {one.attname: getattr(visit, one.attname) for one in Appointment._meta.concrete_fields}
    for name in ("id", "public_id", "reference"):
        del columns[name]
    past = []
    for number in range(1, history_days + 1):
        shift = timedelta(days=number + 1)
        times = {name: columns[name] - shift for name in ("starts_at", "ends_at", "busy_until")}
        past.append(Appointment(**columns | times | {"state": State.COMPLETED, "deadline_at": None}))
    Appointment.objects.bulk_create(past)


class CountingBrowser(Browser):
    """Notes the statements of each request; what only begins and ends transactions is not counted."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}

    def request(self, **request: Any) -> Any:
        with CaptureQueriesContext(connection) as statements:
            answer = super().request(**request)
        asked = [one["sql"] for one in statements if not one["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))]
        path = re.sub("/visit/[^/]+/", "/visit/…/", request["PATH_INFO"])
        self.counts[f"{request['REQUEST_METHOD']} {path}"] = len(asked)
        return answer


def count(browser: Browser, url: str, query: dict[str, Any]) -> int:
    with CaptureQueriesContext(connection) as statements:
        answer = browser.get(url, query)
    assert answer.status_code == 200
    return len(statements)


@pytest.mark.parametrize(("therapists", "days", "history_days"), SIZES)
def test_statements_of_the_json_answers(therapists: int, days: int, history_days: int, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    fill(make_clinic(therapists=therapists, rooms=therapists), history_days=history_days)
    query = {"treatment": "swedish", "minutes": 60, "from": "2026-11-24", "days": days, "therapist": "any"}

    counts = {name: count(Browser(), reverse(f"api:{name}"), query) for name in ("starts", "days")}

    assert counts == {"starts": 3, "days": 3}
    assert count(Browser(), reverse("api:treatments"), {}) == 1


@pytest.mark.parametrize(("therapists", "days", "history_days"), SIZES)
def test_statements_of_the_pages(therapists: int, days: int, history_days: int, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(therapists=therapists, rooms=therapists)
    fill(clinic, history_days=history_days)
    browser = Browser()
    session = browser.session
    session[SESSION_KEY] = make_draft(clinic=clinic).pk
    session.save()

    # The start page looks three times, each time further, for the treatments that nobody here can give; and once into
    # the session, where a message may wait. Two more say who is met.
    counts = {name: count(browser, reverse(f"booking:{name}"), {}) for name in ("start", "treatment", "when")}

    assert counts == {"start": 13, "treatment": 4, "when": 6}


@pytest.mark.parametrize(("therapists", "days", "history_days"), [SIZES[0], SIZES[-1]])
def test_statements_of_a_whole_booking(therapists: int, days: int, history_days: int, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    fill(make_clinic(therapists=therapists, rooms=therapists), history_days=history_days)
    browser = CountingBrowser()
    browser.get(reverse("booking:start"))  # the clinic's facts are held from here on
    browser.counts.clear()

    page = walk(browser, PAIN)

    assert page.url.startswith("/visit/")
    assert browser.counts == {
        "GET /": 10,
        "POST /book/wish/": 7,
        "GET /book/safety/": 3,
        "GET /book/safety/start/": 3,
        "POST /book/safety/start/": 10,
        "GET /book/safety/urgent/": 3,
        "POST /book/safety/urgent/": 5,
        "GET /book/safety/problem/": 3,
        "POST /book/safety/problem/": 5,
        "GET /book/safety/now/": 3,
        "POST /book/safety/now/": 5,
        "GET /book/safety/health/": 3,
        "POST /book/safety/health/": 12,
        "GET /book/result/": 7,
        "POST /book/keep/": 22,
        "GET /book/details/": 5,
        "POST /book/details/": 32,
        "GET /visit/…/": 17,
    }


@pytest.mark.parametrize(("therapists", "days", "history_days"), [SIZES[0], SIZES[-1]])
def test_statements_of_finding_a_time_moving_a_week_and_a_therapists_day(
    therapists: int, days: int, history_days: int, time_machine: Any
) -> None:
    """Whole pages; the finder with every start of a fortnight."""
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic(therapists=therapists, rooms=therapists)
    fill(clinic, history_days=history_days)
    visit = Appointment.objects.filter(state=State.BOOKED).first()
    assert visit is not None
    reception, therapist = sign_in("reception"), sign_in("therapist", clinic)
    board, tomorrow = reverse("panel:board"), {"date": (TODAY + timedelta(days=1)).isoformat()}
    pages: dict[str, tuple[Browser, str, dict[str, Any]]] = {
        "find": (reception, reverse("panel:find_time"), {}),
        "move": (reception, reverse("panel:move", args=[visit.reference]), {}),
        "week": (reception, board, tomorrow | {"therapist": clinic.therapists[0].pk}),
        "own day": (therapist, board, tomorrow | {"view": "table"}),
    }
    for browser, url, query in pages.values():
        browser.get(url, query)

    assert {name: count(*page) for name, page in pages.items()} == {"find": 8, "move": 17, "week": 14, "own day": 14}
