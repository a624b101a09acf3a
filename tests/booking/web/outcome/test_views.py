from typing import Any

import pytest
from django.test import Client as Browser

from booking.intake.drafts import LIFETIME
from booking.models import Appointment, Case, Draft, Intake, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from tests.booking.web.visitors import at_check, make_visit, path_of, sit_down
from tests.cast import NOW, make_clinic, make_draft
from tests.pages import press, read

pytestmark = pytest.mark.django_db
SIGN = {"emergency_symptoms": "breathless_or_blood"}
SINCE = {"consent": "true", "signs_now": "none", "has_changed": "no"}


def test_a_sign_in_the_form_of_a_visit_cancelled_meanwhile_comes_first(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    visit = make_visit(make_clinic())
    browser = Browser()
    browser.post(path_of(visit, "health/"))
    appointments.cancel(appointment=visit, by=CLIENT, now=NOW)

    page = read(browser.post("/book/safety/since/", SINCE | SIGN, follow=True))

    assert page.outcome == "EMERGENCY"
    assert "We have not booked a visit." in page.html  # and not that the cancelled one can't go ahead
    assert Case.objects.get().kind == Case.Kind.EMERGENCY


def test_without_a_sign_the_form_of_a_cancelled_visit_leads_to_the_visit(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    visit = make_visit(make_clinic())
    browser = Browser()
    browser.post(path_of(visit, "health/"))
    appointments.cancel(appointment=visit, by=CLIENT, now=NOW)

    page = read(browser.post("/book/safety/since/", SINCE | {"emergency_symptoms": "none"}, follow=True))

    assert page.url == path_of(visit)


@pytest.mark.parametrize(("sent", "outcome"), [(SIGN, "EMERGENCY"), ({"emergency_symptoms": "none"}, "")])
def test_a_sign_sent_after_the_answers_ran_out_is_answered_and_nothing_is_kept(
    sent: dict[str, str], outcome: str, time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    draft = make_draft(clinic=make_clinic())
    Draft.objects.update(expires_at=NOW + LIFETIME)
    browser = sit_down(draft)
    time_machine.move_to(NOW + LIFETIME, tick=False)
    intakes = Intake.objects.count()

    page = read(browser.post("/book/safety/urgent/", sent, follow=True))

    assert page.outcome == outcome
    assert ("we have stored nothing" in page.html) == bool(outcome)
    assert Intake.objects.count() == intakes


def test_a_sign_sent_after_booking_in_another_tab_is_answered(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    browser, draft = at_check(make_clinic())
    check = read(browser.get("/book/details/"))
    form = next(form for form in check.posts if "key" in form.names)
    press(browser, check, form)
    visit = Appointment.objects.get()

    page = read(browser.post("/book/safety/urgent/", SIGN, follow=True))

    assert page.outcome == "EMERGENCY"
    assert "your visit is as it was" in page.html
    visit.refresh_from_db()
    assert (visit.state, visit.intake_id, Case.objects.count()) == (State.BOOKED, draft.intake_id, 0)
