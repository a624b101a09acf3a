"""The last page: name, email, what is booked, and the button that books it."""

import pytest
from django.test import Client as Browser

from booking.models import Appointment, Condition, State
from tests.booking.web.visitors import at_check
from tests.cast import Clinic
from tests.pages import Page, press, read

pytestmark = pytest.mark.django_db

SLIP, MEANT = "niamh.kelly@gmail.con", "niamh.kelly@gmail.com"


def open_details(clinic: Clinic) -> tuple[Browser, Page]:
    browser, _draft = at_check(clinic)
    return browser, read(browser.get("/book/details/"))


def field_of(page: Page, name: str) -> str:
    return next(one.value for form in page.posts for one in form.fields if one.name == name)


def test_the_page_says_what_is_booked_before_the_button(clinic: Clinic) -> None:
    _browser, page = open_details(clinic)

    shown = " ".join(page.html.split())
    assert "Step 3 of 3: your name" in shown
    assert "A note to Therapist" in shown
    for said in (
        "Monday 23 November, 14:30 to 15:30<span>Dublin time</span>",
        "Swedish, 60 minutes, with Therapist 1",
        "14 Alder Street",
        ", paid at the clinic",
    ):
        assert said in shown, said
    assert shown.index("What you are booking") < shown.rindex("Book this visit")


def test_a_slip_in_a_common_domain_is_asked_about_once_and_the_second_press_takes_what_was_typed(
    clinic: Clinic,
) -> None:
    browser, page = open_details(clinic)

    asked = press(browser, page, "Book this visit", answers={"booker_email": SLIP, "remark": "I may be late"})
    booked = press(browser, asked, "Book this visit")

    assert f"Did you mean <strong>{MEANT}</strong>?" in asked.html
    assert (field_of(asked, "booker_email"), field_of(asked, "remark")) == (SLIP, "I may be late")
    assert "There is a problem" not in asked.html
    assert booked.main["data-state"] == "booked"
    assert Appointment.objects.get().booker_email == SLIP


def test_use_takes_the_suggestion_and_keeps_all_else_and_books_nothing(clinic: Clinic) -> None:
    browser, page = open_details(clinic)
    asked = press(browser, page, "Book this visit", answers={"booker_email": SLIP, "remark": "I may be late"})

    used = press(browser, asked, f"Use {MEANT}", answers={"booker_phone": "085 012 3456"})
    state = Appointment.objects.get().state
    booked = press(browser, used, "Book this visit")

    assert (field_of(used, "booker_email"), field_of(used, "booker_phone")) == (MEANT, "085 012 3456")
    assert (state, booked.main["data-state"]) == (State.HELD, "booked")
    assert (Appointment.objects.get().booker_email, Appointment.objects.get().remark) == (MEANT, "I may be late")


def test_another_slip_after_the_first_is_asked_about_too_and_enter_after_a_correction_books(clinic: Clinic) -> None:
    browser, page = open_details(clinic)
    asked = press(browser, page, "Book this visit", answers={"booker_email": SLIP})

    again = press(browser, asked, "Book this visit", answers={"booker_email": "niamh@hotmial.com"})
    # The Enter key presses the first button of the form, which is "Use ...".
    booked = press(browser, again, f"Use {'niamh@hotmail.com'}", answers={"booker_email": "niamh@example.ie"})

    assert "Did you mean <strong>niamh@hotmail.com</strong>?" in again.html
    assert booked.main["data-state"] == "booked"
    assert Appointment.objects.get().booker_email == "niamh@example.ie"


def test_a_note_to_the_therapist_is_kept_and_makes_no_request(clinic: Clinic) -> None:
    browser, page = open_details(clinic)

    booked = press(browser, page, "Book this visit", answers={"remark": "I prefer quiet. My knee hurts."})

    visit = Appointment.objects.get()
    assert (visit.state, visit.remark) == (State.BOOKED, "I prefer quiet. My knee hurts.")
    assert not Condition.objects.exists()
    assert "My knee hurts" not in booked.html
