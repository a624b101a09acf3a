"""From "see a doctor first" to a treatment that is done: client, reception and owner, each by what their pages draw."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from booking.models import Appointment, Case, Clearance, State
from tests.browser.conftest import PHONE, Desk
from tests.browser.measures import layout_faults, serious_findings
from tests.browser.walk import DETAILS, PAIN, answer, answer_all, choose, go_on, press, press_start
from tests.cast import PASSWORD, Clinic, make_member

pytestmark = pytest.mark.browser

NAME = "Niamh Byrne"
NUMB = PAIN | {"signs_now": "numb_tingling", "nerve_course": "stable", "doctor_review": "not_seen"}
AS_BEFORE = {name: NUMB[name] for name in ("emergency_symptoms", "signs_now", "nerve_course", "doctor_review")}


def sign_in(desk: Desk, role: str) -> Page:
    page = desk.sit((1440, 900))
    page.goto("/panel/")
    page.fill("[name=username]", role)
    page.fill("[name=password]", PASSWORD)
    press(page.get_by_role("button", name="Sign in"))
    return page


def open_case(page: Page) -> None:
    press(page.get_by_role("link", name="To do"))
    press(page.get_by_role("link", name="All cases, and those closed lately"))
    press(page.get_by_role("link", name=NAME))


def look(page: Page) -> list[str]:
    """What axe and a screen of 320 px find wrong; the window is then as it was."""
    found, size = serious_findings(page), page.viewport_size
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    if page.locator("#board").count():  # behind what is beside it, the day turns into the table of a phone
        expect(page.locator(".board-as-table")).to_have_count(1)
    found += layout_faults(page)
    assert size is not None
    page.set_viewport_size(size)
    return found


def read_pdf(path: Path) -> str:
    """Its words, one space between them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def test_from_a_doctors_letter_to_a_treatment_that_is_done(
    desk: Desk, clinic_of_today: Clinic, tmp_path: Path, time_machine: Any
) -> None:
    for role in ("reception", "owner"):
        make_member(role, password=PASSWORD)
    faults: dict[str, list[str]] = {}
    client = desk.sit(PHONE)

    # The client's answers lead to a physician; the letter is a page, and a file.
    choose(client)
    answer_all(client, NUMB)
    expect(client.locator("h1")).to_have_text("Please let a doctor look at this before a massage")
    reference = client.locator("main").get_attribute("data-reference")
    press(client.get_by_role("link", name="Get the letter"))
    client.fill("[name=name]", NAME)
    client.check("[name=shared][value=sites]")
    go_on(client)
    expect(client.locator("h1")).to_have_text(f"Re: {NAME} Our case {reference}")
    with client.expect_download() as download:
        client.get_by_role("button", name="Save as PDF").click()
    download.value.save_as(tmp_path / "letter.pdf")
    letter = read_pdf(tmp_path / "letter.pdf")

    # And the client wants to be called.
    client.goto("/book/result/")
    client.check("[name=may_call][value=yes]")
    client.fill("[name=name]", NAME)
    client.fill("[name=phone]", "085 012 3456")
    press(client.get_by_role("button", name="Save my choice"))
    expect(client.get_by_role("heading", name="We will call you")).to_be_visible()

    # Reception calls.
    reception = sign_in(desk, "reception")
    open_case(reception)
    faults["open case"] = look(reception)
    reception.select_option("[name=state]", label="called")
    reception.fill("[name=note]", "Will see Dr Farrell on Friday.")
    press(reception.get_by_role("button", name="Save"))
    case = Case.objects.get()

    # The owner records what the doctor wrote: first with a date left out, then whole.
    owner = sign_in(desk, "owner")
    open_case(owner)
    today = timezone.now().date()
    owner.fill("[name=written_by]", "Dr Farrell")
    owner.fill("[name=written_date]", today.isoformat())
    owner.check("[name=allowed_treatments][value=swedish]")
    owner.fill("[name=avoid]", "left shoulder")
    owner.fill("[name=valid_until]", (today - timedelta(days=1)).isoformat())
    press(owner.get_by_role("button", name="Record this letter"))
    faults["refused letter"] = look(owner)
    kept = (owner.input_value("[name=written_by]"), owner.input_value("[name=avoid]"), Clearance.objects.count())
    owner.fill("[name=valid_until]", (today + timedelta(days=30)).isoformat())
    press(owner.get_by_role("button", name="Record this letter"))
    expect(owner.get_by_text("The letter is recorded.")).to_be_visible()
    faults["cleared case"] = look(owner)
    address = owner.locator("main code, .panel-page code").inner_text()

    # The client comes back by the link that the case shows, on a device that knows nothing, and books.
    client = desk.sit(PHONE)
    client.goto(desk.address + "/book/cleared/" + address.partition("/book/cleared/")[2])
    faults["cleared link"] = look(client)
    go_on(client)
    while "/book/when/" not in client.url:
        if "/book/result/" in client.url:
            press(client.get_by_role("link", name="Choose a time").last)
        else:
            press(client.locator("main button[name=treatment][value='swedish:60']"))
    press_start(client, day=2)
    for name, value in DETAILS.items():
        client.fill(f"[name={name}]", value)
    go_on(client)
    visit = Appointment.objects.get()
    expect(client.locator("main")).to_have_attribute("data-reference", visit.reference)

    # On the day: arrived, asked again, read, treated, done.
    time_machine.move_to(visit.starts_at - timedelta(minutes=10), tick=True)
    reception = sign_in(desk, "reception")
    reception.locator(f"a.visit[data-reference='{visit.reference}']").click()
    side = reception.locator("#side")
    side.get_by_role("button", name="Arrived").click()
    side.get_by_role("link", name="Ask the urgent questions again").click()
    expect(side.locator("h1")).to_have_text("Ask the urgent questions again")
    faults["asked again"] = look(reception)
    answer(reception, AS_BEFORE)
    side.get_by_role("button", name="These are the answers").click()
    expect(side.locator("[name=acknowledged]")).to_be_visible()
    careful = side.locator(".side-careful").inner_text()
    side.locator("[name=acknowledged]").check()
    side.get_by_role("button", name="In treatment", exact=True).click()
    side.get_by_role("button", name="Done", exact=True).click()
    expect(side.get_by_role("button", name="Undo: not done yet")).to_be_visible()

    visit.refresh_from_db()
    assert {place: found for place, found in faults.items() if found} == {}
    assert [event.verb for event in visit.events.all()] == [
        "keep",
        "book",
        "arrive",
        "ask again",
        "treat",
        "complete",
    ]
    assert (visit.state, kept) == (State.COMPLETED, ("Dr Farrell", "left shoulder", 0))
    assert [words for words in (f"Re: {NAME}", f"case {reference}", "Numbness", "Neck") if words not in letter] == []
    assert "How bad was it" not in letter
    assert "A letter of Dr Farrell allows this until" in careful
    assert "Left shoulder: avoid" in careful
    assert [event.verb for event in case.events.order_by("id")] == ["open", "call asked", "called", "cleared"]
