"""What a link to a visit still opens. Who holds a wrong one is in tests/booking/web/test_pages.py."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from booking.models import Appointment, State
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

    for page in ("move/", "cancel/", "confirm/", "health/"):
        method = Browser().post if page == "health/" else Browser().get
        answer = read(method(path_of(visit, page), follow=True))
        assert answer.url == path_of(visit), page
        assert "This visit can’t be changed here any more. Please call us." in answer.html.replace("&#x27;", "’"), page

    read(Browser().post(path_of(visit, "cancel/"), follow=True))
    assert state_of(visit) == State.BOOKED


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
