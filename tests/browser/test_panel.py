"""The staff's side in a real browser: axe over its pages, and a day of reception by keyboard and by mouse."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page

from booking.intake.decisions import current_decision
from booking.models import Appointment, Case, Intake, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details
from booking.scheduling.starts import list_starts
from clinic.models import StaffProfile
from tests.browser.conftest import Desk, book_begun
from tests.factories import RELAXING, Clinic, make_intake

pytestmark = pytest.mark.browser

STAFF = By("staff")
PASSWORD = "a long enough password"
SMALL, WIDE = (360, 780), (1440, 900)


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def book(
    clinic: Clinic, *, name: str = "Niamh Byrne", therapist: int = 0, number: int = 0, **answers: Any
) -> Appointment:
    """A visit tomorrow, with a form of now."""
    now = timezone.now()
    wish = clinic.wish(therapist=clinic.therapists[therapist])
    start = list_starts(wish=wish, first_date=tomorrow().date(), days=1, now=now, by_staff=True)[number * 4]
    return appointments.book_by_staff(
        wish=wish,
        starts_at=start.starts_at,
        client=None,
        details=Details(name=name, booker_name=name, booker_email=""),
        intake=make_intake(answers=answers, now=now),
        by=STAFF,
        now=now,
    )


@pytest.fixture
def reception(desk: Desk) -> Page:
    user = User.objects.create_user("reception", password=PASSWORD)
    StaffProfile.objects.create(user=user, role="owner")
    return sign_in(desk.sit(WIDE))


def sign_in(page: Page) -> Page:
    page.goto("/panel/")
    page.fill("[name=username]", "reception")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1#board-title")
    return page


def findings(page: Page) -> list[str]:
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:90]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


def test_axe_finds_nothing_serious_in_the_panel(reception: Page, clinic: Clinic) -> None:
    visit = book(clinic, medications=["anticoagulants"])
    book(clinic, therapist=1, doctor_review="cleared")
    appointments.cancel(appointment=book(clinic, number=2), by=STAFF, now=timezone.now())
    intake = Intake.objects.create(
        answers=RELAXING | {"signs_now": ["unexplained_weight_loss"]},
        schema_version="1.0.0",
        consent_text_version="1",
        consented_at=timezone.now(),
        created_at=timezone.now(),
        client=visit.client,
    )
    current_decision(intake=intake, now=timezone.now())
    day = f"?date={tomorrow().date()}"
    about = f"/panel/visit/{visit.reference}/"
    pages = ["", day, f"{day}&view=table", "book/", "cases/", f"cases/{Case.objects.latest('id').pk}/", "time-off/"]
    addresses = [
        f"/panel/{path}"
        for path in (
            *pages,
            "messages/",
            "rulebook/",
            "rulebook/read/",
            "overrides/",
            "trail/",
            "sign-in/",
            "second-factor/",
            "set-up/emergency-number/",
        )
    ]
    addresses += [about, f"{about}move/", f"{about}cancel/", f"{about}ask-again/"]

    serious: dict[str, list[str]] = {}
    for size in (SMALL, WIDE):
        reception.set_viewport_size({"width": size[0], "height": size[1]})
        for address in addresses:
            reception.goto(address)
            serious[f"{address} {size[0]}"] = findings(reception)

    assert {place: found for place, found in serious.items() if found} == {}


def test_axe_finds_nothing_serious_beside_the_board_and_after_a_refusal(reception: Page, clinic: Clinic) -> None:
    visit, other = book(clinic, medications=["anticoagulants"]), book(clinic, therapist=1)
    serious = {}
    reception.goto(f"/panel/?date={tomorrow().date()}")
    reception.click(f"[data-reference='{visit.reference}']")
    reception.wait_for_selector("#side .side-name")
    serious["beside"] = findings(reception)
    reception.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    serious["phone"] = findings(reception)
    reception.goto(f"/panel/visit/{other.reference}/cancel/")
    appointments.move(
        appointment=other,
        starts_at=other.starts_at + timedelta(hours=3),
        therapist_id=None,
        by=STAFF,
        now=timezone.now(),
    )
    reception.fill("[name=reason]", "The client called.")
    reception.click("[name=cancel]")
    reception.wait_for_selector(".panel-message-error")
    serious["refused"] = findings(reception)

    assert {place: found for place, found in serious.items() if found} == {}


def test_nothing_but_the_board_scrolls_sideways(reception: Page, clinic: Clinic) -> None:
    visit = book(clinic, name="Wolfeschlegelsteinhausenbergerdorff" * 2)
    make_intake(answers={"signs_now": ["unexplained_weight_loss"]}, client=visit.client, now=timezone.now())
    case = Case.objects.latest("id")
    Case.objects.update(contact_name="Wolfeschlegelsteinhausenbergerdorff" * 2)
    too_wide = []

    for width in (320, 360, 768):
        reception.set_viewport_size({"width": width, "height": 780})
        for path in (
            f"?date={tomorrow().date()}&view=table",
            f"visit/{visit.reference}/",
            "book/",
            "time-off/",
            "trail/",
            "cases/",
            f"cases/{case.pk}/",
            "rulebook/",
            "rulebook/read/",
            "set-up/emergency-number/",
        ):
            reception.goto(f"/panel/{path}")
            if reception.evaluate("document.documentElement.scrollWidth > innerWidth"):
                too_wide.append((width, path))

    assert too_wide == []


def test_a_visit_is_opened_beside_the_board_and_marked_as_arrived(reception: Page, clinic: Clinic) -> None:
    visit = book_begun(clinic, "Niamh Byrne", medications=["anticoagulants"])
    reception.goto(f"/panel/?date={visit.starts_at.date()}")

    reception.click(f"[data-reference='{visit.reference}']")
    reception.wait_for_selector("#side .side-name")
    beside = reception.inner_text("#side")
    reception.click("#side >> text=Arrived")
    reception.wait_for_url("**/panel/visit/**")

    visit.refresh_from_db()
    assert visit.state == State.ARRIVED
    # What to be careful about comes before everything that can be done.
    assert beside.index("Be careful about") < beside.index("Arrived")


def test_a_phone_booking_arrival_and_no_show_by_keyboard(reception: Page, clinic: Clinic) -> None:
    visit = book_begun(clinic, "Niamh Byrne")
    reception.goto("/panel/book/")
    reception.focus("[name=length]")
    reception.keyboard.press("ArrowDown")
    reception.fill("[name=day]", tomorrow().date().isoformat())
    reception.fill("[name=time]", "10:00")
    reception.fill("[name=name]", "Oran Walsh")
    reception.keyboard.press("Enter")
    reception.wait_for_url("**/panel/visit/**")
    booked = Appointment.objects.get(booker_name="Oran Walsh")

    reception.goto(f"/panel/visit/{visit.reference}/")
    button = reception.get_by_role("button", name="Did not come")
    button.focus()
    reception.keyboard.press("Enter")
    reception.wait_for_selector("text=Undo: did come")
    reception.get_by_role("button", name="Undo: did come").focus()
    reception.keyboard.press("Enter")
    reception.wait_for_selector("text=Did not come")

    visit.refresh_from_db()
    assert booked.starts_at == datetime.combine(tomorrow().date(), datetime.min.time(), tzinfo=UTC).replace(hour=10)
    assert (booked.state, visit.state) == (State.BOOKED, State.BOOKED)
    assert [event.verb for event in visit.events.all()] == ["book", "miss", "take back no-show"]


def test_a_visit_is_dragged_an_hour_later(reception: Page, clinic: Clinic) -> None:
    visit = book(clinic, number=4)
    reception.goto(f"/panel/?date={tomorrow().date()}")
    block = reception.locator(f"[data-reference='{visit.reference}']")
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 12

    reception.mouse.move(x, y)
    reception.mouse.down()
    reception.mouse.move(x, y + 50, steps=4)
    reception.mouse.move(x, y + 96, steps=4)
    reception.mouse.up()
    reception.wait_for_url("**/panel/visit/**")

    moved = Appointment.objects.get(pk=visit.pk)
    assert moved.starts_at - visit.starts_at == timedelta(hours=1)


def test_cancel_and_undo_with_the_mouse(reception: Page, clinic: Clinic) -> None:
    visit = book(clinic)
    reception.goto(f"/panel/visit/{visit.reference}/")

    reception.click("text=Cancel")
    reception.fill("[name=reason]", "The client called.")
    reception.click("[name=cancel]")
    reception.wait_for_selector("text=Undo the cancellation")
    reception.click("text=Undo the cancellation")
    reception.wait_for_selector("role=link[name='Cancel']")

    visit.refresh_from_db()
    assert visit.state == State.BOOKED
    assert list(visit.events.values_list("verb", "reason")) == [
        ("book", ""),
        ("cancel", "The client called."),
        ("undo", ""),
    ]
