"""What a link to a visit still opens. Who holds a wrong one is in tests/booking/web/test_pages.py."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from booking.models import Appointment, State
from services.models import ClinicPolicy
from tests.booking.web.visitors import make_visit, path_of
from tests.cast import Clinic, at
from tests.journeys.test_visit_by_link import THURSDAY, open_page, state_of
from tests.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return make_visit(clinic, starts_at=at("14:30", day=THURSDAY))


def test_after_the_start_nothing_can_be_changed(visit: Appointment, time_machine: Any) -> None:
    time_machine.move_to(at("14:30", day=THURSDAY), tick=False)

    for page in ("move/", "cancel/", "confirm/"):
        answer = open_page(path_of(visit, page))
        assert answer.url == path_of(visit), page
        assert "This visit can’t be changed here any more. Please call us." in answer.html.replace("&#x27;", "’"), page
    for page in ("move/", "cancel/", "confirm/", "health/"):
        answer = read(Browser().post(path_of(visit, page)))
        assert (answer.status, answer.title) == (409, "Your visit – Massage clinic"), page
        assert "This visit can’t be changed here any more. Please call us." in answer.html.replace("&#x27;", "’"), page

    assert state_of(visit) == State.BOOKED


def test_where_the_clinic_wants_a_call_no_page_moves_or_cancels(visit: Appointment) -> None:
    """With its negative control: without the setting the same pages and presses do."""
    call = "To move or cancel, please call us: 01 555 0142."
    pages = [path_of(visit, f"{page}/") for page in ("move", "cancel")]

    def leads_on() -> list[str]:
        shown = open_page(path_of(visit)).html + open_page(path_of(visit, "confirm/")).html
        return [page for page in pages if page in shown]

    before = leads_on()
    ClinicPolicy.objects.update_or_create(id=1, defaults={"changes_by_phone": True})
    after = leads_on()
    opened = [open_page(page) for page in pages]
    pressed = [read(Browser().post(page)) for page in (*pages, path_of(visit, "move/check/"))]
    refused = state_of(visit)
    ClinicPolicy.objects.update(changes_by_phone=False)
    Browser().post(path_of(visit, "cancel/"))

    assert (before, after) == (pages, [])
    assert [(page.url, call in page.html) for page in opened] == [(path_of(visit), True)] * 2
    assert [(page.status, call in page.html) for page in pressed] == [(409, True)] * 3
    assert (refused, state_of(visit)) == (State.BOOKED, State.CANCELLING)


def test_where_the_clinic_wants_a_call_the_page_for_those_without_a_link_says_so(visit: Appointment) -> None:
    ClinicPolicy.objects.update_or_create(id=1, defaults={"changes_by_phone": True})

    html = open_page("/move-or-cancel/").html

    assert "Please call us. The link in your confirmation email shows your visit." in html
    assert "with a button to move it" not in html


def test_a_month_after_the_visit_the_page_says_whom_to_call(visit: Appointment, time_machine: Any) -> None:
    time_machine.move_to(at("15:30", day=THURSDAY + timedelta(days=30)), tick=False)
    assert open_page(path_of(visit)).status == 200

    time_machine.move_to(at("15:31", day=THURSDAY + timedelta(days=30)), tick=False)
    page = open_page(path_of(visit))

    assert (page.status, "01 555 0142" in page.html) == (410, True)
    assert "This visit was a while ago" in page.html


def test_a_kept_start_has_no_page(clinic: Clinic, visit: Appointment) -> None:
    Appointment.objects.update(state=State.EXPIRED)

    assert open_page(path_of(visit)).status == 404
