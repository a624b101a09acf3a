"""Reception makes the links in earlier emails stop working, by the buttons that the page draws."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking import links
from booking.models import Appointment, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT
from tests.booking.web.visitors import make_visit
from tests.cast import NOW, Clinic, at, sign_in
from tests.pages import Page, press, read

pytestmark = pytest.mark.django_db

ASK = "Make the links in earlier emails stop working"
BOTH, ONLY = "Stop old links, email a new one", "Only stop old links"


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return make_visit(clinic, starts_at=at("14:30"))


def page_of(browser: Browser, visit: Appointment) -> Page:
    return read(browser.get(reverse("panel:visit", args=[visit.reference])))


def asking(browser: Browser, visit: Appointment) -> Page:
    """The page behind the link on the visit's own."""
    (href,) = [link.href for link in page_of(browser, visit).links if link.words.strip() == ASK]
    return read(browser.get(href))


def is_offered(page: Page, *words: str) -> list[bool]:
    buttons = {button.words.strip() for form in page.forms for button in form.buttons}
    return [one in buttons for one in words]


@pytest.mark.parametrize(
    ("button", "said", "kinds"),
    [
        (BOTH, "The links in earlier emails no longer work. A new one goes out by email.", ["booked", "new_link"]),
        (ONLY, "The links in earlier emails no longer work.", ["booked"]),
    ],
)
def test_reception_stops_the_old_links(
    reception: Browser, visit: Appointment, button: str, said: str, kinds: list[str]
) -> None:
    old = f"/visit/{links.make_token(visit)}/"
    page = asking(reception, visit)

    after = press(reception, page, button)

    visit.refresh_from_db()
    new = f"/visit/{links.make_token(visit)}/"
    mails = Message.objects.filter(appointment=visit).exclude(kind="reminder").order_by("id")
    assert after.address == reverse("panel:visit", args=[visit.reference])
    assert said in after.html
    assert "made the links in earlier emails stop working, reception" in " ".join(after.html.split())
    assert "niamh@example.com" in page.html
    assert list(mails.values_list("kind", flat=True)) == kinds
    assert [Browser().get(path).status_code for path in (old, new)] == [410, 200]


def test_a_form_begun_by_an_old_link_does_not_lead_to_the_new_one(reception: Browser, visit: Appointment) -> None:
    stranger = Browser()
    opened = read(stranger.get(f"/visit/{links.make_token(visit)}/"))
    press(stranger, opened, "My health has changed")
    press(reception, asking(reception, visit), ONLY)

    page = read(stranger.get("/book/when/", follow=True))

    visit.refresh_from_db()
    assert "This link no longer works" in page.html
    assert links.make_token(visit) not in page.html + page.address


@pytest.mark.parametrize("state", [State.HELD, State.EXPIRED])
def test_what_has_no_links_yet_has_no_button(reception: Browser, visit: Appointment, state: State) -> None:
    page = asking(reception, visit)
    Appointment.objects.filter(pk=visit.pk).update(state=state, deadline_at=NOW)

    refused = press(reception, page, ONLY)

    assert (refused.status, is_offered(refused, BOTH, ONLY)) == (422, [False, False])
    assert ASK not in page_of(reception, visit).html


def test_without_an_address_the_old_links_can_only_be_stopped(reception: Browser, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(booker_email="")

    assert is_offered(asking(reception, visit), BOTH, ONLY) == [False, True]


def test_somebody_elses_change_is_shown_first(reception: Browser, visit: Appointment) -> None:
    page = asking(reception, visit)
    appointments.confirm_attendance(appointment=visit, now=NOW)

    refused = press(reception, page, BOTH)
    again = press(reception, refused, BOTH)

    visit.refresh_from_db()
    assert (refused.status, "said that they are coming" in refused.html) == (409, True)
    assert (again.status, visit.link_generation) == (200, 2)


def test_a_therapist_is_not_offered_it(clinic: Clinic, visit: Appointment) -> None:
    assert ASK not in page_of(sign_in("therapist", clinic), visit).html


def test_the_links_of_a_visit_that_is_cancelled_can_be_stopped(reception: Browser, visit: Appointment) -> None:
    appointments.cancel(appointment=visit, by=CLIENT, now=NOW)

    page = asking(reception, visit)
    press(reception, page, ONLY)

    visit.refresh_from_db()
    assert is_offered(page, BOTH) == [False]
    assert (visit.link_generation, visit.state) == (2, State.CANCELLING)
